"""How far a stage is: who is told, and how."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Progress(Protocol):
    """Told how far a stage is."""

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        """``done`` of ``total`` (bytes or ms); ``total`` is ``None`` where nobody knows."""
        ...


def silent(stage: str, done: float, total: float | None) -> None:
    """Tell nobody."""


@contextmanager
def stage(progress: Progress, name: str) -> Iterator[Callable[[float, float | None], None]]:
    """Tell that a stage begins and, if all goes well, that it has come to its end, be it earlier than was expected.

    Yields:
        What the stage itself tells how far it is.
    """
    whole: list[float] = [1]

    def tell(done: float, total: float | None) -> None:
        whole[0] = total or whole[0]
        progress(name, done, total or None)

    progress(name, 0, None)
    yield tell
    progress(name, whole[0], whole[0])
