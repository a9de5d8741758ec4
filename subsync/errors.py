"""All errors that subsync raises on purpose.

::

    SubsyncError                 exit 1   what happened, the value seen, what to do next
      UsageError                      2   the command line or an option makes no sense
      NoteError                       1   a note cannot be read (carries file and line)
        NothingToAlignError           3   a note has no English text
      FetchError                      1   a source cannot be had
        MissingFileError              2   a source names a file that is not there
        RateLimitedError             75   the site asks us to come back later
      AudioError                      1   a file cannot be read as sound
      ModelError                      1   recognition weights are missing or damaged
      StoreError                      1   cache or output cannot be read or written
      WorkerError                     1   the process that worked on a note died, or took too long or too much
      LowQualityError                 4   done, but below what ``--strict`` asks for

Every message ends with a remedy. Errors survive pickling, so a worker process can hand them to its parent.
"""

from __future__ import annotations

from typing import ClassVar


class SubsyncError(Exception):
    """Base of all errors that a user can do something about."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        """Keep the message and the remedy apart, so that reports can set them on two lines."""
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """Message, then remedy."""
        return f"{self.message}\n  {self.remedy}" if self.remedy else self.message


class UsageError(SubsyncError):
    """The command line or an option makes no sense."""

    exit_code = 2


class NoteError(SubsyncError):
    """A note cannot be read, or lacks what the job needs."""

    def __init__(self, message: str, remedy: str = "", *, path: str = "", line: int | None = None) -> None:
        """``line`` counts from 1."""
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {message}" if place else message, remedy)
        self.path = path
        self.line = line

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild without running ``__init__`` again, which would repeat the place."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class NothingToAlignError(NoteError):
    """A note has no English text."""

    exit_code = 3


class FetchError(SubsyncError):
    """A source cannot be had."""

    def __init__(self, message: str, remedy: str = "", *, url: str = "", retryable: bool = False) -> None:
        """``retryable``: the same call may succeed a little later."""
        super().__init__(message, remedy)
        self.url = url
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the attributes across processes."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class MissingFileError(FetchError):
    """A source names a file that is not there."""

    exit_code = 2


class RateLimitedError(FetchError):
    """The site asks us to come back later."""

    exit_code = 75


class AudioError(SubsyncError):
    """A file cannot be read as sound."""


class ModelError(SubsyncError):
    """Recognition weights are missing or damaged."""


class StoreError(SubsyncError):
    """Cache or output cannot be read or written."""


class WorkerError(SubsyncError):
    """The process that worked on a note died, or took more time or memory than it may."""

    def __init__(self, message: str, remedy: str = "", *, retryable: bool = False) -> None:
        """``retryable``: the same work may succeed in another process."""
        super().__init__(message, remedy)
        self.retryable = retryable

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the attributes across processes."""
        return (_rebuild, (type(self), self.args, self.__dict__))


class LowQualityError(SubsyncError):
    """Done, but below what ``--strict`` asks for."""

    exit_code = 4


def _rebuild(kind: type[SubsyncError], args: tuple[object, ...], state: dict[str, object]) -> SubsyncError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
