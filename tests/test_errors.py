"""Errors for people, which also cross processes."""

from __future__ import annotations

import pickle

import pytest

from subsync import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.SubsyncError("a", "b"),
        errors.NoteError("no source", "add one", path="n.md", line=3),
        errors.NothingToAlignError("no English", path="n.md"),
        errors.FetchError("gone", "check it", url="https://e.example/a", retryable=True),
        errors.RateLimitedError("later", url="https://e.example/a"),
        errors.WorkerError("killed", "run again", retryable=True),
    ],
)
def test_an_error_survives_pickling(error: errors.SubsyncError) -> None:
    """A worker hands it to its parent with all it carries."""
    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_a_note_error_names_the_place() -> None:
    """File and line stand in front, the remedy on its own line."""
    assert str(errors.NoteError("no source", "Add one.", path="n.md", line=3)) == "n.md:3: no source\n  Add one."


def test_exit_codes_are_those_of_the_manual() -> None:
    """Scripts rely on them."""
    kinds: list[type[errors.SubsyncError]] = [errors.SubsyncError, *_all(errors.SubsyncError)]
    codes = {kind.__name__: kind.exit_code for kind in kinds}

    assert codes == {
        "SubsyncError": 1,
        "UsageError": 2,
        "NoteError": 1,
        "NothingToAlignError": 3,
        "FetchError": 1,
        "MissingFileError": 2,
        "RateLimitedError": 75,
        "AudioError": 1,
        "ModelError": 1,
        "StoreError": 1,
        "WorkerError": 1,
        "LowQualityError": 4,
    }


def _all(kind: type[errors.SubsyncError]) -> list[type[errors.SubsyncError]]:
    return [s for sub in kind.__subclasses__() for s in (sub, *_all(sub))]
