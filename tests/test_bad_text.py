"""Text that nobody would say, from the note through cues to files that other people's readers open: nothing is lost."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pysubs2
import pytest
import srt
import webvtt
from fakes import Tools, chinese, english, letters, note_of, spoken
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.formats import FORMATS, all_files, read_cues
from subsync.formats.text import unguarded
from subsync.pipeline import sync_note
from subsync.times import vtt_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from subsync.datatypes import Alignment, Cue, Media, Ms, Note, SyncResult, TimedSentence, TimedWord, Transcript

HEAD = "---\ntitle: x\n---\n"
NORMAL = "The tide comes twice a day.\n\n潮水一天来两次。\n"
FAMILY = "👩\u200d👩\u200d👧"

TEXTS = {
    "Chinese with no English": "这里没有英文。\n\n" + NORMAL + "\n也没有人说过这一段。",
    "English with no Chinese": "Nobody has translated this paragraph. Nor this.\n\n" + NORMAL + "\nNor that one here.",
    "Chinese ten times too long": "So it goes, my friend.\n\n" + "就是这样，我的朋友，" * 30 + "就是这样。",
    "English ten times too long": "So it goes and goes on, my friend. " * 20 + "\n\n就是这样。",
    "a word of 400 characters": "We call it " + "x" * 400 + " here.\n\n我们管它叫" + "长" * 400 + "。",
    "a paragraph of one such word": "x" * 400 + "\n\n" + "长" * 400,
    "emoji": f"We {FAMILY} laughed 😀😀 at 🇨🇳 it.\n\n我们{FAMILY}笑了😀😀，🇨🇳。",
    "combining characters": "Cafe\u0301 and Z\u0351\u036b\u0343algo a\u0300\u0323 it.\n\n咖啡\u0301馆和\u0323它。",
    "right-to-left marks": "He said \u200f\u202bשלום\u202c\u200f to \u2067me\u2069.\n\n他说\u200f\u202bשלום\u202c。",
    "an arrow": "From A --> B in 00:00:01.000 --> 00:00:02,000 it goes.\n\n从甲 --> 乙，00:01:00.000 --> 00:02。",
    "markup as text": "Write &lt;i&gt;this&lt;/i&gt; &amp; \\<b> AT&amp;T, &amp;lt; it.\n\n写&lt;i&gt;这&amp;那。",
    "NUL and controls": "We\x00 go \x07on\x1b[0m home.\n\n我们\x00继续\x07走。",
    "odd line ends": "We go\u2028on\x85home\x0btoday\x0cand here.\n\n我们\u2028继续\x0b走。",
    "words of a file": "WEBVTT is a word. NOTE that 12 is a number. STYLE it.\n\nWEBVTT 是一个词。NOTE 12。",
    "a number alone": "12\n\n十二。\n\n" + NORMAL,
}


@dataclass
class AtOnce(Tools):
    """All words of a note take no time, at the same moment."""

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        return retimed(super().align(note, media, transcript), lambda n, _: (5000, 5000))


@dataclass
class Shuffled(Tools):
    """Words lie in any order, some over others, and some end where they start."""

    def align(self, note: Note, media: Media, transcript: Transcript) -> Alignment:
        def anywhere(n: int, word: TimedWord) -> tuple[Ms, Ms]:
            start = 1000 + n * 7919 % 20_011
            return start, start + n * 37 % 400

        return retimed(super().align(note, media, transcript), anywhere)


def retimed(alignment: Alignment, times: Callable[[int, TimedWord], tuple[Ms, Ms]]) -> Alignment:
    """The same words at other times."""
    count = 0

    def sentence(timed: TimedSentence) -> TimedSentence:
        nonlocal count
        words = []
        for word in timed.words:
            start, end = times(count, word)
            words.append(replace(word, start=start, end=end) if word.start is not None else word)
            count += 1
        starts = [w.start for w in words if w.start is not None]
        ends = [w.end for w in words if w.end is not None]
        return replace(timed, words=tuple(words), start=min(starts, default=None), end=max(ends, default=None))

    return replace(alignment, sentences=tuple(map(sentence, alignment.sentences)))


Read = list[tuple[str, str, str]]
"""Start, end and text of each cue, times as WebVTT writes them."""


def by_srt(text: str) -> Read:
    ms = [
        (round(c.start.total_seconds() * 1000), round(c.end.total_seconds() * 1000), c.content) for c in srt.parse(text)
    ]
    return [(vtt_time(a), vtt_time(b), t) for a, b, t in ms]


def by_webvtt(text: str) -> Read:
    return [(c.start, c.end, html.unescape(c.raw_text)) for c in webvtt.from_string(text, strict=True).captions]


def by_pysubs2(text: str) -> Read:
    kind = "vtt" if text.startswith("WEBVTT") else "srt"
    found = pysubs2.SSAFile.from_string(text, format_=kind)
    return [
        (vtt_time(c.start), vtt_time(c.end), html.unescape(c.plaintext) if kind == "vtt" else c.plaintext)
        for c in found
    ]


def solid(text: str) -> str:
    """Without white space, controls, and the guards that are not seen."""
    return "".join(c for c in unguarded(text) if not c.isspace() and unicodedata.category(c) != "Cc")


def shown(cues: Sequence[Cue]) -> Read:
    return [(vtt_time(c.start), vtt_time(c.end), solid("".join(c.en + c.zh))) for c in cues]


@pytest.mark.parametrize("tools", [Tools(), AtOnce(), Shuffled()], ids=["in order", "at once", "shuffled"])
@pytest.mark.parametrize("name", TEXTS)
def test_any_text_reaches_every_reader_whole(name: str, tools: Tools) -> None:
    """In cues that follow one another, in files that three readers understand alike."""
    note = note_of(HEAD + TEXTS[name])

    result = sync_note(note, tools)

    conserved(note, result, in_order=type(tools) is Tools)
    files = all_files(result, "n")
    for suffix, cues in (("en", result.tracks.en), ("zh", result.tracks.zh), ("en-zh", result.tracks.both)):
        assert all(cue.start < cue.end for cue in cues)
        assert all(a.end <= b.start for a, b in pairwise(cues))
        for kind, readers in (("srt", (by_srt, by_pysubs2)), ("vtt", (by_webvtt, by_pysubs2))):
            text = files[f"n.{suffix}.{kind}"]
            assert "\0" not in text
            assert "\r" not in text
            for read in readers:
                found = [(a, b, solid(t)) for a, b, t in read(text)]
                if read is by_pysubs2:  # it strips what stands between < and > even where a guard is
                    assert [(a, b, letters(t)) for a, b, t in found] == [(a, b, letters(t)) for a, b, t in shown(cues)]
                else:
                    assert found == shown(cues)
            assert [(c.start, c.end) for c in read_cues(text)] == [(c.start, c.end) for c in cues]


def conserved(note: Note, result: SyncResult, *, in_order: bool) -> None:
    """Every English word and every Chinese letter of the spoken paragraphs is in the tracks."""
    en, zh = spoken(note)
    made = (english(result.tracks.both), english(result.tracks.en), chinese(result.tracks.zh))
    wanted = (en, en, zh)
    if in_order:
        assert made == wanted
    assert [sorted(text) for text in made] == [sorted(text) for text in wanted]


def test_the_table_says_what_it_means() -> None:
    """What Markdown makes of it is still what the names say."""
    parsed = {name: note_of(HEAD + text) for name, text in TEXTS.items()}

    def words(name: str) -> str:
        return " ".join(w.text for w in parsed[name].words)

    assert words("an arrow") == "From A --> B in 00:00:01.000 --> 00:00:02,000 it goes."
    assert words("markup as text").startswith("Write <i>this</i> & <b> AT&T, &lt; it.")
    assert any("\u200f" in w.text for w in parsed["right-to-left marks"].words)
    assert FAMILY in words("emoji")
    assert max(len(w.text) for w in parsed["a paragraph of one such word"].words) == 400


def test_every_file_of_the_contract_is_written_for_any_text() -> None:
    """Headings and titles of the same kind too."""
    for name, text in TEXTS.items():
        heading = text.split("\n")[0][:200]
        note = note_of(f"---\ntitle: {name}\nsource: https://e.example/a?b=1&c=2\n---\n# {heading}\n\n{text}")

        files = all_files(sync_note(note, Tools()), "n")

        assert set(files) == {f"n.{suffix}" for suffix in FORMATS}
        assert all("\0" not in content for content in files.values())


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40) | st.sampled_from(["So it goes.", "就是这样。", "# x", "> y", "- z"]), max_size=6))
def test_any_note_gives_files_that_are_read(blocks: list[str]) -> None:
    """Whatever stands in it."""
    note = note_of(HEAD + "\n\n".join(blocks))

    result = sync_note(note, Tools())

    conserved(note, result, in_order=True)
    files = all_files(result, "n")
    for suffix, cues in (("en", result.tracks.en), ("zh", result.tracks.zh), ("en-zh", result.tracks.both)):
        visible = [cue for cue in shown(cues) if cue[2]]
        assert [(a, b, solid(t)) for a, b, t in by_srt(files[f"n.{suffix}.srt"])] == visible
        assert [(a, b, solid(t)) for a, b, t in by_webvtt(files[f"n.{suffix}.vtt"])] == visible
