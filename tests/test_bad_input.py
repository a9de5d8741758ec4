"""Recordings and notes that do not belong together: a plain answer, never a file full of confident nonsense."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sounds import HZ, chords, tone, write_sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shell import Done

pytestmark = pytest.mark.model

ANOTHER = """---
source: talk.wav
---
# 面包

My grandmother baked bread every Saturday morning before anybody else was awake. She used rye flour, buttermilk and a
sourdough that was older than her marriage.

我的祖母每个星期六早上都在别人醒来之前烤面包。她用黑麦粉、酪乳，还有比她的婚姻更老的酵头。

Nobody ever measured anything. When the dough felt like an earlobe she stopped kneading, covered it with a linen cloth
and went out to feed the chickens.

从来没有人称量过什么。面团摸起来像耳垂的时候，她就不揉了，盖上一块亚麻布，出去喂鸡。

Years later a chemist explained fermentation to me with diagrams and equations, yet his loaves were flat and sour.

多年以后，一位化学家用图表和方程给我讲解发酵，可他的面包又扁又酸。
"""


def sync(subsync: Callable[..., Done], *options: str) -> Done:
    return subsync("sync", "talk.md", "--model", "tiny.en", *options)


def document(desk: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((desk / "subsync-out" / "talk" / "talk.sync.json").read_text(encoding="utf-8"))
    return found


def timed(desk: Path) -> list[str]:
    """The English sentences that have a time."""
    return [s["text"] for s in document(desk)["sentences"] if s["lang"] == "en" and s["start_ms"] is not None]


def nothing_is_shown(desk: Path) -> bool:
    """All files are there, and none has a cue, a chapter or a link with a made-up time."""
    folder = desk / "subsync-out" / "talk"
    empty = all((folder / f"talk.{track}.srt").read_bytes() == b"" for track in ("en", "zh", "en-zh"))
    anchors = json.loads((folder / "talk.anchors.json").read_text(encoding="utf-8"))
    return empty and "null" in json.dumps(anchors) and timed(desk) == [] and "#t=" not in json.dumps(anchors)


def test_the_recording_of_another_episode(desk: Path, subsync: Callable[..., Done]) -> None:
    """Nothing is aligned, one sentence says so, and --strict refuses it with 4; the result is there all the same."""
    (desk / "talk.md").write_text(ANOTHER, encoding="utf-8")

    plain, strict = sync(subsync), sync(subsync, "--strict")

    assert (plain.code, strict.code) == (0, 4)
    assert plain.err.splitlines()[0] == (
        "subsync: Nothing of this note was found in the recording: it may be the recording of something else."
    )
    assert "0% of the English words were found in the recording" in strict.err
    assert strict.out == plain.out
    assert nothing_is_shown(desk)
    assert [u["kind"] for u in document(desk)["unwritten"]].count("speech") >= 1


@pytest.mark.parametrize("what", ["silence", "faint noise", "music", "a tone", "half a second", "a click"])
def test_a_recording_in_which_nobody_speaks(desk: Path, subsync: Callable[..., Done], what: str) -> None:
    """No words are invented, by the recogniser or by the aligner."""
    click = np.zeros(HZ // 20)
    click[100:110] = 0.9
    sounds = {
        "silence": np.zeros(20 * HZ),
        "faint noise": np.random.default_rng(4).standard_normal(20 * HZ) * 0.003,
        "music": chords(20_000),
        "a tone": tone(20_000),
        "half a second": tone(500),
        "a click": click,
    }
    write_sound(desk / "talk.wav", sounds[what])

    plain, strict = sync(subsync), sync(subsync, "--strict")

    assert (plain.code, strict.code) == (0, 4)
    assert plain.err.startswith("subsync: Nothing of this note was found in the recording")
    assert "no speech was recognised in the recording" in plain.err
    assert nothing_is_shown(desk)
    assert not [u for u in document(desk)["unwritten"] if u["kind"] == "speech"]


def test_half_a_second_of_talk(desk: Path, subsync: Callable[..., Done]) -> None:
    """One word of a note is no place for the note."""
    data = (desk / "talk.wav").read_bytes()
    (desk / "talk.wav").write_bytes(data[:44] + data[44 + 3400 * 32 : 44 + 3900 * 32])

    assert sync(subsync, "--strict").code == 4
    assert nothing_is_shown(desk)


def test_a_note_ten_times_longer_than_the_recording(desk: Path, subsync: Callable[..., Done]) -> None:
    """What is spoken has its time; the rest is absent and takes no room."""
    text = (desk / "talk.md").read_text(encoding="utf-8")
    body = ANOTHER.split("# 面包")[1]
    (desk / "talk.md").write_text(text + body * 5, encoding="utf-8")

    done = sync(subsync)

    sentences = [s for s in document(desk)["sentences"] if s["lang"] == "en"]
    assert done.code == 0
    assert len(timed(desk)) == 5
    assert [s["text"] for s in sentences[:5]] == timed(desk)
    assert sentences[4]["end_ms"] <= document(desk)["media"]["duration_ms"]
    assert "not in the recording: line " in done.err
    assert "grandmother" not in (desk / "subsync-out" / "talk" / "talk.en.srt").read_text(encoding="utf-8")
    assert sync(subsync, "--strict").code == 4


def test_paragraphs_in_another_order_than_spoken(desk: Path, subsync: Callable[..., Done]) -> None:
    """The longer run keeps its times; what is heard out of order has none and is named with line and time."""
    head, body = (desk / "talk.md").read_text(encoding="utf-8").split("### 开场\n")
    first, second = body.split("### 一台会做加法的机器\n")
    swapped = f"{head}### 一台会做加法的机器\n{second.rstrip()}\n\n### 开场\n{first}"
    (desk / "talk.md").write_text(swapped, encoding="utf-8")

    done = sync(subsync)

    starts = [s["start_ms"] for s in document(desk)["sentences"] if s["lang"] == "en" and s["start_ms"] is not None]
    assert done.code == 0
    assert starts == sorted(starts)
    assert len(starts) in {2, 3}
    assert ": heard at 0:" in done.err
    assert "out of the note's order; left without times" in done.err


def test_a_paragraph_that_breaks_off_is_timed_up_to_there(desk: Path, subsync: Callable[..., Done]) -> None:
    """The recording ends in the middle of a sentence: the spoken part has times, the rest none."""
    data = (desk / "talk.wav").read_bytes()
    (desk / "talk.wav").write_bytes(data[: 44 + 20_500 * 32])  # "... Tomas, who looks after |"

    assert sync(subsync).code == 0

    last = next(s for s in document(desk)["sentences"] if "harbour office" in s["text"])
    spoken = [w["text"] for w in last["words"] if w["start_ms"] is not None]
    assert " ".join(spoken[:4]) == "I'm in the harbour"
    assert "1906." not in spoken
    assert last["end_ms"] <= 20_500
    assert timed(desk)[-1] == last["text"]
