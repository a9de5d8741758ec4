"""How far a stage is: who is told, and how."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told how far a stage is."""

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        """``done`` of ``total`` (bytes or ms); ``total`` is ``None`` where nobody knows."""
        ...


def silent(stage: str, done: float, total: float | None) -> None:
    """Tell nobody."""
