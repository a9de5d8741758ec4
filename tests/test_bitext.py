"""Pairing of English and Chinese: evidence, beads, clause links, times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.bitext import carry_times, pair
from subsync.bitext.clauses import PUNCTUATION, chinese_clauses, english_clauses
from subsync.bitext.lattice import best, probabilities
from subsync.datatypes import Alignment, Note, Paragraph, Sentence, TimedSentence, TimedWord, Word
from subsync.text import glosses
from subsync.text.cedict import dictionary
from subsync.text.glosses import read_glosses, stem
from subsync.text.quantities import chinese_quantities, english_quantities

PairOfTexts = tuple[list[str], list[str]]

TRADE: PairOfTexts = (
    [
        "We opened a bakery in Boston in 1998.",
        "Um, you know.",
        "Flour was cheap.",
        "The first year we sold 40 thousand loaves, and then a fire destroyed the oven.",
        "Did we give up?",
        "No, we borrowed $2 million from Harold Pinkus.",
    ],
    [
        "1998年，我们在波士顿开了一家面包店。",
        "面粉很便宜。",
        "第一年我们卖出了4万个面包，然后一场大火烧毁了烤箱。",
        "我们放弃了吗？",
        "没有，我们向哈罗德·平克斯借了200万美元。",
    ],
)


def note_of(*paragraphs: PairOfTexts) -> Note:
    sentences: list[Sentence] = []
    places = []
    for k, (en, zh) in enumerate(paragraphs):
        first = len(sentences)
        sentences += [Sentence(k, "en", text, 0, 0, tuple(Word(w, 0, 0) for w in text.split())) for text in en]
        middle = len(sentences)
        sentences += [Sentence(k, "zh", text, 0, 0) for text in zh]
        places.append(Paragraph(k, None, 1, tuple(range(first, middle)), tuple(range(middle, len(sentences)))))
    return Note("note.md", "", "", None, None, (), tuple(places), tuple(sentences))


def texts(note: Note) -> list[PairOfTexts]:
    """Beads as texts."""
    text = [s.text for s in note.sentences]
    return [([text[i] for i in b.en], [text[j] for j in b.zh]) for b in pair(note)]


def linked(note: Note) -> list[tuple[str, str]]:
    """Links as texts."""
    return [
        (
            " ".join(note.sentences[c.sentence].text[c.start : c.end] for c in link.en),
            "".join(note.sentences[c.sentence].text[c.start : c.end] for c in link.zh),
        )
        for bead in pair(note)
        for link in bead.links
    ]


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("$750 billion", "7500亿美元"),
        ("15%", "百分之十五"),
        ("15 percent", "15%"),
        ("in 2024", "2024年"),
        ("twenty twenty-four", "二〇二四年"),
        ("3x", "三倍"),
        ("it doubled", "翻了一番"),
        ("a few hundred million", "几亿"),
        ("hundreds of millions", "數億"),
        ("tens of billions", "数百亿"),
        ("a couple weeks ago", "几周前"),
        ("a couple weeks ago", "两周前"),
        ("thirty-five million", "三千五百万"),
        ("2.5k", "两千五百"),
        ("one and a half... half", "半"),
        ("a third", "三分之一"),
        ("105", "一百零五"),
        ("12,000 people", "1.2万人"),
        ("a trillion", "万亿"),
    ],
)
def test_numbers_agree_across_languages(english: str, chinese: str) -> None:
    en = {v for q in english_quantities(english) for v in q.values}
    zh = {v for q in chinese_quantities(chinese) for v in q.values}

    assert en & zh


@pytest.mark.parametrize(
    ("english", "chinese"), [("$750 billion", "7500万"), ("15%", "五十"), ("3x", "十三"), ("a few million", "几亿")]
)
def test_other_numbers_do_not_agree(english: str, chinese: str) -> None:
    en = {v for q in english_quantities(english) for v in q.values}
    zh = {v for q in chinese_quantities(chinese) for v in q.values}

    assert en
    assert zh
    assert not en & zh


def test_a_large_number_tells_more_than_a_small_one() -> None:
    one, many = english_quantities("one of 750 billion")

    assert many.weight > one.weight


@given(st.text("0123456789,.，几百分之点一二三十百千万亿半倍% $kmbillion few and", max_size=20))
def test_any_jumble_of_numerals_is_read_without_an_error(text: str) -> None:
    for q in [*english_quantities(text), *chinese_quantities(text)]:
        assert 0 <= q.start < q.end <= len(text)


# --- words and names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deals", "deal"),
        ("dealing", "deal"),
        ("making", "make"),
        ("companies", "company"),
        ("bought", "buy"),
        ("planned", "plan"),
    ],
)
def test_inflected_words_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_the_dictionary_is_read_in_both_scripts() -> None:
    simplified, traditional = read_glosses(["关税"]), read_glosses(["關稅"])

    assert simplified["关税"][stem("tariff")] == traditional["關稅"][stem("tariff")] == 1.0


def test_the_dictionary_is_searched_once_for_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search takes 50 ms, and a note is parsed, linked and rewritten with the same Chinese."""
    found = read_glosses(["钢丝，轮子"])
    monkeypatch.setattr(glosses, "dictionary", lambda: pytest.fail("it is searched once more"))

    assert read_glosses(["轮子。", "钢丝"]) == found


def test_what_was_looked_up_in_another_run_is_not_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """To search takes a third of a second, and a corrected note has nearly the same Chinese."""
    monkeypatch.setattr(glosses, "_looked_up", glosses._LookedUp())
    found = dict(read_glosses(["钢丝，轮子"]))
    runs = glosses.looked_up("钢丝，轮子，没有查过的")
    assert runs == ["轮子", "钢丝"]
    told = json.loads(json.dumps([runs, glosses.stems_in(runs)]))
    monkeypatch.setattr(glosses, "_looked_up", glosses._LookedUp())
    glosses.learn(*told)
    with monkeypatch.context() as context:
        context.setattr(glosses, "dictionary", lambda: pytest.fail("it is searched once more"))
        assert dict(read_glosses(["轮子"])) == found
    assert "关税" in read_glosses(["轮子关税"])


def test_an_acronym_stands_for_its_words() -> None:
    assert read_glosses(["美国"])["美国"]["US"] == 1.0


# --- the lattice ------------------------------------------------------------------------------------------------------


def pairings(fits: np.ndarray, a: int = 0, b: int = 0) -> list[tuple[tuple[int, int, int, int], ...]]:
    """All of them, the slow way."""
    if (a + 1, b + 1) == fits.shape[2:]:
        return [()]
    return [
        ((a, m, b, n), *rest)
        for m, n in product(range(fits.shape[0]), range(fits.shape[1]))
        if fits[m, n, a, b]
        for rest in pairings(fits, a + m, b + n)
    ]


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.booleans()
)
@settings(max_examples=60, deadline=None)
def test_the_lattice_agrees_with_trying_all_pairings(seed: int, a: int, b: int, m: int, n: int, lone: bool) -> None:
    scores = np.random.default_rng(seed).normal(size=(m + 1, n + 1, a + 1, b + 1))
    for i, j, k, el in product(*map(range, scores.shape)):
        if i + k > a or j + el > b or ((i == 0 or j == 0) and not (lone and i + j == 1)):
            scores[i, j, k, el] = -np.inf
    ways = pairings(np.isfinite(scores))
    if not ways:
        return
    totals = np.array([sum(scores[i, j, k, el] for k, i, el, j in way) for way in ways])
    expected = np.zeros_like(scores)
    for way, weight in zip(ways, np.exp(totals - np.logaddexp.reduce(totals)), strict=True):
        for k, i, el, j in way:
            expected[i, j, k, el] += weight

    assert np.allclose(probabilities(scores), expected)
    assert tuple(best(scores)) == ways[int(totals.argmax())]


# --- clauses ----------------------------------------------------------------------------------------------------------


def test_chinese_is_cut_at_its_punctuation_but_not_at_the_list_comma() -> None:
    text = "他说：“苹果、梨和1,000个桃子，都卖完了。”好吗？"

    assert [text[p.start : p.end] for p in chinese_clauses(text)] == [
        "他说：",
        "“苹果、梨和1,000个桃子，",
        "都卖完了。”",
        "好吗？",
    ]


def test_english_may_be_cut_at_punctuation_and_before_words_that_open_a_clause() -> None:
    text = "You know, the U.S. sold 1,000 ships to Mr. Lee because the port was full and they left."

    pieces = english_clauses(text)

    assert [text[p.start : p.end] for p in english_clauses(text, PUNCTUATION)] == [
        "You know,",
        "the U.S. sold 1,000 ships to Mr. Lee because the port was full and they left.",
    ]
    openings = {text[p.start :].partition(" ")[0]: before.kind for before, p in pairwise(pieces)}
    assert openings["because"] == openings["and"] == "conjunction"
    assert pieces[0].kind == "filler"
    assert not any(text[: p.end].endswith((" and", " because", " the")) for p in pieces)


# --- beads ------------------------------------------------------------------------------------------------------------


def test_sentences_find_their_translations_across_omissions() -> None:
    (en, zh), beads = TRADE, texts(note_of(TRADE))

    assert ([en[2]], [zh[1]]) in beads
    assert ([en[3]], [zh[2]]) in beads
    assert ([en[4]], [zh[3]]) in beads
    assert ([en[5]], [zh[4]]) in beads


def test_traditional_chinese_pairs_as_well() -> None:
    en = ["The tariff hurt our bicycle factory.", "Exports fell.", "The software company next door was lucky."]
    zh = ["關稅傷害了我們的自行車工廠，出口下降了。", "隔壁的軟體公司很幸運。"]

    assert texts(note_of((en, zh))) == [(en[:2], zh[:1]), (en[2:], zh[1:])]


def test_one_long_english_sentence_takes_all_the_chinese_ones_it_became() -> None:
    long = (
        "so the whale swam under the ice and the bear slept in the cave and the owl ate the mouse and the fox "
        "stole eggs and the frog sang at night"
    )
    zh = ["鲸鱼在冰下游泳。", "熊在洞穴里睡觉。", "猫头鹰吃了老鼠。", "狐狸偷了蛋。", "青蛙在夜里唱歌。", "谢谢。"]

    assert texts(note_of(([long, "Thank you."], zh))) == [([long], zh[:5]), (["Thank you."], zh[5:])]


def test_a_transcript_without_punctuation_takes_all_the_chinese_and_is_cut_into_its_clauses() -> None:
    animals = [
        ("cat", "猫"),
        ("dog", "狗"),
        ("horse", "马"),
        ("snake", "蛇"),
        ("whale", "鲸鱼"),
        ("frog", "青蛙"),
        ("bear", "熊"),
    ]
    en = [f"and then the {animals[k % 7][0]} saw {k + 11} mountains" for k in range(30)]
    zh = [f"然后{animals[k % 7][1]}看见了{k + 11}座山。" for k in range(30)]

    note = note_of(([" ".join(en)], zh))

    assert [(len(b.en), len(b.zh)) for b in pair(note)] == [(1, 30)]
    assert linked(note) == list(zip(en, zh, strict=True))


def test_a_sentence_that_is_not_translated_stands_alone() -> None:
    en = [
        "The dentist moved to Norway.",
        "Elephants remember every river they have crossed in their lives.",
        "His sister kept the piano.",
    ]
    zh = ["牙医搬到了挪威。", "他的妹妹留下了钢琴。"]

    assert texts(note_of((en, zh))) == [(en[:1], zh[:1]), (en[1:2], []), (en[2:], zh[1:])]


def test_a_paragraph_of_one_language_has_beads_of_one_side() -> None:
    beads = pair(note_of((["Hello there.", "Goodbye."], []), ([], ["你好。"])))

    assert [(b.paragraph, len(b.en), len(b.zh), b.confidence) for b in beads] == [
        (0, 1, 0, 1.0),
        (0, 1, 0, 1.0),
        (1, 0, 1, 1.0),
    ]
    assert [(len(link.en), len(link.zh)) for b in beads for link in b.links] == [(1, 0), (1, 0), (0, 1)]


def test_a_note_without_paragraphs_has_no_beads() -> None:
    assert pair(note_of()) == ()


def test_what_is_certain_has_more_confidence_than_what_is_not() -> None:
    clear = pair(
        note_of(
            (["Bees make honey.", "The judge left for Madrid in 1975."], ["蜜蜂酿蜂蜜。", "法官于1975年去了马德里。"])
        )
    )
    vague = pair(note_of((["Right on.", "Sure thing.", "Okay."], ["嘿。", "哦。"])))

    assert min(b.confidence for b in clear) > 0.9
    assert min(b.confidence for b in vague) < 0.8


def test_a_paragraph_too_long_for_one_table_is_paired_in_parts() -> None:
    animals = [
        ("cat", "猫"),
        ("dog", "狗"),
        ("horse", "马"),
        ("snake", "蛇"),
        ("whale", "鲸鱼"),
        ("frog", "青蛙"),
        ("bear", "熊"),
    ]
    en = [f"The {animals[k % 7][0]} number {k + 11} sleeps." for k in range(180)]
    zh = [f"第{k + 11}号{animals[k % 7][1]}在睡觉。" for k in range(180)]
    note = note_of((en, zh))

    beads = pair(note)

    assert [i for b in beads for i in b.en] == list(note.paragraphs[0].en)
    assert [j for b in beads for j in b.zh] == list(note.paragraphs[0].zh)
    assert sum(len(b.en) == len(b.zh) == 1 and b.zh[0] == b.en[0] + 180 for b in beads) > 170


# --- links ------------------------------------------------------------------------------------------------------------


def test_a_bead_is_cut_at_the_same_place_in_both_languages() -> None:
    note = note_of(
        (
            ["Um, when the bank closed the farmers lost their savings and nobody bought wheat."],
            ["当银行倒闭时，农民失去了积蓄，没有人买小麦。"],
        )
    )

    assert linked(note) == [
        ("Um, when the bank closed", "当银行倒闭时，"),
        ("the farmers lost their savings", "农民失去了积蓄，"),
        ("and nobody bought wheat.", "没有人买小麦。"),
    ] or linked(note) == [
        ("Um, when the bank closed the farmers lost their savings", "当银行倒闭时，农民失去了积蓄，"),
        ("and nobody bought wheat.", "没有人买小麦。"),
    ]


@pytest.mark.parametrize(
    "address", ["https://slowclocks.org/repair", "http://a.org/?p=a;b:c!d,e", "www.a.org/x?y", "x.y@slow-clocks.org"]
)
@pytest.mark.parametrize("behind", ["，然后写信。", "。", "!好吗?", ":写信。", "写信。"])
def test_an_address_in_chinese_is_one_clause(address: str, behind: str) -> None:
    text = f"网站是{address}{behind}"
    first = chinese_clauses(text)[0]
    assert text[: first.end].startswith(f"网站是{address}")


def test_clauses_that_cross_stand_in_one_link() -> None:
    note = note_of(
        (
            ["I will sell the tractor to Pedro in October, if the harvest fails. Otherwise, my daughter studies law."],
            ["如果收成不好，我十月会把拖拉机卖给佩德罗。否则，我女儿学法律。"],
        )
    )

    together = [zh for _, zh in linked(note) if "收成" in zh]

    assert together == ["如果收成不好，我十月会把拖拉机卖给佩德罗。"]


# --- properties -------------------------------------------------------------------------------------------------------

ENGLISH = st.sampled_from(
    [
        "Yes.",
        "The train to Rome was late, and so we walked.",
        "You know, 15% of it!",
        "Why?",
        "A" * 400 + ".",
        "\u202eodd &amp; <i>😀</i> --> e\u0301.",
        "So what is that that is",
        "…",
        "-",
    ]
)
CHINESE = st.sampled_from(
    [
        "是的。",
        "去罗马的火车晚点了，所以我们走路。",
        "百分之十五！",
        "为什么？",
        "嗯" * 300,
        "Rome，Rome——\u202e😀。",
        "第三，两百万。",
        "“”",
        "A",
    ]
)
PARAGRAPH = st.tuples(st.lists(ENGLISH, max_size=6), st.lists(CHINESE, max_size=8))


@given(st.lists(PARAGRAPH, max_size=3))
@settings(max_examples=25, deadline=None)
def test_beads_and_links_hold_everything_once_in_order(paragraphs: list[PairOfTexts]) -> None:
    note = note_of(*paragraphs)

    beads = pair(note)

    assert beads == pair(note)
    for paragraph in note.paragraphs:
        mine = [b for b in beads if b.paragraph == paragraph.index]
        assert [i for b in mine for i in b.en] == list(paragraph.en)
        assert [j for b in mine for j in b.zh] == list(paragraph.zh)
    for bead in beads:
        assert 0 <= bead.confidence <= 1
        assert all(0 <= link.confidence <= bead.confidence for link in bead.links)
        for side, clauses in (
            (bead.en, [c for li in bead.links for c in li.en]),
            (bead.zh, [c for li in bead.links for c in li.zh]),
        ):
            said = "".join(note.sentences[c.sentence].text[c.start : c.end] for c in clauses)
            assert "".join(said.split()) == "".join("".join(note.sentences[k].text for k in side).split())
            assert [c.sentence for c in clauses] == sorted(c.sentence for c in clauses)


# --- times ------------------------------------------------------------------------------------------------------------


def aligned(note: Note, *, absent: frozenset[int] = frozenset(), guessed: frozenset[int] = frozenset()) -> Alignment:
    """Every word lasts 100 ms, one after the other."""
    sentences = []
    clock = 1000
    for k, s in enumerate(note.sentences):
        words = []
        for word in s.words:
            if k in absent:
                words.append(TimedWord(word.text, None, None, "absent", 0.8))
            else:
                words.append(
                    TimedWord(word.text, clock, clock + 100, "interpolated" if k in guessed else "aligned", 0.5)
                )
                clock += 100
        heard = [w for w in words if w.start is not None]
        times = (heard[0].start, heard[-1].end) if heard else (None, None)
        sentences.append(TimedSentence(*times, "aligned" if heard else "absent", 0.5, tuple(words)))
    return Alignment(tuple(sentences), (), ("a remark",))


def test_chinese_gets_the_time_of_the_english_it_translates() -> None:
    en = ["The dentist moved to Norway.", "His sister kept the piano."]
    note = note_of((en, ["牙医搬到了挪威。", "他的妹妹留下了钢琴。"]))
    beads = pair(note)

    timed = carry_times(note, aligned(note), beads)

    assert [(s.start, s.end, s.status) for s in timed.sentences] == [
        (1000, 1500, "aligned"),
        (1500, 2000, "aligned"),
    ] * 2
    assert [s.confidence for s in timed.sentences[2:]] == pytest.approx([0.5 * b.confidence for b in beads])
    assert timed.remarks == ("a remark",)
    assert timed.sentences[:2] == aligned(note).sentences[:2]


def test_two_chinese_sentences_share_out_one_english_sentence_by_its_clauses() -> None:
    note = note_of(
        (["The dentist moved to Norway, and his sister kept the piano."], ["牙医搬到了挪威。", "他的妹妹留下了钢琴。"])
    )

    first, second = carry_times(note, aligned(note), pair(note)).sentences[1:]

    assert (first.start, first.end) == (1000, 1500)
    assert (second.start, second.end) == (1500, 2100)


def test_chinese_of_absent_english_is_absent() -> None:
    note = note_of(
        (["The dentist moved to Norway.", "His sister kept the piano."], ["牙医搬到了挪威。", "他的妹妹留下了钢琴。"])
    )

    first, second = carry_times(note, aligned(note, absent=frozenset({0})), pair(note)).sentences[2:]

    assert (first.start, first.end, first.status) == (None, None, "absent")
    assert first.confidence == pytest.approx(0.8, abs=0.05)
    assert second.status == "aligned"


def test_chinese_of_interpolated_english_is_interpolated() -> None:
    note = note_of((["The dentist moved to Norway."], ["牙医搬到了挪威。"]))

    assert carry_times(note, aligned(note, guessed=frozenset({0})), pair(note)).sentences[1].status == "interpolated"


def test_chinese_that_translates_nothing_is_absent() -> None:
    note = note_of((["Hello."], []), ([], ["译者注：本文有删节。"]))

    last = carry_times(note, aligned(note), pair(note)).sentences[-1]

    assert (last.start, last.end, last.status, last.confidence) == (None, None, "absent", 1.0)


def test_before_every_entry_of_the_dictionary_a_line_ends() -> None:
    """By which entries are searched for: what stood on the first line would not be found."""
    assert dictionary().startswith("#")


def test_the_dictionary_is_read_as_utf8_whatever_the_locale_is() -> None:
    """Its package opens it with the encoding of the locale, which fails where that is GBK."""
    code = "from subsync.text.cedict import simplified_words; import sys; sys.exit('灯塔' not in simplified_words())"
    environment = {**os.environ, "PYTHONUTF8": "0", "PYTHONWARNDEFAULTENCODING": "1", "PYTHONPATH": str(Path.cwd())}
    subprocess.run([sys.executable, "-W", "error::EncodingWarning", "-c", code], env=environment, check=True)
