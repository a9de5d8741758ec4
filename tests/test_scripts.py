from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.text.scripts import has_letters, is_chinese, width
from subsync.text.sentences import split_sentences

if TYPE_CHECKING:
    from subsync.datatypes import Lang

texts = st.text(st.sampled_from("aI. ?!…。！？“”\"'「」（)Mr no\n\t\u3000好的1é\u200b😀") | st.characters())
langs: st.SearchStrategy[Lang] = st.sampled_from(["en", "zh"])


def sentences(text: str, lang: Lang) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, lang)]


@pytest.mark.parametrize(
    "text",
    [
        "我们今天谈开源模型。",
        "我用 ChatGPT 和 Claude Code 做了 PPT",
        "这是 OpenAI、Anthropic、DeepMind、Mistral 和 NVIDIA 的事",
        "《The Art of War》是孙子写的",
        "这是“恐慌、不确定、怀疑”（fear, uncertainty and doubt）。",
        "繁體中文說話",
        "2024年",
        "嗯",
    ],
)
def test_chinese_is_recognised(text: str) -> None:
    assert is_chinese(text)


@pytest.mark.parametrize(
    "text",
    [
        "We talk about open models today.",
        "I met 王小明 yesterday",
        "DeepSeek (深度求索) is a lab in Hangzhou.",
        "It is 深度求索",
        "Privet, Привет",
        "2024",
        "。！？",
        "",
    ],
)
def test_everything_else_is_not_chinese(text: str) -> None:
    assert not is_chinese(text)


def test_letters_are_letters_of_any_script() -> None:
    assert has_letters("— a")
    assert has_letters("嗯。")
    assert not has_letters("12:30 — …")


@pytest.mark.parametrize(
    "expected",
    [
        ["Again, similar.", "They pay 15%.", "Right?", "So it is!"],
        ["Mr. Smith raised $1.5 billion in the U.S. government bonds.", "Then Dr. Lee left at 5 p.m. sharp."],
        ["It leads to growth, i.e. if they deliver.", "We use GPT-4.5 and v2.0.1 today."],
        ["He said it was, you know... fine.", "Then he left."],
        ["Go…", "Then we left."],
        ["He said, “Hey.", "We are nervous.", "You know?”", "Then we signed."],
        ['He said, "Hey.', 'We are nervous."', "Then we signed."],
        ['"Are you ok?" she asked and left.', "He was."],
        ["Thanks for having me.", "Thank you."],
        ["No.", "I mean it."],
        ["It is no. 5 of our list.", "Ok.", "Good."],
        ["It is for you and I.", "Xi left."],
        ["(He left.)", "She stayed."],
        ["what?!", "no way."],
        ["i think so.", "and then?", "yes!", "ok."],
        ["no stops at all in what a recogniser wrote"],
    ],
)
def test_english_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected), "en") == expected
    assert sentences("\n".join(expected), "en") == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["情况类似。", "真的吗？", "太好了！", "是的"],
        ["他说：“嘿，我们很紧张。", "你知道。”", "然后我们签了。"],
        ["他说：「好的。」", "然后走了。", "『真的？！』", "是。"],
        ['他说："好的。"', "我来。", '"美国"是大国。'],
        ["那个……哦，不错的。", "我们可能会……"],
        ["要么适得其反；要么成功。”", "好。"],
        ["“恐慌。”，然后是“怀疑”。", "完（a quadrillion）。"],
        ["GDP是1.5亿。", "GPT-4.5很好.", "U.S. 政府说的.", "真的吗?", "好!"],
        ["没有标点的一行"],
    ],
)
def test_chinese_sentences(expected: list[str]) -> None:
    assert sentences("".join(expected), "zh") == expected


@given(texts, langs)
@settings(deadline=None)
def test_sentences_cover_all_but_white_space_in_order(text: str, lang: Lang) -> None:
    place = 0
    for start, end in split_sentences(text, lang):
        assert not text[place:start].strip()
        assert start < end
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()


@given(texts, langs)
@settings(deadline=None)
def test_punctuation_alone_is_a_sentence_only_where_there_is_nothing_else(text: str, lang: Lang) -> None:
    found = sentences(text, lang)
    assert len(found) <= 1 or all(any(map(str.isalnum, sentence)) for sentence in found)


@given(st.lists(st.sampled_from(["Then we left.", "Is it so?", "It is!"]), min_size=1))
@settings(deadline=None)
def test_line_breaks_and_spaces_do_not_matter(parts: list[str]) -> None:
    assert sentences("\r\n \t".join(parts), "en") == parts


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("中文", 2),
        ("ab 1", 2),
        ("ＡＢ，。", 4),
        ("“好”……—·", 7),
        ("e\u0301", 0.5),
        ("好\u200b\ufeff", 1),
        ("😀", 1),
        ("❤\ufe0f", 1),
        ("ｱ", 0.5),
    ],
)
def test_width_counts_columns_of_a_chinese_line(text: str, columns: float) -> None:
    assert width(text) == columns


@given(st.text(), st.text())
@settings(deadline=None)
def test_width_adds_up(left: str, right: str) -> None:
    assert width(left + right) == width(left) + width(right)
