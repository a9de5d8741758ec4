"""What a written word may sound like."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.phones import acoustics, pronounce
from subsync.phones.pronounce import pronounced, pronounced_all, pronunciations


def readings(word: str, previous: str = "") -> set[str]:
    return {" ".join(phones) for phones in pronunciations(word, previous=previous)}


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("hello", "HH AH L OW"),
        ("“Hello,”", "HH AH L OW"),
        ("uh,", "AH"),
        ("the", "DH IY"),
        ("the", "DH AH"),
        ("$750", "S EH V AH N HH AH N D R AH D F IH F T IY D AA L ER Z"),
        ("$750", "S EH V AH N F IH F T IY D AA L ER Z"),
        ("2024", "T W EH N T IY T W EH N T IY F AO R"),
        ("20-foot", "T W EH N T IY F UH T"),
        ("AI", "EY AY"),
        ("GPT-4o", "JH IY P IY T IY F AO R OW"),
        ("NASA", "N AE S AH"),
        ("Grok's", "G R AA K S"),
        ("Lasky's", "L AE S K IY Z"),
        ("friends'", "F R EH N D Z"),
        ("Zyxes's", "Z AY K S IH Z IH Z"),
        ("datacenter", "D EY T AH S EH N T ER"),
        ("café", "K AH F EY"),
        ("A’s", "EY Z"),
    ],
)
def test_a_word_has_the_reading_a_speaker_gives_it(word: str, reading: str) -> None:
    assert reading in readings(word)


@pytest.mark.parametrize("word", ["—", "...", "", "中文", "*"])
def test_what_has_no_sound_has_no_reading(word: str) -> None:
    assert pronunciations(word) == ()


def test_an_unknown_name_is_read_by_its_spelling() -> None:
    assert "K AA R P AH TH IY" in readings("Karpathy")


def test_the_word_before_decides_how_an_amount_is_read() -> None:
    assert "B IH L Y AH N D AA L ER Z" in readings("billion", previous="$750")
    assert "B IH L Y AH N D AA L ER Z" not in readings("billion", previous="a")


def test_an_r_is_optional_unless_a_vowel_follows() -> None:
    assert {"F AA R M ER", "F AA M AH"} <= readings("farmer")
    assert {"N IH R", "N IH AH"} <= readings("near")
    assert all("R" in phones for phones in pronunciations("very"))
    assert all(phones[0] == "R" for phones in pronunciations("red"))


def test_a_form_is_offered_before_second_readings_of_another() -> None:
    """A year has many forms and "twenty" two readings: the forms must not be crowded out."""
    assert {"T UW TH AW Z AH N D T W EH N T IY F AO R"} < readings("2024")


def test_a_word_with_many_forms_is_tried_in_eight_ways() -> None:
    """More would fit noise as well."""
    assert len(pronunciations("31.008")) == 8


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzAEXZ0123456789$%.,'-é", max_size=12))
def test_every_reading_is_made_of_phones_of_the_model(word: str) -> None:
    phones = set(acoustics.load().phones) - {"SIL", "+NSN+", "+SPN+"}
    found = pronunciations(word)
    assert len(found) <= 8
    assert len(set(found)) == len(found)
    assert all(reading and set(reading) <= phones for reading in found)


def test_a_word_is_read_after_the_one_before_it() -> None:
    words = ["5", "$4", "billion"]
    assert [word.text for word in pronounced(words)] == words
    assert [word.readings for word in pronounced(words)] == [
        pronunciations("5"),
        pronunciations("$4", previous="5"),
        pronunciations("billion", previous="$4"),
    ]


def test_the_dictionary_is_searched_as_a_table_of_it_would_be() -> None:
    """The first word of it and the last one, words of several readings, and what is not in it."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for line in pronounce._dictionary().decode().splitlines():
        word, *phones = line.split()
        table.setdefault(word.partition("(")[0], []).append(tuple(phones))
    words = sorted(table)
    assert len(words) > 100_000
    for word in [words[0], words[-1], *words[::97], "read", "either"]:
        assert list(pronounce._known(word)) == table[word], word
    for word in ["", "!", "a" * 400, "zzz", "eithe", "zywickis", "布"]:
        assert word not in table
        assert pronounce._known(word) == (), word


def test_no_lexicon_stays_in_memory_when_several_texts_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does one come back for words that were read before."""
    texts = [["the", "zorblique"], ["the", "plomaxie"]]
    read = pronounced_all(texts)
    assert read == [pronounced(words) for words in texts]
    assert all(word.readings for words in read for word in words)
    assert pronounce._dictionary.cache_info().currsize == 0
    assert pronounce._reader.cache_info().currsize == 0

    for lexicon in ("_dictionary", "_reader"):
        monkeypatch.setattr(pronounce, lexicon, Mock(side_effect=AssertionError(lexicon), cache_clear=Mock()))
    assert pronounced_all(texts) == read
