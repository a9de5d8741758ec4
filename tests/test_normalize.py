"""Two writings of the same speech become equal, and a written word knows how it may be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.text.normalize import MOST_FORMS, spoken_forms, tokenize


def texts(line: str) -> list[str]:
    return [t.text for t in tokenize(line.split())]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It's here", "it is here"),
        ("we don't, can't and won't", "We do not can not and will not"),
        ("they’re", "they are"),
        ("going to", "gonna"),
        ("2,000", "two thousand"),
        ("2024", "twenty twenty-four"),
        ("2024", "two thousand and twenty four"),
        ("2005", "two thousand five"),
        ("in 1984,", "in nineteen eighty-four"),
        ("1,500", "fifteen hundred"),
        ("250", "two hundred and fifty"),
        ("1 million", "a million"),
        ("15%", "fifteen percent"),
        ("15 %", "15%"),
        ("4.5", "4 .5"),
        ("$1,350", "$1 ,350"),
        ("$5", "five dollars"),
        ("2nd,", "second"),
        ("21st", "twenty-first"),
        ("20-foot", "twenty foot"),
        ("24/7", "twenty-four seven"),
        ("GPT-4o", "gpt 4 o"),
        ("U.S.-based", "US based"),
        ("A.I.", "AI"),
        ("high-risk", "high risk"),
        ("café", "cafe"),
        ("ﬁrst", "first"),
        ("AT&T", "AT and T"),
        ("7:30", "seven thirty"),
        ("1/2", "one half"),
    ],
)
def test_two_writings_of_the_same_speech_are_equal(one: str, other: str) -> None:
    assert texts(one) == texts(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("one two three", "123"),
        ("2025", "2024"),
        ("Sunny's", "Sunny is"),
        ("fifteen", "fifty"),
        ("ten and five", "fifteen"),
    ],
)
def test_what_is_said_differently_stays_different(one: str, other: str) -> None:
    assert texts(one) != texts(other)


def test_each_token_knows_its_word() -> None:
    tokens = tokenize(["It's", "—", "$750", "billion."])
    assert [(t.text, t.word) for t in tokens] == [
        ("it", 0), ("is", 0), ("seven", 2), ("hundred", 2), ("fifty", 2), ("dollars", 2), ("billion", 3),
    ]  # fmt: skip


def test_a_number_in_pieces_is_shared_out_over_them() -> None:
    assert [(t.text, t.word) for t in tokenize(["4", ".5", "times"])] == [
        ("four", 0), ("point", 0), ("five", 1), ("times", 2),
    ]  # fmt: skip


def test_hesitation_is_flagged() -> None:
    assert [(t.text, t.filler) for t in tokenize(["Um,", "umbrella", "uh"])] == [
        ("um", True), ("umbrella", False), ("uh", True),
    ]  # fmt: skip


@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_text_gives_ordered_tokens_of_existing_words(words: list[str]) -> None:
    tokens = tokenize(words)
    owners = [t.word for t in tokens]
    assert owners == sorted(owners)
    assert all(0 <= k < len(words) for k in owners)
    assert all(t.text and t.text == t.text.lower() for t in tokens)


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_a_whole_number_reads_the_same_with_and_without_commas_and_spelled_out(n: int) -> None:
    assert texts(str(n)) == texts(f"{n:,}")
    assert texts(" ".join(spoken_forms(str(n))[0])) == texts(str(n))


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("2024", {"twenty twenty four", "two thousand twenty four", "two thousand and twenty four"}),
        ("1990s", {"nineteen nineties"}),
        ("30s", {"thirties"}),
        ("915", {"nine hundred fifteen", "nine fifteen", "nine one five"}),
        ("007", {"zero zero seven", "oh oh seven"}),
        ("4.5", {"four point five", "four and a half"}),
        ("15%,", {"fifteen percent"}),
        ("2nd,", {"second"}),
        ("$3.5M", {"three point five million dollars"}),
        ("$4.50", {"four dollars and fifty", "four fifty"}),
        ("$1", {"one dollar"}),
        ("10-15", {"ten to fifteen", "ten fifteen"}),
        ("3x", {"three x.", "three times"}),
        ("20-foot", {"twenty foot"}),
        ("2/3", {"two thirds"}),
        ("1/4", {"one quarter", "a quarter"}),
        ("9:05", {"nine oh five"}),
        ("AI", {"a. i."}),
        ("US", {"u. s.", "us"}),
        ("TPUs", {"t. p. u.'s"}),
        ("NASDAQ", {"nasdaq"}),
        ("OpenAI's", {"open a. i.'s"}),
        ("GPT-4o", {"g. p. t. four o."}),
        ("B200", {"b. two hundred"}),
        ("CO2", {"c. o. two"}),
        ("U.S.", {"u. s."}),
        ("don't", {"don't"}),
        ("Hello,", {"hello"}),
        ("—", set()),
    ],
)
def test_spoken_forms_hold_what_is_said(word: str, forms: set[str]) -> None:
    said = {" ".join(form) for form in spoken_forms(word)}
    assert forms <= said
    assert bool(said) == bool(forms)


def test_the_currency_may_be_said_after_the_magnitude() -> None:
    assert spoken_forms("billion", previous="$750") == (("billion", "dollars"), ("billion",))
    assert spoken_forms("billion", previous="750") == (("billion",),)


@given(st.text(max_size=20))
def test_any_word_has_few_spoken_forms_without_white_space(word: str) -> None:
    forms = spoken_forms(word)
    assert len(forms) <= MOST_FORMS
    assert len(set(forms)) == len(forms)
    assert all(form and all(w and not any(c.isspace() for c in w) for w in form) for form in forms)
