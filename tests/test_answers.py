"""After a correction only what it touches is done again, and the result is what it would be without a memory."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import subsync.phones
from subsync.datatypes import RecognizedWord
from subsync.note import parse_note
from subsync.phones import CoarseWord, Forced, ForcedWord
from subsync.phones.recall import recalled
from subsync.run.answers import STRETCH, WINDOW, WORDS, Answers
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from subsync.datatypes import Alignment, Note

SAMPLES = Path(__file__).parent.parent / "samples"


class Counted:
    """How often functions were called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = {"force": 0, "coarse": 0}
        for name in self.calls:
            monkeypatch.setattr(subsync.phones, name, self._counting(name, getattr(subsync.phones, name)))

    def _counting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.calls[name] += 1
            return function(*args, **options)

        return counted

    def taken(self) -> dict[str, int]:
        """Since it was taken last."""
        found = dict(self.calls)
        self.calls.update(dict.fromkeys(found, 0))
        return found


def aligned(note: Note, cache: Path) -> Alignment:
    """In one process, so that calls can be counted."""
    session = Session(Settings(model="tiny.en"), Cache(cache), audio=SAMPLES / "tide-machine.opus", threads=1)
    media = session.fetch(note)
    return session.align(note, media, session.recognize(note, media))


def test_after_a_corrected_word_only_what_it_touches_is_laid_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (SAMPLES / "tide-machine.md").read_text(encoding="utf-8")
    assert text.count("one very long wire") == 1
    corrected = text.replace("one very long wire", "one very thin wire")
    note, other = (parse_note(t, path="n.md", sha256="0" * 64) for t in (text, corrected))
    counted = Counted(monkeypatch)

    aligned(note, tmp_path / "kept")
    first = counted.taken()
    again = aligned(other, tmp_path / "kept")
    second = counted.taken()
    alone = aligned(other, tmp_path / "new")
    third = counted.taken()

    assert again == alone
    assert first["force"] >= 8
    assert third["force"] >= 8
    assert 1 <= second["force"] <= 4  # its window, twice if the second ear is asked, and one beside it
    assert first["coarse"] >= 1
    for kind in ("transcript", "alignment"):
        shutil.rmtree(tmp_path / "kept" / kind)
    assert aligned(other, tmp_path / "kept") == alone
    assert counted.taken() == {"force": 0, "coarse": 0}


def test_only_what_is_not_known_is_asked_and_each_thing_once() -> None:
    asked: list[int] = []

    def answer(questions: Iterable[int]) -> list[str]:
        asked.extend(questions)
        return [f"{q}!" for q in asked]

    known = {1: "one"}
    assert recalled([3, 1, 2, 3], known, answer) == ["3!", "one", "2!", "3!"]
    assert asked == [3, 2]
    assert known == {1: "one", 3: "3!", 2: "2!"}


def test_an_entry_keeps_what_its_last_run_used() -> None:
    """Else it would grow with each correction."""
    first: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, {})
    first[[1]], first[[2]] = (), (RecognizedWord("wheel", 0, 300, 0.5),)
    assert first.changed
    second: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, first.used)
    assert second.get([2]) == (RecognizedWord("wheel", 0, 300, 0.5),)
    assert second.get([3]) is None
    assert second.changed
    assert len(second.used) == 1
    third: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, second.used)
    third.get([2])
    assert not third.changed


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        (WINDOW, Forced((ForcedWord(0, 310, 0.8123), None), "phones, freely", 0.4062, (1,))),
        (WINDOW, Forced((None, None), "none", 0.1)),
        (STRETCH, (CoarseWord(0, 30, -1.2345678901234567), None)),
        (WORDS, (RecognizedWord("“wheel,”", 20, 310, 0.1 + 0.2),)),
    ],
)
def test_an_answer_comes_back_as_it_was(tmp_path: Path, shape: Any, answer: object) -> None:
    cache = Cache(tmp_path)
    cache.put_json("answers", "0" * 64, shape.save(answer))
    assert shape.load(cache.get_json("answers", "0" * 64)) == answer
