"""A page in the browser, as the tests of the review page and of the study page use it; and a talk to show on them."""

from __future__ import annotations

import threading
import wave
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from chromium import resize

from subsync.datatypes import (
    Alignment,
    Bead,
    Cue,
    Engine,
    Media,
    Note,
    Paragraph,
    Section,
    Sentence,
    Status,
    SyncResult,
    TimedSentence,
    TimedWord,
    Tracks,
    Unwritten,
    Word,
    WordLink,
)
from subsync.pages.server import PageServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver import Chrome

SAMPLES = Path(__file__).parent.parent / "samples"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"

SOUND = """return [...document.querySelectorAll("audio")].map(
  (a) => ({time: a.currentTime, paused: a.paused, ready: a.readyState}))[0]"""


# --- a talk ---------------------------------------------------------------------------------------------------------

EVERY = 4000
"""A sentence begins every four seconds and lasts for three and a half."""
SAID: dict[int, tuple[Status, float]] = {3: ("aligned", 0.31), 5: ("interpolated", 0.6), 6: ("absent", 0.0)}
"""The English sentences, counted from 0, that are not simply aligned."""
COUNT = 12


def talk(folder: Path) -> SyncResult:
    """Two sections, twelve English sentences in six paragraphs, each with its Chinese; a minute of silence."""
    recording = folder / "talk one.wav"
    with wave.open(str(recording), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * 60))
    sentences: list[Sentence] = []
    timed: list[TimedSentence] = []
    beads: list[Bead] = []
    cues: list[Cue] = []
    for k in range(COUNT):
        status, confidence = SAID.get(k, ("aligned", 0.95))
        start = None if status == "absent" else 2000 + k * EVERY
        end = None if start is None else start + 3500
        english, chinese = f"This is sentence number {k}, about Wheels.", f"这是第{k}句，说的是轮子。"
        words = english.split()
        spoken = tuple(Word(word, 0, 1) for word in words)
        sentences += [Sentence(k // 2, "en", english, 0, 1, spoken), Sentence(k // 2, "zh", chinese, 0, 1)]
        said = tuple(
            TimedWord(word, None, None, status, 0.0)
            if start is None
            else TimedWord(word, start + 500 * n, start + 500 * (n + 1), status, confidence)
            for n, word in enumerate(words)
        )
        timed += [TimedSentence(start, end, status, confidence, said), TimedSentence(start, end, status, confidence)]
        wheels = WordLink(2 * k, len(words) - 1, 2 * k + 1, chinese.index("轮子"), chinese.index("轮子") + 2)
        beads.append(Bead(k // 2, (2 * k,), (2 * k + 1,), 0.9, words=(wheels,)))
        if start is not None and end is not None:
            cues.append(Cue(start, end, (english,), (chinese,)))
    paragraphs = tuple(Paragraph(p, p // 3, 3 + p, (4 * p, 4 * p + 2), (4 * p + 1, 4 * p + 3)) for p in range(6))
    sections = (Section("Wheels", 2, 1), Section("轮子", 2, 20))
    note = Note("talk.md", "", "a" * 64, "A talk", None, sections, paragraphs, tuple(sentences))
    alignment = Alignment(tuple(timed), (Unwritten(50_000, 58_000, "speech"),), ("A remark.",))
    tracks = Tracks(tuple(cues), (), ())
    return SyncResult(
        note, Media(recording, "", 60_000), Engine("r", "m", "", "a", "0"), alignment, tuple(beads), tracks, ()
    )


# --- the page -------------------------------------------------------------------------------------------------------


@contextmanager
def serving(folder: Path, *, suffix: str = "review.html") -> Iterator[PageServer]:
    with PageServer(folder, suffix=suffix, recording=folder.parent / "talk one.wav") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


UNCOVER = """const it = document.querySelector(arguments[0]);
if (!it.closest("#transcript")) return;
it.scrollIntoView({block: "center", behavior: "instant"});
const top = it.getBoundingClientRect().top - document.getElementById("deck").getBoundingClientRect().bottom - 40;
if (top < 0) scrollBy({top, behavior: "instant"});"""


class Page:
    """The review page, as seen from outside."""

    def __init__(self, driver: Chrome, address: str, *, sound: bool = True, kept: bool = False) -> None:
        """Open it; ``kept``: with what the browser keeps of former visits."""
        self.driver = driver
        driver.execute_cdp_cmd("Page.enable", {})
        resize(driver, 1280, 900)
        _ = self.complaints  # those of the page before are gone with it
        if not kept:
            self.forget(address)
        driver.get(address)
        if sound:
            self.until(lambda: self.sound["ready"] >= 1, "the recording is there")

    def forget(self, address: str) -> None:
        """As if the browser had never been there; the page that is open must not keep anything when it is left."""
        self.js("Storage.prototype.setItem = () => {}")
        if "#" in address:
            self.driver.get("about:blank")  # or the page that is open would only go to another place in it
        origin = "/".join(address.split("/")[:3])
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})

    def js(self, script: str, *args: object) -> Any:
        return self.driver.execute_script(script, *args)

    def until(self, true: Callable[[], Any], what: str, seconds: float = 8) -> Any:
        """Wait for something, and say what did not come."""
        end = monotonic() + seconds
        while monotonic() < end:
            if found := true():
                return found
            sleep(0.05)  # asking is work for four processes
        raise AssertionError(f"within {seconds} s not true: {what}")

    def arrives(self, seconds: float) -> None:
        """Wait until the recording is at a time, or plays on from there."""
        self.until(lambda: -0.1 < self.time - seconds < 3, f"the recording is at {seconds} s")

    def silence(self) -> None:
        """Pause whatever plays."""
        self.js("pause()")
        self.until(lambda: self.sound["paused"], "it is paused")

    @property
    def sound(self) -> dict[str, Any]:
        state: dict[str, Any] = self.js(SOUND)
        return state

    @property
    def time(self) -> float:
        return float(self.sound["time"])

    def text(self, selector: str) -> str:
        return str(self.js("return document.querySelector(arguments[0]).textContent", selector))

    def says(self, selector: str, text: str) -> None:
        """Wait until a part of the page has this text."""
        self.until(lambda: self.text(selector) == text, f"{selector} says {text!r}")

    def shown(self, selector: str) -> list[str]:
        """Text of all elements that take up space."""
        found: list[str] = self.js(
            "return [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length)"
            ".map((e) => e.textContent.trim())",
            selector,
        )
        return found

    def click(self, selector: str) -> None:
        """Click into the middle of something, once nothing moves any more; what scrolls is brought out from under."""
        self.until(lambda: self.js("return aim === null"), "scrolling has come to an end")
        self.js(UNCOVER, selector)
        self.driver.find_element("css selector", selector).click()

    def keys(self, keys: str) -> None:
        """Press keys wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(keys).perform()

    def choose(self, selector: str, value: str) -> None:
        from selenium.webdriver.support.ui import Select

        Select(self.driver.find_element("css selector", selector)).select_by_value(value)

    def write(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    @property
    def complaints(self) -> list[str]:
        """What the browser wrote into its console: errors, and what the page's policy refused."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]


def starts(k: int) -> float:
    """Second at which an English sentence begins."""
    return 2 + k * EVERY / 1000


def sentence(k: int, lang: str = "en") -> str:
    """Selector of an English sentence, counted from 0, or of its translation."""
    return f"#s{2 * k}" if lang == "en" else f".row:has(#s{2 * k}) p[lang|=zh] .s"


# --- for everybody --------------------------------------------------------------------------------------------------

NO_AXE = "" if AXE.is_file() else "axe-core is not installed (npm install --prefix tests)"
AXE_RUN = """const done = arguments[arguments.length - 1], rules = arguments.length > 1 ? {runOnly: arguments[0]} : {};
axe.run(document, {resultTypes: ["violations"], preload: false, ...rules}).then((found) => done(
  found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.impact} ${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))))"""
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that find something else on a dark page than on a light one."""


def serious(page: Page, *sizes: tuple[int, int]) -> list[str]:
    """What axe finds serious on the page as it stands, in each size, light and dark."""
    found: list[str] = []
    for size in sizes:
        resize(page.driver, *size, still=True)  # or axe would see the colours on their way from dark to light
        found += page.driver.execute_async_script(AXE_RUN)
        resize(page.driver, *size, dark=True, still=True)
        found += page.driver.execute_async_script(AXE_RUN, OF_COLOURS)
    return [line for line in found if line.startswith(("serious", "critical"))]
