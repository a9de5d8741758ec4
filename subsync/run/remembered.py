"""What was answered before: kept from run to run, known while a run needs it, written where it has become more."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from subsync.run.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subsync.run.answers import Answers, Shape
    from subsync.store import Cache

A = TypeVar("A")


def recollect(note: Path, cache: Cache) -> list[str]:
    """Know what the dictionary says of a note's Chinese, most of which is what it was when it was parsed last.

    Returns:
        The runs of Chinese that were looked up.
    """
    from subsync.text.glosses import learn

    runs, stems = cache.get_json("glosses", _glosses_key(note)) or ([], {})
    learn(runs, stems)
    return list(runs)


@contextmanager
def glosses(note: Path, text: str, cache: Cache) -> Iterator[None]:
    """Know the same while a note of this text is parsed, and keep what it looks up."""
    from subsync.text.glosses import looked_up, stems_in

    before = recollect(note, cache)
    yield
    if (runs := looked_up(text)) != before:
        cache.put_json("glosses", _glosses_key(note), [runs, stems_in(runs)])


def _glosses_key(note: Path) -> str:
    return KINDS["glosses"].key("glosses", str(note.absolute()))


@contextmanager
def dictionary(cache: Cache) -> Iterator[None]:
    """Know what any note was told by the dictionary, but for its own words: see ``recollect``."""
    from subsync.text.cedict import learn, learned

    key = KINDS["dictionary"].key("dictionary")
    if before := cache.get_json("dictionary", key):
        learn(*before)
    yield
    if (now := list(learned())) != before:
        cache.put_json("dictionary", key, now)


@contextmanager
def readings(cache: Cache) -> Iterator[None]:
    """Know how words are said that no dictionary has: what reads them is slow to load, and each is asked for once."""
    from subsync.phones.pronounce import learn, learned

    key = KINDS["readings"].key("readings")
    known = {word: tuple(phones) for word, phones in cache.get_json("readings", key) or ()}
    learn(known)
    yield
    if (read := learned()).keys() - known.keys():
        cache.put_json("readings", key, list(read.items()))


@contextmanager
def answers(key: str, shape: Shape[A], cache: Cache) -> Iterator[Answers[Any, A]]:
    """What was answered about a recording; what is used of it or added is kept."""
    from subsync.run.answers import Answers

    known: Answers[Any, A] = Answers(shape, cache.get_json("answers", key) or {})
    yield known
    if known.changed:
        cache.put_json("answers", key, known.used)
