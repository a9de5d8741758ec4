"""Lines of both languages: where they break, how wide they are, what punctuation is shown."""

from __future__ import annotations

import gzip
import json
from importlib import resources
from pathlib import Path

import pytest
from hibari.g2p.tagger import Tagger
from hypothesis import given
from hypothesis import strategies as st

from subsync.cues.chinese import chinese, curl_quotes, show_chinese
from subsync.cues.english import bad_break, english, english_breaks
from subsync.cues.flow import GLUED, flow, join, split_hard
from subsync.cues.grammar import _hibari, _taught
from subsync.cues.limits import PROFILES, CueOptions
from subsync.text.scripts import width

NETFLIX = CueOptions()
AS_WRITTEN = CueOptions(chinese_display=False)


def en_lines(text: str, columns: int = 42) -> tuple[str, ...]:
    flow = english(text.split(), columns)
    return flow.fold(0, len(flow.pieces))


def zh_lines(text: str, options: CueOptions = NETFLIX) -> tuple[str, ...]:
    flow = chinese(text, options)
    return flow.fold(0, len(flow.pieces))


def alphanumeric(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("No tariffs imposed on the United States", ("No tariffs imposed on the United States",)),
        (
            "let's say we met at the start of the year and talked",
            ("let's say we met", "at the start of the year and talked"),
        ),
        (
            "So an opening up of Europe markets, paying us 15% and on top",
            ("So an opening up of Europe markets,", "paying us 15% and on top"),
        ),
        (
            "when we look at all the numbers that came out of the office",
            ("when we look at all the numbers", "that came out of the office"),
        ),
        (
            "and then they told me they would invest $550 billion there",
            ("and then they told me they would invest", "$550 billion there"),
        ),
        (
            "it was a real pleasure to work with Ursula von der Leyen",
            ("it was a real pleasure to work", "with Ursula von der Leyen"),
        ),
        ("Well, it's great to see you in DC last week.", ("Well, it's great", "to see you in DC last week.")),
    ],
)
def test_english_breaks_where_a_reader_breathes(text: str, lines: tuple[str, ...]) -> None:
    assert en_lines(text) == lines


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("I saw the | house and he saw it", "determiner"),
        ("We met Jensen | Huang and he made tea", "name"),
        ("They paid $550 | billion for it in March", "number"),
        ("They would | go with us if we asked", "auxiliary"),
        ("He is from the south of | Europe and works here", "preposition"),
        ("We wanted to | go because it was late", "to"),
        ("The open- | source model and the price", "hyphen"),
        ("It was late when we | left and it rained", "subject"),
        ("You have to bring | it because they need it", "pronoun"),
        ("They picked | up the phone and called us", "particle"),
        ("It rained and | we went home by train", "conjunction"),
        ("This is my | garden and that is hers", "possessive"),
        ("It is a good | question that nobody asked", "adjective"),
        ("What that tells | me is a different story", "object"),
        ("There were six | to eight of them in March", "range"),
        ("He kind | of left us alone in March", "hedge"),
        ("They Sort | of knew it in March", "hedge"),
        ("We saw the | uh market in March", "hesitation"),
        ("We saw the uh | market in March", "hesitation"),
    ],
)
def test_what_belongs_together_costs_the_most_to_part(text: str, parted: str) -> None:
    before, after = (part.split() for part in text.split("|"))
    costs = english_breaks((*before, *after))
    place = len(before) - 1
    assert costs[place] > 2.5, parted
    assert min(costs) < 1.6


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("We had time, | so we went on", 0.3),
        ("We had time; | so we went on", 0.15),
        ("He waited. | So did she", 0.0),
        ("He waited here approx. | ten days", 0.15),
        ("you have a good | you have a good eye for it", 0.4),
    ],
)
def test_what_a_break_at_a_pause_costs(text: str, cost: float) -> None:
    before, after = (part.split() for part in text.split("|"))
    assert english_breaks((*before, *after))[len(before) - 1] == cost


@given(
    st.lists(st.sampled_from(["the", "uh", "market,", "um,", "you", "Have", "Jensen", "Huang's", "it."]), min_size=2)
)
def test_one_break_is_judged_as_all_are(words: list[str]) -> None:
    """Where only one is asked about, the others are not worked out; hesitation is looked through at every place."""
    said = tuple(words)
    costs = english_breaks(said)
    for k, cost in enumerate(costs):
        chance, what = bad_break(said, k)
        assert chance == pytest.approx(max(0.0, (cost - 0.8) / (GLUED - 0.8)))
        assert bool(what) == (chance > 0)


def test_a_title_ends_no_sentence() -> None:
    assert english_breaks(("We", "met", "Dr.", "Hill", "there"))[2] > 1
    assert english_breaks(("I", "saw", "J.", "Smith", "there"))[2] > 1


def test_what_leans_on_its_neighbour_stays_with_it() -> None:
    words = ("Well,", "it's", "great", "to", "see", "the", "start", "of", "the", "year")
    assert english_breaks(words)[1] == 1.6
    assert english_breaks(words)[6] == 1.2
    assert english_breaks(("it", "is", "late"))[1] == 1.6


@pytest.mark.parametrize(
    ("dearer", "cheaper"),
    [
        ("I think they told | me about it", "I think they told | you about it"),
        ("We heard about the price | of bread", "We heard about the price | in March"),
        ("It was late because | they had left", "It was late in | March"),
        ("I knew that | they had left", "I knew these | had left"),
    ],
)
def test_one_tag_for_several_kinds_of_words_is_told_apart(dearer: str, cheaper: str) -> None:
    costs = []
    for text in (dearer, cheaper):
        before, after = (part.split() for part in text.split("|"))
        costs.append(english_breaks((*before, *after))[len(before) - 1])
    assert costs[0] > costs[1]


@pytest.mark.parametrize(("words", "tries"), [(5, True), (6, False)])
def test_a_second_try_is_five_words_at_most(words: int, tries: bool) -> None:
    said = ["one", "two", "three", "four", "five", "six"][:words]
    assert (english_breaks((*said, *said, "so"))[words - 1] == 0.4) is tries


@pytest.mark.parametrize(("cost", "upper"), [(1.25, 1), (1.1, 2)])
def test_even_lines_are_worth_a_little_of_a_break(cost: float, upper: int) -> None:
    breaks = (1.0, cost, 3.0, 3.0, 0.0)
    lines = flow([("x" * 9, " ", each) for each in breaks], "en", 42).fold(0, 5)
    assert len(lines[0].split()) == upper


@pytest.mark.parametrize("text", ["我在市场", "我们知道他在"])
def test_the_end_of_a_clause_is_a_fair_place_whatever_its_last_word(text: str) -> None:
    assert chinese(text, NETFLIX).breaks[-1] == 0.5


def test_sounds_of_hesitation_alone_have_breaks_too() -> None:
    assert len(english_breaks(("Uh", "um", "uh"))) == 2
    assert len(english_breaks(("Uh", "I", "um"))) == 2


def test_a_word_said_twice_is_no_second_try() -> None:
    assert english_breaks(("it", "is", "very", "very", "good", "to", "see", "you"))[2] > 0.4


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("我们讨论了整整一个下午", ("我们讨论了整整一个下午",)),
        ("还获得了价值约7500亿美元、近万亿美元的采购承诺", ("还获得了价值约7500亿美元", "近万亿美元的采购承诺")),
        ("这在整个半导体行业里是前所未有的地位。", ("这在整个半导体行业里", "是前所未有的地位")),
        ("他们不得不把最新的GPU芯片卖给游戏玩家", ("他们不得不把最新的GPU芯片", "卖给游戏玩家")),
        ("这个大胆的决定是很久以前由Jensen Huang做出的", ("这个大胆的决定", "是很久以前由Jensen Huang做出的")),
        ("他问我：“为什么要在2024年投资这么多项目？”", ("他问我：“为什么要在2024年", "投资这么多项目？”")),
        ("这台机器的发明人是开尔文（Kelvin）他叫它潮汐机", ("这台机器的发明人", "是开尔文（Kelvin）他叫它潮汐机")),
        ("他在利物浦的实验室给开尔文（Kelvin）写了一封信", ("他在利物浦的实验室", "给开尔文（Kelvin）写了一封信")),
    ],
)
def test_chinese_breaks_between_words_and_phrases(text: str, lines: tuple[str, ...]) -> None:
    assert zh_lines(text) == lines


def test_the_stronger_a_mark_parts_the_better_a_line_breaks_behind_it() -> None:
    """Behind the end of a sentence at no cost; behind an item of a list rather than before a conjunction."""

    def behind(mark: str, after: str = "公园") -> float:
        return chinese(f"市场{mark}{after}", NETFLIX).breaks[0]

    assert behind("。") == behind("！") == behind("？") == behind("…") == 0.0
    assert 0.0 < behind("；") == behind("：") == behind("—") < behind("，") == behind(",") < behind("、")
    assert behind("、") < behind("", "但是") < behind("")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("网站是 https://slow-clocks.org/re?a=1，", ("网站是", "https://slow-clocks.org/re?a=1")),
        ("网站是https://slowclocks.org/repair。", ("网站是", "https://slowclocks.org/repair")),
        ("请写信到help@slow-clocks.org给我们", ("请写信到", "help@slow-clocks.org给我们")),
    ],
)
def test_an_address_that_fits_in_a_line_is_not_broken(text: str, lines: tuple[str, ...]) -> None:
    assert zh_lines(text) == lines


@pytest.mark.parametrize(
    "word",
    [
        "1500亿至2000亿美元",
        "7500亿美元",
        "前所未有",
        "地位",
        "意味着",
        "2012年",
        "15%",
        "GPU",
        "另一个",
        "阿里巴巴",
        "480万亿",
    ],
)
def test_no_break_inside(word: str) -> None:
    flow = chinese(f"他们说{word}我们听", NETFLIX)
    inside = range(3, 3 + len(word) - 1)
    end = -1
    for piece, cost in zip(flow.pieces, flow.breaks, strict=True):
        end += len(piece)
        assert end not in inside or cost == GLUED


def test_a_name_in_brackets_stays_whole_and_rather_with_what_it_names() -> None:
    flow = chinese("他们的开放计算倡议（Open Compute Initiative）做了什么", NETFLIX)
    costs = dict(zip(flow.pieces, flow.breaks, strict=True))
    assert (costs["（Open"], costs["Compute"], costs["倡议"]) == (5.0, 5.0, 2.0)
    remark = chinese("他们的钟（我数了一下有七个）都停了", NETFLIX)
    assert dict(zip(remark.pieces, remark.breaks, strict=True))["钟"] == 0.6


def test_an_adverb_that_makes_a_negation_stronger_stays_with_it() -> None:
    flow = chinese("这个人绝不能是他", NETFLIX)
    assert dict(zip(flow.pieces, flow.breaks, strict=True))["绝"] == 3.0


def test_particles_stay_with_what_they_follow() -> None:
    flow = chinese("他看着我说了很多关于萨克斯的事", NETFLIX)
    before = dict(zip(flow.pieces[1:], flow.breaks, strict=False))
    assert {particle: before[particle] for particle in ("着", "了", "的") if particle in before} == dict.fromkeys(
        {"着", "了", "的"} & before.keys(), GLUED
    )
    assert "的" in before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("好了，夏季播客恢复运行。", "好了 夏季播客恢复运行"),
        ("对吧？不！", "对吧？不！"),
        ("我们会给你奖金。” 如果", "我们会给你奖金” 如果"),
        ("苹果、梨、香蕉、", "苹果、梨、香蕉"),
        ("真的吗?", "真的吗？"),
        ("那么……好吧", "那么…好吧"),
        ("他们有1,000个,而我有3.5万", "他们有1,000个 而我有3.5万"),
        ("不是…", "不是…"),
    ],
)
def test_chinese_punctuation_as_shown(text: str, shown: str) -> None:
    assert zh_lines(text) == (shown,)


def test_a_stop_alone_leaves_no_line() -> None:
    assert zh_lines("。") == ()


def test_display_can_be_turned_off() -> None:
    assert zh_lines("好了，夏季播客恢复运行。", AS_WRITTEN) == ("好了，夏季播客恢复运行。",)


def test_straight_quotes_turn_in_pairs_through_several_sentences() -> None:
    assert curl_quotes(['他说"嘿。', '你好"，又说"好"']) == ["他说“嘿。", "你好”，又说“好”"]


def test_a_line_of_mostly_latin_is_avoided() -> None:
    assert zh_lines("我在Pitchbook上查到了这些公司的资料") != ("我在Pitchbook", "上查到了这些公司的资料")


@pytest.mark.parametrize(
    "text", ["x" * 400, "https://example.org/" + "a/" * 100, "e\u0301" * 60, "👩\u200d👩\u200d👧" * 30]
)
def test_a_word_wider_than_a_line_is_cut_between_characters(text: str) -> None:
    pieces = split_hard(text, 42, len)
    assert "".join(pieces) == text
    assert all(len(piece) <= 44 for piece in pieces)
    assert not any(piece.startswith(("\u0301", "\u200d")) for piece in pieces)


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_keep_their_own_widths(name: str) -> None:
    options = PROFILES[name]
    en = en_lines("Everybody said this was going to lead to retaliation and to trade wars", options.en_columns)
    zh = zh_lines("所有人都说这将导致报复、引发贸易战，对美国来说将是灾难性的。", options)
    assert max(map(len, en)) <= options.en_columns
    assert max(map(width, zh)) <= options.zh_columns


def test_gap_is_two_frames_at_any_rate() -> None:
    assert (CueOptions().gap, CueOptions(frame_rate=25).gap, CueOptions(frame_rate=30).gap) == (83, 80, 67)


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzABC,.'0", min_size=1, max_size=20), min_size=1, max_size=40)
CHINESE = st.text("我们的了在这个美国公司模型开源，。！？、“”（）AIabc 0123亿元年%·—…", max_size=60)


@given(WORDS, st.integers(20, 50))
def test_english_lines_hold_every_word_and_their_width(words: list[str], columns: int) -> None:
    lines = en_lines(" ".join(words), columns)
    assert " ".join(lines).split() == words
    assert all(len(line) <= columns for line in lines)


@given(CHINESE, st.integers(8, 20))
def test_chinese_lines_hold_every_letter_and_their_width(text: str, columns: int) -> None:
    lines = zh_lines(text, CueOptions(zh_columns=columns))
    assert alphanumeric("".join(lines)) == alphanumeric(text)
    assert all(width(line.rstrip()) <= columns for line in lines)
    assert not any(line.endswith(("。", "，", "、", " ")) for line in lines)


@given(CHINESE)
def test_chinese_as_written_loses_only_white_space(text: str) -> None:
    assert "".join("".join(zh_lines(text, AS_WRITTEN)).split()) == "".join(text.split())


@given(st.text())
def test_display_changes_no_letter(text: str) -> None:
    assert alphanumeric(show_chinese(text)) == alphanumeric(text)


@given(st.text(max_size=200), st.integers(1, 20))
def test_hard_splitting_loses_nothing(text: str, columns: int) -> None:
    assert "".join(split_hard(text, columns, width)) == text


@given(st.lists(CHINESE, max_size=4))
def test_joined_flows_are_one_flow(texts: list[str]) -> None:
    flows = [chinese(text, NETFLIX) for text in texts]
    joined = join(flows, "zh", NETFLIX.zh_columns)
    assert joined.pieces == tuple(piece for flow in flows for piece in flow.pieces)
    assert len(joined.pieces) == len(joined.tails) == len(joined.breaks)


@pytest.mark.parametrize("last", ["weights", "vocab"])
@pytest.mark.parametrize("indent", [None, 1])
def test_the_taggers_file_is_read_however_it_is_written(last: str, indent: int | None) -> None:
    """Another version of its package may have another order, or spaces."""
    table = {"tagdict": {'"}': "NN"}, "vocab": ["}"], "weights": {'w={"': {"NN": 1.5, "``": -2}, "s3=\\é": {"DT": 1}}}
    text = json.dumps({**table, last: table.pop(last)}, indent=indent, separators=(",", ":"), ensure_ascii=False)
    found = _taught(text)
    assert {clue: json.loads(row) for clue, row in found["weights"].items()} == json.loads(text)["weights"]
    assert {**found, "weights": ()} == {**json.loads(text), "weights": ()}


def test_the_tagger_chooses_as_hibari_does() -> None:
    """Its own choice, with the weights added up one by one, of a text with words that have more than one tag."""
    _, ours = _hibari()
    table = json.loads(gzip.decompress((resources.files("hibari") / "assets" / "tagger.json.gz").read_bytes()))
    theirs = Tagger(table)
    assert {clue: json.loads(row) for clue, row in ours.weights.items()} == table["weights"]
    text = (Path(__file__).parent.parent / "samples" / "tide-machine.md").read_text(encoding="utf-8")
    words = [word for word in text.split() if word.isascii()]
    assert ours(words) == theirs(words)
    assert ours.predict(()) == theirs.predict(())
    assert len({*theirs(words)}) > 25
