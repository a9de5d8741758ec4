"""Cues of the three tracks: text conserved, limits kept, times in order, languages together."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.cues import CueOptions, Speech, cut, set_times
from subsync.cues.limits import PROFILES
from subsync.datatypes import (
    Alignment,
    Bead,
    Clause,
    Cue,
    Link,
    Note,
    Paragraph,
    Sentence,
    TimedSentence,
    TimedWord,
    Tracks,
    Word,
)
from subsync.text.scripts import width

if TYPE_CHECKING:
    from collections.abc import Sequence

NETFLIX = CueOptions()
AS_WRITTEN = CueOptions(chinese_display=False)


class Said(NamedTuple):
    """A clause as said, with its translation: words without times are absent."""

    words: tuple[tuple[str, int | None, int | None], ...]
    zh: str


class Case(NamedTuple):
    """What ``cut`` takes."""

    note: Note
    alignment: Alignment
    beads: tuple[Bead, ...]


def said(en: str, zh: str, start: int | None = 0, per_word: int = 250) -> Said:
    """A clause whose words follow one another evenly, or which is absent."""
    words = en.split()
    times = [
        (None, None) if start is None else (start + n * per_word, start + (n + 1) * per_word) for n in range(len(words))
    ]
    return Said(tuple((word, *time) for word, time in zip(words, times, strict=True)), zh)


def talk(*clauses: tuple[str, str], start: int = 1000, per_word: int = 250, pause: int = 0) -> list[Said]:
    """Clauses one after the other."""
    spoken = []
    for en, zh in clauses:
        spoken.append(said(en, zh, start, per_word))
        start += per_word * len(en.split()) + pause
    return spoken


def case(*paragraphs: Sequence[Said]) -> Case:
    """One sentence of each language and one bead for each paragraph, one link for each clause."""
    sentences: list[Sentence] = []
    timed: list[TimedSentence] = []
    found: list[Paragraph] = []
    beads: list[Bead] = []
    for index, clauses in enumerate(paragraphs):
        words = [word for clause in clauses for word in clause.words]
        en = len(sentences)
        links = []
        at = zh_at = 0
        for clause in clauses:
            length = sum(len(text) + 1 for text, _, _ in clause.words)
            en_side = (Clause(en, at, at + length - 1),) if clause.words else ()
            zh_side = (Clause(en + 1, zh_at, zh_at + len(clause.zh)),) if clause.zh else ()
            links.append(Link(en_side, zh_side, 1.0))
            at += length
            zh_at += len(clause.zh)
        texts = tuple(Word(text, 0, len(text)) for text, _, _ in words)
        sentences.append(Sentence(index, "en", " ".join(word.text for word in texts), 0, 1, texts))
        sentences.append(Sentence(index, "zh", "".join(clause.zh for clause in clauses), 0, 1))
        times = tuple(TimedWord(t, a, b, "absent" if a is None else "aligned", 1.0) for t, a, b in words)
        timed += [TimedSentence(None, None, "interpolated", 1.0, times), TimedSentence(None, None, "interpolated", 1.0)]
        found.append(Paragraph(index, None, 1, (en,), (en + 1,)))
        beads.append(Bead(index, (en,), (en + 1,), 1.0, tuple(links)))
    note = Note("n.md", "", "", None, None, (), tuple(found), tuple(sentences))
    return Case(note, Alignment(tuple(timed), ()), tuple(beads))


def shown(cues: Sequence[Cue]) -> list[tuple[str, str]]:
    return [(" / ".join(cue.en), " / ".join(cue.zh)) for cue in cues]


def all_tracks(tracks: Tracks) -> tuple[tuple[Cue, ...], ...]:
    return (tracks.both, tracks.en, tracks.zh)


def alphanumeric(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def english_of(cues: Sequence[Cue]) -> str:
    return "".join("".join(cue.en).replace(" ", "") for cue in cues)


def chinese_of(cues: Sequence[Cue]) -> str:
    """Held lines once."""
    return alphanumeric("".join("".join(lines) for lines, _ in groupby(cue.zh for cue in cues)))


_CLAUSES = (
    ("and they're going to invest $550 billion into the US.", "他们将对美国投资5500亿美元。"),
    ("So I would love,", "所以我非常希望，"),
    ("I think we need to give the president credit", "我认为我们需要把功劳归于总统，"),
    ("where credit is due.", "归于应得之人。"),
    ("Everybody said this was going to lead to retaliation", "所有人都说这将导致报复，"),
    ("to trade wars", "引发贸易战，"),
    ("and all we've seen so far is deals.", "但到目前为止，我们所看到的只有协议。"),
)
SPEECH = talk(*_CLAUSES, per_word=300)
SPEECH_LATER = talk(*_CLAUSES, start=6000, per_word=300)


def conversation(*turns: tuple[str, str, str], pause: int = 0, per_word: int = 300) -> Case:
    """Turns of named speakers, a paragraph each, one after the other."""
    spoken, start = [], 1000
    for _, en, zh in turns:
        spoken.append([said(en, zh, start, per_word)])
        start += per_word * len(en.split()) + pause
    made = case(*spoken)
    named = [replace(p, speaker=turn[0]) for p, turn in zip(made.note.paragraphs, turns, strict=True)]
    return made._replace(note=replace(made.note, paragraphs=tuple(named)))


def of_speakers(case: Case, speakers: Literal["off", "dash", "name"], options: CueOptions = NETFLIX) -> Tracks:
    return cut(*case, replace(options, speakers=speakers))


# --- what is shown together -------------------------------------------------------------------------------------------


def test_clauses_stand_with_their_translation() -> None:
    for cue in cut(*case(SPEECH)).both:
        for clause in SPEECH:
            en, zh = " ".join(word for word, _, _ in clause.words), alphanumeric(clause.zh)
            if alphanumeric(en) in alphanumeric("".join(cue.en)):
                assert zh in alphanumeric("".join(cue.zh))


def test_a_short_exchange_as_it_is_read() -> None:
    tracks = cut(*case(talk(("Nice.", "不错。"), ("You're looking good.", "你看上去不错。"), per_word=400)))
    assert shown(tracks.both) == [("Nice. You're looking good.", "不错 你看上去不错")]
    assert [(cue.start, cue.end) for cue in tracks.both] == [(1000, 3100)]


def test_tracks_of_one_language_hold_that_language_alone() -> None:
    tracks = cut(*case(SPEECH))
    assert all(cue.en and not cue.zh for cue in tracks.en)
    assert all(cue.zh and not cue.en for cue in tracks.zh)
    assert english_of(tracks.en) == english_of(tracks.both)
    assert chinese_of(tracks.zh) == chinese_of(tracks.both)


def test_a_track_of_chinese_is_laid_out_for_itself() -> None:
    """Clauses that the English side needs several cues for fill one of the Chinese track."""
    clauses = talk(
        ("well you know what I really want to say to all of them right here is", "我想说的是，"),
        ("uh that it was just a really very great and amazing pleasure you know", "非常荣幸。"),
        per_word=180,
    )
    tracks = cut(*case(clauses))
    assert len(tracks.zh) == 1 < len(tracks.both)


def test_a_cue_never_spans_two_paragraphs() -> None:
    first, second = talk(("Is that right?", "对吗？"), start=1000), talk(("Yes.", "对。"), start=1800)
    for track in all_tracks(cut(*case(first, second))):
        assert [cue.paragraph for cue in track] == [0, 1]


def test_long_english_holds_its_chinese_over_cues() -> None:
    en = "and if you look at the way in which these companies have been spending all of the money that they raised"
    both = cut(*case(talk((en, "看看这些公司怎么花钱"), per_word=300))).both
    assert len(both) > 1
    assert {cue.zh for cue in both} == {("看看这些公司怎么花钱",)}


def test_long_chinese_is_parted_where_both_languages_pause() -> None:
    clauses = talk(
        (
            "I like him a lot, but nobody else I ever met does",
            "我非常喜欢他这个人还有他做过的所有那些事情，但是我认识的所有其他人都一点也不喜欢他",
        ),
        per_word=500,
    )
    both = cut(*case(clauses)).both
    assert [(cue.en[0], cue.zh[0][:4]) for cue in both] == [
        ("I like him a lot,", "我非常喜"),
        ("but nobody else I ever met does", "但是我认"),
    ]


def test_a_clause_that_ends_a_word_early_does_not_end_a_cue() -> None:
    clauses = talk(
        ("And the good friend of ours was the leader on that", "我们的好朋友领导了那个项目"),
        ("program and everyone's been able to look and say let's start", "每个人都能看到并说重新开始吧"),
        per_word=280,
    )
    both = cut(*case(clauses)).both
    assert [(cue.en[-1].split()[-1], cue.zh[0][:2]) for cue in both] == [("leader", "我们"), ("start", "每个")]


def test_fillers_without_chinese_go_with_their_neighbour() -> None:
    clauses = talk(("Um, you know,", ""), ("it was a pleasure.", "很荣幸。"), ("You know.", ""), per_word=300)
    assert all(cue.zh == ("很荣幸",) for cue in cut(*case(clauses)).both)


def test_a_long_passage_without_chinese_has_cues_of_english_alone() -> None:
    extra = "and this whole remark was left out by whoever translated the talk because it says nothing new at all"
    clauses = talk(
        ("It was a pleasure.", "很荣幸。"), (extra, ""), ("Good to see you.", "很高兴见到你。"), per_word=300
    )
    both = cut(*case(clauses)).both
    assert both[0].zh == ("很荣幸",)
    assert any(cue.en and not cue.zh for cue in both)
    assert "very" not in "".join(both[1].zh)


def test_chinese_without_english_goes_with_what_is_spoken_next_to_it() -> None:
    first, last = talk(("Good to see you.", "很高兴见到你。"), ("Me too.", "我也是。"), per_word=400)
    both = cut(*case([Said((), "好了，"), first, Said((), "（笑声）"), last])).both
    assert chinese_of(both) == "好了很高兴见到你笑声我也是"


def test_english_alone_and_chinese_alone() -> None:
    english = cut(*case(talk(("Good to see you.", ""))))
    assert shown(english.both) == shown(english.en) == [("Good to see you.", "")]
    assert english.zh == ()
    assert cut(*case([Said((), "很高兴见到你。")])) == Tracks((), (), ())
    assert cut(*case()) == Tracks((), (), ())


def test_a_silence_parts_cues() -> None:
    clauses = [said("So here we", "我们到了", 1000), said("are again.", "又到了。", 9000)]
    for track in all_tracks(cut(*case(clauses))):
        assert len(track) == 2
        assert track[1].start == 9000


def test_paragraphs_are_shown_in_the_order_of_the_recording() -> None:
    later, earlier = (
        talk(("Good to see you.", "很高兴。"), start=9000),
        talk(("Welcome to the show.", "欢迎。"), start=1000),
    )
    assert [cue.paragraph for cue in cut(*case(later, earlier)).both] == [1, 0]


# --- what is absent ---------------------------------------------------------------------------------------------------


def test_absent_text_is_not_shown() -> None:
    clauses = [
        said("Good to see you.", "很高兴。"),
        said("We skip this.", "这个跳过。", None),
        said("Me too.", "我也是。", 2000),
    ]
    for track in all_tracks(cut(*case(clauses))):
        text = "".join("".join(cue.en + cue.zh) for cue in track)
        assert "skip" not in text
        assert "跳过" not in text


def test_a_word_that_the_speaker_swallowed_is_shown_with_its_clause() -> None:
    """The sentence is the note's; "We tried." would be somebody else's."""
    clause = Said((("We", 0, 200), ("really", None, None), ("tried.", 300, 900)), "我们真的试过。")
    assert shown(cut(*case([clause])).both) == [("We really tried.", "我们真的试过")]


@pytest.mark.parametrize(("left_out", "seen"), [(4, True), (5, False)])
def test_four_words_in_a_row_may_be_left_out(left_out: int, seen: bool) -> None:
    spoken = [(f"word{n}", 300 * n, 300 * n + 300) for n in range(6)]
    words = (*spoken[:3], *[("gone", None, None)] * left_out, *spoken[3:])
    assert ("gone" in english_of(cut(*case([Said(words, "好")])).both)) is seen


def test_most_of_a_sentence_left_out_is_not_shown_with_the_rest() -> None:
    """The speaker said two words of it."""
    words = (
        ("We", 0, 200),
        ("did.", 300, 900),
        *((word, None, None) for word in ["And", "all", "of", "that", "again"]),
    )
    assert shown(cut(*case([Said(words, "我们做了。")])).both) == [("We did.", "我们做了")]


def test_chinese_linked_to_nothing_next_to_absent_text_is_absent_too() -> None:
    clauses = [said("Good to see you.", "很高兴。"), said("We skip this.", "这个跳过。", None), Said((), "（笑声）")]
    assert chinese_of(cut(*case(clauses)).both) == "很高兴"


CLAUSES = st.lists(st.tuples(st.booleans(), st.integers(5, 12), st.integers(1, 30)), min_size=1, max_size=4)


@given(st.lists(CLAUSES, min_size=1, max_size=4), st.sampled_from(sorted(PROFILES)), st.sampled_from(["off", "dash"]))
def test_what_is_absent_is_never_shown_and_what_is_spoken_always_is(
    drawn: list[list[tuple[bool, int, int]]], profile: str, speakers: Literal["off", "dash"]
) -> None:
    """Five words in a row and more: fewer may be a slip of the tongue."""
    start = 1000
    paragraphs: list[list[Said]] = []
    for clauses in drawn:
        paragraphs.append([])
        for spoken, words, characters in clauses:
            en, zh = ("said", "说") if spoken else ("gone", "缺")
            paragraphs[-1].append(said(" ".join([en] * words), zh * characters, start if spoken else None))
            start += 250 * words
    tracks = of_speakers(case(*paragraphs), speakers, PROFILES[profile])
    words = sum(words for clauses in drawn for spoken, words, _ in clauses if spoken)
    characters = sum(characters for clauses in drawn for spoken, _, characters in clauses if spoken)
    assert english_of(tracks.both) == english_of(tracks.en) == "said" * words
    assert "".join("".join(cue.zh) for cue in tracks.zh) == "说" * characters
    assert "缺" not in "".join("".join(cue.zh) for cue in tracks.both)
    assert all(cue.zh for cue in tracks.both)


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoken", "times"),
    [
        ([(1000, 3000)], [(1000, 3500)]),
        ([(1000, 3000), (3000, 5000)], [(1000, 2917), (3000, 5500)]),
        ([(1000, 3000), (3400, 5000)], [(1000, 3317), (3400, 5500)]),
        ([(1000, 3000), (3800, 5000)], [(1000, 3300), (3800, 5500)]),
        ([(1000, 3000), (9000, 9500)], [(1000, 3500), (9000, 10333)]),
        ([(1000, 1200), (4000, 5000)], [(1000, 2333), (4000, 5500)]),
        ([(1000, 2000), (3000, 3300), (3400, 5000)], [(1000, 2401), (2484, 3317), (3400, 5500)]),
        ([(1000, 2000), (2000, 2300), (2400, 5000)], [(1000, 1917), (2000, 2617), (2700, 5500)]),
        ([(1000, 12000)], [(1000, 8000)]),
        ([(0, 100), (200, 2000)], [(0, 417), (500, 2500)]),
    ],
    ids=[
        "lingers",
        "contiguous",
        "short gap closed",
        "long gap kept",
        "silence",
        "short takes the pause behind",
        "short takes the pause in front",
        "short pushes the next",
        "too long",
        "no room at the start",
    ],
)
def test_times(spoken: list[tuple[int, int]], times: list[tuple[int, int]]) -> None:
    assert set_times([Speech(*speech, 0) for speech in spoken], NETFLIX) == times


@pytest.mark.parametrize(
    ("spoken", "start"),
    [
        ([(1000, 2000, 500), (2300, 4000, 2500)], 2175),
        ([(1000, 2000, 500), (2300, 4000, 1690)], 2227),
        ([(1000, 2000, 1217), (2300, 4000, 2500)], 2300),
        ([(1000, 2000, 1170), (2300, 4000, 2500)], 2253),
    ],
    ids=[
        "three frames",
        "as much as it needs",
        "the other needs all it has",
        "what the other can spare",
    ],
)
def test_a_cue_that_is_hard_to_read_comes_a_little_early(spoken: list[tuple[int, int, int]], start: int) -> None:
    following = Speech(4000, 6000, 2500)  # which has no time to spare
    times = set_times([*(Speech(*speech) for speech in spoken), following], NETFLIX)
    assert [time for time, _ in times[1:]] == [start, 4000]


@pytest.mark.parametrize(
    ("one", "two", "edge"),
    [
        ((1000, 3000, 1900), (3000, 5000, 1900), 3000),
        ((1000, 3000, 2000), (3000, 6000, 1000), 3083),
        ((1000, 3000, 9000), (3000, 6000, 1000), 3250),
        ((1000, 3000, 2100), (3000, 5000, 2450), 3050),
        ((1000, 3000, 1000), (3000, 5000, 4000), 2875),
        ((1000, 3000, 1850), (3000, 5000, 4000), 2933),
        ((1000, 3000, 2500), (3000, 5000, 4100), 3134),
        ((1000, 1850, 100), (1916, 4000, 9000), 1916),
        ((1000, 7900, 9000), (7950, 9500, 100), 8083),
        ((1000, 3000, 100), (3000, 10000, 9000), 3000),
    ],
    ids=[
        "both are read",
        "later, as much as it takes",
        "later, a quarter of a second",
        "later, what the other can spare",
        "earlier, three frames",
        "earlier, what the other can spare",
        "neither is read",
        "the minimum of the one in front",
        "the maximum of the one in front",
        "the maximum of the one behind",
    ],
)
def test_an_edge_in_speech_moves_for_the_sake_of_what_is_hard_to_read(
    one: tuple[int, ...], two: tuple[int, ...], edge: int
) -> None:
    before = Speech(0, 1000, 917)  # which has no time to spare
    assert [start for start, _ in set_times([before, Speech(*one), Speech(*two)], NETFLIX)] == [0, 1000, edge]


def test_an_edge_that_moves_leaves_the_cue_behind_it_its_minimum() -> None:
    times = set_times([Speech(1000, 3000, 9000), Speech(3000, 3950, 0), Speech(3950, 6000, 2550)], NETFLIX)
    assert times[1:] == [(3034, 3867), (3950, 6500)]


@pytest.mark.parametrize(
    ("spoken", "end"),
    [
        ([(1000, 3000, 3000)], 4000),
        ([(1000, 3000, 9000)], 4500),
        ([(1000, 3000, 9000), (9000, 9900, 0)], 4500),
        ([(1000, 3000, 3000), (4400, 6000, 0)], 4317),
        ([(1000, 3000, 2300), (4400, 6000, 0)], 3500),
        ([(1000, 3000, 9000), (4600, 6000, 0)], 4100),
        ([(1000, 8400, 9000)], 7875),
    ],
    ids=["as long as it takes", "1.5 s", "in a pause", "up to the next", "read in time", "no longer", "the maximum"],
)
def test_a_cue_that_is_hard_to_read_stays_longer(spoken: list[tuple[int, ...]], end: int) -> None:
    assert set_times([Speech(*speech) for speech in spoken], NETFLIX)[0][1] == end


@pytest.mark.parametrize(
    ("spoken", "times"),
    [
        ([(1000, 3000, 0)], [(1000, 3200)]),
        ([(1000, 3000, 9000)], [(875, 3200)]),
        ([(1000, 2000, 0), (3000, 3150, 0)], [(1000, 2284), (2367, 3200)]),
        ([(1000, 2950, 0), (3000, 3150, 0)], [(1000, 2917), (3000, 3200)]),
        ([(1000, 3000, 0), (3195, 3200, 0)], [(1000, 3000), (3083, 3200)]),
    ],
    ids=["no linger", "not read", "the pause in front", "short", "a frame"],
)
def test_no_cue_stays_beyond_the_end_of_the_recording(
    spoken: list[tuple[int, int, int]], times: list[tuple[int, int]]
) -> None:
    assert set_times([Speech(*speech) for speech in spoken], NETFLIX, 3200) == times


def test_no_cues_no_times() -> None:
    assert set_times([], NETFLIX) == []


SPANS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 9000), st.integers(0, 9000)), max_size=30)


@given(SPANS, st.sampled_from(sorted(PROFILES)))
def test_times_are_in_order_whatever_the_words_are(steps: list[tuple[int, int, int]], profile: str) -> None:
    options = PROFILES[profile]
    start = 0
    spoken = [Speech(start := start + step, start + length, reading) for step, length, reading in steps]
    until = max((speech.end for speech in spoken), default=0)
    assert all(end <= until or end - begin <= 42 for begin, end in set_times(spoken, options, until))
    times = set_times(spoken, options)
    assert all(a < b <= a + options.max_duration for a, b in times)
    gaps = [after - b for (_, b), (after, _) in pairwise(times)]
    assert all(gap == options.gap or gap >= options.pause for gap in gaps)


# --- properties -------------------------------------------------------------------------------------------------------

VOCABULARY = (
    "so the we're going to $550 billion of Europe, right? Um and Jensen Huang said. you know deals open-source but"
)
ENGLISH = st.sampled_from(VOCABULARY.split())
CHINESE = st.text("我们的了在这个美国公司模型开源，。！？、“”AI12亿年", max_size=40)
NORMAL = st.builds(
    lambda words, zh, step, gap: (words, zh, step, gap),
    st.lists(ENGLISH, min_size=1, max_size=12),
    CHINESE,
    st.integers(150, 500),
    st.integers(0, 3000),
)


def clauses_of(drawn: list[tuple[list[str], str, int, int]]) -> list[Said]:
    start = 10_000
    spoken = []
    for words, zh, step, gap in drawn:
        spoken.append(said(" ".join(words), zh, start, step))
        start += step * len(words) + gap
    return spoken


@given(st.lists(NORMAL, min_size=1, max_size=8), st.sampled_from(sorted(PROFILES)))
def test_text_is_conserved_and_limits_hold(drawn: list[tuple[list[str], str, int, int]], profile: str) -> None:
    options = PROFILES[profile]
    tracks = cut(*case(clauses_of(drawn)), options)
    en = "".join(word for words, *_ in drawn for word in words)
    zh = alphanumeric("".join(zh for _, zh, *_ in drawn))
    assert english_of(tracks.both) == english_of(tracks.en) == en
    assert alphanumeric("".join("".join(cue.zh) for cue in tracks.zh)) == zh
    for track in all_tracks(tracks):
        assert all(a.end + options.gap <= b.start for a, b in pairwise(track))
        for cue in track:
            assert 0 < cue.end - cue.start <= options.max_duration
            assert cue.en or cue.zh
            assert len(cue.en) <= options.lines
            assert all(0 < len(line) <= options.en_columns for line in cue.en)
            assert all(0 < width(line) <= options.zh_columns for line in cue.zh)


@given(st.lists(NORMAL, min_size=1, max_size=5), st.integers(0, 10**7))
def test_shifting_all_words_shifts_every_cue(drawn: list[tuple[list[str], str, int, int]], shift: int) -> None:
    clauses = clauses_of(drawn)
    shifted = [
        Said(tuple((t, a + shift, b + shift) for t, a, b in c.words if a is not None and b is not None), c.zh)
        for c in clauses
    ]
    for here, there in zip(all_tracks(cut(*case(clauses))), all_tracks(cut(*case(shifted))), strict=True):
        assert tuple(replace(cue, start=cue.start + shift, end=cue.end + shift) for cue in here) == there


WILD = st.text(
    st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp"], exclude_characters="\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"),
    min_size=1,
    max_size=60,
)
WILD_WORDS = st.lists(
    st.tuples(WILD, st.integers(0, 60_000), st.integers(0, 3000)).map(lambda w: (w[0], w[1], w[1] + w[2])), max_size=8
)


def test_a_long_clause_without_translation_does_not_narrow_the_chinese_behind_it() -> None:
    """The width of Chinese lines was taken from the first translation, and that one is empty."""
    untranslated = said("and they are going to invest in all of the United States,", "", 1000, 300)
    cues = cut(*case([untranslated, *SPEECH_LATER])).both

    assert [cue.zh for cue in cues if cue.zh] == [cue.zh for cue in cut(*case(SPEECH_LATER)).both]


@given(st.lists(st.lists(st.builds(Said, WILD_WORDS.map(tuple), st.text(max_size=80)), max_size=4), max_size=3))
def test_anything_can_be_cut(paragraphs: list[list[Said]]) -> None:
    """Words out of order, of no length, of any characters; Chinese that is none."""
    tracks = cut(*case(*paragraphs), AS_WRITTEN)
    for track in all_tracks(tracks):
        assert all(a.end <= b.start for a, b in pairwise(track))
        assert all(cue.end > cue.start >= 0 and (cue.en or cue.zh) for cue in track)
    spoken = sorted("".join(word for clause in clauses for word, _, _ in clause.words) for clauses in paragraphs)
    by_paragraph: dict[int, list[Cue]] = {n: [] for n in range(len(paragraphs))}
    for cue in tracks.both:
        assert cue.paragraph is not None
        by_paragraph[cue.paragraph].append(cue)
    assert sorted(english_of(cues) for cues in by_paragraph.values()) == spoken


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("x" * 400, "很长的一个词。"),
        ("https://example.org/" + "a/" * 100, "网址"),
        ("So it goes", "就是这样" * 100),
        (
            "We <i>really</i> --> tried & 👩\u200d👩\u200d👧 e\u0301 \u200fnow \x00",
            "我们<i>真的</i> --> 试过\x00👩\u200d👧\u200f",
        ),
        ("So it goes", "就是\n\n这样"),
    ],
    ids=["long word", "address", "ten times too long", "markup", "blank line"],
)
def test_odd_text_loses_nothing(en: str, zh: str) -> None:
    for options in (NETFLIX, AS_WRITTEN):
        tracks = cut(*case(talk((en, zh), per_word=4000)), options)
        assert english_of(tracks.both) == english_of(tracks.en) == en.replace(" ", "")
        assert chinese_of(tracks.both) == chinese_of(tracks.zh) == alphanumeric(zh)
        assert all("\n" not in line and len(line) <= 42 for cue in tracks.both for line in cue.en + cue.zh)


def test_zero_length_words_have_cues_that_last() -> None:
    clause = said("one two three", "一二三", 5000, per_word=0)
    (cue,) = cut(*case([clause])).both
    assert (cue.start, cue.end) == (5000, 6333)


# --- who speaks -------------------------------------------------------------------------------------------------------

SHORT = (("Ann", "Is it late?", "晚了吗？"), ("Bob", "Not yet.", "还没有。"))


def test_short_turns_share_a_cue_with_a_dash_each() -> None:
    tracks = of_speakers(conversation(*SHORT), "dash")
    assert shown(tracks.both) == [("-Is it late? / -Not yet.", "-晚了吗？ / -还没有")]
    assert (tracks.both[0].speaker, tracks.both[0].second_speaker) == ("Ann", "Bob")
    assert (tracks.both[0].paragraph, tracks.both[0].second) == (0, 1)
    assert [len(track) for track in all_tracks(tracks)] == [1, 1, 1]


def test_no_dash_without_speakers_or_when_they_are_not_wanted() -> None:
    plain = [("Is it late?", "晚了吗？"), ("Not yet.", "还没有")]
    assert shown(of_speakers(conversation(*SHORT), "off").both) == plain
    assert all(cue.speaker is None for cue in of_speakers(conversation(*SHORT), "off").both)
    same = (SHORT[0], ("Ann", *SHORT[1][1:]))
    assert shown(of_speakers(conversation(*same), "dash").both) == plain


def test_turns_that_are_long_or_far_apart_keep_their_own_cues() -> None:
    assert len(of_speakers(conversation(*SHORT, pause=2000), "dash").both) == 2
    assert len(of_speakers(conversation(*SHORT, per_word=700), "dash").both) == 2
    assert len(of_speakers(conversation(*SHORT), "dash", CueOptions(en_columns=11)).both) == 2
    assert len(of_speakers(conversation(*SHORT), "dash", CueOptions(zh_columns=4)).both) == 2
    long = (
        (*SHORT[0],),
        ("Bob", "I do not know, I have no watch and nobody told me what time it is.", "我不知道，我没有表。"),
    )
    assert not any(line.startswith("-") for cue in of_speakers(conversation(*long), "dash").both for line in cue.en)


def test_a_third_turn_gets_a_cue_of_its_own() -> None:
    both = of_speakers(conversation(*SHORT, ("Ann", "Good.", "好。")), "dash").both
    assert [len(cue.en) for cue in both] == [2, 1]


def test_each_turn_begins_with_the_name_if_asked_for() -> None:
    tracks = of_speakers(conversation(*SHORT, ("Bob", "Not at all, I mean.", "完全没有。")), "name")
    assert [cue.en[0].split()[0] for cue in tracks.both] == ["Ann:", "Bob:", "Not"]
    assert [cue.zh[0][:3] for cue in tracks.zh] == ["Ann", "Bob", "完全没"]
    assert all(len(line) <= 42 for cue in tracks.both for line in cue.en)
