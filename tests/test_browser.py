"""The review page in Debian's Chromium: what a person does with it, and what a hostile note cannot."""

from __future__ import annotations

import json
import re
import shutil
import threading
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from chromium import MISSING, browser, resize
from markdown_it import MarkdownIt
from webpage import AXE, AXE_RUN, COUNT, NO_AXE, SAMPLES, Page, sentence, serious, serving, starts, talk

from subsync.cli import main
from subsync.datatypes import Cue
from subsync.formats import FORMATS, all_files, read_cues
from subsync.formats.chapters import Chapter, chapters_vtt
from subsync.formats.vtt import vtt
from subsync.pages import recording_address, review_html
from subsync.pages.index import index_html
from subsync.pages.server import PageServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

# --- a page -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests; each loads its page anew."""
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        driver.execute_cdp_cmd("Network.enable", {})
        yield driver


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the talk."""
    made = tmp_path_factory.mktemp("out") / "talk"
    made.mkdir()
    result = talk(made.parent)
    page = review_html(
        result, peaks=[k % 200 for k in range(1200)], stem="talk", recording=recording_address(result.media.path, made)
    )
    for name, text in (all_files(result, "talk") | {"talk.review.html": page}).items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def page(chrome: Chrome, folder: Path) -> Page:
    return Page(chrome, (folder / "talk.review.html").as_uri())


# --- looking and listening --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_click_on_a_sentence_seeks_to_it(page: Page, lang: str) -> None:
    """In either language, also when it was paused; and nothing opens."""
    for k in (4, 1):
        page.silence()
        page.click(sentence(k, lang))
        page.arrives(starts(k))
        assert not page.sound["paused"]

    assert page.shown("#bench") == []
    assert page.complaints == []


def test_a_served_page_plays_too(chrome: Chrome, folder: Path) -> None:
    """It asks the server for parts of the recording, and nobody else for anything."""
    with serving(folder) as server:
        page = Page(chrome, server.url)
        page.click(sentence(8))
        page.arrives(starts(8))
        fetched = page.js("return performance.getEntriesByType('resource').map((e) => e.name)")
        complaints = page.complaints
        page.driver.get("about:blank")

    assert {address.rpartition("/")[0] for address in fetched} <= {server.url.rpartition("/")[0]}
    assert complaints == []


FAKE_PLAYER = """window.told = [];
Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {get: () => ({postMessage: (text, origin) => {
  if (origin === "https://www.youtube-nocookie.com") told.push(JSON.parse(text));
}})});
window.answer = (info, origin = "https://www.youtube-nocookie.com") => dispatchEvent(
  new MessageEvent("message", {origin, data: JSON.stringify({event: "infoDelivery", info})}))"""


def test_a_served_page_plays_from_youtube(chrome: Chrome, folder: Path, tmp_path: Path) -> None:
    """With a stand-in for its frame: the address, what it is told, and the highlight that follows its clock."""
    result = talk(tmp_path)
    source = "https://youtu.be/dQw4w9WgXcQ?si=x"
    result = replace(result, note=replace(result.note, source=source))
    (tmp_path / "talk").mkdir()
    html = review_html(result, peaks=[], stem="talk", recording=None)
    (tmp_path / "talk" / "talk.review.html").write_text(html, encoding="utf-8")
    chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*youtube-nocookie.com*"]})
    page = Page(chrome, (tmp_path / "talk" / "talk.review.html").as_uri(), sound=False)
    assert page.shown("#youtube") == []  # its player does not play in files
    with serving(tmp_path / "talk") as server:
        page = Page(chrome, server.url, sound=False)
        page.js(FAKE_PLAYER)
        page.click("#youtube")
        frame = page.js("const f = document.querySelector('iframe'); return [f.src, f.referrerPolicy]")
        page.until(lambda: page.js("return told.some((m) => m.event === 'listening')"), "it is asked to tell its time")
        page.js("answer({currentTime: 0, playerState: 2})")
        page.click(sentence(4))
        told = page.js("return told.filter((m) => m.event === 'command').map((m) => [m.func, m.args])")
        page.js("answer({currentTime: 1, playerState: 1}, 'https://evil.example')")
        assert not page.js("return playing()")  # nobody else is listened to
        page.js("answer({currentTime: arguments[0], playerState: 1})", starts(7))
        page.until(lambda: "This is sentence number 7, about Wheels." in page.shown(".now"), "the highlight follows")
        page.keys("k")
        last = page.js("return told.at(-1).func")
        page.driver.get("about:blank")
    chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})

    origin = server.url.split("/")[2].replace(":", "%3A")
    assert frame[0].startswith("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?enablejsapi=1")
    assert frame[0].endswith(f"&origin=http%3A%2F%2F{origin}")
    assert frame[1] == "strict-origin-when-cross-origin"
    assert ["seekTo", [starts(4), True]] in told
    assert ["playVideo", []] in told
    assert last == "pauseVideo"


def test_the_sentence_that_is_said_is_highlighted(page: Page) -> None:
    """With its translation, from one to the next as the recording plays; the subtitle has the same text."""
    first, second = ([f"This is sentence number {k}, about Wheels.", f"这是第{k}句，说的是轮子。"] for k in (0, 1))
    page.js("document.querySelector('audio').currentTime = arguments[0]", starts(1) - 1.5)
    page.until(lambda: page.shown(".now") == first, "the first is highlighted")
    page.keys(" ")
    page.until(lambda: page.shown(".now") == second, "the second is highlighted")
    assert starts(1) <= page.time < starts(2)
    page.keys(" ")

    assert page.sound["paused"]
    assert page.shown("#subtitle p") == second


@pytest.mark.parametrize(("width", "height"), [(1280, 560), (390, 700), (320, 500)])
def test_the_sentence_that_is_said_is_kept_in_view(page: Page, width: int, height: int) -> None:
    """Also where what is above it turns out higher than it was thought to be, and when the corrections open."""
    in_view = """const [box, top, bench] = [document.querySelector(arguments[0])?.getBoundingClientRect(),
      document.getElementById("deck").getBoundingClientRect().bottom, document.getElementById("bench").offsetHeight];
      return Boolean(box) && box.top >= top && box.bottom <= innerHeight - bench"""
    resize(page.driver, width, height)
    for k in (COUNT - 1, 2, 7):
        page.js("document.querySelector('audio').currentTime = arguments[0]", starts(k))
        page.until(lambda: page.js(in_view, ".now"), "the sentence is in view", 3)
    page.keys("e")
    page.js("document.querySelector(arguments[0]).click()", sentence(10))
    page.until(lambda: page.js(in_view, ".chosen"), "the chosen sentence is in view", 3)
    sleep(0.3)
    assert page.js(in_view, ".chosen")


def test_the_keys_of_the_player(page: Page) -> None:
    page.click(sentence(4))
    page.silence()
    for key in (" ", "k"):
        page.keys(key)
        page.until(lambda: not page.sound["paused"], "it plays")
        page.keys(key)
        page.until(lambda: page.sound["paused"], "it is paused")
    before = page.time
    page.keys("l")
    page.until(lambda: abs(page.time - before - 5) < 0.1, "five seconds on")
    page.keys("jj")
    page.until(lambda: abs(page.time - before + 5) < 0.1, "ten seconds back")


def test_the_keys_that_find_a_sentence(page: Page) -> None:
    """``n`` the next doubtful one, arrows the next and the one before, Enter plays from it."""
    from selenium.webdriver import Keys

    page.keys("n")
    page.arrives(starts(3))
    assert page.text(".chosen").startswith("This is sentence number 3")
    page.keys(Keys.ARROW_DOWN)
    assert page.text(".chosen").startswith("This is sentence number 4")
    page.keys(Keys.ENTER)
    page.arrives(starts(4))
    page.keys(Keys.ARROW_UP + Keys.ARROW_UP)
    assert page.text(".chosen").startswith("This is sentence number 2")
    following = "return document.getElementById('follow').ariaPressed"
    assert page.js(following) == "false"  # who looks at a sentence does not want to be carried away
    page.keys("f")
    assert page.js(following) == "true"


def test_the_help_lists_every_key(page: Page) -> None:
    """And keeps them to itself while it is open."""
    from selenium.webdriver import Keys

    page.keys("?")
    assert page.js("return document.getElementById('keys').open")
    assert set(page.shown("#keys dt")) >= {
        "space",
        "j",
        "k",
        "l",
        "n",
        "?",
        "[",
        "]",
        "s",
        "p",
        "x",
        "c",
        "t",
        "u",
        "/",
        "Enter",
    }
    page.keys("l")
    assert page.time == 0
    page.keys(Keys.ESCAPE)
    assert not page.js("return document.getElementById('keys').open")


def test_single_letters_can_be_switched_off(page: Page) -> None:
    """For who speaks to the machine (WCAG 2.1.4)."""
    from selenium.webdriver import Keys

    page.keys("?")
    page.click("#letters")
    page.keys(Keys.ESCAPE)
    page.keys("l")
    assert page.time == 0


def test_a_filter_leaves_what_it_says(page: Page) -> None:
    kept = {"doubtful": [3], "interpolated": [5], "absent": [6], "edited": [], "all": list(range(COUNT))}
    for name, left in kept.items():
        page.choose("#filter", "doubtful")
        page.choose("#filter", name)

        found = [int("".join(filter(str.isdigit, text.split(",")[0]))) for text in page.shown(".s[id]")]
        assert found == left, name
        assert len(page.shown(".gap")) == (1 if name == "all" else 0)
        assert len(page.shown("#transcript h2")) == {"all": 2, "edited": 0}.get(name, 1)


def test_both_languages_are_searched(page: Page) -> None:
    """Whatever the case, and the width of digits; a full stop is a full stop."""
    from selenium.webdriver import Keys

    searches = {"number 1": 3, "WHEELS": 12, "第1句": 1, "轮子": 12, "１１": 2, "nowhere": 0, ".": 12}
    for wanted, count in searches.items():
        page.keys("/")
        page.keys(wanted)
        page.says("#found", f"{count} found")
        assert len(page.shown(".hit")) == count
        if count > 1:
            page.keys(Keys.ENTER + Keys.ENTER)
            assert page.text("#found") == f"2 of {count}"
        page.keys(Keys.ESCAPE)
        assert page.text("#found") == ""


def test_what_is_missing_on_either_side_is_listed(page: Page) -> None:
    assert page.shown("#absent summary") == ["Not in the recording (1)"]
    assert page.shown("#unwritten summary") == ["Not in the note (1)"]
    assert page.shown(".gap") == ["Speech that the note does not have: 0:50 to 0:58"]
    assert page.shown("#remarks p") == ["A remark."]
    page.click(".gap button")
    page.arrives(50)


def test_a_section_whose_beginning_is_not_said_says_so(page: Page) -> None:
    """Its time is that of what is said first."""
    assert page.shown("#transcript h2 button") == ["0:02", "≈ 0:30"]
    assert page.shown("#contents time") == ["0:02", "≈ 0:30"]


def test_the_waveform_seeks(page: Page) -> None:
    """By a click, and by the keys of a slider."""
    from selenium.webdriver import Keys

    page.click("#wave")
    page.until(lambda: abs(page.time - 30) < 0.2, "in the middle")
    page.write("#wave", Keys.ARROW_RIGHT)
    page.arrives(35)
    page.write("#wave", Keys.HOME)
    page.until(lambda: page.time == 0, "at the beginning")
    assert page.js("return document.getElementById('wave').ariaValueText") == "0:00 of 1:00"


def test_a_recording_that_is_gone_can_be_chosen(chrome: Chrome, folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "talk.review.html", tmp_path)
    page = Page(chrome, (tmp_path / "talk.review.html").as_uri(), sound=False)
    page.until(lambda: page.shown("#missing"), "the page says that the recording is missing")
    page.write("#file", str(folder.parent / "talk one.wav"))
    page.until(lambda: page.sound["ready"] >= 1, "the recording is there")
    page.click(sentence(2))
    page.arrives(starts(2))

    assert page.shown("#missing") == []


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    """320 px is what WCAG 1.4.10 asks for."""
    page.keys("e")
    page.click(sentence(1))
    page.keys("t")
    for width in (1280, 390, 320):
        resize(page.driver, width, 844)
        assert page.js("return document.documentElement.scrollWidth") <= width


# --- correcting -------------------------------------------------------------------------------------------------------


def edits_of(page: Page, name: str, downloads: Path) -> Any:
    """Export the edits, and read what was saved."""
    saved = downloads / name
    saved.unlink(missing_ok=True)
    page.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
    page.click("#export")
    page.until(saved.exists, f"{saved} is there")
    return json.loads(saved.read_text(encoding="utf-8"))


def correct(page: Page, k: int) -> None:
    """Choose an English sentence for correction, and let nothing sound."""
    if page.js("return !correcting"):
        page.keys("e")
    page.click(sentence(k))
    page.silence()
    page.js("document.getElementById('hearing').checked = false")


def test_corrections_by_keys_are_exported(page: Page, tmp_path: Path) -> None:
    """Nudged, put at the playhead, pinned, said to be absent, confirmed, undone."""
    correct(page, 1)
    page.keys("]]]{")
    correct(page, 4)
    page.keys("[")
    page.keys("u")
    correct(page, 7)
    page.keys("x")
    correct(page, 5)
    page.js("document.querySelector('audio').currentTime = 22")
    page.keys("p")
    correct(page, 6)
    page.js("document.querySelector('audio').currentTime = 26.5")
    page.keys("s")
    correct(page, 8)
    page.keys("c")
    page.until(lambda: page.text("#export") == "Export edits (5)", "five edits")

    assert edits_of(page, "talk.edits.json", tmp_path) == {
        "schema_version": 1,
        "note": {"path": "talk.md", "sha256": "a" * 64},
        "edits": [
            {"sentence": 2 * k, "text": f"This is sentence number {k}, about Wheels.", **edit}
            for k, edit in (
                (1, {"action": "start", "ms": 6290}),
                (5, {"action": "pin", "ms": 22_000}),
                (6, {"action": "start", "ms": 26_500}),
                (7, {"action": "absent"}),
                (8, {"action": "start", "ms": 34_000}),
            )
        ],
    }
    assert page.shown("#told code") == ["subsync apply talk.md talk.edits.json"]
    assert page.complaints == []


def test_a_start_is_dragged(page: Page) -> None:
    """To the right by an eighth of the eight seconds that are shown; past the next corrected one no step goes."""
    from selenium.webdriver import ActionChains

    correct(page, 2)
    zoom = page.driver.find_element("css selector", "#zoom")
    step = zoom.size["width"] // 8
    ActionChains(page.driver).move_to_element(zoom).click_and_hold().move_by_offset(step, 0).release().perform()
    moved = page.text("#when")

    assert moved.startswith(("0:10.99", "0:11.00"))
    assert moved.endswith("(start)")
    correct(page, 1)
    page.keys("]" * 70)
    assert page.text("#say") == f"The sentence below was put at {moved.split(' ', maxsplit=1)[0]}"


@pytest.fixture(scope="module")
def synced(heard: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with its results, and a cache that has heard the recording."""
    home = tmp_path_factory.mktemp("sample") / "deep" / "down"
    home.mkdir(parents=True)
    shutil.copytree(heard, home / "cache")
    for name in ("tide-machine.md", "tide-machine.opus"):
        shutil.copy(SAMPLES / name, home)
    run(home, "sync", "tide-machine.md")
    return home


def run(home: Path, command: str, *arguments: str) -> None:
    """One of our commands, on files in ``home``, with the cache there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBSYNC_CACHE", str(home / "cache"))
        patch.chdir(home)
        model = [] if command == "link" else ["--model", "tiny.en"]
        main([command, *arguments, *model, "-o", "out"], standalone_mode=False)


@pytest.mark.model
def test_a_sentence_is_reached_through_text_of_unknown_height(chrome: Chrome, synced: Path) -> None:
    """What is off the screen is laid out when it comes into view, and pushes on what is below it."""
    page = Page(chrome, (synced / "out" / "tide-machine" / "tide-machine.review.html").as_uri())
    resize(page.driver, 390, 844)
    page.js("document.querySelector('audio').currentTime = 54")
    page.until(lambda: page.shown(".now"), "a sentence is highlighted")
    page.until(lambda: page.js("return aim === null"), "it has been scrolled to")

    box = page.js("return document.querySelector('.now').getBoundingClientRect()")
    assert page.text(".now").startswith("If you turn the handle")
    assert box["top"] >= page.js("return document.getElementById('deck').getBoundingClientRect().bottom")
    assert box["bottom"] <= 844


@pytest.mark.model
def test_a_correction_reaches_the_subtitles(chrome: Chrome, synced: Path) -> None:
    """Corrected in the page, exported, applied: the cue starts there, and the next page knows about it."""
    results = synced / "out" / "tide-machine"
    page = Page(chrome, (results / "tide-machine.review.html").as_uri())
    before = cue_of(results, "So the wire is the sum.")
    page.js("choose(english.find((s) => s.text.startsWith('So the wire')))")
    page.keys("]" * 3)
    page.silence()
    exported = edits_of(page, "tide-machine.edits.json", synced)
    (edit,) = exported["edits"]
    run(synced, "apply", "tide-machine.md", "tide-machine.edits.json")
    after = cue_of(results, "So the wire is the sum.")

    assert edit["text"] == "So the wire is the sum."
    assert edit["ms"] - before.start in range(250, 450)  # the cue appears a little before the voice
    assert 0 <= edit["ms"] - after.start <= 120
    assert after.start > before.start
    again = Page(chrome, (results / "tide-machine.review.html").as_uri())
    assert again.text("#export") == "Export edits (1)"
    assert again.shown(".edited") == ["So the wire is the sum. ✎"]


@pytest.mark.model
def test_text_that_was_split_and_paired_anew_reaches_note_and_subtitles(chrome: Chrome, synced: Path) -> None:
    """Two sentences of one, another wording, a Chinese sentence at another English one: exported, applied, written."""
    for name in ("tide-machine.md", "tide-machine.opus"):
        shutil.copy(synced / name, synced / name.replace("tide-machine", "split"))
    note, results = synced / "split.md", synced / "out" / "split"
    before = note.read_text(encoding="utf-8")
    note.write_text(before.replace("source: tide-machine.opus", "source: split.opus"), encoding="utf-8")
    before = note.read_text(encoding="utf-8")
    run(synced, "sync", "split.md", "--audio", "split.opus")
    page = Page(chrome, (results / "split.review.html").as_uri())
    page.js("setCorrecting(true); choose(english.find((s) => s.text.startsWith('A child who')))")
    page.js("openEditor()")
    page.js(
        "const f = document.getElementById('en-text'); const at = f.value.indexOf(' does not forget');"
        "f.focus(); f.setSelectionRange(at, at)"
    )
    page.click("#split")
    page.click("#savetext")
    page.js("choose(english.find((s) => s.text.startsWith('People ask me'))); moveChinese(1)")
    exported = edits_of(page, "split.edits.json", synced)
    assert len(exported["edits"]) == 2

    run(synced, "apply", "split.md", "split.edits.json")
    assert note.read_text(encoding="utf-8") == before
    run(synced, "apply", "split.md", "split.edits.json", "--write")

    after = note.read_text(encoding="utf-8")
    assert after == before.replace("moon by hand does not", "moon by hand. Does not")
    assert "moon by hand.\n" in (results / "split.en.srt").read_text(encoding="utf-8") + "\n"
    document = json.loads((results / "split.sync.json").read_text(encoding="utf-8"))
    texts = [s["text"] for s in document["sentences"]]
    assert {"A child who has turned the moon by hand.", "Does not forget where the tide comes from."} <= set(texts)
    bead = next(b for b in document["beads"] if any(texts[k].startswith("I tell them") for k in b["en"]))
    assert any(texts[k].startswith("常有人问我") for k in bead["zh"])


# --- hostile notes ----------------------------------------------------------------------------------------------------

EVIL = "<script>pwned = 1</script><img src=x onerror=pwned=1>"
HOSTILE = {
    "title: 用黄铜齿轮预测潮汐": f"title: '../../etc/passwd {{{{data}}}} {{{{script}}}} </title></script>{EVIL}<!--'",
    "### 开场": f"### {EVIL} `{EVIL}` --> ]() [click](javascript:pwned=1)",
    "### 一台会做加法的机器": "### `</script>{{data}}` {{script}} ../../etc/passwd",
    "**Mira:** Welcome": f"**{EVIL}:** `</script>{EVIL}` <!-- --> [x](javascript:pwned=1) ]() ``` Welcome",
    "**Mira：** 欢迎": f"**<svg onload=pwned=1>：** `<!--<script>{EVIL}-->` \u2028 {{{{policy}}}} 欢迎",
}


@pytest.fixture(scope="module")
def hostile(opening: Path, recognised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hostile note's results; its recording is the sample's opening, which was heard already."""
    above = tmp_path_factory.mktemp("hostile")  # where a path with dots in it would lead
    home = above / "deep" / "down"
    home.mkdir(parents=True)
    shutil.copytree(recognised, home / "cache")
    shutil.copy(opening / "talk.wav", home)
    text = (opening / "talk.md").read_text(encoding="utf-8")
    for kind, evil in HOSTILE.items():
        assert kind in text
        text = text.replace(kind, evil)
    (home / "evil.md").write_text(text, encoding="utf-8")
    before = set(above.rglob("*"))
    sync_hostile(home)
    run(home, "link", "evil.md", "--write", "--paragraphs")
    made = home / "out" / "evil"
    new = {path for path in set(above.rglob("*")) - before if not path.is_relative_to(home / "cache")}
    suffixes = (*FORMATS, "chapters.xml", "chapters.mka", "review.html", "study.html")
    assert new == {made.parent, made, *(made / f"evil.{suffix}" for suffix in suffixes)}
    return made


def sync_hostile(home: Path) -> None:
    options = ("--also", "chapters.xml", "--chaptered-sound", "--paragraphs")
    run(home, "sync", "evil.md", *options)


@pytest.mark.model
@pytest.mark.parametrize("served", [False, True])
def test_a_hostile_note_runs_nothing(chrome: Chrome, hostile: Path, *, served: bool) -> None:
    """Its text is there as text; no element, no address and no request comes of it."""
    with PageServer(hostile, recording=hostile.parent.parent / "talk.wav") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            page = Page(chrome, server.url if served else (hostile / "evil.review.html").as_uri())
            page.click(".s[id]")
            page.write("#search", "pwned")
            page.until(lambda: page.text("#found").endswith("found"), "a search has ended")
            fetched = page.js("return performance.getEntriesByType('resource').map((e) => e.name)")
            complaints = page.complaints
            pwned = page.js("return window.pwned")
            elements = page.js(
                "return [...document.querySelectorAll('script, img, iframe, [onerror], [onload]')].map((e) => e.id)"
            )
            links = page.js("return [...document.querySelectorAll('[href]')].map((e) => e.getAttribute('href'))")
            page.driver.get("about:blank")
        finally:
            server.shutdown()
            thread.join()

    assert pwned is None
    assert complaints == []
    assert elements == ["data", ""]
    assert links == []
    assert [address for address in fetched if not address.endswith(("recording", ".wav"))] == []


@pytest.mark.model
def test_a_hostile_note_runs_nothing_when_it_is_studied(chrome: Chrome, hostile: Path, tmp_path: Path) -> None:
    """Played, starred, dictated, searched and copied; nor in the page over a garden, nor in what is exported."""
    page = Page(chrome, (hostile / "evil.study.html").as_uri())
    page.click(".s[id]")
    page.js("english.forEach((s) => stars.add(s.index)); rows.forEach(paintStar); countStars(); find(true)")
    page.write("#search", "pwned")
    page.until(lambda: page.text("#found").endswith("found"), "a search has ended")
    page.js(
        "find(false); dictate(true); document.getElementById('typed').value = '<img src=x onerror=pwned=1>'; check()"
    )
    deck, markdown = page.js("return [ankiList(inOrder()), markdownList(inOrder())]")
    elements = page.js(
        "return [...document.querySelectorAll('script, img, iframe, [onerror], [onload]')].map((e) => e.id)"
    )
    complaints, pwned = page.complaints, page.js("return window.pwned")
    index = tmp_path / "index.html"
    document = json.loads((hostile / "evil.sync.json").read_text(encoding="utf-8"))
    index.write_text(index_html([("x'\"><script>/evil.study.html", document)]), encoding="utf-8")
    garden = Page(chrome, index.as_uri(), sound=False)
    garden.write("#search", "pwned")
    garden.until(lambda: garden.shown("#hits a"), "something is found")

    assert elements == ["data", "sound", ""]
    assert (pwned, complaints) == (None, [])
    assert (garden.js("return window.pwned"), garden.complaints) == (None, [])
    assert garden.js("return [...document.querySelectorAll('script')].map((e) => e.id)") == ["data", ""]
    links = garden.js("return [...document.querySelectorAll('a')].map((e) => e.getAttribute('href'))")
    assert all(link.startswith("x%27%22%3E%3Cscript%3E/evil.study.html") for link in links)
    assert deck.startswith("#separator:tab\n#html:false\n")
    assert deck.count("\n") == 4 + page_sentences(document)
    rendered = MarkdownIt("commonmark").render(markdown)
    assert "<script" not in rendered
    assert "<img" not in rendered


def page_sentences(document: dict[str, Any]) -> int:
    return sum(s["lang"] == "en" for s in document["sentences"])


@pytest.mark.model
def test_a_hostile_note_is_shown_as_it_is_written(chrome: Chrome, hostile: Path) -> None:
    page = Page(chrome, (hostile / "evil.review.html").as_uri())

    assert page.driver.title.startswith("../../etc/passwd {{data}} {{script}} </title></script><script>")
    assert "</script> ../../etc/passwd" in page.shown("#transcript h2 > span")
    assert [text for text in page.shown(".s[id]") if f"</script>{EVIL}" in text]


@pytest.mark.model
def test_the_copy_with_chapters_has_hostile_titles_as_text(hostile: Path) -> None:
    """And is not written anew when nothing has changed."""
    import av

    copy = hostile / "evil.chapters.mka"
    with av.open(str(copy)) as container:
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
    written = []
    for _ in range(2):
        sync_hostile(hostile.parent.parent)
        written.append(copy.stat().st_mtime_ns)

    assert [title for title in titles if "</script> ../../etc/passwd" in title]
    assert len(titles) == 2
    assert written[0] == written[1]


@pytest.mark.model
def test_a_note_with_hostile_headings_gets_links_that_are_safe(hostile: Path) -> None:
    """In the note, in the list of anchors, in the chapters: whoever renders them gets no script from us."""
    note = (hostile.parent.parent / "evil.md").read_text(encoding="utf-8")
    anchors = (hostile / "evil.anchors.md").read_text(encoding="utf-8")
    rendered = MarkdownIt("commonmark").render(anchors)

    assert note.count("<!-- subsync:t") >= 4
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert {link.partition("#")[0] for link in re.findall(r'href="([^"]*)"', rendered)} == {"talk.wav"}
    assert "<script" not in (hostile / "evil.chapters.vtt").read_text(encoding="utf-8")
    assert "<script" not in (hostile / "evil.chapters.xml").read_text(encoding="utf-8")


# --- other files in the browser ---------------------------------------------------------------------------------------

TRACKS = """const done = arguments[arguments.length - 1];
const video = document.body.appendChild(document.createElement("video"));
Promise.all(arguments[0].map(([kind, text]) => new Promise((ready) => {
  const track = video.appendChild(document.createElement("track"));
  track.kind = kind;
  track.track.mode = "hidden";
  track.onerror = () => ready("error");
  track.onload = () => ready([...track.track.cues].map((cue) =>
    [Math.round(cue.startTime * 1000), Math.round(cue.endTime * 1000), cue.getCueAsHTML().textContent]));
  track.src = URL.createObjectURL(new Blob([text], {type: "text/vtt"}));
}))).then((read) => done([read, window.pwned]))"""


def test_chromium_reads_subtitles_and_chapters(chrome: Chrome) -> None:
    """Times and letters as they were, whatever the text looks like; styled or not."""
    texts = ["a --> b", "<i>no</i> & <b", "AT&amp;T", "NOTE x", "WEBVTT", "00:01.000 --> 00:02.000", EVIL, "</c>"]
    cues = [Cue(1000 * k, 1000 * k + 999, (text,), ("中文", text)) for k, text in enumerate(texts)]
    marks = [Chapter(text, 1000 * k, 1000 * k + 1000) for k, text in enumerate(texts)]
    chrome.get("about:blank")
    files = [vtt(cues), vtt(cues, styled=True), chapters_vtt(marks)]
    kinds = ["subtitles", "subtitles", "chapters"]
    read, pwned = chrome.execute_async_script(TRACKS, list(zip(kinds, files, strict=True)))

    assert pwned is None
    expected = [[c.start, c.end, "\n".join((*c.en, *c.zh))] for c in cues]
    assert read == [expected, expected, [[c.start, c.end, c.title] for c in marks]]


# --- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(bool(NO_AXE), reason=NO_AXE)
def test_axe_finds_nothing_serious(page: Page) -> None:
    """As it opens, with a sentence chosen, corrected and highlighted, and with the help open."""
    page.js(AXE.read_text(encoding="utf-8"))
    page.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    states: dict[str, Callable[[], object]] = {
        "as it opens": lambda: None,
        "found": lambda: page.write("#search", "wheels"),
        "a sentence chosen": lambda: correct(page, 4),
        "its text": lambda: page.js("openEditor()"),
        "its text no more": lambda: page.js("closeEditor()"),
        "corrected": lambda: page.js("nudge(100)"),
        "help": lambda: page.js("document.getElementById('keys').showModal()"),
    }
    for name, reach in states.items():
        reach()
        assert serious(page, (1280, 844), (390, 844)) == [], name


@pytest.mark.skipif(bool(NO_AXE), reason=NO_AXE)
def test_axe_would_find_something(page: Page) -> None:
    """A page without names for its buttons is not accepted: the check checks."""
    page.js(AXE.read_text(encoding="utf-8"))
    page.js("const help = document.getElementById('help'); help.removeAttribute('aria-label'); help.textContent = ''")

    found = page.driver.execute_async_script(AXE_RUN)
    assert [line.split(":")[0] for line in found if line.startswith("critical")] == ["critical button-name"]


def cue_of(results: Path, text: str) -> Cue:
    cues = read_cues((results / "tide-machine.en.srt").read_text(encoding="utf-8"))
    return next(cue for cue in cues if " ".join(cue.en) == text)
