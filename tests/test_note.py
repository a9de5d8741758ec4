from __future__ import annotations

import hashlib
import re
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.errors import NoteError, NothingToAlignError
from subsync.note import parse_note, read_note, require_english
from subsync.note.frontmatter import FrontMatter, parse_front_matter
from subsync.note.masks import _ATTRIBUTES

if TYPE_CHECKING:
    from pathlib import Path

    from subsync.datatypes import Note


def parse(text: str) -> Note:
    return parse_note(text, path="talk.md", sha256="0" * 64)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("In the mid-\ndle of a well-  \r\nknown co-\noperative.", "In the mid-dle of a well-known co-operative."),
        ("> A con\u00ad\n> dition, nine-\n> to-five.", "A condition, nine- to-five."),
        ("Of pre-\nand post-war tools -\nall of them, 2019-\nlike, Jean-\nPaul.", None),
    ],
)
def test_a_word_that_is_divided_at_the_end_of_a_line_is_one(text: str, said: str | None) -> None:
    """Not a word whose other half is left to the next one, nor a dash; a soft hyphen is no letter of it."""
    (sentence,) = parse_note(text, path="n.md", sha256="").sentences
    assert sentence.text == (said or text.replace("\n", " "))
    assert all(word.text[0] == text[word.start_char] for word in sentence.words)
    assert all(word.text[-1] == text[word.end_char - 1] for word in sentence.words)


def pairs(note: Note) -> list[tuple[str, str]]:
    """English and Chinese of each paragraph, sentences joined by a bar."""
    return [
        tuple("|".join(note.sentences[number].text for number in side) for side in (paragraph.en, paragraph.zh))  # type: ignore[misc]
        for paragraph in note.paragraphs
    ]


def english(text: str) -> str:
    return " ".join(word.text for word in parse(text).words)


ONE, TWO, THREE = (
    "We talked about open models for a while.",
    "Then the market went up again, by three per cent.",
    "Nobody knows why.",
)
EINS, ZWEI, DREI = "我们聊了一会儿开源模型。", "然后市场又上涨了百分之三。", "没有人知道为什么。"


# --- the whole note ---------------------------------------------------------------------------------------------------


def test_a_note_is_sections_paragraphs_sentences_and_words() -> None:
    note = parse(
        "---\nsource: https://example.org/v?t=1\ntitle: Talk\n---\n"
        f"### 开场 *Opening*\n\n{ONE} {TWO}\n\n{EINS}{ZWEI}\n\n## End\n\n{THREE}\n\n{DREI}\n"
    )
    assert (note.path, note.title, note.source) == ("talk.md", "Talk", "https://example.org/v?t=1")
    assert [(s.heading, s.level, s.line) for s in note.sections] == [("开场 Opening", 3, 5), ("End", 2, 11)]
    assert [(p.index, p.section, p.line, p.en, p.zh) for p in note.paragraphs] == [
        (0, 0, 7, (0, 1), (2, 3)),
        (1, 1, 13, (4,), (5,)),
    ]
    assert [(s.paragraph, s.lang, s.text) for s in note.sentences] == [
        (0, "en", ONE),
        (0, "en", TWO),
        (0, "zh", EINS),
        (0, "zh", ZWEI),
        (1, "en", THREE),
        (1, "zh", DREI),
    ]
    assert [note.text[s.start_char : s.end_char] for s in note.sentences] == [s.text for s in note.sentences]
    assert [w.text for w in note.sentences[4].words] == ["Nobody", "knows", "why."]
    assert [note.text[w.start_char : w.end_char] for w in note.words] == [w.text for w in note.words]


def test_an_empty_note_has_nothing() -> None:
    note = parse("")
    assert (note.title, note.source, note.sections, note.paragraphs, note.sentences, note.words) == (
        (None, None) + ((),) * 4
    )


# --- front matter -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yaml", "title", "source"),
    [
        ("title: 12:30:45\nsource: NO", "12:30:45", "NO"),
        ("title: 2025-10-06\nsource: 0123", "2025-10-06", "0123"),
        ("title: ''\nsource:", None, None),
        ("title: ~\nsource: null", None, None),
        ("title: 'null'\ntags:\n  - a\n  - title: b\nspeaker: {name: x}", "null", None),
        ("title: Q&A *now*\n? [a, b]\n: title", "Q&A *now*", None),
        ("title: |\n  two\n  lines", "two\nlines", None),
        ("title: !!python/object:os.system 7", "7", None),
        ("# nothing\ntitle: 中文：标题\n", "中文：标题", None),
        ("tags: a\ntags: b", None, None),
    ],
)
def test_front_matter_values_are_the_strings_that_are_written(yaml: str, title: str | None, source: str | None) -> None:
    note = parse(f"---\n{yaml}\n---\n{ONE}\n")
    assert (note.title, note.source) == (title, source)
    assert pairs(note) == [(ONE, "")]


VIDEO = "https://www.youtube.com/watch?v=aaaaaaaaaaa"


@pytest.mark.parametrize(
    ("written", "source"),
    [
        (f'"[The talk]({VIDEO})"', VIDEO),
        (f"'[The [old] talk](<{VIDEO}> \"title\")'", VIDEO),
        (f'"![]({VIDEO})"', VIDEO),
        (f"<{VIDEO}>", VIDEO),
        (f"\n  - {VIDEO}", VIDEO),
        (f'\n  - "[The talk]({VIDEO})"', VIDEO),
        (f'["{VIDEO}"]', VIDEO),
        ('"[[talk.mp3]]"', "talk.mp3"),
        ("[[talk.mp3]]", "talk.mp3"),
        ('"![[sound/talk.mp3#t=5|The talk]]"', "sound/talk.mp3"),
        ("youtu.be/aaaaaaaaaaa", "https://youtu.be/aaaaaaaaaaa"),
        ("https://example.org/音频/第 1 集.mp3", "https://example.org/音频/第%201%20集.mp3"),
        ("www.bilibili.com/video/BV1xx?p=2", "https://www.bilibili.com/video/BV1xx?p=2"),
        (f'"The talk, {VIDEO}."', VIDEO),
        (f"\"<iframe src='{VIDEO}' width=5></iframe>\"", VIDEO),
        ("sound/my talk (1).mp3", "sound/my talk (1).mp3"),
        ("C:\\talk.mp3", "C:\\talk.mp3"),
        ("file:///talk.mp3", "file:///talk.mp3"),
    ],
)
def test_a_source_may_be_written_as_a_link(written: str, source: str) -> None:
    note = parse(f"---\ntitle: T\nsource: {written}\ntags: [a, b]\n---\n{ONE}\n")
    assert (note.title, note.source, pairs(note)) == ("T", source, [(ONE, "")])


def test_other_keys_may_name_the_recording_if_a_user_says_so() -> None:
    text = f"---\nurl: a\naudio: [b]\n---\n{ONE}\n"
    for keys, source in (((), None), (("audio", "url"), "b"), (("url",), "a"), (("media",), None)):
        assert parse_note(text, path="talk.md", sha256="", source_keys=keys).source == source
    assert parse_note("---\nurl: a\nsource: s\n---\n", path="", sha256="", source_keys=["url"]).source == "s"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\na: b\ntitle: a: b\n---\n", r"talk\.md:3: .*not valid YAML: mapping values(.|\n)*in quotes"),
        ("---\nsource: @handle\n---\n", r"talk\.md:2: .*'@'(.|\n)*in quotes"),
        ('---\ntitle: "a\nb: c\n---\n', r"talk\.md:2: .*not valid YAML"),
        ("---\r\na: [1\r\nb: 2\r\n---\r\n", r"talk\.md:3: .*not valid YAML"),
        ("---\na: 1\ntitle: a\x01\n---\n", r"talk\.md:3: .*U\+0001"),
        ("---\na: &x 1\nb: *x\n---\n", r"talk\.md:2: anchors and aliases"),
        ("---\ntitle: *x\n---\n", r"talk\.md:2: anchors and aliases"),
        ("---\na: " + "[" * 60 + "\n---\n", r"talk\.md:2: .*more than 50 deep"),
        ("---\na: " + "[" * 60_000 + "\n---\n", r"talk\.md:2: .*more than 50 deep"),
        ("---\na: " + "x" * 70_000 + "\n---\n", r"talk\.md:1: .*70004 characters"),
        ("---\nsource: a\ntitle: b\nsource: c\n---\n", r"talk\.md:4: source is given twice(.|\n)*Keep one"),
        ("---\nsource:\n  - a\n  - b\n---\n", r"talk\.md:3: source is a list of 2, not one(.|\n)*Keep the one"),
        ("---\nsource: []\n---\n", r"talk\.md:2: source is a list of 0"),
        ("---\nsource:\n  a: b\n---\n", r"talk\.md:3: source is a mapping(.|\n)*source: https"),
        ("---\ntitle:\n  - a\n---\n", r"talk\.md:2: title is a list"),
        ("---\ntitle: a\n\nText\n", r"talk\.md:1: .*has no end(.|\n)*---"),
    ],
)
def test_front_matter_that_makes_no_sense_is_refused_with_file_line_and_remedy(text: str, message: str) -> None:
    with pytest.raises(NoteError, match=message):
        parse(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("written", "title", "source"),
    [
        ("title = 'Tides'\nsource = \"talk.mp3\"", "Tides", "talk.mp3"),
        (f'# mine\n\nsource = ["[The talk]({VIDEO})"]\ndate = 2025-10-06\n[extra]\ntitle = "no"', None, VIDEO),
        ("title = 7\nsource = ''", "7", None),
        ("[menu]\nname = 'x'", None, None),
        ("", None, None),
    ],
)
def test_front_matter_may_be_toml(written: str, title: str | None, source: str | None, newline: str) -> None:
    """As Hugo has it; none of it is text."""
    note = parse(f"+++\n{written}\n+++\n{ONE}\n".replace("\n", newline))
    assert (note.title, note.source, pairs(note)) == (title, source, [(ONE, "")])


def test_choices_may_be_toml() -> None:
    front = parse_front_matter("+++\na = 1\n[subsync]\nlead = 3\nburn = true\nalso = ['lrc', 'epub']\n+++\n", path="")
    assert front.choices == {"lead": "3", "burn": "true", "also": ["lrc", "epub"]}
    assert (front.choices_line, front.lines) == (3, 7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("+++\ntitle = a\n+++\n", r"talk\.md:2: the front matter is not valid TOML: Invalid value\n  Write text in"),
        ("+++\ntitle = 'a'\ntitle = 'b'\n+++\n", r"talk\.md:3: .*not valid TOML: Cannot overwrite a value"),
        ("+++\ntitle = 'a", r"talk\.md:1: .*has no end\n  Put a line with \+\+\+"),
        ("+++\na = 1\nsource = ['a', 'b']\n+++\n", r"talk\.md:3: source is a list of 2, not one\n  Keep the one"),
        ("+++\n[source]\na = 'b'\n+++\n", r"talk\.md:2: source is a list or a table"),
        ("+++\n[subsync.a]\nb = 1\n+++\n", r"talk\.md:2: subsync is not a table of choices\n  Write one"),
        ("+++\na = " + "[" * 5000 + "\n+++\n", r"talk\.md:1: .*nests too deep"),
    ],
)
def test_toml_that_makes_no_sense_is_refused_with_file_line_and_remedy(text: str, message: str) -> None:
    with pytest.raises(NoteError, match=message):
        parse(text)


def test_three_plus_signs_may_be_an_ornament() -> None:
    assert pairs(parse(f"+++\n\n{ONE}\n"))[-1] == (ONE, "")


@pytest.mark.parametrize("head", ["", "---\n---\n", "---\n\n---\n", "\ufeff---\r\n---\r\n", "---\na: b\n...\n"])
def test_front_matter_may_be_absent_or_empty(head: str) -> None:
    note = parse(head + ONE)
    assert (note.title, note.source) == (None, None)
    assert pairs(note) == [(ONE, "")]
    assert note.paragraphs[0].line == head.count("\n") + 1


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    note = parse(f"---\n\n{ONE}\n\n---\n\n{TWO}\n")
    assert english(note.text) == f"{ONE} {TWO}"


def test_the_title_falls_back_to_the_first_heading_of_level_one() -> None:
    assert parse("## Two\n\n# One\n\n# Other\n").title == "One"
    assert parse("---\ntitle: Front\n---\n# One\n").title == "Front"
    assert parse("## Two\n").title is None


# --- pairs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([ONE, EINS, TWO, ZWEI, THREE, DREI], [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]),
        ([EINS, ONE, ZWEI, TWO, DREI, THREE], [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]),
        ([ONE, TWO, THREE, EINS, ZWEI, DREI], [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]),
        ([ONE, EINS, "Right.", TWO, ZWEI], [(ONE, EINS), ("Right.", ""), (TWO, ZWEI)]),
        ([ONE, EINS, f"{TWO} {ONE}", THREE, DREI], [(ONE, EINS), (f"{TWO}|{ONE}", ""), (THREE, DREI)]),
        ([ONE, EINS, TWO + " " + ONE, ZWEI, EINS], [(ONE, EINS), (f"{TWO}|{ONE}", f"{ZWEI}|{EINS}")]),
        ([ONE, TWO, EINS + ZWEI], [(f"{ONE}|{TWO}", f"{EINS}|{ZWEI}")]),
        ([DREI, ONE, EINS, TWO, ZWEI], [("", DREI), (ONE, EINS), (TWO, ZWEI)]),
        ([ONE, EINS, TWO, ZWEI, THREE], [(ONE, EINS), (TWO, ZWEI), (THREE, "")]),
        ([ONE, EINS, "* * *", TWO, ZWEI], [(ONE, EINS), (TWO, ZWEI)]),
        ([EINS, ZWEI], [("", EINS), ("", ZWEI)]),
        (["OK.", "OK。"], [("OK.", "OK。")]),
    ],
)
def test_pairs(blocks: list[str], expected: list[tuple[str, str]]) -> None:
    assert pairs(parse("\n\n".join(blocks))) == expected


KEEPER = (
    "The baker wrote every order on a small slate beside the oven.",
    "Each morning his daughter counted the loaves and the number of guests.",
    "Who has ever read it?",
    "Nobody has, until a student found it behind an old cupboard.",
)
BAECKER = (
    "面包师把每份订单都写在烤炉旁边的一块小石板上。",
    "每天早晨，他的女儿都会数面包和客人的数目。",
    "有谁读过它吗？",
    "没有人读过，直到一个学生在旧橱柜后面发现了它。",
)
REMARKS = (
    "这让我想起外婆的烤炉和她的旧收音机。",
    "值得再想一想，很有意思。",
    "今天读到这里，明天继续写完剩下的部分吧。",
    "很好！",
    "【批注】这一段关于面包和客人。",
    "我的想法：作者在这里用了对比的手法，值得学习和模仿。",
)


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize("at", range(1, 8))
def test_a_remark_of_the_readers_is_not_the_translation(remark: str, at: int) -> None:
    """Whatever its length is, and whether it stands before or behind the translation."""
    blocks = [text for pair in zip(KEEPER, BAECKER, strict=True) for text in pair]
    blocks.insert(at, remark)
    found = pairs(parse("\n\n".join(blocks)))
    assert [pair for pair in found if pair[0]] == list(zip(KEEPER, BAECKER, strict=True))
    assert ["".join(pair).replace("|", "") for pair in found if not pair[0]] == [remark]


def test_a_remark_that_says_so_stays_alone_even_where_nothing_else_is_there() -> None:
    blocks = [KEEPER[0], "我的想法：面包师写在烤炉旁边的石板上。", KEEPER[1], BAECKER[1]]
    assert [zh for en, zh in pairs(parse("\n\n".join(blocks))) if en] == ["", BAECKER[1]]


PARAGRAPHS = tuple(" ".join(KEEPER[k] for k in order) for order in ((0, 1, 2, 3), (3, 0, 1, 2), (1, 3, 2, 0)))
ABSAETZE = tuple("".join(BAECKER[k] for k in order) for order in ((0, 1, 2, 3), (3, 0, 1, 2), (1, 3, 2, 0)))
NEUTRAL = (
    "看过两遍。",
    "我喜欢这句。",
    "挺有道理的。",
    "写得真好。",
    "略过。",
    "同感。",
    "先放着吧。",
    "跟上一段呼应。",
    "说到心坎里了。",
)


@pytest.mark.parametrize("remark", NEUTRAL)
@pytest.mark.parametrize("way", ["before", "behind", "instead"])
def test_a_word_or_two_that_could_be_said_of_anything_are_not_a_paragraphs_translation(remark: str, way: str) -> None:
    """Nor a part of it: for that they are too short."""
    chinese = {"before": [remark, ABSAETZE[1]], "behind": [ABSAETZE[1], remark], "instead": [remark]}[way]
    blocks = [PARAGRAPHS[0], ABSAETZE[0], PARAGRAPHS[1], *chinese, PARAGRAPHS[2], ABSAETZE[2]]

    found = [(en, zh.replace("|", "")) for en, zh in pairs(parse("\n\n".join(blocks)))]

    assert ("", remark) in found
    assert [zh for en, zh in found if en] == [ABSAETZE[0], "" if way == "instead" else ABSAETZE[1], ABSAETZE[2]]


def test_a_translation_in_two_parts_is_one_though_one_of_them_is_short() -> None:
    parts = BAECKER[0] + BAECKER[1] + BAECKER[2], BAECKER[3]
    found = pairs(parse("\n\n".join([PARAGRAPHS[0], *parts, PARAGRAPHS[1], ABSAETZE[1]])))
    assert [zh.replace("|", "") for _, zh in found] == [ABSAETZE[0], ABSAETZE[1]]


LONE_REMARKS = (
    "语速太快，这里没听清。",
    "今天地铁上听到这里，差点坐过站。",
    "联系到上周读的那本书，里面也讲过类似的观点。",
    "想到我自己的工作，每天开会也是这样，真正做事的时间不到一半，其余都浪费在来回沟通上了。",
    "和卡尼曼《思考，快与慢》里的观点一致，系统一和系统二的区别。",
    "数据来源不明，需要核实。",
)


@pytest.mark.parametrize("remark", LONE_REMARKS)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_remark_where_the_translation_is_missing_is_not_taken_for_it(remark: str, place: int) -> None:
    """It does not say that it is one; its words do."""
    chinese = [remark if k == place else text for k, text in enumerate(BAECKER)]
    found = pairs(parse("\n\n".join(text for pair in zip(KEEPER, chinese, strict=True) for text in pair)))
    assert [zh for en, zh in found if en] == ["" if zh == remark else zh for zh in chinese]
    assert ("", remark) in [(en, zh.replace("|", "")) for en, zh in found]


FREE = (
    ("That is oddly comforting.", "这倒让人莫名地安心。"),
    ("That cost us an arm and a leg.", "这让我们花了大价钱。"),
    ("No kidding!", "可不是嘛！"),
    ("I was blown away.", "我大为震撼。"),
    ("It never rains but it pours.", "祸不单行。"),
    ("We'll cross that bridge when we come to it.", "车到山前必有路。"),
    ("Mm-hmm.", "嗯。"),
    ("Let's call it a day.", "今天就到这儿吧。"),
    ("I remember this so clearly.", "这一段我记得特别清楚。"),
    ("This reminds me of my grandmother.", "这让我想起我的外婆。"),
    ("I think the author is wrong here.", "我觉得作者在这里错了。"),
    ("I couldn't agree more.", "我完全赞成。"),
)


def test_a_free_translation_is_one_though_no_word_of_it_is_in_the_dictionary() -> None:
    """And what readers say of texts may be what the text says."""
    assert pairs(parse("\n\n".join(text for pair in FREE for text in pair))) == list(FREE)


def test_in_a_note_with_remarks_alone_nothing_is_a_translation_unless_its_words_say_so() -> None:
    remarks = ("今晚再听一遍。", "感觉他在偷换概念。", BAECKER[2], "很好！")
    found = pairs(parse("\n\n".join(text for pair in zip(KEEPER, remarks, strict=True) for text in pair)))
    assert [zh for en, zh in found if en] == ["", "", BAECKER[2], ""]


DEAR = "这下可真是要命了，叫人怎么办才好。"


@pytest.mark.parametrize("form", ["[0:07] {en}\n\n[0:07] {zh}", "{en}\n{zh}", "- {en}\n- {zh}", "| {en} | {zh} |"])
def test_what_stands_in_one_block_or_under_one_time_belongs_together(form: str) -> None:
    """However freely it is translated."""
    head = "| English | 中文 |\n|---|---|\n" if form.startswith("|") else ""
    rows = [form.format(en=en, zh=zh) for en, zh in ((KEEPER[0], BAECKER[0]), ("Oh dear.", DEAR))]
    found = pairs(parse(head + ("\n" if head else "\n\n").join(rows)))
    assert found == [(KEEPER[0], BAECKER[0]), ("Oh dear.", DEAR)]
    apart = pairs(parse("\n\n".join(text for row in ((KEEPER[0], BAECKER[0]), ("Oh dear.", DEAR)) for text in row)))
    assert ("Oh dear.", "") in apart


@pytest.mark.parametrize("missing", range(4))
def test_a_paragraph_without_translation_stays_alone_in_runs(missing: int) -> None:
    """English first, then all of the Chinese, one of them not there."""
    chinese = [text for k, text in enumerate(BAECKER) if k != missing]
    found = dict(pairs(parse("\n\n".join([*KEEPER, *chinese]))))
    right = sum(found.get(KEEPER[k]) == BAECKER[k] for k in range(4) if k != missing)
    assert right >= 2  # the short question may be taken for part of its neighbour


def test_pairs_do_not_cross_headings() -> None:
    note = parse(f"{ONE}\n\n# A\n\n{EINS}\n\n# B\n\n{TWO}\n\n{ZWEI}\n")
    assert pairs(note) == [(ONE, ""), ("", EINS), (TWO, ZWEI)]
    assert [paragraph.section for paragraph in note.paragraphs] == [None, 0, 1]


def test_each_section_may_have_its_own_order() -> None:
    note = parse(f"# A\n\n{ONE}\n\n{EINS}\n\n{THREE}\n\n{DREI}\n\n# B\n\n{DREI}\n\n{THREE}\n\n{EINS}\n\n{ONE}\n")
    assert pairs(note) == [(ONE, EINS), (THREE, DREI), (THREE, DREI), (ONE, EINS)]


def test_sentences_stand_in_the_order_of_the_file() -> None:
    note = parse(f"{ONE}\n\n{TWO}\n\n{EINS}\n\n{ZWEI}")
    assert [(s.text, s.paragraph) for s in note.sentences] == [(ONE, 0), (TWO, 1), (EINS, 0), (ZWEI, 1)]
    assert [(p.en, p.zh) for p in note.paragraphs] == [((0,), (2,)), ((1,), (3,))]


@pytest.mark.parametrize("lines", [[ONE, EINS, TWO, ZWEI], [EINS, ONE, ZWEI, TWO]])
def test_the_lines_of_one_block_may_be_of_two_languages(lines: list[str]) -> None:
    assert pairs(parse("\n".join(lines))) == [(ONE, EINS), (TWO, ZWEI)]


@pytest.mark.parametrize(
    "form",
    [
        "EN: {}\nZH: {}", "原文：{}\n译文：{}", "🇬🇧 {}\n🇨🇳 {}", "**English**\n\n{}\n\n**中文**\n\n{}",
        "English: {}\n\nChinese: {}",
        "1. {}\n   {}", "- {}\n  - {}", "- [ ] {}\n- [x] {}", "> {}\n>\n> {}", "<p>{}</p>\n<p>{}</p>",
        "> [!quote]- 0:07\n> {}\n\n{}", "{}\n\n<details><summary>译文</summary>\n\n{}\n\n</details>",
    ],
)  # fmt: skip
def test_a_pair_may_be_laid_out_in_many_ways(form: str) -> None:
    note = parse(form.format(ONE, EINS))
    assert pairs(note) == [(ONE, EINS)]
    assert [p.pin for p in note.paragraphs] == [7000 if "0:07" in form else None]


def test_how_a_character_is_read_is_not_text() -> None:
    assert pairs(parse(f"{ONE}\n\n<ruby>我<rp>(</rp><rt>wǒ</rt><rp>)</rp>们</ruby>聊了。")) == [(ONE, "我们聊了。")]


def test_wrapped_lines_are_one_paragraph() -> None:
    note = parse("We talked\nabout models.\n\n我们聊了\n  模型，用了 Claude\nCode 和\nGPT。\n")
    assert pairs(note) == [("We talked about models.", "我们聊了模型，用了 Claude Code 和GPT。")]


def test_traditional_characters_are_chinese() -> None:
    assert pairs(parse(f"{ONE}\n\n我們聊了一會兒開源模型。\n")) == [(ONE, "我們聊了一會兒開源模型。")]


# --- both languages on one line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "between",
    [
        " ",
        "",
        " / ",
        "/",
        " | ",
        " — ",
        " - ",
        " → ",
        "<br>",
        "<br/>",
        "  \n",
        "\t",
        "\u3000",
        "\n: ",
        " · ",
        " ｜ ",
        " || ",
        " ⟶ ",
        " ⇒ ",
        " >> ",
        " ● ",
    ],
)
@pytest.mark.parametrize("stops", [True, False])
def test_a_line_with_both_languages_is_a_pair(between: str, stops: bool) -> None:
    """With a mark between them or without, with stops or without."""
    english, chinese = (KEEPER[0], BAECKER[0]) if stops else (KEEPER[0][:-1], BAECKER[0][:-1])
    if not stops and between in {"", "/"}:
        return  # "oven面包师": nothing says that a sentence ends
    assert pairs(parse(english + between + chinese)) == [(english, chinese)]
    assert pairs(parse(f"- {english}{between}{chinese}")) == [(english, chinese)] or "\n" in between
    if between not in {"\n: ", "  \n"}:
        assert pairs(parse(f"**{english}**{between}{chinese}")) == [(english, chinese)]
        assert pairs(parse(chinese + between + english)) == [(english, chinese)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{ONE} {EINS} {TWO} {ZWEI}", [(ONE, EINS), (TWO, ZWEI)]),
        (f"{ONE} {TWO} {EINS}{ZWEI}", [(f"{ONE}|{TWO}", f"{EINS}|{ZWEI}")]),
        ("Yes. 是的。", [("Yes.", "是的。")]),
        (f"{ONE}（{EINS}）", [(ONE, f"（{EINS}）")]),
        (f"{ONE} ({EINS})", [(ONE, f"({EINS})")]),
        (f"[0:03] {ONE} {EINS}", [(ONE, EINS)]),
        (f"**Brad:** {ONE} **布拉德：**{EINS}", [(ONE, EINS)]),
    ],
)
def test_a_line_may_have_several_pairs(line: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(parse(line)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "我用 ChatGPT 和 Claude Code 做了 PPT",
        "这是“恐慌、不确定、怀疑”（fear, uncertainty and doubt）。",
        "他说：OK. 然后走了。",
        "我喜欢 Python. 它很好。",
        "《The Art of War》是孙子写的",
        "U.S. 政府说的。",
        "他用的是 iPhone / iPad 和电脑。",
        "看 https://slowclocks.org/repair。 然后走。",
        "GPT-4.5 / 5 很好。",
    ],
)
def test_chinese_with_english_words_is_chinese(line: str) -> None:
    assert [(en, zh.replace("|", "").replace(" ", "")) for en, zh in pairs(parse(line))] == [
        ("", line.replace(" ", ""))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "DeepSeek (深度求索) is a lab in Hangzhou.",
        "It is called 深度求索",
        "The company is called 深度求索实验室",
        "What does 你好 mean? It means hello.",
        "AI / 人工智能 is here to stay.",
        "I met 王小明. He left.",
        "We say 加油！ It means go.",
    ],
)
def test_english_with_chinese_words_is_english(line: str) -> None:
    assert english(line) == line
    assert all(not zh for _, zh in pairs(parse(line)))


def test_parts_of_a_line_know_their_place() -> None:
    note = parse(f"**{ONE}** / *{EINS}*<br>{TWO} | {ZWEI}")
    assert [note.text[w.start_char : w.end_char] for w in note.words] == [w.text for w in note.words]
    assert [note.text[s.start_char : s.end_char] for s in note.sentences] == [ONE, EINS, TWO, ZWEI]


@pytest.mark.parametrize("times", [False, True])
def test_a_table_with_a_column_in_each_language_is_read(times: bool) -> None:
    rows = [("0:03", ONE, EINS), ("0:07", TWO, ZWEI)]
    head = "| Time | English | 中文 |\n|---|:--|---|\n" if times else "| English | 中文 |\n|---|---|\n"
    table = head + "\n".join("| " + " | ".join(row if times else row[1:]) + " |" for row in rows)
    note = parse(table)
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert [p.pin for p in note.paragraphs] == ([3000, 7000] if times else [None, None])
    assert [note.text[w.start_char : w.end_char] for w in note.words] == [w.text for w in note.words]
    assert [(u.kind, u.line) for u in note.unread] == [("table", 1)]  # its head


def test_a_cell_with_an_escaped_bar_is_told() -> None:
    note = parse(f"| a | b |\n|---|---|\n| {ONE} | {EINS} |\n| a \\| b is here. | {ZWEI} |")
    assert pairs(note) == [(ONE, f"{EINS}|{ZWEI}")] or pairs(note)[0] == (ONE, EINS)
    assert "a | b is here." in [u.text for u in note.unread]


# --- markup -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "spoken"),
    [
        ("a *very* **good** ***day*** _so_ __so__", "a very good day so so"),
        ("un*believ*able and ~~gone~~ ==high== light", "unbelievable and gone high light"),
        ("5 * 3 and snake_case and a ~ b and x == y", "5 * 3 and snake_case and a ~ b and x == y"),
        ('the [*new* model](http://a.b/c_d "x y") and [ref][r] here\n\n[r]: http://a.b', "the new model and ref here"),
        ("a ![picture *of* it](p.png) and ![[embed.png|100]] here", "a and here"),
        ("<https://a.b/c> is a link", "https://a.b/c is a link"),
        ("run `make *all*` or ``a ` b`` or ` lone", "run make *all* or a ` b or ` lone"),
        ("a <b>bold</b> <i class='x'>word</i><!-- no --> here", "a bold word here"),
        ("AT&amp;T&nbsp;is &lt;here&gt; R&D", "AT&T is <here> R&D"),
        (r"a \*star\* and C:\dir \# x", r"a *star* and C:\dir # x"),
        ("a note[^1] and^[inline one] more\n\n[^1]: not spoken\n    at all", "a note and more"),
        ("see [[Page]] and [[Page#Part]] and [[Page#P|this]] and [[#Part]]", "see Page and Page and this and Part"),
        ("a %%private%% word, 100%% and 50%% sure", "a word, 100%% and 50%% sure"),
        ("the end ^block-1", "the end"),
        ("one<br>two<br />three", "one two three"),
        ("hard  \nbreak\\\nhere", "hard break here"),
        ("as said [1:02](https://a.b/?t=62s) before", "as said before"),
        ("[Brad]: Yes.", "[Brad]: Yes."),
        ("a [x] b [y](z c", "a [x] b [y](z c"),
        ("**Bold.**Next and **open", "Bold.Next and open"),
    ],
)
def test_markup_is_reduced_to_what_is_spoken(markdown: str, spoken: str) -> None:
    assert english(markdown) == spoken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("the area is $x^2$ here", "the area is x^2 here"),
        ("the $n$-th of $2n$ in $O(n^{10})$", "the n-th of 2n in O(n^10)"),
        (r"a share of $\frac{1}{2}$ and $10\%$", "a share of 1/2 and 10%"),
        (r"let $\alpha \le 0.5 \times \mathrm{c}$ hold", "let alpha ≤ 0.5 × c hold"),
        ("from $5 to $10 or US$ 3 and $4", "from $5 to $10 or US$ 3 and $4"),
        ("buy $BTC and $ETH, or 5$ and 6$", "buy $BTC and $ETH, or 5$ and 6$"),
        (r"\$5 or \$6, $5-$10, A$AP", "$5 or $6, $5-$10, A$AP"),
    ],
)
def test_a_formula_is_read_without_its_marks_and_money_stays(written: str, read: str) -> None:
    assert english(written) == read
    assert unread(written) == []


def test_a_formula_that_cannot_be_said_as_it_stands_is_told() -> None:
    text = rf"{ONE} So $\sum_{{i=1}}^n x_i$ is it."
    assert english(text) == f"{ONE} So is it."
    assert unread(text) == [(1, "formula", r"$\sum_{i=1}^n x_i$")]


def test_chinese_emphasis_without_spaces_leaves_no_asterisks() -> None:
    assert pairs(parse("这是**重点。**然后==再说==[[页面|这里]]。")) == [("", "这是重点。|然后再说这里。")]


@pytest.mark.parametrize(
    "block",
    [
        "```\ncode <!--\n```",
        "~~~~ python\ncode\n~~~\ncode\n~~~~",
        "    indented code",
        "<div>\nhtml\n</div>",
        "<!-- one -->",
        "<!--\nseveral\n\nlines\n-->",
        "%%\nprivate\n\nlines\n%%",
        "| table | head |\n|---|---|\n| cell | cell |",
        "[ref]: http://a.b 'title'",
        "[^note]: text",
        "![picture](a.png)",
        "---",
        "[12:34](https://www.youtube.com/watch?v=x_y&t=754s)<!-- subsync:t id=3 -->",
    ],
)
def test_some_blocks_are_not_spoken(block: str) -> None:
    assert pairs(parse(f"{ONE}\n\n{block}\n\n{EINS}\n")) == [(ONE, EINS)]


def unread(text: str) -> list[tuple[int, str, str]]:
    return [(u.line, u.kind, u.text) for u in parse(text).unread]


@pytest.mark.parametrize(
    ("block", "line", "kind", "told"),
    [
        ("```py\nprint(1)\n```", 3, "code block", "print(1)"),
        ("    x = 1;", 3, "code block", "x = 1;"),
        ("    indented code", 3, "code block", "indented code"),
        ("<div>\nhtml\n</div>", 3, "HTML block", "<div>\nhtml\n</div>"),
        ("<!-- private -->", 3, "comment", "private"),
        ("%%\nprivate\n\nlines\n%%", 4, "comment", "private lines"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 3, "table", "a | b"),
        ("[^note]: text", 3, "footnote", "[^note]: text"),
        ("![[picture.png]]", 3, "embed", "![[picture.png]]"),
        ("rating:: 5", 3, "field", "rating:: 5"),
        ("#a #b/c", 3, "tag", "#a #b/c"),
        ("[@smith2020, p. 3]", 3, "reference", "[@smith2020, p. 3]"),
        ("([Location 12](https://a.b))", 3, "reference", "([Location 12](https://a.b))"),
        ("[pdf](zotero://open-pdf/items/A?page=3)", 3, "reference", "[pdf](zotero://open-pdf/items/A?page=3)"),
        ("Wǒmen liáole yíhuìr kāiyuán móxíng.", 3, "pronunciation", "Wǒmen liáole yíhuìr kāiyuán móxíng."),
        ("#[[Favorite quotes]] #b", 3, "tag", "#[[Favorite quotes]] #b"),
        ("$$\nx^2 + 1\n$$", 3, "formula", "$$\nx^2 + 1\n$$"),
        ("[Music]", 3, "sound", "[Music]"),
        ("> [!note]- My own title\n> %%x%%", 3, "callout title", "My own title"),
    ],
)
def test_what_is_not_read_is_told(block: str, line: int, kind: str, told: str) -> None:
    text = f"{ONE}\n\n{block}\n\n{EINS}\n"
    assert pairs(parse(text)) == [(ONE, EINS)]
    assert (line, kind, told) in unread(text)


@pytest.mark.parametrize(
    ("behind", "kind"),
    [
        (" [@smith2020, p. 3]", "reference"),
        (" [see -@doe99; @smith2020]", "reference"),
        (" ([View Highlight](https://read.readwise.io/read/01))", "reference"),
        (" [↗](obsidian://open?vault=a)", "reference"),
        (" /ˈmɒdəl/", "pronunciation"),
        (" ✅ 2024-05-01", "field"),
        (" [rating:: 5]", "field"),
        (" `= this.title`", "field"),
        (" ((64a1f0c2-0a3e-4d51-9c1b-0a1b2c3d4e5f))", "field"),
        (" #[[Favorite quotes]]", "tag"),
    ],
)
def test_what_hangs_on_a_text_is_told_and_not_text(behind: str, kind: str) -> None:
    note = f"- {ONE}{behind}\n\n{EINS}\n"
    assert pairs(parse(note)) == [(ONE, EINS)]
    assert unread(note) == [(1, kind, behind.strip())]


@pytest.mark.parametrize(
    "text",
    [
        "Write to [a friend](https://a.b) and ask (him) or/and her.", "It is and/or, [sic] he said to @anna at noon.",
        "The café in Málaga and the résumé, déjà vu, are façades.", "See ([this](https://a.b)) and go on.",
        "He said [@ noon] that 3/4 of it is km/h.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_reference_or_a_pronunciation_is_text(text: str) -> None:
    assert english(text) == re.sub(r"\[([^\]]*)\]\(https://a.b\)", r"\1", text)
    assert unread(text) == []


def test_a_gap_to_be_filled_in_is_its_word() -> None:
    assert english("The {{c1::keeper}} kept a {{c2::notebook::book}} here.") == "The keeper kept a notebook here."


def test_subtitles_that_were_pasted_are_times_and_text() -> None:
    placed = " align:start position:0%"
    blocks = [f"00:00.500 --> 00:03.380{placed}\n{ONE}", f"00:03.760 --> 00:07.360\n{TWO}"]
    note = parse("\n\n".join(["WEBVTT\nKind: captions\nLanguage: en", *blocks]))
    assert [(p.pin, pair[0]) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [(500, ONE), (3760, TWO)]


def test_our_own_marks_and_links_are_not_told() -> None:
    assert unread(f"[1:02](x)<!-- subsync:t id=a -->\n\n{ONE} [x](y) ^name\n") == []


@pytest.mark.parametrize("indent", ["    ", "\t", "     ", "\u3000\u3000"])
def test_prose_that_is_indented_is_prose(indent: str) -> None:
    blocks = [ONE, EINS, TWO, ZWEI]
    for indented in ((0, 1, 2, 3), (1, 3), (0, 2)):
        text = "\n\n".join((indent if k in indented else "") + block for k, block in enumerate(blocks))
        note = parse(text)
        assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
        assert note.unread == ()
        assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


@pytest.mark.parametrize("tag", ["p", "div", "center", "blockquote", 'p align="center"'])
def test_prose_in_html_is_prose(tag: str) -> None:
    end = tag.partition(" ")[0]
    note = parse(f"<{tag}>{ONE}</{end}>\n\n<{tag}>\n{EINS}\n</{end}>\n")
    assert pairs(note) == [(ONE, EINS)]
    assert parse(f"<script>\n{ONE}\n</script>").sentences == ()


@pytest.mark.parametrize("head", ["[!quote]", "[!quote]+", "[!note]-", "[!tip|left]", "[!QUOTE]"])
@pytest.mark.parametrize("title", ["The slate", "我的批注", "Chapter 2: Bread", "重点 Key points"])
def test_the_title_of_a_callout_is_not_text(head: str, title: str) -> None:
    note = parse(f"> {head} {title}\n> {ONE}\n>\n> {EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [(u.line, u.kind, u.text) for u in note.unread] == [(1, "callout title", title)]


@pytest.mark.parametrize(
    "mark",
    [
        "¹", "¹²", "[12]", "[1, 2]", "[3-5]", "[^a]", "^[inline]", "<sup>13</sup>", "<sup>[13]</sup>", "†", "‡", "*",
        "[note 3]", "[citation needed]", " [↩](#fn1)", "↩︎", "[↩]", "①", "[注1]",
    ],
)  # fmt: skip
def test_the_mark_of_a_footnote_is_not_text(mark: str) -> None:
    """Behind a word, a comma, a full stop, in either language."""
    text = f"The bakers{mark} wrote,{mark} and then read it.{mark} Who did?{mark}\n\n"
    text += f"面包师{mark}写了，{mark}也读了它。{mark}谁？{mark}\n"
    if mark == "①":
        text = text.replace("bakers①", "bakers").replace("师①", "师")
    assert pairs(parse(text)) == [("The bakers wrote, and then read it.|Who did?", "面包师写了，也读了它。|谁？")]


@pytest.mark.parametrize(
    "text",
    [
        f"1\n00:00:00,000 --> 00:00:03,000\n{ONE}\n{EINS}\n\n2\n00:00:07,000 --> 00:00:09,000\n{TWO}\n{ZWEI}\n",
        f"EN: {ONE}\nZH: {EINS}\n\nEN: {TWO}\nZH: {ZWEI}\n",
        f"英文：{ONE}\n中文：{EINS}\n\n**英文：**{TWO}\n**中文：**{ZWEI}\n",
        f"**原文** {ONE}\n\n**译文** {EINS}\n\n**原文** {TWO}\n\n**译文** {ZWEI}\n",
        f"{ONE} #tag1 #tag2\n\n{EINS} #标签\n\n{TWO}\n\n{ZWEI}\n",
        f"<details>\n<summary>翻译</summary>\n{EINS}\n</details>\n\n{ONE}\n\n<p>{ZWEI}</p>\n\n{TWO}\n",
        f"<% tp.date %>\n\n{ONE}\n\n{EINS}\n\n$$x=1$$\n\n{TWO}\n\n{ZWEI}\n",
        f"- [ ] {ONE}\n- [/] {EINS}\n- [x] {TWO}\n- [-] {ZWEI}\n",
        f"# | Head\n\n|#|英文|中文|\n|---|---|---|\n|1|{ONE}|{EINS}|\n|2|{TWO}|{ZWEI}|\n",
    ],
)
def test_what_stands_around_a_text_is_not_text(text: str) -> None:
    """Numbers and times of subtitles, names of languages, tags, templates, boxes."""
    note = parse(text)
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


def test_powers_and_indices_are_text() -> None:
    assert (
        english("10³ m² x<sup>2</sup> H<sub>2</sub>O 5<sup>th</sup> A* here [x] 5 * 3.")
        == "10³ m² x² H₂O 5th A* here [x] 5 * 3."
    )


@pytest.mark.parametrize("mark", ["*", "_", "~~", "**"])
def test_emphasis_beside_chinese_punctuation_leaves_no_marks(mark: str) -> None:
    assert (
        pairs(parse(f"这是{mark}重点。{mark}然后{mark}“再说”{mark}。")) == [("", "这是重点。|然后“再说”。")]
        or mark == "_"
    )


@pytest.mark.parametrize(
    "sound",
    [
        "[Music]",
        "(laughs)",
        "[inaudible]",
        "[upbeat music]",
        "[MUSIC PLAYING]",
        "[inaudible 0:13]",
        "（笑）",
        "【音乐】",
        "♪",
        "[crosstalk]",
    ],
)
def test_sounds_in_brackets_are_not_text_to_be_heard(sound: str) -> None:
    note = parse(f"{sound} {ONE} {sound}\n\n{EINS}{sound}\n\n{sound}\n\n{TWO}\n\n{ZWEI}\n")
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert [u.kind for u in note.unread] == ["sound"] * 4


def test_comments_leave_the_text_around_them() -> None:
    assert (
        english("<!-- a --> one\n<!-- b\n\nc --> two `<!--` three\n\n<!-- d\n--> # four") == "one two <!-- three # four"
    )


def test_a_comment_without_end_is_not_a_comment_inside_of_a_line() -> None:
    assert english("one <!-- two\n\nthree %% four") == "one <!-- two three %% four"


def test_lists_and_quotations_are_blocks() -> None:
    note = parse(
        f"- {ONE}\n- {EINS}\n\n1. {TWO}\n   {ZWEI}\n\n> {THREE}\n>\n> {DREI}\n"
        f"\n> [!quote] {ONE}\n> {EINS}\n- [x] {TWO}\n"
    )
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI), (THREE, DREI), (ONE, EINS), (TWO, "")]
    assert [paragraph.line for paragraph in note.paragraphs] == [1, 4, 7, 11, 13]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


def test_headings_of_all_kinds() -> None:
    note = parse(
        "# One #\n\nTwo `x`\n===\n\nThree\n---\n###### Six [a](b)\n####### seven\n\n> ## Quoted\n\n"
        + "long " * 50
        + "\n---\n"
    )
    assert [(s.heading, s.level, s.line) for s in note.sections] == [
        ("One", 1, 1),
        ("Two x", 1, 3),
        ("Three", 2, 6),
        ("Six a", 6, 8),
        ("Quoted", 2, 11),
    ]
    assert english(note.text).startswith("####### seven long long")


def test_words_inside_markup_know_their_place() -> None:
    note = parse("\ufeffSay **it** un*be*lievably, AT&amp;T [now](x).\r\n> - So\r\n>   \tit is.\r\n")
    assert [(w.text, note.text[w.start_char : w.end_char]) for w in note.words] == [
        ("Say", "Say"),
        ("it", "it"),
        ("unbelievably,", "un*be*lievably,"),
        ("AT&T", "AT&amp;T"),
        ("now.", "now](x)."),
        ("So", "So"),
        ("it", "it"),
        ("is.", "is."),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_endings_and_byte_order_mark_stay(newline: str) -> None:
    text = "\ufeff" + newline.join(
        ["---", "title: T", "---", "# A", "", "One word\u00a0here.", "你\t好。", "", "## B", ""]
    )
    note = parse(text)
    assert note.text == text
    assert note.title == "T"
    assert [(s.heading, s.line) for s in note.sections] == [("A", 4), ("B", 9)]
    assert [note.text[w.start_char : w.end_char] for w in note.words] == ["One", "word", "here."]
    assert pairs(note) == [("One word here.", "你\t好。")]


# --- speakers ---------------------------------------------------------------------------------------------------------


def speakers(*blocks: str) -> list[tuple[str | None, str, str]]:
    note = parse("\n\n".join(blocks))
    return [(p.speaker, *pair) for p, pair in zip(note.paragraphs, pairs(note), strict=True)]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("**Brad:** ", "Brad"),
        ("**Brad**: ", "Brad"),
        ("__Brad Gerstner__：", "Brad Gerstner"),
        ("*Brad:* ", "Brad"),
        ("**[[Brad]]:** ", "Brad"),
        ("**Brad:**\n", "Brad"),
        ("**Brad:**\n\n", "Brad"),
        ("**Brad** (0:01:02): ", "Brad"),
        ("Brad Gerstner (12:34): ", "Brad Gerstner"),
        ("Brad Gerstner (12:34)\n\n", "Brad Gerstner"),
    ],
)
def test_marked_labels_are_always_speakers(label: str, name: str) -> None:
    assert speakers(label + ONE, EINS) == [(name, ONE, EINS)]


def test_labels_in_bold_type_may_be_chinese() -> None:
    assert speakers(ONE, f"**主持人：**{EINS}") == [("主持人", ONE, EINS)]
    assert speakers(f"**Host:** {ONE}\n**主持人：** {EINS}") == [("Host", ONE, EINS)]


def test_a_sentence_in_bold_type_is_not_a_label() -> None:
    assert speakers("**我们今天要讨论的最重要的问题是：**模型。") == [
        (None, "", "我们今天要讨论的最重要的问题是：模型。")
    ]


def test_each_label_starts_a_paragraph() -> None:
    assert speakers(f"**A:** {ONE}\n**B:** {TWO}", f"**甲：**{EINS}\n**乙：**{ZWEI}") == [
        ("A", ONE, EINS),
        ("B", TWO, ZWEI),
    ]


@pytest.mark.parametrize(("left", "right"), [("Mira", "Tomas"), ("米拉", "托马斯")])
def test_a_turn_beside_a_translation_that_says_whose_it_is_has_none(left: str, right: str) -> None:
    """Where both were one paragraph, the second turn would be said to be the first speaker's."""
    asked = f"**Mira:** {ONE}", f"**{left}：** {EINS}", f"**Tomas:** {TWO}", f"**{right}：** {ZWEI}"
    turns = "**Mira:** So the wire is the sum.", "**Tomas:** The wire is the sum, exactly.", "It adds everything up."
    said = f"**{right}：** 没错，钢丝就是总和，它把一切加了起来。"

    assert speakers(*asked, *turns, said)[2:] == [
        ("Mira", "So the wire is the sum.", ""),
        ("Tomas", "The wire is the sum, exactly.|It adds everything up.", "没错，钢丝就是总和，它把一切加了起来。"),
    ]


def test_a_translation_of_several_turns_that_does_not_say_whose_it_is_stays_with_all() -> None:
    turns = "**Mira:** So the wire is the sum.", "**Tomas:** The wire is the sum, exactly."
    said = "所以钢丝就是总和，没错，钢丝就是总和。"

    assert speakers(*turns, said) == [("Mira", "So the wire is the sum.|The wire is the sum, exactly.", said)]
    assert len(speakers(*turns, f"**旁白：** {said}")) == 1  # no speaker is called so


@pytest.mark.parametrize(
    "pattern", ["Brad Gerstner: {}", "[Brad Gerstner] {}", "[Brad Gerstner]: {}", "Brad Gerstner:\n\n{}"]
)
def test_typed_labels_count_when_they_come_back(pattern: str) -> None:
    name = "Brad Gerstner"
    assert speakers(pattern.format(ONE), EINS, pattern.format(TWO), ZWEI) == [(name, ONE, EINS), (name, TWO, ZWEI)]


def test_typed_labels_count_when_the_translation_has_one_too() -> None:
    assert speakers(f"Brad: {ONE}", f"布拉德：{EINS}") == [("Brad", ONE, EINS)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Again: similar.", "再次：类似。"),
        ("The answer is simple: we go.", "答案很简单：我们走。"),
        ("He said: we go now.", "他说：“我们走。”"),
        ("Remember: it is open.", "记住：它是开放的。"),
        ("At 12:30 we go.", "12:30 我们走。"),
        ("So: we go.", "所以：我们走。"),
    ],
)
def test_prose_with_a_colon_is_not_a_label(one: str, other: str) -> None:
    twice = speakers(one, other, one, other)
    assert [(speaker, en.replace("|", " "), zh.replace("|", "")) for speaker, en, zh in twice] == [
        (None, one, other)
    ] * 2


@pytest.mark.parametrize("word", ["Question", "Answer", "Summary", "Idea", "Takeaway", "Mark"])
def test_a_word_of_the_language_with_a_colon_is_no_speaker(word: str) -> None:
    """It may be what is said; it is a label where labels part the whole note."""
    one, two = f"{word}: what is it?", f"{word}: where is it?"
    assert speakers(one, EINS, two, ZWEI) == [(None, one, EINS), (None, two, ZWEI)]
    assert speakers(one, f"问题：{EINS}") == [(None, one, f"问题：{EINS}")]


def test_a_word_of_the_language_is_a_speaker_in_a_dialogue() -> None:
    found = speakers(
        *(f"{name}: {text}" for name, text in zip(("Mark", "Grace") * 2, (ONE, TWO, THREE, ONE), strict=True))
    )
    assert [(name, text) for name, text, _ in found] == [("Mark", ONE), ("Grace", TWO), ("Mark", THREE), ("Grace", ONE)]
    assert speakers(f"Mark: {ONE}", f"马克：{EINS}") == [("Mark", ONE, EINS)]


def test_words_behind_a_label_know_their_place() -> None:
    note = parse(f"Brad: {ONE}\n\n布拉德：{EINS}\n")
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)
    assert note.text[note.sentences[1].start_char :] == EINS + "\n"


# --- pins -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pin",
    [
        "[12:34]",
        "(00:12:34)",
        "（12:34）",
        "12:34 -",
        "12:34 —",
        "[12:34](https://www.youtube.com/watch?v=a_b*c&t=754s)",
        "**[12:34]**",
        "[12:34] -",
        "[0:12:34.000]",
        "[12:34 - 13:00]",
        "[00:12:34.000 --> 00:13:00.000]",
    ],
)
def test_pins_are_times_and_not_text(pin: str) -> None:
    note = parse(f"# {pin} Head *line*\n\n{pin} {ONE}\n\n{pin}\n{TWO}\n\n{pin}\n\n{THREE}\n")
    assert [(s.heading, s.pin) for s in note.sections] == [("Head line", 754_000)]
    assert [(p.pin, pair[0]) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [
        (754_000, text) for text in (ONE, TWO, THREE)
    ]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


@pytest.mark.parametrize(
    "pin",
    [
        "`{}`", "**{}**", "*{}*", "【{}】", "[[talk.mp4#t=9|{}]]", "([{}](https://a.b/c?t=9s))", "[**{}**](https://a.b)",
        "{}:", "{} |", "{} •", "[▶ {}](https://a.b)", "({} - 59:59)", "<!-- a --> [{}]", "_{}_:", "（{}）：",
        "<{}>", "{{{}}}", "〔{}〕", "「{}」", "［{}］", "[[#{}]]", "<u>{}</u>", "<a href='x'><b>{}</b></a>", "=={}==",
        "t={} -", "[t={}]", "🕐 [{}]", "⏱ {}", "⏱️{}", "@{}", "@ {}", "▶️ {}", "#t={}", "[@{}]", "[~{}]", "(at {})",
        "[Video {}]", "[音频 {}]", "{} >>", "• [{}]", "– [{}]", "时间：{} -", "Time: {} |", r"\[{}\]",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("clock", "ms"), [("0:07", 7000), ("12:34", 754_000), ("00:12:34.5", 754_500), ("0：07", 7000)]
)
def test_times_in_brackets_or_set_off_are_pins(pin: str, clock: str, ms: int) -> None:
    note = parse(f"{pin.format(clock)} {ONE}\n\n{EINS}\n")
    assert [(p.pin, pair) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [(ms, (ONE, EINS))]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("[0'07\"]", 7000), ("【1′02″】", 62_000), ("0'07\"", 7000), ("0′07″", 7000), ("**1'02''**", 62_000),
        ("[1°02′07″]", 3_727_000), ("[0 min 07 s]", 7000), ("[1h 02m 07s]", 3_727_000), ("[1分02秒]", 62_000),
        ("[7s]", 7000), ("[7.40s -> 9.00s]", 7400), ("[7秒]", 7000), ("[t=7]", 7000), ("#t=7s", 7000),
        ("[00:00:07:12]", 7000), ("00:00:07:12", 7000), ("00:00:07;12 - 00:00:09;00\n", 7000),
    ],
)  # fmt: skip
def test_a_time_may_be_written_in_many_ways(written: str, ms: int) -> None:
    note = parse(f"{written} {ONE}\n\n{EINS}\n")
    assert [(p.pin, pair) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [(ms, (ONE, EINS))]


@pytest.mark.parametrize(
    "clocks",
    [("0'07\"", "1'02\"", "2'30\""), ("1′07″", "2′15″", "3′02″"), ("0h00m07s", "0h01m02s", "1h00m00s"),
     ("0分07秒", "1分02秒", "2分30秒"), ("0 min 7 s", "1 min 02 s", "2 min 30 s")],
)  # fmt: skip
def test_a_note_full_of_ascending_times_may_write_them_in_many_ways(clocks: tuple[str, ...]) -> None:
    note = parse("\n\n".join(f"{clock} {text}" for clock, text in zip(clocks, (ONE, TWO, THREE), strict=True)))
    assert [pair[0] for pair in pairs(note)] == [ONE, TWO, THREE]
    assert all(p.pin is not None for p in note.paragraphs)


@pytest.mark.parametrize(
    "form", ["{} {}", "{}  {}", "@{} {}", "{} - 59:59 {}", "- {} {}", "> {} {}", "{}\t{}", "• {} {}", "~{} {}"]
)
def test_bare_times_are_pins_in_a_note_full_of_ascending_ones(form: str) -> None:
    blocks = [form.format(clock, text) for clock, text in (("0:00", ONE), ("0:05", TWO), ("1:02", THREE))]
    note = parse("\n\n".join(text for pair in zip(blocks, (EINS, ZWEI, DREI), strict=True) for text in pair))
    assert [p.pin for p in note.paragraphs] == [0, 5000, 62_000]
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]


@pytest.mark.parametrize(
    "blocks",
    [
        ["12:34 is when it began.", TWO, THREE],
        ["12:34 is when it began.", "9:15 is when it ended.", "8:00 was too early."],
        ["10:30 am was early.", "11:30 am was late.", "12:30 pm was noon."],
        [ONE, TWO, THREE, ONE, TWO, THREE, ONE, "9:00 came.", "9:30 came.", THREE, TWO, ONE],
        ["1:00 is one time.", "1:60 is none.", "It was 1:30."],
    ],
)
def test_bare_times_are_text_in_any_other_note(blocks: list[str]) -> None:
    note = parse("\n\n".join(blocks))
    assert [p.pin for p in note.paragraphs if p.pin is not None] == []
    assert english(note.text) == " ".join(blocks)


@pytest.mark.parametrize(
    ("head", "name", "pin"),
    [
        ("Unknown Speaker  0:13  \n", "Unknown Speaker", 13_000),
        ("**Speaker 1** 0:13\n\n", "Speaker 1", 13_000),
        ("SPEAKER_00 [00:00:13.400 --> 00:00:19.400]\n", "SPEAKER_00", 13_400),
        ("**Speaker 1** *0:13*\n", "Speaker 1", 13_000),
        ("**Speaker 1** `0:13`\n", "Speaker 1", 13_000),
        ("[SPEAKER_01] 0:13\n", "SPEAKER_01", 13_000),
        ("Speaker 2 (0:13)\n", "Speaker 2", 13_000),
        ("0:13 Anna: ", "Anna", 13_000),
        ("[0:13] Anna: ", "Anna", 13_000),
        ("Anna 0:13: ", "Anna", 13_000),
        ("[Anna] 0:13\n", "Anna", 13_000),
        ("Anna — 0:13 — ", "Anna", 13_000),
        ("Anna Lee | 00:13\n", "Anna Lee", 13_000),
        ("Anna Lee, 00:13\n", "Anna Lee", 13_000),
        ("0:13 | Anna | ", "Anna", 13_000),
        ("Anna (0:13): ", "Anna", 13_000),
        ("Dr. Lee [0:13]: ", "Dr. Lee", 13_000),
        ("发言人 1 00:13\n", "发言人 1", 13_000),
        ("主持人（0:13）：", "主持人", 13_000),
        ("发言人1(00:13): ", "发言人1", 13_000),
        ("Anna Lee (host) 0:13\n", "Anna Lee", 13_000),
        ("Anna Lee:  (0:13)\n", "Anna Lee", 13_000),
        ("Anna Lee  •  0:13\n", "Anna Lee", 13_000),
        ("0:13 Anna Lee\n", "Anna Lee", 13_000),
        ("[0:13] Anna Lee\n", "Anna Lee", 13_000),
        ("00:00:13.400 - 00:00:19.400 - Anna Lee\n", "Anna Lee", 13_400),
        ("[Speaker 1, 00:13] ", "Speaker 1", 13_000),
        ("[Speaker 1 00:13] ", "Speaker 1", 13_000),
        ("[00:13 Speaker 1] ", "Speaker 1", 13_000),
        ("(00:13, Anna) ", "Anna", 13_000),
        ("[Anna Lee - 0:13]: ", "Anna Lee", 13_000),
        ("[Anna @ 0:13 - 0:19] ", "Anna", 13_000),
        ("【主持人 00:13】", "主持人", 13_000),
        ("【00:13 主持人】", "主持人", 13_000),
        ("**[00:13] Speaker 1:** ", "Speaker 1", 13_000),
        ("**Speaker 1 [00:13]:** ", "Speaker 1", 13_000),
        ("**Anna, 00:13**: ", "Anna", 13_000),
        ("[00:13] Speaker 1: ", "Speaker 1", 13_000),
        ("[00:13] Speaker 1 ", "Speaker 1", 13_000),
        ("[0.00s -> 7.50s] SPEAKER_00 ", "SPEAKER_00", 0),
    ],
)
def test_names_and_times_together_are_label_and_pin(head: str, name: str, pin: int) -> None:
    note = parse(f"{head}{ONE}\n\n{EINS}\n")
    assert [(p.speaker, p.pin) for p in note.paragraphs] == [(name, pin)]
    assert pairs(note) == [(ONE, EINS)]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


@pytest.mark.parametrize(
    "tail",
    [
        " [0:13]",
        "[0:13]",
        " (0:13)",
        "（0:13）",
        " 【0:13】",
        " [0:13](https://a.b/c?t=13)",
        " ([0:13](x#t=13))",
        " [0:13 - 0:19]",
    ],
)
def test_a_time_in_brackets_at_the_end_is_not_text(tail: str) -> None:
    """Of a passage it may be the beginning or the end; of a section it is the beginning."""
    note = parse(f"## A talk{tail}\n\n{ONE}{tail}\n\n{EINS}{tail}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [(s.heading.strip(), s.pin) for s in note.sections] == [("A talk", 13_000)]
    assert [p.pin for p in note.paragraphs] == [None]
    assert all(note.text[w.start_char : w.end_char] == w.text for w in note.words)


@pytest.mark.parametrize(
    "text",
    [
        "Monday 10:30: we met.", "Lunch is at 12:30", "The bus 9:15 was late.", "We met at 9:15:", "6'10\" is tall.",
        "4'33\" is a piece by Cage.", "t=7 is the point.", "[Monday, 10:30] We met.", "[Figure 3, 2:15] It is there.",
        "– 12:34 is when it began.", "▶ Play it now.", "5m 30s is what it took.", "**Breakfast 8:30** is at home.",
    ],
)  # fmt: skip
def test_a_time_inside_of_prose_is_text(text: str) -> None:
    assert english(text) == text.replace("**", "")
    assert (parse(text).paragraphs[0].speaker, parse(text).paragraphs[0].pin) == (None, None)


def test_pin_and_label_go_together() -> None:
    for head in ("**Brad:** [12:34] ", "[12:34] **Brad:** ", "**Brad** [12:34]: "):
        note = parse(head + ONE)
        assert [(p.speaker, p.pin) for p in note.paragraphs] == [("Brad", 754_000)]
        assert pairs(note) == [(ONE, "")]


@pytest.mark.parametrize(
    "text", ["12:34 is when it began.", "[12:99] is not a time.", "It is (12:34) now.", "1:2 - score."]
)
def test_other_times_are_text(text: str) -> None:
    note = parse(text)
    assert note.paragraphs[0].pin is None
    assert english(text) == text


@pytest.mark.parametrize(
    "mark",
    [
        "[12:34](https://www.youtube.com/watch?v=I_D&t=754s)<!-- subsync:t id=one -->",
        "1:02:34<!-- subsync:t+ id=one -->",
        "<!-- subsync:t id=3 -->[12:34](https://www.youtube.com/watch?v=ID&t=754s)",
        "<!-- subsync -->",
    ],
)
def test_our_own_marks_are_neither_pins_nor_text(mark: str) -> None:
    note = parse(f"# Head {mark}\n{mark}\n\n{mark}\n{ONE}\n\n{mark} {TWO}\n\n> {mark}\n> {THREE}\n")
    assert [(s.heading, s.pin) for s in note.sections] == [("Head", None)]
    assert [(p.pin, p.line) for p in note.paragraphs] == [(None, 5), (None, 7), (None, 10)]
    assert pairs(note) == [(ONE, ""), (TWO, ""), (THREE, "")]


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    path.write_bytes("\ufeffOne.\r\n".encode())
    note = read_note(path)
    assert note.text == "\ufeffOne.\r\n"
    assert note.path == str(path)
    assert note.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    path.write_bytes(b"one\ntwo\n\xb0\xa1\n")
    with pytest.raises(NoteError, match=r"n\.md:3: not UTF-8: byte 0xb0 at offset 8\n  Save the note"):
        read_note(path)
    path.write_bytes("\ufeffHello there.".encode("utf-16-le"))
    with pytest.raises(NoteError, match="not UTF-8"):
        read_note(path)
    path.write_bytes(b"OggS\0\2\0\0\xb0")
    with pytest.raises(NoteError, match=r"it is no text\n  Give the note.*--audio"):
        read_note(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match=r"none\.md: the note cannot be read: No such file"):
        read_note(tmp_path / "none.md")
    with pytest.raises(NoteError, match="the note cannot be read: Is a directory"):
        read_note(tmp_path)


@pytest.mark.parametrize(("text", "line"), [("", 1), ("# Head\n", 1), (f"# Head\n\n{EINS}\n", 3), ("2024.\n", 1)])
def test_a_note_without_english_has_nothing_to_align(text: str, line: int) -> None:
    note = parse(text)
    with pytest.raises(NothingToAlignError, match=rf"talk\.md:{line}: the note has no English(.|\n)*Write the English"):
        require_english(note)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"```\n{ONE}\n```\n", "one code block"),
        ("    a = talk\n\ntext\n---\n\n    b = talk\n", "2 code blocks"),
        (f"| a | b |\n|---|---|\n| {ONE} | 1 |\n", "2 tables"),
        (f"<!-- {ONE} -->\n", "one comment"),
    ],
)
def test_an_error_says_where_the_text_of_a_note_is(text: str, where: str) -> None:
    with pytest.raises(NothingToAlignError, match=rf"no English paragraph: what it has stands in {where}(.|\n)*Take"):
        require_english(parse(text))


def test_a_note_with_english_passes() -> None:
    require_english(parse(f"{EINS}\n\n{ONE}\n"))


# --- any text ---------------------------------------------------------------------------------------------------------

plain_words = st.text(st.sampled_from("abcXYZ019,.?!'“”;é"), min_size=1, max_size=8).map("w".__add__)
plain_chinese = st.text(st.sampled_from("的好模型我们在，。！？“”A1…"), min_size=1, max_size=20).map("我".__add__)
spaces = st.sampled_from([" ", "  ", "\u00a0", "\n", "\r\n", "\t", "\n  "])
plain_english = st.lists(st.tuples(plain_words, spaces), min_size=1, max_size=12).map(
    lambda parts: "".join(word + space for word, space in parts).strip()
)
plain_notes = st.lists(plain_english | plain_chinese | st.sampled_from(["# H", "### 标题"]), max_size=10).map(
    "\n\n".join
)

snippets = (
    r"** `` ![ [[ ]] <!-- --> %% == ~~ &amp; --- ``` [^1] ^[ [12:34] **Brad:** Brad: <br> </b> <b> 我们 。 "
    "http://a.b === [x](y) <!-- subsync:t -->[1:23](x) ^id title: the end."
)
marks = st.sampled_from(
    [*snippets.split(), *"*_`[]()<>&\\:：!|\n\t\ufeff\u00a0\u2028\x00\x0b\x1c\ue000😀a"]
) | st.sampled_from(["\n\n", "\r\n", "    ", "- ", "1. ", "> ", "# ", "12:34 - ", "[a]: b", " "])
any_text = st.lists(marks | st.text(max_size=3), max_size=40).map("".join)


@given(plain_notes)
@settings(deadline=None)
def test_without_markup_every_word_stands_where_it_says(text: str) -> None:
    note = parse(text)
    place = 0
    for word in note.words:
        assert note.text[word.start_char : word.end_char] == word.text
        assert place <= word.start_char < word.end_char
        place = word.end_char
    for sentence in note.sentences:
        if sentence.lang == "en":
            assert sentence.text == " ".join(word.text for word in sentence.words)


@given(plain_notes)
@settings(deadline=None)
def test_without_markup_nothing_is_lost(text: str) -> None:
    note = parse(text)
    covered = [False] * len(text)
    for sentence in note.sentences:
        for item in sentence.words or (sentence,):
            covered[item.start_char : item.end_char] = [True] * (item.end_char - item.start_char)
    left = "".join(char for char, is_covered in zip(text, covered, strict=True) if not is_covered)
    headings = "".join("#" * section.level + section.heading for section in note.sections)
    assert "".join(left.split()) == "".join(headings.split())


pieces = (
    plain_english.filter(lambda text: "w" in text)
    | plain_chinese
    | st.sampled_from(
        [
            " ",
            " / ",
            "<br>",
            "[0:07] ",
            "¹",
            "[12]",
            "[Music] ",
            "（笑）",
            "**",
            "\n\n",
            "\n",
            "0:13 ",
            "Anna 0:21: ",
            " | ",
            "    ",
        ]
    )
)


@given(st.lists(pieces, max_size=20).map("".join))
@settings(deadline=None)
def test_every_word_begins_and_ends_in_the_file_where_it_says(text: str) -> None:
    """Whatever is masked inside or around it, and wherever a line is cut; its characters are there in order."""
    note = parse(text)
    place = 0
    for word in note.words:
        written = note.text[word.start_char : word.end_char]
        assert written[0] == word.text[0]
        assert written[-1] == word.text[-1]
        rest = iter(written)
        assert all(char in rest for char in word.text)
        assert place <= word.start_char < word.end_char
        place = word.end_char


@given(any_text | st.text() | any_text.map("---\ntitle: ".__add__))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_note_or_a_note_error(text: str) -> None:
    try:
        note = parse(text)
    except NoteError:
        return
    owned = [number for paragraph in note.paragraphs for number in paragraph.en + paragraph.zh]
    assert sorted(owned) == list(range(len(note.sentences)))
    assert [paragraph.index for paragraph in note.paragraphs] == list(range(len(note.paragraphs)))
    assert [s.start_char for s in note.sentences] == sorted(s.start_char for s in note.sentences)
    for number, sentence in enumerate(note.sentences):
        paragraph = note.paragraphs[sentence.paragraph]
        assert number in (paragraph.en if sentence.lang == "en" else paragraph.zh)
        assert 0 <= sentence.start_char < sentence.end_char <= len(text)
        assert all(sentence.start_char <= w.start_char < w.end_char <= sentence.end_char for w in sentence.words)
        assert all(not word.text.isspace() and word.text == word.text.strip() for word in sentence.words)


def calls(text: str) -> int:
    """How many functions run while ``text`` is parsed: a measure of work that no machine changes."""
    count = 0

    def counter(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(counter)
    try:
        parse(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "A word and it. ",
        "好。",
        "Yes.\n\n对。\n\n",
        "a\n",
        "[",
        "*a ",
        "<!--",
        "==a",
        "[[a",
        "%%\n\n",
        "- a\n",
        "[12:34](x) ",
        "^[",
        "¹a ",
        "[1] a",
        "A. 我。",
        "a / 我 ",
        "(笑)",
        "0:01 a\n\n",
        "<sup>1</sup>",
        "    我。\n\n",
        "<p>A.</p>\n\n",
        "*。*我",
    ],
)
def test_work_grows_with_the_length_of_the_note(unit: str) -> None:
    parse("warm up")
    assert calls(unit * 800) < 2.5 * calls(unit * 400) + 1000


def test_a_line_that_is_too_long_for_prose_is_not_searched_for_markup() -> None:
    """Brackets in brackets took five minutes in 10 MB. The text is there all the same."""
    line = "One word. " + "[" * 300_000
    assert calls(line) < 300_000  # one for each letter where it is given its place
    assert parse(line).sentences[0].text == line


@pytest.mark.parametrize("head", ["::: note", ":::: {.box #one}", ":::tip A title"])
def test_a_box_between_colons_is_not_text(head: str) -> None:
    """Pandoc's, VuePress's, Docusaurus's; what it is called is told."""
    for text in (f"{head}\n{ONE}\n\n{EINS}\n:::\n", f"{head}\n\n{ONE}\n\n{EINS}\n\n:::\n"):
        note = parse(text)
        assert pairs(note) == [(ONE, EINS)]
        assert [(unread.kind, unread.text) for unread in note.unread] == [("callout title", head)]


def test_brackets_may_say_which_language_follows() -> None:
    note = parse(f"[EN] {ONE}\n[ZH] {EINS}\n\n[英] {TWO}\n[中] {ZWEI}\n")
    assert [(p.speaker, pair) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [
        (None, (ONE, EINS)),
        (None, (TWO, ZWEI)),
    ]


def test_a_letter_may_say_which_language_follows() -> None:
    assert pairs(parse(f"英：{ONE}\n中：{EINS}\n")) == [(ONE, EINS)]


@pytest.mark.parametrize("form", ["{en}【{zh}】", "{en} 【{zh}】", "{en}（{zh}）"])
def test_a_translation_in_brackets_on_the_same_line_is_one(form: str) -> None:
    (found,) = pairs(parse(form.format(en=ONE, zh=EINS)))
    assert (found[0], found[1].strip("【】（）")) == (ONE, EINS)


# --- what people put around a text ------------------------------------------------------------------------------------

DIALOGUE = [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]


@pytest.mark.parametrize(
    "between",
    [
        "译文", "[译文]", "【译文】", "（译文）", "中文", "👉 译文", "参考译文：", "中文翻译如下", "**译文**", "译：",
        "标签：机器", "托马斯：", "生词：open models 开源模型", "- Tags: [[tide]] [[机器]]",
    ],
)  # fmt: skip
def test_a_line_between_a_text_and_its_translation_parts_no_pair(between: str) -> None:
    """What says "translation" is not told; anything else stays, in a paragraph of its own."""
    found = pairs(parse("\n\n".join(f"{en}\n\n{between}\n\n{zh}" for en, zh in DIALOGUE)))
    assert [pair for pair in found if all(pair)] == DIALOGUE
    assert len(found) == (3 if "译" in between or between == "中文" else 6)


@pytest.mark.parametrize(
    "dress",
    [
        "译：{}",
        "【译】{}",
        "【译文】{}",
        "(译) {}",
        "（译文：{}）",
        "参考译文：{}",
        "CN - {}",
        "Note: {}",
        "**译文：**{}",
    ],
)
def test_what_says_that_a_translation_follows_is_not_shown(dress: str) -> None:
    assert pairs(parse(f"{ONE}\n\n{dress.format(EINS)}\n")) in ([(ONE, EINS)], [(ONE, f"{EINS}）")])
    assert pairs(parse(f"{ONE}<br>译文：{EINS}\n")) == [(ONE, EINS)]


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("**English** is what the keeper speaks.", "**翻译**很难，**中文**更难。"),
        ("It was the language of tides.", "**中**国的模型正在追赶。"),
    ],
)
def test_the_name_of_a_language_in_bold_type_may_be_said(en: str, zh: str) -> None:
    assert pairs(parse(f"{en}\n\n{zh}\n")) == [(en.replace("**", ""), zh.replace("**", ""))]


def test_a_person_among_the_notes_is_named() -> None:
    """Obsidian's ``[[@Name]]`` is no citation."""
    note = parse(
        "[[@Mira]]: As [[@Tomas Novak]] said, we talked about models.\n\n米拉：正如[[@托马斯]]所说，我们聊过模型。\n"
    )
    assert pairs(note) == [("As Tomas Novak said, we talked about models.", "正如托马斯所说，我们聊过模型。")]
    assert note.paragraphs[0].speaker == "Mira"


@pytest.mark.parametrize("sign", ["->", "<->", "↔", "⇔", ":::", "~", "👉", "🇨🇳", "；", ";;", "✦", "\u200b", "\\"])
def test_any_sign_may_part_a_sentence_from_its_translation(sign: str) -> None:
    assert pairs(parse(f"{ONE} {sign} {EINS}\n")) == [(ONE, EINS)]


@pytest.mark.parametrize("sign", ["\t", "  ", "\u3000", "／", " – ", ":::", " => ", "＝", " --> "])
def test_a_mark_parts_what_is_no_sentence_from_its_translation(sign: str) -> None:
    """However long the one is beside the other."""
    note = parse(f"{ONE}\n\n{EINS}\n\nNobody{sign}没有人知道为什么会这样\n")
    assert pairs(note)[1:] == [("Nobody", "没有人知道为什么会这样")]


@pytest.mark.parametrize(
    "text",
    [
        "It is ubiquitous (无处不在的) now.",
        "He is a maverick (特立独行的人).",
        "It was [无处不在的] ubiquitous by then.",
    ],
)
def test_english_with_a_gloss_is_english(text: str) -> None:
    assert pairs(parse(f"{text}\n\n{EINS}\n"))[0] == (text, EINS)


@pytest.mark.parametrize(
    "text",
    [
        "就是 garbage in, garbage out。", "你得 think out of the box。", "一句话：done is better than perfect。",
        "先 fork 再 pull request。", "叫做 reinforcement learning from human feedback。",
    ],
)  # fmt: skip
def test_what_begins_and_ends_in_chinese_is_chinese(text: str) -> None:
    note = parse(f"{ONE}\n\n{text}\n")
    assert [note.sentences[k].lang for p in note.paragraphs for k in (*p.en, *p.zh)] == ["en", "zh"]


@pytest.mark.parametrize("rule", ["---", "==="])
def test_a_rule_right_under_a_paragraph_makes_it_no_heading(rule: str) -> None:
    """A title above it stays one, and so does a question."""
    note = parse(f"A title\n{rule}\n\n{ONE}\n{EINS}\n{rule}\n\nWhat is a tide?\n---\n\n{TWO}\n\n{ZWEI}\n")
    assert [section.heading for section in note.sections] == ["A title", "What is a tide?"]
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert pairs(parse(f"{ONE}\n---\n\n{EINS}\n---\n")) == [(ONE, EINS)]


def test_a_text_may_be_the_title_that_its_translation_is_folded_under() -> None:
    """A title that is none is told."""
    folded = "<details>\n<summary>{}</summary>\n\n{}\n\n</details>\n\n"
    note = parse(folded.format(ONE, EINS) + folded.format("More of it", f"{TWO}\n\n{ZWEI}"))
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert ["More of it" in unread.text for unread in note.unread] == [True]


def test_circled_numbers_of_a_list_are_said() -> None:
    note = parse("There are two reasons.\n\n原因有两个：①便宜；②好用。第①点更重要。\n")
    assert [sentence.text for sentence in note.sentences[1:]] == ["原因有两个：①便宜；②好用。", "第①点更重要。"]


def test_a_year_that_opens_a_paragraph_is_no_item_of_a_list() -> None:
    assert pairs(parse("1906. That is when we built it.\n\n1906年。\n"))[0][0] == "1906.|That is when we built it."
    assert pairs(parse(f"11. {ONE}\n12. {TWO}\n")) == [(ONE, ""), (TWO, "")]


@pytest.mark.parametrize(
    "form",
    [
        "Mira Chen (01:11):\n{}", "Mira Chen [01:11]:\n{}", "Mira Chen 01:11:\n{}", "**Mira Chen** 01:11 {}",
        "[Mira Chen 01:11](https://example.com/?t=71) {}", "• **Mira Chen (host):** [01:11] {}",
        "🎙️ **Mira Chen, host:** [01:11] {}",
    ],
)  # fmt: skip
def test_more_ways_to_write_who_speaks_and_when(form: str) -> None:
    note = parse(f"{form.format(ONE)}\n\n{EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [(p.speaker, p.pin) for p in note.paragraphs] == [("Mira Chen", 71_000)]


def test_a_link_that_only_plays_names_nobody() -> None:
    note = parse(f"[Watch 01:11](https://example.com/?t=71) {ONE}\n\n[跳转 01:11](https://example.com/?t=71) {EINS}\n")
    assert [(p.speaker, p.pin, *pair) for p, pair in zip(note.paragraphs, pairs(note), strict=True)] == [
        (None, 71_000, ONE, EINS)
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_name_in_bold_type_on_its_own_line_is_who_speaks(gap: str) -> None:
    """If it comes again and another does, too: else it is a title."""
    turns = [("Mira", "米拉", ONE, EINS), ("Tomas", "托马斯", TWO, ZWEI), ("Mira", "米拉", THREE, DREI)]
    written = "\n\n".join(f"**{en}**{gap}{one}\n\n**{zh}**{gap}{two}" for en, zh, one, two in turns)
    assert speakers(written) == [(en, one, two) for en, _, one, two in turns]
    assert speakers(f"**Tides**\n\n{ONE}\n\n{EINS}\n\n**Tides**\n\n{TWO}\n\n{ZWEI}")[0][0] is None


@pytest.mark.parametrize("label", ["Mira de la Cruz", "嘉宾1", "主持人（米拉）", "问"])
def test_more_names_of_speakers(label: str) -> None:
    if label.isascii():
        assert [name for name, *_ in speakers(f"{label}: {ONE}", EINS, f"{label}: {TWO}", ZWEI)] == [label, label]
    else:
        found = speakers(ONE, f"{label}：{EINS}", TWO, f"{label} ：{ZWEI}")
        assert [(name, zh) for name, _, zh in found] == [(label, EINS), (label, ZWEI)]


@pytest.mark.parametrize("mark", ["{}", "- {}"])
def test_chapters_pasted_on_top_are_told_and_not_read(mark: str) -> None:
    chapters = "\n".join(mark.format(line) for line in ("00:00 Teaser", "00:42 The wire", "01:29 Outro"))
    note = parse(f"{chapters.replace('- ', '')}\n\n{ONE}\n\n{EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert note.paragraphs[0].speaker is None
    assert [unread.kind for unread in note.unread] == ["table"]
    long = "and many more words than a title ever has"
    for few in ("[0:00] Teaser\n[0:42] The wire", f"[0:00] Teaser\n[0:42] The wire\n[1:29] Outro {long}"):
        assert parse(f"{few}\n\n{ONE}\n").unread == ()
    captions = f"0:00 people ask me why\n0:03 anybody would\n0:07 keep it\n\n{ONE}\n"
    assert "people ask me why" in pairs(parse(captions))[0][0]


def test_times_amid_a_paragraph_are_not_said() -> None:
    note = parse(f"{ONE} [00:00:31] {TWO}\n\n{EINS}[00:00:31] {ZWEI}\n")
    assert pairs(note) == [(f"{ONE}|{TWO}", f"{EINS}|{ZWEI}")]
    assert parse(f"### [[01:11](https://example.com/1)] Tides\n\n{ONE}\n").sections[0].heading == "Tides"


def test_formulas_are_read_in_chinese_too() -> None:
    assert (
        pairs(parse(f"{ONE}\n\n这里$p$值低于$0.05$，系数$\\alpha$很大。\n"))[0][1] == "这里p值低于0.05，系数alpha很大。"
    )


@pytest.mark.parametrize("text", ["^^{}^^", "++{}++", "=={}=="])
def test_marks_of_other_programs_are_not_text(text: str) -> None:
    assert pairs(parse(f"{text.format(ONE)}\n\n{text.format(EINS)}\n")) == [(ONE, EINS)]
    assert pairs(parse("We write C++ and C++ again.\n"))[0][0] == "We write C++ and C++ again."


@pytest.mark.parametrize("line", ["{% raw %}", '{% include "a.html" %}', "{: .lead }", "[TOC]", "{{ content }}"])
def test_what_sites_are_made_with_is_not_text(line: str) -> None:
    note = parse(f"{line}\n\n{ONE}\n\n{EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [unread.text for unread in note.unread] == [line]


@pytest.mark.parametrize(
    "hidden", [f"```\n{ONE}\n```", f"<details><summary>The text of it</summary>\n\n{EINS}\n\n</details>"]
)
def test_beside_chinese_alone_what_is_not_read_is_named(hidden: str) -> None:
    with pytest.raises(
        NothingToAlignError, match=r"only Chinese ones; more stands in one (code block|callout title|HTML)"
    ):
        require_english(parse(f"{hidden}\n\n{EINS}\n"))


@pytest.mark.parametrize("word", ["Teaser", "Outro", "Sponsors"])
def test_a_part_of_an_episode_is_no_speaker(word: str) -> None:
    assert speakers(f"[0:42] {word}", ONE, EINS)[-1][0] is None


@pytest.mark.parametrize(
    ("head", "pin", "speaker"),
    [
        ("[2:10](<file:///C:/My Videos/talk one.mp4#t=130>) ", 130_000, None),
        ('[2:10](media://talk.mp4 "play") ', 130_000, None),
        ("**Tomas** [[02:10](https://example.org/x?t=130)] ", 130_000, "Tomas"),
        ("[０２：１０] ", 130_000, None),
        ("【０２：１０】", 130_000, None),
        ("00:02:10.000 --> 00:02:20.000\nSpeaker Y:\n", 130_000, "Speaker Y"),
        ("[2:10]\nTomas: ", 130_000, "Tomas"),
    ],
)
def test_a_link_with_spaces_wide_digits_or_a_name_below_a_time_are_not_text(
    head: str, pin: int, speaker: str | None
) -> None:
    note = parse(f"{head}{ONE}\n\n{EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [(p.pin, p.speaker) for p in note.paragraphs] == [(pin, speaker)]


def test_numbered_questions_and_answers_are_turns() -> None:
    note = parse(f"**Q1: {THREE}**\n\n**{DREI}**\n\nA1: {ONE}\n\n{EINS}\n")
    assert pairs(note) == [(THREE, DREI), (ONE, EINS)]
    assert pairs(parse(f"Q1: {ONE}\n\nQ2: {TWO}\n")) == [(f"Q1: {ONE}", ""), (f"Q2: {TWO}", "")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("https://example.org/talk", "reference"),
        ("<https://example.org/talk>", "reference"),
        ("原文链接：https://example.org/talk", "reference"),
        ("**Source:** [the talk](https://example.org/talk)", "reference"),
        ("**Tags:** #weather #sea", "tag"),
        ("标签：#天气", "tag"),
        ('!!! quote "原文"', "callout title"),
        ("??? note", "callout title"),
    ],
)
def test_an_address_tags_or_the_head_of_a_box_alone_is_told_and_not_text(line: str, kind: str) -> None:
    note = parse(f"{line}\n\n{ONE}\n\n{EINS}\n")
    assert pairs(note) == [(ONE, EINS)]
    assert [(unread.kind, unread.text) for unread in note.unread] == [(kind, line)]


@pytest.mark.parametrize("line", ["Look it up at https://example.org/talk", "[No](https://example.org/talk)"])
def test_an_address_in_a_sentence_is_text(line: str) -> None:
    assert not parse(f"{line}\n").unread


def test_a_link_by_number_is_no_footnote_and_a_name_of_a_block_is_not_text() -> None:
    text = (
        "## 开场 Opening {#open .lead}\n\nWe [talked][1] for [a while].[2][3] Then it rained. {.big}\n\n"
        "[1]: https://a.b\n[a while]: https://c.d\n"
    )
    note = parse(text)
    assert note.sections[0].heading == "开场 Opening"
    assert english(text) == "We talked for a while. Then it rained."


def test_a_note_in_bold_type_in_front_of_chinese_is_no_speaker() -> None:
    note = parse(f"- {ONE}\n    - **Note:** {EINS}\n")
    assert (pairs(note), note.paragraphs[0].speaker) == ([(ONE, EINS)], None)


@pytest.mark.parametrize(
    ("head", "source", "title"),
    [
        ("---\nSource: https://example.org/a\nTitle: a/b\n---\n", "https://example.org/a", None),
        ("---\nSource: A podcast\nsource: a.mp3\n---\n", "a.mp3", None),
        ("---\nSource: A podcast\nTitle: a/b\n---\n", None, None),
        ("---\nSource: [a.mp3, b.mp3]\n---\n", None, None),
        ("source:: https://example.org/a\ntitle:: Talk\n\n", "https://example.org/a", "Talk"),
        ("- source:: [[a.mp3]]\n  tags:: [[podcast]]\n- Hello\n", "a.mp3", None),
    ],
)
def test_a_source_may_have_a_capital_or_be_a_property_of_logseqs(
    head: str, source: str | None, title: str | None
) -> None:
    note = parse(f"{head}{ONE}\n\n{EINS}\n")
    assert (note.source, note.title) == (source, title)


def test_prose_in_html_blocks_without_a_blank_line_between_them_is_prose() -> None:
    note = parse(
        f'<div class="en">\n{ONE}\n</div>\n<div class="zh">\n{EINS}\n</div>\n<div>{THREE}</div>\n<div>{DREI}</div>\n'
    )
    assert pairs(note) == [(ONE, EINS), (THREE, DREI)]


@pytest.mark.parametrize(
    "text",
    [
        "```ad-quote\ntitle: 原文\ncollapse: open\n{one}\n\n{eins}\n```\n",
        "`````col\n````col-md\nflexGrow=1\n===\n{one}\n````\n````col-md\ntitle: 原文\n{eins}\n````\n`````\n",
        "> ~~~ad-note\n> title: 原文\n> {one}\n>\n> {eins}\n> ~~~\n",
    ],
)
def test_boxes_and_columns_of_plugins_are_no_code(text: str) -> None:
    note = parse(text.format(one=ONE, eins=EINS) + f"\n```python\n{TWO}\n```\n\n{THREE}\n")
    assert pairs(note) == [(ONE, EINS), (THREE, "")]
    told = [(unread.kind, unread.text) for unread in note.unread]
    assert told == [("callout title", "原文"), ("code block", TWO)]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_names_on_their_own_lines_are_who_speaks_where_they_part_the_note(gap: str) -> None:
    turns = [("Mira", ONE, EINS), ("Tomas", TWO, ZWEI), ("Mira", THREE, DREI), ("Tomas", ONE, EINS)]
    assert speakers("\n\n".join(f"{name}{gap}{en}\n\n{zh}" for name, en, zh in turns)) == turns
    others = "\n\n".join(f"Kyoto\n\nOsaka\n\n{ONE}\n\n{TWO}\n\n{THREE}\n\n{ONE}\n\n{TWO}" for _ in range(2))
    assert "Kyoto" in english(others)


def test_a_heading_may_lack_its_space() -> None:
    text = f"##开场\n\n{ONE}\n\n{EINS}\n\n#tag\n\n###4.1 Second *part*\n{TWO}\n\n{ZWEI}\n"
    note = parse(text)
    assert [(s.heading, s.level, s.line) for s in note.sections] == [("开场", 2, 1), ("4.1 Second part", 3, 9)]
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    for word in note.words:
        assert text[word.start_char : word.end_char] == word.text


def test_the_number_of_an_item_may_be_written_as_in_chinese() -> None:
    assert pairs(parse(f"1、{ONE}\n\n2、“{TWO}”\n")) == [(ONE, ""), (f"“{TWO}”", "")]


def test_turns_amid_a_paragraph_are_turns() -> None:
    turns = [("Brad", ONE, EINS), ("Anna", TWO, ZWEI), ("Brad", THREE, DREI)]
    english = " ".join(f"**{name}:** {en}" for name, en, _ in turns)
    chinese = " ".join(f"**{name}：** {zh}" for name, _, zh in turns)
    assert speakers(f"{english}\n\n{chinese}") == turns
    note = parse(f"[00:00:15 → 00:01:02] **Brad:** {ONE} [00:01:05 → 00:01:45] **Anna:** {TWO}\n")
    assert [(p.pin, p.speaker) for p in note.paragraphs] == [(15_000, "Brad"), (65_000, "Anna")]
    assert pairs(note) == [(ONE, ""), (TWO, "")]
    assert len(parse(f"{ONE} **Not this.** {TWO} **Mind: it** is so.\n").paragraphs) == 1


@pytest.mark.parametrize("gap", ["", "\n", " "])
def test_a_time_in_words_below_the_same_in_digits_is_not_text(gap: str) -> None:
    """As it is copied from YouTube's panel."""
    note = parse(f"0:00\n0 seconds{gap}{ONE}\n0:09\n9 seconds{gap}{TWO}\n1:08\n1 minute, 8 seconds{gap}{THREE}\n")
    assert [(p.pin, en) for p, (en, _) in zip(note.paragraphs, pairs(note), strict=True)] == [
        (0, ONE),
        (9000, TWO),
        (68_000, THREE),
    ]
    assert pairs(parse("[0:09]\n9 seconds later it rained.\n")) == [("9 seconds later it rained.", "")]


@pytest.mark.parametrize(
    "mark",
    [
        "【12†source】",
        "【4:0†talk.txt】",
        " :contentReference[oaicite:3]{index=3}",
        "【oaicite:0】",
        "\ue200cite\ue202turn0search1\ue201",
    ],
)
def test_where_a_chatbot_says_it_has_it_from_is_not_text(mark: str) -> None:
    assert pairs(parse(f"{ONE[:-1]}{mark}.\n\n{EINS}{mark}\n")) == [(ONE, EINS)]


@pytest.mark.parametrize(
    "line",
    [
        "以下是中文翻译：",
        "好的，以下是这段文字的双语对照：",
        "**翻译如下：**",
        "Sure! Here is the Chinese translation:",
        "[[toc]]",
        "?",
    ],
)
def test_what_introduces_a_translation_is_not_text(line: str) -> None:
    note = parse(f"{ONE}\n\n{line}\n\n{EINS}\n\n{TWO}\n{line}\n{ZWEI}\n")
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert [p.speaker for p in note.paragraphs] == [None, None]


@pytest.mark.parametrize("first", [True, False])
def test_a_transcript_that_stands_once_more_without_its_translation_is_read_once(*, first: bool) -> None:
    """With its translation, wherever that is; else the sound may choose the copy without."""
    alone = f"## Transcript\n\n{ONE} {TWO}\n\n{THREE}\n\n"
    both = f"## 双语\n\n{ONE}\n\n{EINS}\n\n{TWO}\n\n{ZWEI}\n\n{THREE}\n\n{DREI}\n\n"
    note = parse(alone + both if first else both + alone)
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI), (THREE, DREI)]
    assert [(unread.kind, unread.text) for unread in note.unread] == [
        ("repetition", f"{ONE} {TWO}"),
        ("repetition", THREE),
    ]


@pytest.mark.parametrize(
    ("translated", "again", "own", "is_copy"),
    [
        (5, 5, 1, True),
        (5, 4, 1, True),  # four in five of the copy are what is translated
        (5, 4, 2, False),
        (5, 3, 0, True),  # three in five of what is translated are in the copy
        (5, 2, 0, False),
        (3, 3, 0, True),
        (2, 2, 0, False),
    ],
)
def test_how_much_of_a_text_a_copy_is(translated: int, again: int, own: int, *, is_copy: bool) -> None:
    """All sentences have four words."""
    said = [f"The {name} was found." for name in ("drawer", "wheel", "wire", "clock", "key", "lamp", "boat")]
    both = "".join(f"{sentence}\n\n后来有人找到了它。\n\n" for sentence in said[:translated])
    copy = " ".join([*said[:again], *said[-own:][:own]])

    note = parse(f"## One\n\n{both}## Two\n\n{copy}\n")

    assert [unread.kind for unread in note.unread] == ["repetition"] * is_copy


def test_what_is_said_twice_and_translated_once_is_read_twice() -> None:
    """A refrain is a part of what is translated, a copy is nearly all of it."""
    song = f"{ONE}\n\n{EINS}\n\n{THREE}\n\n{DREI}\n\n{TWO}\n\n{ZWEI}\n\n{THREE}"
    assert pairs(parse(song))[-1] == (THREE, "")
    assert pairs(parse(f"{THREE}\n\n{DREI}\n\n{THREE}\n"))[-1] == (THREE, "")


@pytest.mark.parametrize(
    "text",
    [
        "## English\n\n{one}\n\n{two}\n\n## 中文\n\n{eins}\n\n{zwei}\n",
        "{one}\n\n{two}\n\n## 中文翻译\n\n{eins}\n\n{zwei}\n",
        "## 译文\n\n{eins}\n\n{zwei}\n\n## Original text\n\n{one}\n\n{two}\n",
        "## A\n\n### Transcript\n\n{one}\n\n### 译文\n\n{eins}\n\n## B\n\n### English\n\n{two}\n\n### 译文\n\n{zwei}\n",
        "# English\n\n## A\n\n{one}\n\n## B\n\n{two}\n\n# 中文\n\n## 甲\n\n{eins}\n\n## 乙\n\n{zwei}\n",
    ],
)
def test_a_section_may_be_the_translation_of_another(text: str) -> None:
    note = parse(text.format(one=ONE, two=TWO, eins=EINS, zwei=ZWEI))
    assert sorted(pairs(note)) == sorted([(ONE, EINS), (TWO, ZWEI)])
    assert all(section.heading for section in note.sections)


def test_a_section_that_does_not_say_so_is_no_translation_of_another() -> None:
    text = f"## English\n\n{ONE}\n\n{EINS}\n\n## 中文\n\n{ZWEI}\n\n## Tides\n\n{TWO}\n\n## 海\n\n{ZWEI}\n"
    assert pairs(parse(text)) == [(ONE, EINS), ("", ZWEI), (TWO, ""), ("", ZWEI)]


@pytest.mark.parametrize(
    "line", ["market n. 市场", "**market** /ˈmɑːkɪt/ *n.* 市场；集市", "1. `go up` v. 上涨", "market [ˈmɑːkɪt] n.市场"]
)
def test_a_line_of_a_glossary_is_told_and_not_text(line: str) -> None:
    """Else it takes the time of the last word of what it stands below."""
    note = parse(f"{ONE}\n\n{EINS}\n\n- {line}\n\n{TWO}\n\n{ZWEI}\n")
    assert pairs(note) == [(ONE, EINS), (TWO, ZWEI)]
    assert [unread.kind for unread in note.unread] == ["glossary line"]
    assert not parse(f"What they call it is n. 没有人知道。\n\n{ONE}\n\n{EINS}\n").unread


def test_a_literal_and_a_free_translation_are_called_neither() -> None:
    assert pairs(parse(f"{ONE}\n\n直译：{EINS}\n\n{TWO}\n\n意译：{ZWEI}\n")) == [(ONE, EINS), (TWO, ZWEI)]


def test_a_line_of_spaces_is_looked_at_once() -> None:
    """Looked at from each of them to the end, this takes an hour."""
    assert parse_front_matter(" " * 200_000, path="a.md") == FrontMatter()
    assert list(_ATTRIBUTES.finditer("a" + " " * 200_000 + "x")) == []


def test_a_zero_at_the_beginning_is_that_of_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"a" * 4095 + b"\0")
    with pytest.raises(NoteError, match="it is no text"):
        read_note(path)

    path.write_bytes(f"{ONE}\n\n{EINS}\n".encode().ljust(4096) + b"\0")
    assert read_note(path).sentences[0].text == ONE
