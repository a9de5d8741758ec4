"""Correcting in the review page, as a person does it: what goes wrong is seen, undone, and never lost."""

from __future__ import annotations

import json
import shlex
import shutil
import threading
import wave
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from chromium import MISSING, browser, resize
from webpage import COUNT, SAMPLES, Page, sentence, serving, starts, talk

from subsync.align.edits import Edit
from subsync.cli import main
from subsync.cli.pages import _applier
from subsync.pages import recording_address, review_html
from subsync.pages.server import PageServer
from subsync.run.origins import layers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The talk with a second Chinese sentence in its first row, and curly quotes and a hyphen in its second."""
    made = tmp_path_factory.mktemp("out") / "talk"
    made.mkdir()
    result = talk(made.parent)
    sentences = list(result.note.sentences)
    sentences[2] = replace(sentences[2], text="It’s an open-source “wheel”, number 1.")
    sentences[3] = replace(sentences[3], text="关税是第1句。")
    result = replace(result, note=replace(result.note, sentences=tuple(sentences)))
    page = made / "talk.review.html"
    recording = recording_address(result.media.path, made)
    page.write_text(review_html(result, peaks=[100] * 1200, stem="talk", recording=recording), encoding="utf-8")
    return page.as_uri()


@pytest.fixture
def page(chrome: Chrome, address: str) -> Page:
    return Page(chrome, address)


def correct(page: Page, k: int) -> None:
    """Choose an English sentence for correction, and let nothing sound."""
    if page.js("return !correcting"):
        page.keys("e")
    page.click(sentence(k))
    page.silence()
    page.js("document.getElementById('hearing').checked = false")


def edit_of(page: Page, k: int) -> Any:
    return page.js("return sentences[arguments[0]].edit", 2 * k)


# --- reading, and correcting when asked to ----------------------------------------------------------------------------


def test_keys_correct_nothing_that_was_not_chosen(page: Page) -> None:
    """Not before, and not after the panel is shut."""
    page.click(sentence(2))
    page.silence()
    page.keys("]x")
    assert page.text("#say").startswith("Choose a sentence first")
    correct(page, 2)
    page.keys("e")
    page.keys("]")
    assert [edit_of(page, k) for k in range(COUNT)] == [None] * COUNT


def test_keys_correct_nothing_that_is_not_seen(page: Page) -> None:
    """The first press shows what is chosen, the next one changes it."""
    resize(page.driver, 1280, 560)
    correct(page, 0)
    page.until(lambda: page.js("return aim === null"), "it has been scrolled to")
    page.js("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")
    page.keys("]")
    assert edit_of(page, 0) is None
    assert page.text("#say").startswith("This is the sentence that is chosen")
    page.until(lambda: page.js("return aim === null && inView(chosen)"), "it is seen")
    page.keys("]")
    assert edit_of(page, 0) == {"action": "start", "ms": 2100}


def test_the_next_doubtful_one_is_behind_the_place_of_the_reader(page: Page) -> None:
    """Not behind what was chosen some time ago."""
    page.js("sentences[18].confidence = 20; sentences[18].status = 'aligned'")
    page.keys("n")
    assert page.text("#chosen").startswith("This is sentence number 3")
    page.keys("e")
    page.js("seek(26000)")
    page.keys("n")
    assert page.text("#chosen").startswith("This is sentence number 9")


def test_a_start_inside_a_neighbour_has_to_be_asked_for_twice(page: Page) -> None:
    """It is said whom it would push away."""
    correct(page, 2)
    page.js("document.querySelector('audio').currentTime = 19")
    page.keys("s")
    assert edit_of(page, 2) is None
    assert page.text("#say").startswith("0:19.000 would push 2 other sentences away, first “This is sentence number 3")
    page.keys("s")
    assert edit_of(page, 2) == {"action": "start", "ms": 19_000}


def test_a_place_that_takes_time_from_a_neighbour_has_to_be_asked_for_twice(page: Page) -> None:
    """A start well inside the sentence above, an end in the one below; nudges of an edge are not asked."""
    correct(page, 2)
    page.js("window.put_at = (s, act) => { seek(s * 1000); act(); return $('say').textContent; }")
    start, end = ("return put_at(arguments[0], () => put('start'))", "return put_at(arguments[0], putEnd)")
    assert page.js(start, 9.1) == "Starts at 0:09.100"
    asked = "This takes 3.3 s from “It’s an open-source “wheel”, number 1.”, which has 3.5 s. Once more to do it"
    assert page.js(start, 6.2) == asked
    assert edit_of(page, 2) == {"action": "start", "ms": 9100}
    assert page.js(start, 6.2) == "Starts at 0:06.200"
    page.keys("[")  # from a place that was agreed to
    assert edit_of(page, 2) == {"action": "start", "ms": 6100}
    correct(page, 4)
    assert page.js(start, 20.4) == "Starts at 0:20.400"
    assert page.js(start, 21).startswith("This takes 0.8 s from “This is sentence number 5")
    assert page.js(end, 22.3) == "Ends at 0:22.300"
    told = page.js(end, 23)
    assert told == "At 0:22.000 “This is sentence number 5, about Wheels.” begins, and cuts it off. Once more to do it"
    assert page.js(end, 23) == "Ends at 0:23.000"


def test_a_drag_into_the_sentence_above_tells_what_that_loses(page: Page) -> None:
    from selenium.webdriver import ActionChains

    correct(page, 2)
    zoom = page.driver.find_element("css selector", "#zoom")
    step = -3 * zoom.size["width"] // 16
    ActionChains(page.driver).move_to_element(zoom).click_and_hold().move_by_offset(step, 0).release().perform()
    assert page.text("#say").startswith("Starts at 0:08.")
    assert page.text("#say").endswith("“It’s an open-source “wheel”, number 1.” loses 1.0 s")


def test_an_absent_sentence_opens_where_it_would_stand(page: Page) -> None:
    """Behind the one before it, wherever the recording is."""
    page.js("seek(50000)")
    page.keys("e")
    page.js("choose(sentences[12])")
    assert page.js("return centre") == (starts(5) + 3.5) * 1000


# --- undo, and nothing lost -------------------------------------------------------------------------------------------


def test_many_steps_are_undone_and_done_again(page: Page) -> None:
    from selenium.webdriver import ActionChains, Keys

    correct(page, 1)
    page.js("seek(6000)")
    page.keys("ssu")  # the second one changes nothing: it is no step
    assert edit_of(page, 1) is None
    page.keys("]]")
    correct(page, 4)
    page.keys("x")
    page.keys("u")
    assert edit_of(page, 4) is None
    ActionChains(page.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    assert edit_of(page, 1) == {"action": "start", "ms": 6100}
    page.keys("u")
    page.keys("u")
    assert page.text("#say") == "Nothing to undo"
    assert edit_of(page, 1) is None
    page.keys("UUU")
    assert edit_of(page, 1) == {"action": "start", "ms": 6200}
    assert edit_of(page, 4) == {"action": "absent"}


def test_corrections_survive_a_reload(chrome: Chrome, address: str) -> None:
    """Times and texts; and they are exported together."""
    Page(chrome, address)
    page = Page(chrome, address, kept=True)
    correct(page, 1)
    page.keys("]")
    page.js("openEditor(); document.getElementById('en-text').value = 'A wheel.'; saveText()")
    chrome.refresh()
    page.until(lambda: page.sound["ready"] >= 1, "it is there again")
    saved = json.loads(page.js("return editsText()"))
    page.js("localStorage.clear()")

    assert page.text("#say") == "2 corrections from before are here, not yet exported"
    assert page.js("return t('draft there', 1)") == "1 correction from before is here, not yet exported"
    assert [edit["action"] for edit in saved["edits"]] == ["start", "text"]
    assert saved["edits"][1] == {
        "sentence": 2, "count": 1, "action": "text", "text": "It’s an open-source “wheel”, number 1.", "to": "A wheel.",
    }  # fmt: skip
    assert page.text(sentence(1)).startswith("A wheel.")


def test_what_is_refused_and_done_is_seen(page: Page) -> None:
    correct(page, 3)
    page.keys("x")
    box = page.js("const b = document.getElementById('say').getBoundingClientRect(); return [b.width, b.height]")
    assert page.text("#say") == "Marked as not said"
    assert box[0] > 50
    assert box[1] > 20


# --- more ways to correct ---------------------------------------------------------------------------------------------


def test_all_that_follow_move_along(page: Page) -> None:
    """Up to the next corrected one; in one step, which is undone as one."""
    correct(page, 8)
    page.keys("c")
    correct(page, 4)
    page.keys("]]]")
    page.click("#shiftall")
    assert [edit_of(page, k)["ms"] for k in (4, 5, 7)] == [18_300, 22_300, 30_300]
    assert edit_of(page, 6) is None
    assert edit_of(page, 8) == {"action": "start", "ms": 34_000, "right": True}
    page.keys("u")
    assert edit_of(page, 5) is None
    assert edit_of(page, 4)["ms"] == 18_300
    # Those that would pass the next corrected one stay: else no correction at all would be taken.
    page.js("choose(english[4]); [1, 2].forEach(() => edit(chosen, { action: 'start', ms: 22500 })); shiftFollowing()")
    assert [(edit_of(page, k) or {}).get("ms") for k in (4, 5, 7, 8)] == [22_500, 26_500, None, 34_000]


def test_a_start_snaps_to_silence(page: Page) -> None:
    """Of a waveform that is quiet from 6.15 to 6.2 s alone."""
    page.js("peaks[123] = 0")
    correct(page, 1)
    page.keys("q")
    assert edit_of(page, 1) == {"action": "start", "ms": 6200}


def test_an_end_is_corrected_too(page: Page) -> None:
    """It stays while the start moves, and is exported with it; an end before the start is refused."""
    correct(page, 1)
    page.js("document.querySelector('audio').currentTime = 8.5")
    page.keys("S")
    page.keys("]")
    assert edit_of(page, 1) == {"action": "start", "ms": 6100, "end_ms": 8500}
    page.js("document.querySelector('audio').currentTime = 6")
    page.keys("S")
    assert page.text("#say") == "It would end before it starts"
    assert json.loads(page.js("return editsText()"))["edits"][0]["end_ms"] == 8500


def test_an_end_stays_while_a_start_is_dragged(page: Page) -> None:
    from selenium.webdriver import ActionChains

    correct(page, 1)
    page.js("document.querySelector('audio').currentTime = 8.5")
    page.keys("S")
    zoom = page.driver.find_element("css selector", "#zoom")
    ActionChains(page.driver).move_to_element(zoom).click_and_hold().move_by_offset(20, 0).release().perform()
    assert edit_of(page, 1)["ms"] > 6000
    assert edit_of(page, 1)["end_ms"] == 8500


def test_a_nudge_is_heard_around_the_new_start(page: Page) -> None:
    correct(page, 1)
    page.js("document.getElementById('hearing').checked = true")
    page.js("window.back = 0; document.querySelector('audio').addEventListener('seeked', () => { back += 1; })")
    page.keys("]")
    page.until(lambda: page.js("return back") >= 3, "it is heard again and again", 15)
    assert 6.0 <= page.time < 8


def test_a_paragraph_that_nobody_says(page: Page) -> None:
    correct(page, 4)
    page.keys("X")
    assert [edit_of(page, k) for k in (3, 4, 5, 6)] == [None, {"action": "absent"}, {"action": "absent"}, None]


def test_text_is_split_joined_and_moved(page: Page) -> None:
    """A full stop makes two of one, a comma one of two; the Chinese at the edge goes to the neighbour."""
    correct(page, 0)
    page.keys("t")
    page.js("const f = document.getElementById('en-text'); f.focus(); f.setSelectionRange(26, 26)")
    page.click("#split")
    assert page.js("return document.getElementById('en-text').value") == "This is sentence number 0. About Wheels."
    page.click("#savetext")
    correct(page, 2)
    page.keys("t")
    page.click("#join")
    joined = "This is sentence number 2, about Wheels, this is sentence number 3, about Wheels."
    assert page.js("return document.getElementById('en-text').value") == joined
    page.click("#savetext")
    correct(page, 4)
    page.js("moveChinese(1)")
    assert page.text(f".row:has({sentence(5)}) p[lang|=zh]") == "这是第4句，说的是轮子。 ✎这是第5句，说的是轮子。"
    edits = json.loads(page.js("return editsText()"))["edits"]
    assert [(e["sentence"], e.get("count"), e.get("to"), e.get("with")) for e in edits] == [
        (0, 1, "This is sentence number 0. About Wheels.", None),
        (4, 2, joined, None),
        (9, None, None, 10),
    ]
    page.keys("uuu")
    assert json.loads(page.js("return editsText()"))["edits"] == []
    assert page.text(f".row:has({sentence(5)}) p[lang|=zh]") == "这是第5句，说的是轮子。"


def test_what_was_typed_is_kept_by_who_goes_on(page: Page) -> None:
    """A click on another sentence, and the end of correcting, take what the editor has."""
    for k, leave in ((0, sentence(1)), (2, "#correct")):
        correct(page, k)
        page.keys("t")
        page.js("document.getElementById('en-text').value = `Typed ${arguments[0]}.`", k)
        page.click(leave)
        page.silence()
        assert page.text(sentence(k)).startswith(f"Typed {k}.")
    page.js("undo()")
    assert page.text(sentence(2)).startswith("This is sentence number 2")


def type_into(page: Page, field: str, text: str) -> None:
    """In place of what is there."""
    page.js("$(arguments[0]).select()", field)
    page.write(f"#{field}", text)


def test_what_is_being_typed_outlives_the_page(chrome: Chrome, address: str) -> None:
    """With the sentence that was joined to it, in both languages; once it is taken or dropped it is gone."""
    page = Page(chrome, address)
    correct(page, 2)
    page.keys("t")
    page.click("#join")
    type_into(page, "en-text", "Two in one")
    type_into(page, "zh-text", "两句")
    chrome.refresh()
    field = "return ['en-text', 'zh-text'].map((id) => $(id).value)"
    page.until(lambda: page.shown("#editor"), "the editor is open again")
    assert page.text("#say") == "What you were typing is here again"
    assert page.js(field) == ["Two in one", "两句"]
    page.click("#savetext")
    edits = json.loads(page.js("return editsText()"))["edits"]
    assert [(e["sentence"], e["count"], e["to"]) for e in edits] == [(4, 2, "Two in one"), (5, 1, "两句")]
    chrome.refresh()
    page.until(lambda: page.sound["ready"] >= 1, "it is there again")
    assert page.shown("#editor") == []


def test_what_was_typed_for_a_sentence_that_is_gone_is_told(chrome: Chrome, address: str) -> None:
    page = Page(chrome, address)
    page.js("kept.write(own('typed'), {index: 4, text: 'Gone by now.', en: 'Typed.', zh: '字。'})")
    for _ in range(2):  # it stays until it was read
        chrome.refresh()
        page.until(lambda: page.sound["ready"] >= 1, "it is there again")
        assert page.shown("#told p")[1:] == ["Gone by now. → Typed. 字。"]
        assert page.shown("#editor") == []


@pytest.mark.parametrize("button", ["#export", "#applying"])
def test_what_is_being_typed_goes_with_the_corrections(page: Page, button: str) -> None:
    correct(page, 0)
    page.keys("t")
    assert page.js("return document.querySelector(arguments[0]).disabled", button)
    type_into(page, "en-text", "Typed.")
    page.js("window.save = (name, kind, text) => { window.saved = text; }; $('applying').hidden = false")
    page.js("window.fetch = async (to, {body}) => { window.saved = body; return new Response('{}', {status: 412}); }")
    page.click(button)
    assert [edit["to"] for edit in json.loads(page.js("return saved"))["edits"]] == ["Typed."]


def test_the_editor_shows_the_chinese_that_was_moved_here(page: Page) -> None:
    """In the row that gave it and in the one that got it; moved with the editor open it is there at once."""
    field = "return document.getElementById('zh-text').value"
    correct(page, 4)
    page.keys("t")
    page.js("document.getElementById('en-text').value = 'Typed before.'")
    page.click("#zhdown")
    assert page.js(field) == ""
    assert page.text(sentence(4)).startswith("Typed before.")
    correct(page, 5)
    page.keys("t")
    assert page.js(field) == "这是第4句，说的是轮子。这是第5句，说的是轮子。"


def test_chinese_comes_and_goes(chrome: Chrome, tmp_path: Path) -> None:
    """Into a paragraph that has none; into one that has some, and out of it, with the sentence beside it."""
    result = talk(tmp_path)
    keep = [k for k in range(2 * COUNT) if k not in {2 * COUNT - 3, 2 * COUNT - 1}]  # the last paragraph's Chinese
    last = len(keep) - 2
    paragraphs = (*result.note.paragraphs[:-1], replace(result.note.paragraphs[-1], en=(last, last + 1), zh=()))
    note = replace(result.note, sentences=tuple(result.note.sentences[k] for k in keep), paragraphs=paragraphs)
    said = replace(result.alignment, sentences=tuple(result.alignment.sentences[k] for k in keep))
    lone = [replace(bead, en=(last + k,), zh=(), words=()) for k, bead in enumerate(result.beads[-2:])]
    result = replace(result, note=note, alignment=said, beads=(*result.beads[:-2], *lone))
    (tmp_path / "t.html").write_text(review_html(result, peaks=[], stem="t", recording=None), encoding="utf-8")
    page = Page(chrome, (tmp_path / "t.html").as_uri(), sound=False)
    page.js(
        "window.chinese = (k, text) => { choose(english[k]); openEditor(); $('zh-text').value = text; saveText();"
        "return $('say').textContent; }; setCorrecting(true);"
    )
    write = "return chinese(arguments[0], arguments[1])"
    row = ".row:has(#s20)"
    assert page.js(write, 10, "这是新的。") == "Text corrected"
    assert page.shown(f"{row} p[lang|=zh]") == ["这是新的。 ✎"]
    assert page.js("return found('这是新的').map((s) => s.index)") == [20]
    page.js("takeDraft(kept.read(own('draft')))")  # as after a reload
    assert page.shown(f"{row} p[lang|=zh]") == ["这是新的。 ✎"]
    new = {"sentence": 20, "count": 0, "action": "text", "text": "This is sentence number 10, about Wheels."}
    assert json.loads(page.js("return editsText()"))["edits"] == [new | {"to": "这是新的。"}]
    page.js(write, 11, "")  # it is the paragraph's, from either row
    assert page.js("return editsText().includes('新')") is False
    page.js(write, 0, "")
    assert page.shown(".row:has(#s0) p[lang|=zh] .s") == []
    assert page.shown(".row:has(#s2) p[lang|=zh] .s") == ["这是第1句，说的是轮子。 ✎"]
    assert page.js(write, 1, "") == "Text corrected"  # which was all that is left of its paragraph
    assert page.shown(".row:is(:has(#s0), :has(#s2)) p[lang|=zh] .s") == ["✎"]
    assert page.js("choose(english[1]); openEditor(); return $('zh-text').value") == ""
    page.js("$('en-text').value = ' '; $('zh-text').value = '又来了。'; choose(english[2]); moveChinese(1)")
    assert page.text("#s2") == "This is sentence number 1, about Wheels."  # it cannot become empty
    page.js("undo(); undo()")
    page.js(write, 2, "还有一句。")
    assert [e.get("to") for e in json.loads(page.js("return editsText()"))["edits"]] == ["", "还有一句。"]
    page.js("undo(); undo(); undo()")
    assert page.text(".row:has(#s0) p[lang|=zh]") == "这是第0句，说的是轮子。"


def test_corrected_and_moved_chinese_is_among_what_is_corrected(page: Page) -> None:
    """Its own row, and those that it went from and to; it has their mark, and loses it when it is back."""
    page.js("setCorrecting(true); choose(english[1]); openEditor(); $('zh-text').value = '关税不是第1句。'; saveText()")
    page.js("choose(english[4]); moveChinese(1); nameFilters()")
    page.choose("#filter", "edited")
    assert page.js("return $('filter').selectedOptions[0].textContent") == "Corrected (2)"
    assert page.js("return rows.filter((row) => row.shown).map((row) => row.en[0].index / 2)") == [1, 4, 5]
    assert page.shown(".edited") == ["关税不是第1句。 ✎", "这是第4句，说的是轮子。 ✎"]
    page.js("undo()")
    assert page.shown(".edited") == ["关税不是第1句。 ✎"]


def test_corrected_text_is_searched(page: Page) -> None:
    correct(page, 0)
    page.keys("t")
    page.js("document.getElementById('en-text').value = 'A cable.'")
    page.click("#savetext")
    assert page.js("return ['cable', 'number 0'].map((wanted) => found(wanted).length)") == [1, 0]


def test_chinese_that_was_moved_belongs_to_its_new_row(page: Page) -> None:
    """A search over both languages finds it there, and it is lit and played with the English beside it; and back."""
    found = "return [2, 3].map((k) => found(`number ${k} 第2句`).length)"
    page.js("setCorrecting(true); $('hearing').checked = false; choose(english[2]); moveChinese(1)")
    assert page.js(found) == [0, 3]
    page.click(sentence(3))
    page.arrives(starts(3))
    assert len(page.shown(".now")) == 3
    page.js("seek(0); hearSentence(sentences[5])")
    page.arrives(starts(3))
    page.js("undo()")
    assert page.js(found) == [2, 0]


def test_a_browser_that_keeps_nothing_is_told_for_good(page: Page) -> None:
    """It is still there when the correction itself has been told."""
    page.js("Storage.prototype.setItem = () => { throw new Error('full'); }")
    correct(page, 1)
    page.keys("x")
    assert page.text("#say") == "Marked as not said"
    assert page.shown("#told p") == ["This browser keeps nothing: it will be lost with the page"]


def test_two_tabs_have_the_same_corrections(chrome: Chrome, address: str) -> None:
    """What one corrects the other has, in time and text; neither's is lost at the next visit."""
    page = Page(chrome, address, kept=True)
    page.js("localStorage.clear()")
    chrome.refresh()
    first = chrome.current_window_handle
    chrome.switch_to.new_window("tab")
    chrome.get(address)
    second = chrome.current_window_handle
    try:
        for tab, k in ((first, 1), (second, 2), (first, 4)):
            chrome.switch_to.window(tab)
            correct(page, k)
            page.keys("x")
            page.js("openEditor(); document.getElementById('zh-text').value = `第${arguments[0]}。`; saveText()", k)
        for tab in (second, first):
            chrome.switch_to.window(tab)
            page.until(lambda: "6" in page.text("#export"), "all corrections are here")
        chrome.refresh()
        assert [bool(edit_of(page, k)) for k in (1, 2, 4)] == [True] * 3
        assert page.js("return rewrites.length") == 3
    finally:
        page.js("localStorage.clear()")
        chrome.switch_to.window(second)
        chrome.close()
        chrome.switch_to.window(first)


def test_a_draft_finds_its_sentences_in_a_note_that_changed(chrome: Chrome, tmp_path: Path) -> None:
    """The nearest of those that say it; what was applied meanwhile is not counted; what has no place is told."""

    def write(texts: dict[int, str], sha256: str) -> str:
        result = talk(tmp_path)
        sentences = [replace(s, text=texts.get(k, s.text)) for k, s in enumerate(result.note.sentences)]
        result = replace(result, note=replace(result.note, sentences=tuple(sentences), sha256=sha256))
        (tmp_path / "t.html").write_text(review_html(result, peaks=[], stem="t", recording=None), encoding="utf-8")
        return (tmp_path / "t.html").as_uri()

    again = {4: "Again and again.", 16: "Again and again."}
    page = Page(chrome, write(again, "a" * 64), sound=False, kept=True)
    page.js("localStorage.clear()")
    chrome.refresh()
    page.js(
        "const word = (k, to) => { choose(sentences[k]); openEditor(); document.getElementById('en-text').value = to;"
        " saveText(); }; setCorrecting(true); sentences[16].edit = null; commit([[sentences[16], {action: 'absent'}]]);"
        " commit([[sentences[20], {action: 'start', ms: 42500}]]);"
        " word(16, 'Again, and for ever.'); word(0, 'Applied.'); word(2, 'Never placed.');"
        " choose(sentences[8]); moveChinese(1)"
    )
    # Behind two new sentences all is two further on; one text was applied, one sentence has become another.
    moved = {4: "New.", 5: "新。", 6: "Again and again.", 18: "Again and again.", 0: "Applied.", 2: "Another."}
    write(
        moved | {16: "This is sentence number 7, about Wheels.", 20: "This is sentence number 10, at last."}, "b" * 64
    )
    chrome.refresh()
    assert page.js("return english.filter((s) => s.edit).map((s) => s.index)") == [18]
    assert page.js("return rewrites.map((r) => [r.sentence, r.to])") == [[18, "Again, and for ever."]]
    assert page.js("return pairs") == [{"sentence": 9, "with": 10}]
    assert page.text("#say").startswith("3 corrections from before are here")
    lost = [
        "This is sentence number 1, about Wheels. → Never placed.",
        "This is sentence number 10, about Wheels. → 0:42.500",
    ]
    told = ["2 corrections of what the note does not say any more:", *lost]
    assert page.shown("#told p") == told
    chrome.refresh()
    assert page.shown("#told p") == told
    page.click("#told [data-kind=strays] button:last-child")
    chrome.refresh()
    assert page.shown("#told p") == []
    page.js("localStorage.clear()")


# --- the recording ----------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_sound_says_so_and_can_be_gone_back_from(page: Page, tmp_path: Path) -> None:
    (tmp_path / "odd.xyz").write_text("no sound", encoding="utf-8")
    page.write("#file", str(tmp_path / "odd.xyz"))
    page.until(lambda: page.shown("#missing"), "it is said")
    assert page.text("#missing").startswith("This browser cannot play “odd.xyz”")
    page.click("#missing button")
    page.until(lambda: page.sound["ready"] >= 1, "the recording is back")
    assert page.shown("#missing") == []


def test_a_recording_of_another_length_is_told(page: Page, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "short.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 2))
    page.write("#file", str(tmp_path / "short.wav"))
    page.until(lambda: page.shown("#missing"), "it is said")

    assert page.text("#missing").startswith("“short.wav” lasts 0:02, the note's recording 1:00")


def test_a_youtube_that_says_nothing_can_be_gone_back_from(chrome: Chrome, tmp_path: Path) -> None:
    """As without a network: after eight seconds it is said, and the recording is there again."""
    result = talk(tmp_path)
    result = replace(result, note=replace(result.note, source="https://youtu.be/dQw4w9WgXcQ"))
    (tmp_path / "talk").mkdir()
    text = review_html(result, peaks=[], stem="talk", recording=None)
    (tmp_path / "talk" / "talk.review.html").write_text(text, encoding="utf-8")
    chrome.execute_cdp_cmd("Network.enable", {})
    chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*youtube-nocookie.com*"]})
    with serving(tmp_path / "talk") as server:
        page = Page(chrome, server.url)
        page.js("const real = setTimeout; window.setTimeout = (act, ms) => real(act, ms === 8000 ? 50 : ms)")
        page.click("#youtube")
        page.until(lambda: page.shown("#missing"), "it is said")
        told = page.text("#missing")
        page.click("#missing button")
        page.until(lambda: page.sound and page.sound["ready"] >= 1, "the recording is back")
        page.driver.get("about:blank")
    chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})

    assert told.startswith("YouTube's player does not answer. Is there a network?")


def test_a_recording_that_cannot_be_played_is_not_called_gone(chrome: Chrome, tmp_path: Path) -> None:
    """A browser does not tell the two apart; either way another file can be chosen in the notice itself."""
    (tmp_path / "odd.wav").write_text("no sound", encoding="utf-8")
    text = review_html(talk(tmp_path), peaks=[], stem="t", recording="odd.wav")
    (tmp_path / "t.html").write_text(text, encoding="utf-8")
    page = Page(chrome, (tmp_path / "t.html").as_uri(), sound=False)
    page.until(lambda: page.shown("#missing"), "it is said")
    assert "or this browser cannot play it" in page.text("#missing")
    page.js("window.asked = 0; document.getElementById('file').click = () => { asked += 1; }")
    page.click("#missing button")
    assert page.js("return asked") == 1


@pytest.mark.parametrize("is_served", [False, True])
def test_the_command_is_right_wherever_the_corrections_were_saved(
    chrome: Chrome, tmp_path: Path, *, is_served: bool
) -> None:
    """It names the note and the results as they are from anywhere, from a file and from a server."""
    folder = tmp_path / "my results" / "talk"
    folder.mkdir(parents=True)
    at = recording_address(tmp_path / "notes" / "talk é.md", folder)
    text = review_html(talk(tmp_path), peaks=[], stem="talk", recording=None, at=at)
    (folder / "talk.review.html").write_text(text, encoding="utf-8")
    with serving(folder) if is_served else nullcontext() as server:
        page = Page(chrome, server.url if server else (folder / "talk.review.html").as_uri(), sound=False)
        page.js("choose(english[1]); toggleGone(); exportEdits()")
        line = shlex.split(page.text("#told code"))
        chrome.get("about:blank")
    notes, results = tmp_path / "notes" / "talk é.md", tmp_path / "my results"
    assert line == ["subsync", "apply", str(notes), "talk.edits.json", "-o", str(results)]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_english_can_be_selected_and_copies_with_its_speaker(chrome: Chrome, tmp_path: Path) -> None:
    result = talk(tmp_path)
    paragraphs = (replace(result.note.paragraphs[0], speaker="Mira"), *result.note.paragraphs[1:])
    result = replace(result, note=replace(result.note, paragraphs=paragraphs))
    (tmp_path / "t.html").write_text(review_html(result, peaks=[], stem="t", recording=None), encoding="utf-8")
    page = Page(chrome, (tmp_path / "t.html").as_uri(), sound=False)
    text = page.js(
        "getSelection().selectAllChildren(document.querySelector('.row > p')); return getSelection().toString()"
    )
    assert text.strip() == "Mira: This is sentence number 0, about Wheels."


@pytest.mark.parametrize("name", ["doubtful", "edited"])
def test_a_filter_leaves_no_hole(page: Page, name: str) -> None:
    """What is left follows at once; where nothing is left, that is said, with a way back."""
    page.choose("#filter", name)
    high = page.js("return document.getElementById('transcript').getBoundingClientRect().height")
    assert high < 800 + 0.4 * 900
    assert page.shown("#nothing") == ([] if name == "doubtful" else ["Nothing of this kind. Show everything"])
    if name == "edited":
        page.click("#everything")
        assert len(page.shown(".s[id]")) == COUNT


def test_a_tall_sentence_is_followed_as_it_is_said(chrome: Chrome, tmp_path: Path) -> None:
    """What is said of it is in view at its end, too."""
    result = talk(tmp_path)
    sentences = list(result.note.sentences)
    sentences[8] = replace(sentences[8], text="word " * 900 + "end.", words=())
    result = replace(result, note=replace(result.note, sentences=tuple(sentences)))
    (tmp_path / "t.html").write_text(
        review_html(result, peaks=[], stem="t", recording=recording_address(result.media.path, tmp_path)), "utf-8"
    )
    page = Page(chrome, (tmp_path / "t.html").as_uri())
    for at in (18.1, 21.2):
        page.js("seek(arguments[0] * 1000)", at)
        page.until(lambda: page.js("return spoken && inView(spoken)"), "the place that is said is in view")
        page.until(lambda: page.js("return aim === null"), "it has been scrolled to")
    bottom = page.js("return spoken.node.getBoundingClientRect().bottom")
    assert bottom < page.js("return innerHeight + 100")


def test_a_phone_on_its_side_has_room_for_text(page: Page) -> None:
    resize(page.driver, 844, 390)
    top, bottom = page.js("return stretch()")
    assert bottom - top > 200


def test_a_finger_that_scrolls_does_not_seek(page: Page) -> None:
    """Up and down on the waveform is the page's."""
    assert page.js("return getComputedStyle(document.getElementById('wave')).touchAction") == "pan-y"
    page.js(
        "const wave = document.getElementById('wave'); const go = (type) => wave.dispatchEvent(new PointerEvent(type,"
        "{pointerType: 'touch', clientX: 600, clientY: 10, bubbles: true})); go('pointerdown'); go('pointercancel')"
    )
    assert page.time == 0


@pytest.mark.parametrize(
    ("wanted", "count"),
    [('it\'s an open source "wheel"', 1), ("關稅", 1), ("关税 number 1", 2), ("wheel 关税", 2), ("open-source", 1)],
)
def test_what_is_typed_finds_what_is_written(page: Page, wanted: str, count: int) -> None:
    """Quotes, hyphens, both kinds of characters, both languages in one question."""
    page.write("#search", wanted)
    page.until(lambda: page.text("#found") == f"{count} found", f"{count} found")


def test_the_hit_at_hand_is_told_from_the_others(page: Page) -> None:
    from selenium.webdriver import Keys

    page.write("#search", "wheels")
    page.until(lambda: len(page.shown(".hit")) > 5, "there are many")
    page.write("#search", Keys.ENTER + Keys.ENTER)
    colour = "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor"
    page.until(lambda: page.js(colour, ".hit.current") != page.js(colour, ".hit:not(.current)"), "it looks otherwise")


def test_keys_of_an_input_method_are_its_own(page: Page) -> None:
    """While Chinese is composed, a letter is no command."""
    page.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'l', isComposing: true}))")
    page.js("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'l', keyCode: 229, bubbles: true}))")
    assert page.time == 0


def test_space_plays_after_a_button_was_clicked(page: Page) -> None:
    """And does not press the button again."""
    page.click("#follow")
    page.keys(" ")
    page.until(lambda: not page.sound["paused"], "it plays")
    assert page.js("return following") is False


def test_a_click_is_in_the_address_and_back_goes_back(page: Page) -> None:
    page.click(sentence(1))
    page.click(sentence(9))
    assert page.driver.current_url.endswith("#s=18")
    page.driver.back()
    page.arrives(starts(1))


def test_the_close_up_follows_the_voice(page: Page) -> None:
    correct(page, 1)
    page.js("seek(20000); play()")
    page.until(lambda: page.js("return Math.abs(centre - now()) <= SIDE"), "the voice is in the close-up")


# --- from the page into the note --------------------------------------------------------------------------------------


@contextmanager
def applying(folder: Path, chrome: Chrome) -> Iterator[Page]:
    page = folder / f"{folder.name}.review.html"
    with PageServer(
        folder, recording=SAMPLES / "tide-machine.opus", apply=_applier(folder, page, layers({}))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Page(chrome, server.url)
            chrome.get("about:blank")
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.model
def test_a_served_page_applies_its_corrections_at_once(
    chrome: Chrome, heard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note, the subtitles and the page itself have them; the note has no other character changed."""
    shutil.copytree(heard, tmp_path / "cache")
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "cache"))
    for name in ("tide-machine.md", "tide-machine.opus"):
        shutil.copy(SAMPLES / name, tmp_path)
    note = tmp_path / "tide-machine.md"
    before = note.read_text(encoding="utf-8")
    monkeypatch.setenv("SUBSYNC_MODEL", "tiny.en")
    main(["sync", str(note), "-o", str(tmp_path / "out")], standalone_mode=False)
    folder = tmp_path / "out" / "tide-machine"
    with applying(folder, chrome) as page:
        page.js(
            "window.old = true; setCorrecting(true); choose(english.find((s) => s.text === 'So the wire is the sum.'))"
        )
        page.js("openEditor(); document.getElementById('en-text').value = 'So the wire is their sum.'; saveText()")
        page.js("nudge(100)")
        moved = page.js("return chosen.start")
        page.click("#applying")
        page.until(
            lambda: page.js("return window.old === undefined && document.readyState === 'complete'"), "a new page", 120
        )
        shown = page.js(
            "const s = english.find((o) => o.text === 'So the wire is their sum.'); return [s.start, s.edit]"
        )

    assert note.read_text(encoding="utf-8") == before.replace("So the wire is the sum.", "So the wire is their sum.")
    assert "So the wire is their sum." in (folder / "tide-machine.en.srt").read_text(encoding="utf-8")
    assert shown == [moved, {"action": "start", "ms": moved}]


def test_what_was_refused_stays_told_and_kept(chrome: Chrome, tmp_path: Path) -> None:
    """All of it, while the recording is loaded and after a reload; until the reader has seen it."""
    (tmp_path / "talk").mkdir()
    result = talk(tmp_path)
    path = tmp_path / "talk" / "talk.review.html"
    path.write_text(review_html(result, peaks=[], stem="talk", recording=None), encoding="utf-8")
    answer = {"refused": ["one cannot be", "two cannot be"]}
    with PageServer(path.parent, recording=result.media.path, apply=lambda _: answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        page = Page(chrome, server.url, kept=True)
        correct(page, 1)
        page.keys("x")
        page.js("window.old = 1")
        page.click("#applying")
        page.until(lambda: page.js("return !window.old && document.readyState === 'complete'"), "a new page")
        page.until(lambda: page.sound["ready"] >= 1, "the recording is there")
        chrome.refresh()
        page.until(lambda: page.sound["ready"] >= 1, "the recording is there again")
        told, edit = page.shown("#told p"), edit_of(page, 1)
        page.js("localStorage.clear()")
        chrome.get("about:blank")
        server.shutdown()

    assert told == ["one cannot be", "two cannot be"]
    assert edit == {"action": "absent"}


def test_a_page_that_is_older_than_the_result_takes_nothing_back(chrome: Chrome, tmp_path: Path) -> None:
    """What another tab applied stays; the corrections of this one are there after a reload."""
    (tmp_path / "talk").mkdir()
    result = talk(tmp_path)
    path = tmp_path / "talk" / "talk.review.html"
    path.write_text(review_html(result, peaks=[], stem="talk", recording=None), encoding="utf-8")
    applied: list[str] = []

    def apply(text: str) -> dict[str, object]:
        applied.append(text)
        return {}

    with PageServer(path.parent, recording=result.media.path, apply=apply) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        page = Page(chrome, server.url, kept=True)
        correct(page, 1)
        page.keys("x")
        edits = [Edit(6, "absent")]
        path.write_text(review_html(result, peaks=[], stem="talk", recording=None, edits=edits), encoding="utf-8")
        page.click("#applying")
        page.until(lambda: page.shown("#told p"), "it is told")
        told = page.shown("#told p")[0]
        assert applied == []
        chrome.refresh()
        both = [edit_of(page, k) for k in (1, 3)]
        page.js("window.old = 1")
        page.click("#applying")
        page.until(lambda: page.js("return !window.old"), "it is applied")
        page.js("localStorage.clear()")
        chrome.get("about:blank")
        server.shutdown()

    assert told.startswith("Not applied: the result has changed since this page was opened. Reload the page")
    assert both == [{"action": "absent"}] * 2
    assert len(applied) == 1


def test_corrections_of_foreign_pages_are_not_taken(tmp_path: Path) -> None:
    """Neither what a form could send nor what another origin does; what is refused says why."""
    from test_serve import ask

    from subsync.errors import UsageError

    (tmp_path / "talk.review.html").write_text("<html>", encoding="utf-8")

    def apply(text: str) -> dict[str, object]:
        if text == "bad":
            raise UsageError("what", "why")
        return {"got": text}

    with PageServer(tmp_path, recording=None, apply=apply) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            path = f"/{server.token}/apply"
            json_type = {"Content-Type": "application/json"}
            got = [
                ask(server, path, method="POST", body=body, **headers)
                for body, headers in (
                    ("x", json_type),
                    ("x", {"Content-Type": "text/plain"}),
                    ("x", json_type | {"Origin": "http://evil.example"}),
                    ("bad", json_type),
                )
            ]
            sizes = [
                ask(server, path, method="POST", **json_type, **{"Content-Length": size})[0].status
                for size in (str((8 << 20) + 1), "-1", "many")
            ]
            wrong = ask(server, "/wrong/apply", method="POST", body="x", **json_type)
        finally:
            server.shutdown()
            thread.join()

    assert [answer.status for answer, _ in got] == [200, 403, 403, 409]
    assert [json.loads(body) for _, body in (got[0], got[3])] == [{"got": "x"}, {"error": "what", "remedy": "why"}]
    assert sizes == [413, 413, 413]
    assert wrong[0].status == 404
