"""What a batch tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal[
    "plan", "start", "progress", "log", "retry", "done", "current", "failed", "deferred", "pending", "summary"
]
"""``plan`` comes first and ``summary`` last; the others are about a note: ``current`` one that was up to date,
``pending`` one that was stopped and is done by the next run."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    kind: Kind
    note: str = ""
    stage: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """JSON values: figures, an error with its remedy."""

    def as_json(self) -> dict[str, Any]:
        """One object for one line."""
        named = {"event": self.kind, "note": self.note, "stage": self.stage}
        return {key: value for key, value in named.items() if value} | dict(self.facts)


class Listener(Protocol):
    """Told what happens, in order."""

    def __call__(self, event: Event) -> None:
        """Must not take long: the batch waits for it."""
        ...


def nobody(event: Event) -> None:
    """Tell nobody."""
