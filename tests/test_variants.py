"""Traditional and simplified characters of the same word."""

from __future__ import annotations

import pytest

from subsync.text.variants import is_traditional, read_variants


def test_a_character_knows_its_counterpart_whichever_is_there() -> None:
    """The text has one of the two; a search may be for the other."""
    assert read_variants("关税") == {"稅": "税", "關": "关"} == read_variants("關稅")
    assert read_variants("tides in 1906") == {}


def test_a_character_of_both_kinds_stays_as_it_is() -> None:
    """皇后 is so in both; 後 means another word."""
    assert read_variants("皇后") == {"後": "后"}


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("我們現在和托馬斯一起在港務辦公室。", True),
        ("我们现在和托马斯一起在港务办公室。", False),
        ("潮汐", False),
        ("", False),
        ("English alone", False),
        ("皇后和公主在山上看海", False),
    ],
)
def test_traditional_text_is_told_from_simplified(text: str, *, traditional: bool) -> None:
    """What is the same in both is taken for simplified."""
    assert is_traditional(text) is traditional
