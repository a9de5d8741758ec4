"""Bilingual subtitles and section anchors from a note and its recording. ``pipeline.sync_note`` is the whole job.

The names below are loaded when they are first asked for, so that ``subsync --help`` answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subsync.errors import SubsyncError
    from subsync.formats import all_files
    from subsync.note import read_note
    from subsync.pipeline import SyncOptions, sync_note
    from subsync.run.session import Session
    from subsync.run.settings import Settings

__all__ = [
    "Session",
    "Settings",
    "SubsyncError",
    "SyncOptions",
    "all_files",
    "read_note",
    "sync_note",
]

_HOMES = {
    "Session": "run.session",
    "Settings": "run.settings",
    "SubsyncError": "errors",
    "SyncOptions": "pipeline",
    "all_files": "formats",
    "read_note": "note",
    "sync_note": "pipeline",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
