"""What is kept in the cache, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsync.fetch import is_intact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CHECKS: Mapping[str, Callable[[Path], bool]] = {"download": is_intact}
"""Whether an entry is as it was written, for the kinds that are no values of JSON."""
