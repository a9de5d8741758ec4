"""The whole drawing with tools that know the answer: nothing that is spoken is lost, and time is only carried on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pytest
from fakes import Tools, bursts, chinese, english, note_of, spoken
from hypothesis import given, settings
from hypothesis import strategies as st
from sounds import recording

from subsync.align import Acoustics, align
from subsync.align.edits import Edit
from subsync.anchors import AnchorOptions
from subsync.cues.limits import PROFILES
from subsync.datatypes import (
    RecognizedWord,
    Span,
    Transcript,
)
from subsync.formats import all_files
from subsync.pipeline import SyncOptions, sync_note
from subsync.sound import RATE, Recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from subsync.datatypes import Cue, Ms, Note, SyncResult

R = TypeVar("R")

TEXT = """---
title: 潮汐
source: https://www.youtube.com/watch?v=dQw4w9WgXcQ
---
The tide comes twice a day, and nobody is surprised. Why is that?

潮水一天来两次，没有人感到惊讶。这是为什么？

# 一

**Mira:** There are 24 wheels, which cost $2,000 a year; each of them turns at its own speed.

**Mira：** 一共有24个轮子，每年花费2000美元；每一个都按自己的速度转动。

**Tomas:** So the wire is the sum.

# 二

只有中文的一段，没有人说过。

**Tomas:** In 1953 nobody could find the key to the glass case.

**Tomas：** 1953年，没人找得到玻璃柜的钥匙。

I think that is the best argument for brass that I have ever heard, and GPT-4o agrees with me. Thank you.

我想这是我听过的、为黄铜辩护的最好理由，GPT-4o也同意。谢谢你。
"""


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_stages_are_asked_in_order() -> None:
    """Once each."""
    tools = Tools()

    sync_note(note_of(TEXT), tools)

    assert tools.asked == ["fetch", "recognize", "align"]


def test_no_cue_stays_beyond_the_end_of_the_recording() -> None:
    """As it would for its minimum, and to be read, where the recording breaks off with the last word."""
    note = note_of("The tide comes twice a day.\n\n潮水一天来两次。\n\nWhy?\n\n为什么？\n")
    last = max(s.end or 0 for s in sync_note(note, Tools()).alignment.sentences)

    tracks = sync_note(note, Tools(duration=last + 5)).tracks

    assert {track[-1].end for track in (tracks.en, tracks.zh, tracks.both)} == {last + 5}
    assert all(track[-1].start < last - 100 for track in (tracks.en, tracks.zh, tracks.both))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("absent", [frozenset[int](), frozenset({4}), frozenset({0, 1})], ids=["all", "4", "0 and 1"])
def test_all_that_is_spoken_reaches_a_cue_and_nothing_else_does(profile: str, absent: frozenset[int]) -> None:
    """Every English word and every Chinese character, in the order of the note, in each track that has the language."""
    note = note_of(TEXT)

    tracks = sync_note(note, Tools(absent=absent), SyncOptions(PROFILES[profile])).tracks

    en, zh = spoken(note, absent)
    assert english(tracks.both) == english(tracks.en) == en
    assert chinese(tracks.both) == chinese(tracks.zh) == zh
    assert not any(cue.zh for cue in tracks.en)
    assert not any(cue.en for cue in tracks.zh)


def test_a_note_of_which_nothing_is_spoken_gives_empty_files() -> None:
    """All of them, without a time that nobody knows."""
    note = note_of(TEXT)
    result = sync_note(note, Tools(absent=frozenset(range(len(note.paragraphs)))))

    assert result.tracks.both == result.tracks.en == result.tracks.zh == ()
    assert all(anchor.start is None and anchor.link is None for anchor in result.anchors)
    assert all(s["start_ms"] is None for s in json.loads(all_files(result, "n")["n.sync.json"])["sentences"])


def test_english_alone_has_cues_of_english_alone() -> None:
    result = sync_note(note_of("---\ntitle: x\n---\nThe tide comes twice a day. Nobody knows why.\n"), Tools())

    assert english(result.tracks.both) == "Thetidecomestwiceaday.Nobodyknowswhy."
    assert result.tracks.zh == ()


def test_anchors_are_where_their_sections_begin() -> None:
    """At the first spoken word below the heading, in whole seconds of the link."""
    note = note_of(TEXT)

    result = sync_note(note, Tools(at=65_000), SyncOptions(anchors=AnchorOptions(paragraphs=False)))

    first = [next(p.en[0] for p in note.paragraphs if p.section == k and p.en) for k in range(2)]
    assert [a.heading for a in result.anchors] == ["一", "二"]
    assert [a.start for a in result.anchors] == [result.alignment.sentences[k].start for k in first]
    assert (
        result.anchors[0].link
        == f"https://www.youtube.com/watch?v=dQw4w9WgXcQ&t={(result.anchors[0].start or 0) // 1000}s"
    )


def test_paragraphs_are_paired_while_the_sound_is_listened_to() -> None:
    """Their texts are all that it takes; they wait for the recording alone, by which answers are kept."""
    tools = Tools()

    def aside(work: Callable[[], R]) -> Callable[[], R]:
        tools.asked.append("begin")
        found = work()

        def result() -> R:
            tools.asked.append("paired")
            return found

        return result

    note = note_of(TEXT)
    assert sync_note(note, tools, aside=aside) == sync_note(note, Tools())
    assert tools.asked == ["fetch", "begin", "recognize", "align", "paired"]


def test_corrections_are_obeyed() -> None:
    """A sentence that a person calls absent has no time and no cue."""
    note = note_of(TEXT)
    (wire,) = (k for k, s in enumerate(note.sentences) if s.text.startswith("So the wire"))

    result = sync_note(note, Tools(), edits=(Edit(wire, "absent"),))

    assert result.alignment.sentences[wire].start is None
    assert "wire" not in english(result.tracks.both)


# --- time is carried on -----------------------------------------------------------------------------------------------

VOCABULARY = ("the", "tide", "wheel,", "of", "brass.", "24", "and", "$2,000", "Mira's", "moon?", "it", "turns")
CHINESE = st.text("潮水轮子的了在黄铜月亮，。？24年", min_size=1, max_size=30)
PARAGRAPHS = st.lists(
    st.tuples(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=14), CHINESE), min_size=1, max_size=3
)
OPENING = "Good morning captain, said everybody"
"""A paragraph has enough words of its own to be told from chance: three of the commonest words alone are not found."""


def drawn(paragraphs: list[tuple[list[str], str]]) -> Note:
    blocks = [block for words, zh in paragraphs for block in (f"{OPENING} {' '.join(words)}.", f"于是{zh}。")]
    return note_of("---\ntitle: x\n---\n# One\n\n" + "\n\n".join(blocks) + "\n")


def moved(result: SyncResult, by: Ms) -> object:
    """All times of a result later."""

    def later(time: Ms | None) -> Ms | None:
        return None if time is None else time + by

    cues = [[(c.start + by, c.end + by, c.en, c.zh) for c in track] for track in tracks_of(result)]
    return cues, [(a.heading, later(a.start)) for a in result.anchors], result.checks


def tracks_of(result: SyncResult) -> tuple[tuple[Cue, ...], ...]:
    return (result.tracks.both, result.tracks.en, result.tracks.zh)


@settings(max_examples=25)
@given(PARAGRAPHS, st.integers(1, 10**7), st.integers(20, 90), st.integers(0, 3000))
def test_shifting_all_words_shifts_every_cue_and_anchor(
    paragraphs: list[tuple[list[str], str]], by: Ms, per_letter: Ms, pause: Ms
) -> None:
    """By the same ms; texts, lines and findings stay."""
    note = drawn(paragraphs)
    tools = Tools(per_letter=per_letter, pause=pause, duration=10**8)

    here, there = (sync_note(note, t) for t in (tools, replace(tools, at=tools.at + by)))

    assert moved(here, by) == moved(there, 0)


@settings(max_examples=25)
@given(PARAGRAPHS, st.integers(20, 90))
def test_text_is_conserved_whatever_the_note(paragraphs: list[tuple[list[str], str]], per_letter: Ms) -> None:
    note = drawn(paragraphs)

    tracks = sync_note(note, Tools(per_letter=per_letter)).tracks

    en, zh = spoken(note)
    assert english(tracks.both) == english(tracks.en) == en
    assert chinese(tracks.zh) == zh


def test_the_same_input_gives_identical_files() -> None:
    """To the byte."""
    one, other = (all_files(sync_note(note_of(TEXT), Tools()), "n") for _ in range(2))

    assert one == other


# --- a text with its own words ----------------------------------------------------------------------------------------


def voice(note: Note, folder: Path, pause: Ms = 300) -> tuple[Transcript, tuple[Span, ...]]:
    """Every word of a note as a burst of noise, and a recogniser that heard all of them exactly."""
    rng = np.random.default_rng(7)
    pieces, spans, speech = [np.zeros(500 * RATE)], [], []
    now = 500
    for sentence in note.sentences:
        first = now
        for word in sentence.words:
            length = 100 + 40 * len(word.text)
            pieces.append(rng.standard_normal(length * RATE) * 0.1)
            spans.append(Span(now, now + length))
            now += length
        if sentence.words:
            speech.append(Span(first, now))
            pieces.append(rng.standard_normal(pause * RATE) * 0.0003)
            now += pause
    recording(folder / "voice.s16", np.concatenate(pieces))
    heard = tuple(RecognizedWord(w.text, s.start, s.end, 0.9) for w, s in zip(note.words, spans, strict=True))
    return Transcript("full", now, heard, tuple(speech)), tuple(spans)


@settings(max_examples=25)
@given(PARAGRAPHS)
def test_aligning_a_text_with_its_own_words_is_the_identity(
    tmp_path_factory: pytest.TempPathFactory, paragraphs: list[tuple[list[str], str]]
) -> None:
    """Each word gets the time at which it was heard, and is sure of it; nothing is left over."""
    folder = tmp_path_factory.mktemp("voice")
    note = drawn(paragraphs)
    transcript, spans = voice(note, folder)

    made = align(
        note,
        transcript,
        recording=Recording(folder / "voice.s16", (folder / "voice.s16").stat().st_size // 2),
        acoustics=Acoustics(bursts),
    )

    words = [word for sentence in made.sentences for word in sentence.words]
    assert [word.text for word in words] == [word.text for word in note.words]
    assert {word.status for word in words} == {"aligned"}
    assert all(
        w.start is not None and w.end is not None and abs(w.start - s.start) <= 10 and abs(w.end - s.end) <= 10
        for w, s in zip(words, spans, strict=True)
    )
    assert made.unwritten == ()
    assert made.remarks == ()


def test_an_address_in_chinese_stands_whole_on_a_line() -> None:
    """Cut at its colon as at the end of a clause it was "网站是 https:" and "//slowclocks.org/repair"."""
    note = note_of(
        "Our address is help@slowclocks.org, and the site is https://slowclocks.org/repair.\n\n"
        "我们的地址是help@slowclocks.org，网站是https://slowclocks.org/repair。\n"
    )

    result = sync_note(note, Tools())

    for track in (result.tracks.both, result.tracks.zh):
        lines = [line for cue in track for line in cue.zh]
        assert "https://slowclocks.org/repair" in lines
        assert sum("help@slowclocks.org" in line for line in lines) == 1
    assert [finding for finding in result.checks if finding.rule == "zh-break"] == []
