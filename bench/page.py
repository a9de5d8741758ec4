"""How the pages behave in Chromium: how heavy they are, how soon they are there, whether scrolling stutters.

    python bench/page.py                           a synthetic hour, and five hours with 12,000 sentences
    python bench/page.py out/NAME/NAME.study.html   pages of yours

The bars are those of the project: an hour-long note opens in under 1.5 s, scrolls without a task of over 50 ms (what
the browser calls a long task) and weighs under 2.5 MB (to study: 1.5) without its recording. Each figure is the median
of three runs, with the worst beside it: on a machine that does other things any task can be the one that waits.
Scrolling is done in steps of 400 px a frame, 24,000 px a second.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from chromium import MISSING, browser  # noqa: E402

from subsync.datatypes import (  # noqa: E402
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
    Tracks,
    Unwritten,
)
from subsync.pages import review_html, study_html  # noqa: E402

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

RUNS = 3
PER_PARAGRAPH, PER_SECTION = 4, 100

# Every script below answers through its last argument. Frames are counted, so nothing depends on the window's clock.
OPENED = """const done = arguments[arguments.length - 1];
requestAnimationFrame(() => requestAnimationFrame(() => {
  const [entry] = performance.getEntriesByType("navigation");
  done({drawn: performance.now(), load: entry.loadEventEnd});
}))"""
WATCH = """window.tasks = [];
const seen = (list) => tasks.push(...list.getEntries().map((entry) => entry.duration));
new PerformanceObserver(seen).observe({type: "longtask"});"""
SCROLL = """const done = arguments[arguments.length - 1];
let y = 0.3 * document.documentElement.scrollHeight;
const end = Math.min(y + 300 * 400, document.documentElement.scrollHeight);
const on = () => {
  scrollTo({top: y += 400, behavior: "instant"});
  if (y < end) requestAnimationFrame(on);
  else setTimeout(() => done(tasks.splice(0)), 300);
};
requestAnimationFrame(on);"""
SEEK = """const done = arguments[arguments.length - 1];
let k = 0;
const on = () => {
  tick(Math.round(data.duration * (k / 200)));
  if (k++ < 200) requestAnimationFrame(on);
  else setTimeout(() => done(tasks.splice(0)), 300);
};
requestAnimationFrame(on);"""
STEP = """const done = arguments[arguments.length - 1];
const all = document.documentElement.scrollHeight;
scrollTo({top: Math.min(all, 0.3 * all + 400 * arguments[0]), behavior: "instant"});
requestAnimationFrame(() => requestAnimationFrame(done));"""
STEPS = 100
TIMED = """const begin = performance.now(); {}; document.body.offsetHeight; return performance.now() - begin"""
BARS = {
    "drawn": "bar 1500",
    "scroll: longest task": "bar 50; 0 stands for none over it",
    "scroll: heaviest step": "bar 50; processor time",
}
ACTIONS = {
    "search": "document.getElementById('search').value = 'wheel'; search()",
    "filter": "show('doubtful')",
    "all again": "show('all')",
    "next doubtful": "nextDoubtful()",
    "nudge": "nudge(100)",
    "lists after it": "nameFilters(); lists(); drawOverview()",
}
STUDY_ACTIONS = {
    "search": "document.getElementById('search').value = 'wheel'; search()",
    "hide English": "setWish('en', false)",
    "show it": "setWish('en', true)",
    "larger": "resizeText(1)",
    "dictation": "dictate(true)",
}


def texts() -> list[tuple[str, str]]:
    """Sentences of the sample, of all lengths."""
    note = (HERE.parent / "samples" / "tide-machine.md").read_text(encoding="utf-8").split("---", 2)[2]
    paragraphs = [re.sub(r"\*\*.*?\*\*", "", p).strip() for p in note.split("\n\n") if not p.startswith("#")]
    english = re.findall(r"[A-Z][^.?!。]*[.?!]", " ".join(p for p in paragraphs if p.isascii()))
    chinese = re.findall(r"[^。？！]+[。？！]", "".join(p for p in paragraphs if not p.isascii()))
    return list(zip(english, chinese, strict=False))


def synthetic(hours: float, count: int) -> SyncResult:
    """Pairs of sentences, evenly spread; one in forty doubtful, one in fifty absent, an advertisement every 20 min."""
    chance = random.Random(1)
    every = int(hours * 3_600_000 / count)
    pairs = texts()
    sentences: list[Sentence] = []
    timed: list[TimedSentence] = []
    for k in range(count):
        english, chinese = chance.choice(pairs)
        status: Status = "absent" if chance.random() < 0.02 else "aligned"
        confidence = 0.3 if chance.random() < 0.025 else 0.9
        start, end = (None, None) if status == "absent" else (k * every, (k + 1) * every - 50)
        for lang, text in (("en", english), ("zh", chinese)):
            sentences.append(Sentence(k // PER_PARAGRAPH, "en" if lang == "en" else "zh", text, 0, 1))
            timed.append(TimedSentence(start, end, status, 0.0 if status == "absent" else confidence))
    paragraphs = tuple(
        Paragraph(p, 2 * PER_PARAGRAPH * p // (2 * PER_SECTION), p, span(p, 0, count), span(p, 1, count), "Mira")
        for p in range(count // PER_PARAGRAPH)
    )
    sections = tuple(Section(f"第{k + 1}节：潮汐", 2, k + 1) for k in range(-(-count // PER_SECTION)))
    beads = tuple(Bead(k // PER_PARAGRAPH, (2 * k,), (2 * k + 1,), 0.9) for k in range(count))
    cues = tuple(
        Cue(t.start, t.end, (sentences[2 * k].text,), (sentences[2 * k + 1].text,))
        for k, t in enumerate(timed[::2])
        if t.start is not None and t.end is not None
    )
    gaps = tuple(Unwritten(m * 1_200_000, m * 1_200_000 + 30_000, "speech") for m in range(int(hours * 3)))
    note = Note("n.md", "", "0" * 64, f"{hours:g} hours", None, sections, paragraphs, tuple(sentences))
    media = Media(Path("none.opus"), "", int(hours * 3_600_000))
    engine = Engine("r", "m", "", "a", "0")
    return SyncResult(note, media, engine, Alignment(tuple(timed), gaps), beads, Tracks(cues, (), ()), ())


def span(paragraph: int, odd: int, count: int) -> tuple[int, ...]:
    first = paragraph * PER_PARAGRAPH
    return tuple(2 * k + odd for k in range(first, min(count, first + PER_PARAGRAPH)))


def written(folder: Path, hours: float, count: int) -> list[Path]:
    chance = random.Random(2)
    peaks = [chance.randrange(256) for _ in range(int(hours * 3600 * 20))]
    result = synthetic(hours, count)
    texts = {
        "review": review_html(result, peaks=peaks, stem="n", recording=None),
        "study": study_html(result, stem="n", recording=None),
    }
    paths = []
    for kind, text in texts.items():
        paths.append(folder / f"{hours:g}h-{count}.{kind}.html")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def measured(driver: Chrome, page: Path) -> dict[str, float]:
    """One run."""
    driver.get("about:blank")
    driver.get(page.absolute().as_uri())
    figures: dict[str, float] = dict(driver.execute_async_script(OPENED))
    driver.execute_script(WATCH)
    for name, script in (("scroll", SCROLL), ("seek", SEEK)):
        tasks: list[Any] = driver.execute_async_script(script)
        figures[f"{name}: longest task"] = max(tasks, default=0)
    figures["scroll: heaviest step"] = heaviest_step(driver, page)
    study = driver.execute_script("return data.page") == "study"
    for name, action in (STUDY_ACTIONS if study else ACTIONS).items():
        figures[name] = driver.execute_script(TIMED.replace("{}", action))
    return figures


def heaviest_step(driver: Chrome, page: Path) -> float:
    """Most milliseconds of a processor that the page took for one of a hundred steps of 400 px, into text not yet seen.

    A long task on a busy machine is often one that had to wait; this is what it does when it does not.
    """
    driver.get("about:blank")
    driver.get(page.absolute().as_uri())
    driver.execute_async_script(OPENED)
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    spent: list[float] = []
    for k in range(STEPS + 1):
        driver.execute_async_script(STEP, k)
        found: dict[str, Any] = driver.execute_cdp_cmd("Performance.getMetrics", {})
        spent += [1000 * metric["value"] for metric in found["metrics"] if metric["name"] == "TaskDuration"]
    driver.execute_cdp_cmd("Performance.disable", {})
    return max(after - before for before, after in pairwise(spent))


def report(driver: Chrome, page: Path) -> None:
    runs = [measured(driver, page) for _ in range(RUNS)]
    weight = page.stat().st_size / 1e6
    count = driver.execute_script("return data.sentences.length")
    print(f"\n{page.name}: {count} sentences, {driver.execute_script('return clock(data.duration)')}")
    print(f"  {'weight':<24}{weight:8.2f} MB   bar {1.5 if '.study.' in page.name else 2.5}")
    for name in runs[0]:
        values = [run[name] for run in runs]
        bar = BARS.get(name, "")
        print(f"  {name:<24}{statistics.median(values):8.0f} ms   worst {max(values):.0f}   {bar}".rstrip())


def main() -> None:
    if MISSING:
        sys.exit(f"bench/page.py: {MISSING}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = [Path(p) for p in sys.argv[1:]] or [
            *written(folder, 1, 700),
            *written(folder, 5, 6000),
            *written(folder, 5, 12_000),
        ]
        with browser(folder) as driver:
            for page in pages:
                report(driver, page)


if __name__ == "__main__":
    main()
