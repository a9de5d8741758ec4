"""What was answered before, so that only what is new has to be worked out."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Q = TypeVar("Q")
A = TypeVar("A")
_Q_contra = TypeVar("_Q_contra", contravariant=True)


class Known(Protocol[_Q_contra, A]):
    """Answers from before by question, such as a dictionary."""

    def get(self, question: _Q_contra, /) -> A | None: ...  # noqa: D102
    def __setitem__(self, question: _Q_contra, answer: A, /) -> None: ...  # noqa: D105


class Spread(Protocol):
    """``map``, or one that works in several processes."""

    def __call__(self, function: Callable[[Q], A], items: Iterable[Q], /) -> Iterable[A]: ...  # noqa: D102


def in_groups(
    spread: Spread, function: Callable[[Sequence[Q]], Sequence[A]], items: Iterable[Q], size: int
) -> Iterator[A]:
    """What a function of ``size`` items gives for each, spread group by group: alone they would be sent too often."""
    rest = iter(items)
    groups = iter(lambda: tuple(islice(rest, size)), ())
    return chain.from_iterable(spread(function, groups))


def recalled(questions: Sequence[Q], known: Known[Q, A], answer: Callable[[Iterable[Q]], Iterable[A]]) -> list[A]:
    """The answers to some questions, in order.

    Args:
        questions: what is asked; the same thing may be asked twice.
        known: answers from before; new ones are added as they come.
        answer: gives those that are not known, in the order of their questions.
    """
    found = {question: known.get(question) for question in questions}
    unknown = [question for question, old in found.items() if old is None]
    for question, new in zip(unknown, answer(unknown), strict=True):
        found[question] = known[question] = new
    return [answered for question in questions if (answered := found[question]) is not None]
