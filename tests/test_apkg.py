"""Anki decks, imported by Anki itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from carried import NOTE, edges, heard, recorded

from subsync.errors import UsageError
from subsync.formats import FormatOptions, media_files
from subsync.formats.media.cards import CardOptions, cards, left_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subsync.datatypes import SyncResult

ALL = CardOptions(types=("listening", "reading", "cloze"))


def deck(result: SyncResult, path: Path, options: CardOptions = ALL, at: int = 1_800_000_000) -> Path:
    """Write a deck as if at a moment."""
    with pytest.MonkeyPatch.context() as patch, path.open("w+b") as file:
        patch.setenv("SOURCE_DATE_EPOCH", str(at))
        ((_, write),) = media_files(result, "talk", FormatOptions(also=("apkg",), cards=options)).items()
        write(file)
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    anki = pytest.importorskip("anki.collection")
    opened = anki.Collection(str(tmp_path / "user.anki2"))
    yield opened
    opened.close()


def imported(collection: Any, path: Path) -> tuple[int, int, int]:
    """New, updated and unchanged notes of an import as a user does it."""
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions(merge_notetypes=True))
    log = collection.import_anki_package(request).log
    return len(log.new), len(log.updated), len(log.duplicate)


def test_traditional_chinese_is_called_so_on_its_cards(collection: Any, tmp_path: Path) -> None:
    """In the field: the templates, which all decks share, say `zh`."""
    result = recorded(tmp_path, "Two wheels turn around here.\n\n這裡有兩個輪子。\n\nTwo.\n")
    imported(collection, deck(result, tmp_path / "a.apkg"))

    cards = [collection.get_card(key) for key in collection.find_cards("")]

    assert len(cards) == 3
    for card in cards:
        assert '<div class="zh" lang="zh"><span lang="zh-Hant">這裡有兩個輪子。</span></div>' in card.answer()


def sentences(result: SyncResult) -> list[str]:
    return [card.english for card in cards(result, ALL)]


def test_a_deck_has_a_note_and_its_cards_for_each_sentence_that_is_sure(collection: Any, tmp_path: Path) -> None:
    result = recorded(tmp_path)

    assert imported(collection, deck(result, tmp_path / "a.apkg")) == (8, 0, 0)
    assert collection.card_count() == 4 * 3
    fields = {note["English"]: note for note in map(collection.get_note, collection.find_notes("note:subsync*+*"))}
    assert len(fields) == 4
    note = fields["Twenty &lt;four&gt;, says {{c1::the}} book --&gt; of brass &amp; iron."]
    assert (note["Chinese"], note["Speaker"], note["Section"]) == (
        "黄铜和铁的有&lt;二十四&gt;个，书里这么说。",
        "Tomas",
        "Wheels / 轮子",
    )
    start = result.alignment.sentences[4].start
    assert start is not None
    assert f"&amp;t={start // 1000}s" in note["Moment"]
    assert [deck.name for deck in collection.decks.all_names_and_ids() if deck.name != "Default"] == [
        'Wheels & "wires" 🛞'
    ]


def test_a_second_import_adds_nothing(collection: Any, tmp_path: Path) -> None:
    result = recorded(tmp_path)
    imported(collection, deck(result, tmp_path / "a.apkg"))

    assert imported(collection, deck(result, tmp_path / "b.apkg", at=1_800_000_100))[0] == 0
    assert collection.note_count() == 8


def test_a_new_sync_changes_the_cards_that_are_there(collection: Any, tmp_path: Path) -> None:
    """With other sound, another translation and a sentence more in front: what was learned stays with its note."""
    before = recorded(tmp_path)
    imported(collection, deck(before, tmp_path / "a.apkg"))
    first = {collection.get_note(n)["English"]: n for n in collection.find_notes("note:subsync*+*")}
    text = NOTE.replace("我数出二十个", "我数到二十个").replace("**Mira:** How", "**Mira:** Look here, please. How")

    new, updated, _ = imported(collection, deck(recorded(tmp_path, text), tmp_path / "b.apkg", at=1_800_000_100))

    assert new == 2  # the sentence that is new, and its cloze
    assert updated > 0
    changed = collection.get_note(first["I count twenty of them."])
    assert "我数到二十个" in changed["Chinese"]
    assert collection.note_count() == 10


def test_clips_lie_within_20_ms_of_their_sentences(collection: Any, tmp_path: Path) -> None:
    result = recorded(tmp_path)
    imported(collection, deck(result, tmp_path / "a.apkg"))
    lengths = {
        s.text: (t.end or 0) - (t.start or 0)
        for s, t in zip(result.note.sentences, result.alignment.sentences, strict=True)
    }

    for number in collection.find_notes("note:subsync*+*"):
        note = collection.get_note(number)
        name = re.fullmatch(r"\[sound:(subsync-\w+\.m4a)\]", note["Sound"])
        assert name
        sound = heard(Path(collection.media.dir()) / name[1])
        english = note["English"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        found = edges(sound)
        assert found is not None
        assert found[0] == pytest.approx(15, abs=6)  # the air in front
        assert found[1] - found[0] == pytest.approx(lengths[english], abs=12)
        assert lengths[english] <= len(sound) / 48 <= lengths[english] + 2 * 20 + 22  # the last frame of AAC is filled


def test_a_gap_is_where_the_longest_word_is_and_braces_of_the_text_are_none(collection: Any, tmp_path: Path) -> None:
    imported(collection, deck(recorded(tmp_path), tmp_path / "a.apkg", CardOptions(types=("cloze",))))

    notes = {collection.get_note(n)["English"]: collection.get_note(n) for n in collection.find_notes("")}
    assert len(notes) == 4
    assert all(len(note.cards()) == 1 for note in notes.values())
    (tricky,) = [note for text, note in notes.items() if "c1" in text]
    assert tricky["Cloze"].count("{{c1::") == 1
    assert "{{c1::Twenty}}" in tricky["Cloze"]


def test_only_what_is_sure_and_of_a_length_to_hold_gets_a_card(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    sure = sentences(result)
    timed = list(result.alignment.sentences)
    k = next(k for k, s in enumerate(result.note.sentences) if s.text.startswith("How many"))
    start = timed[k].start or 0

    def with_first(**changes: Any) -> list[str]:
        timed[k] = replace(result.alignment.sentences[k], **changes)
        return sentences(replace(result, alignment=replace(result.alignment, sentences=tuple(timed))))

    assert sure == [s.text for s in result.note.sentences if s.lang == "en" and "Nobody" not in s.text]
    assert with_first(confidence=0.5) == with_first(end=start + 1000) == with_first(end=start + 15_000) == sure
    assert with_first(confidence=0.49) == with_first(end=start + 999) == with_first(end=start + 15_001) == sure[1:]
    words = result.alignment.sentences[k].words
    assert with_first(words=(replace(words[0], start=None, end=None), *words[1:])) == sure[1:]


def test_a_number_takes_the_surest_and_stars_take_what_was_starred(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    timed = tuple(replace(s, confidence=0.99) if k == 1 else s for k, s in enumerate(result.alignment.sentences))
    result = replace(result, alignment=replace(result.alignment, sentences=timed))
    starred = CardOptions("starred", stars=frozenset({"How many wheels are there, and what do they do?", "gone"}))

    assert [c.sentence for c in cards(result, CardOptions("1"))] == [1]
    assert [c.sentence for c in cards(result, CardOptions("3"))] == [0, 1, 4]
    assert [c.sentence for c in cards(result, starred)] == [0]
    with pytest.raises(UsageError, match="no list of stars"):
        cards(result, CardOptions("starred"))


def test_it_is_told_how_many_sentences_have_no_card_and_why(tmp_path: Path) -> None:
    """One of the four, said again, and the one that nobody says; of a number those that are less sure."""
    result = recorded(tmp_path)
    timed = list(result.alignment.sentences)
    first, second = timed[0], timed[1]

    def told(changes: dict[int, dict[str, Any]], options: CardOptions = ALL) -> str:
        changed = [replace(s, **changes.get(k, {})) for k, s in enumerate(timed)]
        return left_out(replace(result, alignment=replace(result.alignment, sentences=tuple(changed))), options)

    def lasting(ms: int) -> dict[str, Any]:
        return {"end": (first.start or 0) + ms}

    every = "Anki: 4 of 5 English sentences have cards; without one: 1 not in the recording"
    short = {0: lasting(999), 1: {"confidence": 0.1}}
    unplaced = {1: {"words": (replace(second.words[0], start=None, end=None), *second.words[1:])}, 0: lasting(15_001)}
    words = "Anki: 2 of 5 English sentences have cards; without one: "
    assert told({}) == every
    assert told(short) == words + "1 shorter than 1 s, 1 doubtful, 1 not in the recording"
    assert told(unplaced) == words + "1 longer than 15 s, 1 with a word that was not found, 1 not in the recording"
    assert told({}, CardOptions("1")).endswith("3 less sure than the others, 1 not in the recording")
    stars = frozenset(s.text for s in result.note.sentences)
    assert told(short, CardOptions("starred", stars=stars)) == every
    again = recorded(tmp_path, "Two wheels turn around here.\n\nTwo wheels turn around here.\n\nTwo.\n")
    assert "1 said before in the same words" in left_out(again, ALL)


@pytest.mark.parametrize("which", ["none", "0", "-1", "٣"])
def test_other_choices_are_refused(which: str) -> None:
    with pytest.raises(UsageError, match="--cards is"):
        CardOptions(which)
    with pytest.raises(UsageError, match="no type of cards 'x'"):
        CardOptions(types=("x",))


def test_a_note_of_which_nothing_is_sure_has_no_deck(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    unsure = tuple(replace(s, confidence=0.1) for s in result.alignment.sentences)

    with pytest.raises(UsageError, match="no sentence for a card"):
        deck(replace(result, alignment=replace(result.alignment, sentences=unsure)), tmp_path / "a.apkg")


def test_a_sentence_that_is_said_twice_has_one_card_and_the_same_deck_the_same_bytes(tmp_path: Path) -> None:
    result = recorded(tmp_path, NOTE + "\nI count twenty of them.\n")

    assert sentences(result).count("I count twenty of them.") == 1
    assert deck(result, tmp_path / "a").read_bytes() == deck(result, tmp_path / "b").read_bytes()
