"""The study page in Debian's Chromium, on a phone and on a desk: what a learner does with it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from time import sleep
from typing import TYPE_CHECKING

import pytest
from chromium import MISSING, browser, resize
from webpage import AXE, COUNT, NO_AXE, Page, sentence, serious, serving, starts, talk

from subsync.datatypes import Alignment, Bead, TimedSentence
from subsync.formats import all_files
from subsync.pages import recording_address, study_html, with_sound
from subsync.pages.index import index_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

    from subsync.datatypes import SyncResult

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

PHONE, DESK = (390, 844), (1280, 800)
END = 3.5
"""Seconds after its start at which a sentence of the talk ends."""


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


def written(made: Path, result: SyncResult) -> Path:
    made.mkdir()
    page = study_html(result, stem="talk", recording=recording_address(result.media.path, made))
    for name, text in (all_files(result, "talk") | {"talk.study.html": page}).items():
        (made / name).write_text(text, encoding="utf-8")
    return made / "talk.study.html"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("out")
    return written(root / "talk", talk(root)).as_uri()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(chrome: Chrome, address: str, request: pytest.FixtureRequest) -> Page:
    page = Page(chrome, address)
    resize(chrome, *request.param)
    return page


@pytest.fixture
def desk(chrome: Chrome, address: str) -> Page:
    return Page(chrome, address)


def wish(page: Page, **values: object) -> None:
    """Choose in the settings, as their controls do."""
    for name, value in values.items():
        page.js("setWish(arguments[0], arguments[1])", name, value)


def stops(page: Page) -> float:
    """Where it stands once it has paused by itself."""
    page.until(lambda: not page.sound["paused"], "it plays")
    page.until(lambda: page.sound["paused"], "it pauses by itself")
    return page.time


def near_the_end(page: Page, k: int) -> None:
    """Play on from the last second of a sentence: what is before it need not be waited for."""
    page.js("document.querySelector('audio').currentTime = arguments[0]", starts(k) + END - 1)


def lit(page: Page, k: int) -> bool:
    return f"This is sentence number {k}, about Wheels." in page.shown(".now")


def stands(page: Page, seconds: float) -> bool:
    return page.time == seconds


# --- listening --------------------------------------------------------------------------------------------------------


def test_a_tap_on_a_sentence_plays_it(page: Page) -> None:
    """In either language; the sentence is lit, and the word that is said."""
    for k, lang in ((4, "en"), (1, "zh")):
        page.click(sentence(k, lang))
        page.arrives(starts(k))
        page.until(partial(lit, page, k), "it is lit")
    word = "return [...CSS.highlights.get('word')].map((range) => range.toString())"
    seen: set[str] = set()

    def three() -> bool:
        seen.update(page.js(word))
        return len(seen) >= 3

    page.until(three, "word after word is lit")
    assert seen <= {"This", "is", "sentence", "number", "1,", "about", "Wheels."}
    assert page.complaints == []


def test_where_the_copy_that_pages_play_is_gone_the_recording_itself_plays(chrome: Chrome, tmp_path: Path) -> None:
    result = talk(tmp_path)
    itself = recording_address(result.media.path, tmp_path)
    text = study_html(result, stem="t", recording="gone.mp4", itself=itself)
    (tmp_path / "t.html").write_text(text, encoding="utf-8")
    page = Page(chrome, (tmp_path / "t.html").as_uri())
    assert page.shown("#missing") == []
    page.click(sentence(1))
    page.arrives(starts(1))


def test_it_pauses_after_each_sentence(page: Page) -> None:
    """Within 80 ms after its end, and never before; playing goes on with the next."""
    wish(page, pause="sentence")
    page.click(sentence(0))
    late = []
    for k in range(2):
        near_the_end(page, k)
        late.append(stops(page) - starts(k) - END)
        assert page.shown("#state") == ["Paused; play goes on"]
        page.click("#go")

    assert min(late) >= 0
    # A machine that does other things may let a frame wait; the page has no such wait of its own in every one.
    assert min(late) <= 0.08


def test_it_pauses_after_each_paragraph(desk: Page) -> None:
    """A paragraph of the talk has two sentences."""
    wish(desk, pause="paragraph", rate=2)
    desk.click(sentence(0))
    near_the_end(desk, 0)

    assert stops(desk) >= starts(1) + END


def test_a_sentence_is_repeated_as_often_as_wished(page: Page) -> None:
    """Then the next one is."""
    page.js("window.begun = []; document.querySelector('audio').addEventListener('seeked', () => begun.push(now()))")
    wish(page, repeat=2, rate=2)
    page.click(sentence(1))
    page.until(lambda: page.time > starts(2) + 0.2, "the next sentence is heard", 15)

    assert [round(ms / 1000) for ms in page.js("return begun")] == [starts(1), starts(1)]


def test_a_loop_from_a_to_b(desk: Page) -> None:
    desk.js("window.back = 0; document.querySelector('audio').addEventListener('seeked', () => { back += 1; })")
    for at in (5, 6):
        desk.js("document.querySelector('audio').currentTime = arguments[0]", at)
        desk.until(partial(stands, desk, at), "it is there")
        desk.keys("a")
    desk.until(lambda: desk.js("return back") >= 5, "it went back again and again", 15)
    assert 4.9 <= desk.time < 6.5
    desk.keys("a")
    desk.until(lambda: desk.time > 7, "the loop has ended")


def test_a_silence_to_speak_in_is_as_long_as_the_sentence(page: Page) -> None:
    """By the page's own clock, from where it pauses: the event may come late. It says whose turn it is, and goes on."""
    page.js(
        "window.silences = []; let from; const a = document.querySelector('audio');"
        "a.pause = () => { from = performance.now(); HTMLMediaElement.prototype.pause.call(a); };"
        "a.addEventListener('play', () => { if (from) silences.push(performance.now() - from); });"
    )
    wish(page, gap=1, rate=2)
    page.click(sentence(1))
    near_the_end(page, 1)
    page.until(lambda: page.shown("#state") == ["Your turn (1.8 s)"], "it says whose turn it is")
    page.until(lambda: page.js("return silences.length"), "it goes on", 15)

    assert page.js("return silences[0]") >= 1740  # 3.5 s at double speed; a busy machine only makes it longer
    page.arrives(starts(2))


def test_chinese_is_read_before_english_is_heard(desk: Page) -> None:
    """Eleven characters have 2.2 s, and stand above; the button cuts that short."""
    wish(desk, primed=True, pause="sentence")
    desk.click(sentence(1))
    assert desk.shown("#state") == ["Read first (2.4 s)"]
    assert desk.sound["paused"]
    tops = "return ['p[lang=en]', 'p[lang|=zh]'].map((s) => document.querySelector(s).getBoundingClientRect().top)"
    en, zh = desk.js(tops)
    assert zh < en
    desk.click("#go")
    desk.until(lambda: not desk.sound["paused"], "it plays at once")
    desk.arrives(starts(1))


def test_previous_next_and_repeat(page: Page) -> None:
    """From what is at hand, playing."""
    page.click(sentence(4))
    page.arrives(starts(4))
    for button, k in (("#next", 5), ("#next", 7), ("#previous", 5), ("#repeat", 5)):  # the sixth is not said
        page.click(button)
        page.arrives(starts(k))
        assert not page.sound["paused"]


def test_the_speed_is_kept(desk: Page) -> None:
    wish(desk, rate=1.5)
    assert desk.js("return document.querySelector('audio').playbackRate") == 1.5
    desk.keys("<")
    assert desk.js("return document.querySelector('audio').playbackRate") == 1.4
    assert desk.js("return JSON.parse(localStorage.getItem('subsync:study')).rate") == 1.4


def test_another_tab_that_plays_makes_this_one_pause(desk: Page, address: str) -> None:
    desk.click(sentence(2))
    first = desk.driver.current_window_handle
    desk.driver.switch_to.new_window("tab")
    desk.driver.get(address)
    desk.js("hear(english[0])")
    desk.driver.find_element("css selector", "#go").click()
    desk.until(lambda: not desk.sound["paused"], "the other one plays")
    sleep(0.2)  # what it says to other tabs is under way
    desk.driver.close()
    desk.driver.switch_to.window(first)
    desk.until(lambda: desk.sound["paused"], "it has paused")


# --- reading ----------------------------------------------------------------------------------------------------------

INK = "return getComputedStyle(document.querySelector(arguments[0])).color !== 'rgba(0, 0, 0, 0)'"


@pytest.mark.parametrize(("lang", "other", "key"), [("en", "zh", "e"), ("zh", "en", "z")])
def test_a_language_is_hidden_until_it_is_tapped(page: Page, lang: str, other: str, key: str) -> None:
    """The tap shows it and does not play; the other language is there all the time."""
    page.keys(key)
    page.until(lambda: not page.js(INK, sentence(1, lang)), "it is hidden")
    assert page.js(INK, sentence(1, other))
    page.click(sentence(1, lang))
    page.until(lambda: page.js(INK, sentence(1, lang)), "it is shown")
    assert page.sound["paused"]
    assert not page.js(INK, sentence(2, lang))
    page.keys(key)
    page.until(lambda: page.js(INK, sentence(2, lang)), "all of it is shown")


def test_text_can_be_selected_and_that_does_not_play(page: Page) -> None:
    """A dictionary's pop-up needs a word that can be selected."""
    from selenium.webdriver import ActionChains

    box = page.driver.find_element("css selector", sentence(0))
    ActionChains(page.driver).move_to_element(box).double_click().perform()

    assert page.js("return getSelection().toString().trim()").strip(",.") in "This is sentence number 0, about Wheels."
    assert page.js("return getSelection().toString().trim()") != ""


PAIR = """return [...CSS.highlights.get("pair")].map((r) => [r.startContainer.parentNode.sentence.index, `${r}`])"""


def test_words_that_render_each_other_light_up_in_both_languages(page: Page) -> None:
    """Under the pointer or at a tap, from either side; a word without a link lights nothing."""
    from selenium.webdriver import ActionChains

    def point_at(k: int, lang: str, word: str) -> None:
        where = """const node = document.querySelector(arguments[0]).firstChild, range = new Range();
          const at = node.data.indexOf(arguments[1]);
          range.setStart(node, at); range.setEnd(node, at + arguments[1].length);
          const box = range.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"""
        page.js("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", sentence(k))
        x, y = page.js(where, sentence(k, lang), word)
        mouse = ActionChains(page.driver, duration=0)
        mouse.w3c_actions.pointer_action.move_to_location(int(x), int(y))  # type: ignore[no-untyped-call]
        mouse.perform()

    both = [[2, "Wheels."], [3, "轮子"]]
    for lang, word in (("en", "Wheels"), ("zh", "轮子")):
        point_at(1, lang, word)
        page.until(lambda: page.js(PAIR) == both, f"{word} is lit up with its counterpart")
        point_at(1, lang, "number" if lang == "en" else "说的")
        page.until(lambda: page.js(PAIR) == [], "nothing is lit up")


def test_what_renders_the_word_that_is_said_is_lit_up(desk: Page) -> None:
    desk.js("seek(5200)")
    desk.until(lambda: desk.js(PAIR) == [[0, "Wheels."], [1, "轮子"]], "the Chinese of the spoken word is lit up")


def test_absent_text_is_grey_and_plays_nothing(desk: Page) -> None:
    faint = "return getComputedStyle(document.querySelector(arguments[0])).color"
    assert desk.js(faint, sentence(6)) != desk.js(faint, sentence(5))
    desk.click(sentence(6))
    assert desk.text("#say") == "Not in the recording"
    assert desk.sound["paused"]


def test_the_text_grows_and_stays_so(desk: Page, address: str) -> None:
    size = f"return parseFloat(getComputedStyle(document.querySelector('{sentence(0)}')).fontSize)"
    before = desk.js(size)
    desk.keys("++")
    grown = desk.js(size)
    assert grown > 1.25 * before
    assert Page(desk.driver, address).js(size) == before  # who was never here has the usual size


@pytest.mark.parametrize(("link", "k"), [("#s=8", 4), ("#s8", 4), ("#t=18", 4), ("#t=0:18", 4), ("#t=18.5s", 4)])
def test_links_lead_to_their_place(chrome: Chrome, address: str, link: str, k: int) -> None:
    """Of a sentence or of a time; nothing plays unasked."""
    page = Page(chrome, address + link)
    page.arrives(starts(k))
    assert page.sound["paused"]
    page.until(lambda: f"This is sentence number {k}, about Wheels." in page.shown(".now"), "it is lit")


def test_a_click_can_be_gone_back_from(desk: Page) -> None:
    desk.click(sentence(1))
    desk.click(sentence(9))
    assert desk.driver.current_url.endswith("#s=18")
    desk.driver.back()
    desk.until(lambda: desk.driver.current_url.endswith("#s=2"), "the address is the former")
    desk.arrives(starts(1))


def test_in_a_pause_what_was_said_last_is_at_hand(page: Page) -> None:
    """Where the reader went, and where the page was left: after each sentence it pauses behind its end."""
    resize(page.driver, 390, 500)
    behind = 1000 * (starts(9) + END) + 100
    page.js("seek(arguments[0])", behind)
    in_view = "return spoken === null && aim === null && inView(english[9]) && hand === english[9]"
    page.until(lambda: page.js(in_view), "it is seen")
    page.click("#next")
    page.arrives(starts(10))
    page.silence()
    page.js("seek(arguments[0])", behind)
    page.driver.refresh()
    page.until(lambda: page.sound["ready"] >= 1, "it is there again")
    page.until(lambda: page.js(in_view), "it is seen again")


def test_a_screen_reader_is_not_told_the_time_every_second(desk: Page) -> None:
    live = "output, [role=status], [role=alert], [aria-live]"
    assert desk.js("return ['clock', 'length', 'place'].map((id) => $(id).closest(arguments[0]))", live) == [None] * 3


def test_the_place_is_remembered(chrome: Chrome, address: str) -> None:
    page = Page(chrome, address)
    page = Page(chrome, address, kept=True)
    page.js("seek(30500)")
    page.until(lambda: page.time == 30.5, "it is there")
    chrome.refresh()
    page.until(lambda: page.time == 30.5, "it is there again")
    assert page.sound["paused"]
    assert page.text("#say") == "You were at 0:30"


@pytest.mark.parametrize(
    ("key", "more"), [("c", ""), ("t", "[0:10] "), ("y", "talk.study.html#s=4")], ids=["text", "time", "link"]
)
def test_a_sentence_is_copied_in_both_languages(desk: Page, key: str, more: str) -> None:
    """Alone, with its time, with a link."""
    desk.js("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")
    desk.js("point(english[2])")
    desk.keys(key)
    text = "This is sentence number 2, about Wheels.\n这是第2句，说的是轮子。"

    assert desk.js("return copied") == (f"{text}\n{more}" if key == "y" else f"{more}{text}")
    desk.until(lambda: desk.text("#say") == "Copied", "it is said")


@pytest.mark.parametrize("kind", ["no Chinese", "nothing said", "nothing at all"])
def test_notes_that_lack_something_are_shown(chrome: Chrome, tmp_path: Path, kind: str) -> None:
    """Every control can be pressed, and nothing breaks."""
    result = talk(tmp_path)
    note, absent = result.note, TimedSentence(None, None, "absent", 0.0)
    if kind == "no Chinese":
        paragraphs = tuple(replace(p, zh=()) for p in note.paragraphs)
        sentences = tuple(replace(s, lang="en") for s in note.sentences)
        beads = tuple(Bead(s.paragraph, (k,), (), 1.0) for k, s in enumerate(sentences))
        result = replace(result, note=replace(note, paragraphs=paragraphs, sentences=sentences), beads=beads)
    elif kind == "nothing said":
        result = replace(result, alignment=replace(result.alignment, sentences=(absent,) * len(note.sentences)))
    else:
        empty = replace(note, sections=(), paragraphs=(), sentences=())
        result = replace(result, note=empty, alignment=Alignment((), ()), beads=())
    page = Page(chrome, written(tmp_path / "talk", result).as_uri())
    for keys in ("dhrs", "pezc", "aaf?"):
        page.js("dictate(false); for (const d of document.querySelectorAll('dialog')) d.close()")
        page.js("document.activeElement.blur()")
        for key in keys:
            page.js(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", key
            )
    for button in ("#go", "#next", "#previous", "#repeat"):
        page.js("document.querySelector(arguments[0]).click()", button)

    assert page.complaints == []
    assert len(page.shown(".s[id]")) == {"no Chinese": 2 * COUNT, "nothing said": COUNT, "nothing at all": 0}[kind]


# --- dictation --------------------------------------------------------------------------------------------------------


def test_dictation_shows_three_kinds_of_slips(page: Page) -> None:
    """A word missing, a word too many, a word wrong; case, punctuation and fillers are forgiven."""
    from selenium.webdriver import Keys

    page.click(sentence(1))
    page.keys("d")
    assert not page.js(INK, sentence(1))
    page.write("#typed", "um this is a sentense number 1 wheels" + Keys.ENTER)
    slips = page.until(
        lambda: page.js(
            "return ['missing', 'extra', 'wrong'].map((kind) => [...document.querySelectorAll(`#differences .${kind}`)]"
            ".map((e) => e.childNodes[1].textContent))"
        ),
        "the differences are there",
    )

    assert slips == [["about"], ["a"], ["sentence"]]
    assert page.text("#differences .verdict") == "Slips: 3"
    assert page.js(INK, sentence(1))
    page.js("document.getElementById('typed').value = ''")
    page.write("#typed", "THIS IS, sentence number 1 uh about wheels" + Keys.ENTER)
    page.until(lambda: page.text("#differences .verdict") == "All right!", "all is right")
    page.click("#onward")
    assert page.js("return asked.text") == "This is sentence number 2, about Wheels."
    page.click("#undictate")
    assert page.shown("#dictation") == []


def test_dictation_stops_where_the_asked_sentence_ends(page: Page) -> None:
    """Whatever the reader's wishes; playing goes over the same sentence again, not into the next."""
    wish(page, pause="paragraph", repeat=3)
    page.click(sentence(2))
    page.keys("d")
    for _ in range(2):
        near_the_end(page, 2)
        assert starts(2) + END <= stops(page) < starts(3)
        assert page.shown("#state") == ["Type what was said; play repeats it"]
        page.click("#go")
        page.arrives(starts(2))
    page.click("#undictate")
    assert page.shown("#state") == []


def test_words_are_compared_as_a_teacher_would(desk: Page) -> None:
    for said, typed, kinds in (
        ("It's a well-known fact.", "its a well known fact", "same same same same same"),
        ("Yes.", "", "missing"),
        ("Yes.", "yes yes", "extra same"),
        ("One two three.", "one three", "same missing same"),
        ("Um, hello.", "hello", "same"),
        ("The tide turns.", "the tied turns", "same wrong same"),
        ("…", "what", "extra"),
    ):
        steps = desk.js("return compare(arguments[0], arguments[1])", said, typed)
        assert " ".join(kind for kind, *_ in steps) == kinds, said


# --- stars ------------------------------------------------------------------------------------------------------------


def download(page: Page, button: str, name: str, folder: Path) -> str:
    page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    page.js("document.getElementById(arguments[0]).click()", button)
    page.until((folder / name).exists, f"{name} is there")
    return (folder / name).read_text(encoding="utf-8")


def test_who_goes_outside_a_loop_leaves_it(desk: Page) -> None:
    """By a tap, a step or the place bar; a sentence within stays in it; the page shows that a loop is on."""
    ways = (
        lambda: desk.click(sentence(7)),
        lambda: desk.js("point(english[4]); stepTo(1)"),
        lambda: desk.js("jump(50000)"),
        lambda: desk.js("const bar = document.getElementById('place'); bar.value = 50000; bar.oninput()"),
        lambda: desk.click("#looping"),
    )
    for leave in ways:
        desk.js("seek(18100); setLoop(); seek(19500); setLoop(); hear(english[4])")
        assert desk.shown("#looping") == ["0:18 to 0:19: end the loop"]
        leave()
        assert desk.js("return [loop.a, loop.b]") == [None, None]
        assert desk.shown("#looping") == []
        assert desk.text("#say") == "No loop"
        desk.silence()


def test_back_from_the_first_click_leads_to_where_the_reader_was(desk: Page) -> None:
    desk.js("seek(30000)")
    desk.click(sentence(1))
    desk.arrives(starts(1))
    desk.silence()
    desk.driver.back()
    desk.until(lambda: desk.time == 30, "it is where it was")
    assert desk.js("return kept.read(own('place'), null)") == 30000


def test_space_plays_after_a_dialog_was_left(desk: Page) -> None:
    """And does not open it again; who opened it by a key is back at its button."""
    from selenium.webdriver import Keys

    desk.click("#wishes")
    desk.keys(Keys.ESCAPE)
    desk.until(lambda: not desk.js("return document.getElementById('settings').open"), "it is shut")
    desk.keys(" ")
    desk.until(lambda: not desk.sound["paused"], "it plays")
    assert not desk.js("return document.getElementById('settings').open")
    desk.silence()
    desk.js("document.getElementById('wishes').focus()")
    desk.keys(Keys.ENTER)
    desk.until(lambda: desk.js("return document.getElementById('settings').open"), "it is open")
    desk.keys(Keys.ESCAPE)
    desk.until(lambda: desk.js("return document.activeElement.id") == "wishes", "the button has the focus")


def test_what_is_hidden_stays_so_in_forced_colours(desk: Page) -> None:
    """There the browser paints all text in the reader's colour."""
    desk.js("setWish('en', false)")
    forced = {"features": [{"name": "forced-colors", "value": "active"}]}
    desk.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", forced)
    paint = "const c = getComputedStyle(document.querySelector(arguments[0])); return [c.color, c.backgroundColor]"
    assert (
        desk.js("return getComputedStyle(document.querySelector(arguments[0])).forcedColorAdjust", sentence(1))
        == "none"
    )
    desk.until(lambda: len(set(desk.js(paint, sentence(1)))) == 1, "ink and ground are one")
    desk.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_stars_are_reached_by_tab_alone(desk: Page) -> None:
    """One stop: that of the sentence at hand."""
    from selenium.webdriver import Keys

    desk.js("document.getElementById('letters').checked = false; point(english[3]); hand.node.focus()")
    assert desk.js("return document.querySelectorAll('.star[tabindex=\"0\"]').length") == 1
    desk.keys(Keys.TAB + Keys.ENTER)
    assert desk.js("return [...stars]") == [6]


def test_two_tabs_have_the_same_stars(chrome: Chrome, address: str) -> None:
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
            page.js("toggleStar([english[arguments[0]]])", k)
        for tab in (second, first):
            chrome.switch_to.window(tab)
            page.until(lambda: len(page.shown(".star[aria-pressed=true]")) == 3, "all stars are here")
        chrome.refresh()
        assert page.text("#starred") == "3"
    finally:
        page.js("localStorage.clear()")
        chrome.switch_to.window(second)
        chrome.close()
        chrome.switch_to.window(first)


def test_stars_that_cannot_be_kept_say_so_for_good(desk: Page) -> None:
    desk.js("Storage.prototype.setItem = () => { throw new Error('full'); }")
    desk.js("[1, 2].forEach((k) => toggleStar([english[k]]))")
    assert desk.text("#say") == "Starred"
    assert desk.shown("#told p") == ["This browser keeps nothing: it will be lost with the page"]
    assert desk.text("#starred") == "2"


def test_stars_survive_a_reload_and_are_exported(page: Page, tmp_path: Path) -> None:
    """As a deck list for Anki, as Markdown, as a list for subsync."""
    page.click(f".row:has({sentence(4)}) .star")
    page.js("point(english[1])")
    page.keys("s")
    page.js("window.kept_now = localStorage.getItem('subsync:' + own('stars'))")
    saved = page.js("return kept_now")
    page.driver.refresh()
    page.js("localStorage.setItem('subsync:' + own('stars'), arguments[0])", saved)
    page.driver.refresh()
    assert page.js("return [...document.querySelectorAll('.star[aria-pressed=true]')].length") == 2
    assert page.text("#starred") == "2"

    deck = download(page, "anki", "talk.anki.txt", tmp_path).splitlines()
    assert deck[:4] == [
        "#separator:tab",
        "#html:false",
        "#deck:A talk",
        "#columns:English\tChinese\tSpeaker\tSection\tTime\tLink",
    ]
    assert deck[4].split("\t")[:2] == ['"This is sentence number 1, about Wheels."', '"这是第1句，说的是轮子。"']
    assert len(deck) == 6
    markdown = download(page, "markdown", "talk.stars.md", tmp_path)
    first = "- This is sentence number 1, about Wheels. ([0:06](<talk.study.html#s=2>))"
    assert f"## Wheels\n\n{first}\n  这是第1句，说的是轮子。" in markdown
    listed = json.loads(download(page, "list", "talk.stars.json", tmp_path))
    assert listed["stars"] == [2, 8]
    page.js("localStorage.clear()")


# --- languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "lang", "settings"),
    [(["zh-CN", "en"], "zh-Hans", "设置"), (["zh-TW"], "zh-Hant", "設定"), (["de", "en-GB"], "en", "Settings")],
)
def test_the_page_speaks_the_readers_language(
    chrome: Chrome, address: str, asked: list[str], lang: str, settings: str
) -> None:
    """By what the browser asks for; and another when chosen."""
    script = f"Object.defineProperty(navigator, 'languages', {{get: () => {json.dumps(asked)}}})"
    added = chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    try:
        page = Page(chrome, address)
        assert page.js("return document.documentElement.lang") == lang
        assert page.text("#settings-title") == settings
        assert page.js("return document.getElementById('wishes').ariaLabel") == settings
        page.keys("?")
        page.choose("#tongue", "zh-Hant")
        assert page.text("#settings-title") == "設定"
        assert page.js("return document.documentElement.lang") == "zh-Hant"
    finally:
        chrome.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_every_text_is_there_in_three_languages(desk: Page) -> None:
    """With the same places in it; and none is empty."""
    texts = desk.js("return TEXTS")
    assert len(texts) > 200
    for key, entry in texts.items():
        assert len(entry) == 3, key
        assert all(text.strip() for text in entry), key
        assert len({tuple(sorted(set(re.findall(r"\{\d\}", text)))) for text in entry}) == 1, key


def test_each_part_says_its_language(chrome: Chrome, tmp_path: Path) -> None:
    """A note in Traditional characters gets Traditional fonts, whatever the page speaks."""
    result = talk(tmp_path)
    traditional = tuple(
        replace(s, text=s.text.replace("这", "這").replace("说", "說").replace("轮", "輪"))
        for s in result.note.sentences
    )
    result = replace(result, note=replace(result.note, sentences=traditional))
    page = Page(chrome, written(tmp_path / "talk", result).as_uri())

    assert page.js("return document.querySelector(arguments[0]).closest('[lang]').lang", sentence(0)) == "en"
    assert page.js("return document.querySelector(arguments[0]).closest('[lang]').lang", sentence(0, "zh")) == "zh-Hant"
    font = page.js("return getComputedStyle(document.querySelector(arguments[0])).fontFamily", sentence(0, "zh"))
    assert "TC" in font
    assert "SC" not in font
    headings = page.js("return [...document.querySelectorAll('main h2 span')].map((h) => [h.textContent, h.lang])")
    assert headings == [["Wheels", "en"], ["轮子", "zh-Hant"]]


# --- for everybody ----------------------------------------------------------------------------------------------------


def test_targets_are_large_enough_for_a_thumb(chrome: Chrome, address: str) -> None:
    """44 px either way, of all that is shown on a phone; sentences are text."""
    page = Page(chrome, address)
    resize(chrome, *PHONE)
    page.js("document.getElementById('settings').showModal()")
    small = page.js(
        "return [...document.querySelectorAll('button, select, .button')].filter((e) => e.getClientRects().length)"
        ".map((e) => [e.id || e.className || e.textContent, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.width < 44 || box.height < 44)"
        ".map(([name, box]) => `${name} ${box.width} ${box.height}`)"
    )
    assert small == []


def test_nothing_is_wider_than_the_window(desk: Page) -> None:
    desk.keys("d")
    for width in (1280, 390, 320):
        resize(desk.driver, width, 700)
        assert desk.js("return document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(bool(NO_AXE), reason=NO_AXE)
def test_axe_finds_nothing_serious(chrome: Chrome, address: str) -> None:
    """As it opens, playing, hidden, with a dictation, its settings and its sections open."""
    page = Page(chrome, address)
    page.js(AXE.read_text(encoding="utf-8"))
    states: dict[str, Callable[[], object]] = {
        "as it opens": lambda: None,
        "playing": lambda: page.click(sentence(4)),
        "starred": lambda: page.keys("s"),
        "hidden": lambda: page.keys("e"),
        "search": lambda: page.js("find(true); document.getElementById('search').value = 'wheels'; search()"),
        "dictation": lambda: page.js(
            "find(false); dictate(true); document.getElementById('typed').value = 'this sentense'; check()"
        ),
        "settings": lambda: page.js("dictate(false); document.getElementById('settings').showModal()"),
        "sections": lambda: page.js(
            "document.getElementById('settings').close(); document.getElementById('contents').showModal()"
        ),
    }
    for name, reach in states.items():
        reach()
        assert serious(page, PHONE, DESK) == [], name


def test_the_lock_screen_knows_what_plays(desk: Page) -> None:
    assert desk.js("return navigator.mediaSession.metadata.title") == "A talk"


def test_a_headset_cuts_a_silence_short_as_the_button_does(chrome: Chrome, address: str) -> None:
    """Else it would play what was heard, and jump away when the silence is over."""
    listen = "navigator.mediaSession.setActionHandler = (name, act) => { (window.acts ??= {})[name] = act; };"
    script = chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": listen})
    page = Page(chrome, address)
    chrome.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    wish(page, primed=True)
    page.click(sentence(1))
    assert page.shown("#state") == ["Read first (2.4 s)"]
    page.js("acts.play()")
    assert page.shown("#state") == []
    page.arrives(starts(1))
    assert not page.sound["paused"]


# --- the sound inside, a server, a garden -----------------------------------------------------------------------------


def test_a_page_with_its_sound_needs_no_other_file(chrome: Chrome, tmp_path: Path) -> None:
    from subsync.run.opus import opus_webm
    from subsync.sound import decode

    result = talk(tmp_path)
    sound = opus_webm(decode(result.media.path, tmp_path / "talk.s16"))
    assert len(sound) < 60 * 24_000 / 8  # silence takes less than what speech may take
    alone = tmp_path / "alone.html"
    alone.write_text(with_sound(study_html(result, stem="talk", recording=None), sound), encoding="utf-8")
    result.media.path.unlink()
    page = Page(chrome, alone.as_uri())
    page.click(sentence(8))
    page.arrives(starts(8))

    assert page.js("return Math.abs(document.querySelector('audio').duration - 60) < 0.1")
    assert page.complaints == []


def test_the_sound_has_one_place_in_the_page(tmp_path: Path) -> None:
    page = study_html(talk(tmp_path), stem="talk", recording=None)

    with pytest.raises(ValueError, match="no place for the sound"):
        with_sound(with_sound(page, b"sound"), b"again")


def test_a_phone_is_let_in_by_the_servers_address(chrome: Chrome, tmp_path: Path) -> None:
    """The page is the study page, and the recording is asked for where the page came from."""
    made = written(tmp_path / "talk", talk(tmp_path)).parent
    with serving(made, suffix="study.html") as server:
        page = Page(chrome, server.url)
        page.click(sentence(4))
        page.arrives(starts(4))
        fetched = page.js("return performance.getEntriesByType('resource').map((e) => e.name)")
        complaints = page.complaints
        page.driver.get("about:blank")

    assert {address.rpartition("/")[0] for address in fetched} <= {server.url.rpartition("/")[0]}
    assert complaints == []


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """Two notes and the page over them."""
    found = []
    for name in ("one", "two & <b>"):
        result = talk(tmp_path)
        result = replace(result, note=replace(result.note, title=f"Talk {name}"))
        page = written(tmp_path / name, result)
        document = json.loads(page.with_name("talk.sync.json").read_text(encoding="utf-8"))
        found.append((page.relative_to(tmp_path).as_posix(), document))
    index = tmp_path / "index.html"
    index.write_text(index_html(found), encoding="utf-8")
    return index


def test_a_garden_is_searched_in_both_languages(chrome: Chrome, garden: Path) -> None:
    from selenium.webdriver import Keys

    page = Page(chrome, garden.as_uri(), sound=False)
    assert page.shown("#notes h2") == ["Talk one", "Talk two & <b>"]
    for wanted, count in (("number 11", 2), ("第11句", 2), ("輪子 number 3", 2), ("WHEELS", 24), ("nowhere", 0)):
        page.write("#search", wanted)
        page.says("#found", f"{count} found")
        assert len(page.shown("#hits a")) == count
        page.write("#search", Keys.BACKSPACE * len(wanted))
        page.says("#found", "")


def test_a_hit_opens_the_study_page_at_its_sentence(chrome: Chrome, garden: Path) -> None:
    page = Page(chrome, garden.as_uri(), sound=False)
    page.write("#search", "number 7")
    page.until(lambda: page.shown("#hits a"), "something is found")
    page.driver.find_elements("css selector", "#hits a")[1].click()
    page.until(lambda: "talk.study.html#s=14" in page.driver.current_url, "the study page is open")
    page.arrives(starts(7))

    assert page.complaints == []


@pytest.mark.skipif(bool(NO_AXE), reason=NO_AXE)
def test_axe_finds_nothing_serious_in_a_garden(chrome: Chrome, garden: Path) -> None:
    page = Page(chrome, garden.as_uri(), sound=False)
    page.js(AXE.read_text(encoding="utf-8"))
    for wanted in ("", "wheels"):
        page.write("#search", wanted)
        assert serious(page, DESK) == []


def test_the_talk_has_as_many_sentences_as_the_page(desk: Page) -> None:
    """Each once, with a star each."""
    assert len(desk.shown(".s[id]")) == COUNT
    assert len(desk.shown(".star")) == COUNT
