"""Which work of a run is shared among processes: when they start, what they load, and when they end."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from subsync.run.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subsync.phones import CoarseWord, Pronounced
    from subsync.pipeline import Aside
    from subsync.sound.cepstra import Floats
    from subsync.store.recall import Spread
    from subsync.text.cedict import Learned

    Words = Sequence[CoarseWord | None]
    Stretch = tuple[Floats, Sequence[Pronounced]]

Q = TypeVar("Q")
A = TypeVar("A")

_FEW_STRETCHES = 3
_MANY_STRETCHES = 100
"""So many are two hours of talk, beside which it is nothing to start worker processes once more."""
_FEW_WINDOWS = 20
"""So many windows, four minutes of talk, are aligned before worker processes have started."""
_FEW_GROUPS = 20
"""So many paragraphs are cut, or groups of them paired, before that: half a second of work, or three."""


@dataclass(frozen=True)
class Sharing:
    """The worker processes of a session, on up to ``threads`` processors; none starts before there is work for it."""

    threads: int

    @cached_property
    def workers(self) -> Workers:
        """For what is waited for."""
        return Workers(self.threads)

    @cached_property
    def aside(self) -> Workers:
        """One, for what is done meanwhile."""
        return Workers(1, beside=True)

    @property
    def windows(self) -> Spread:
        """For exact times of words, window by window."""
        return partial(self.workers.map, few=_FEW_WINDOWS)

    @contextmanager
    def stretches(self, count: int) -> Iterator[Callable[[Iterable[Stretch]], Iterator[Words]]]:
        """For rough times of words in ``count`` stretches of sound: begins to load while those are prepared."""
        if count > _FEW_STRETCHES:
            self.workers.begin(_load)
        yield partial(self.workers.map, _coarse, few=_FEW_STRETCHES)
        if count > _MANY_STRETCHES:
            self.workers.close()  # while the rest is heard, minutes perhaps, the recogniser needs their memory

    @contextmanager
    def spread(self) -> Iterator[Spread]:
        """For a note's paragraphs; these workers, and any that aligned its words, end with it."""

        def shared(function: Callable[[Q], A], items: Iterable[Q]) -> Iterable[A]:
            return (self.aside if self.aside.pids else self.workers).map(function, items, few=_FEW_GROUPS)

        try:
            yield shared
            _remember(self.workers)
        finally:
            self.workers.close()

    @contextmanager
    def beside(self, *, corrected: bool) -> Iterator[Aside]:
        """Some work on a note's text while this process is busy with its sound.

        ``spread`` gives it to a process that starts now. After a correction, that goes on to cut what is to be cut
        anew; of a new note, it leaves its memory to those that align the words.
        """
        self.aside.begin(_load_pairing)

        def done(work: Callable[[], A]) -> A:
            found = work()
            _remember(self.aside)
            if corrected:
                self.aside.prepare(_load_cutting)
            else:
                self.aside.close()
            return found

        begun: list[Future[Any]] = []

        def aside(work: Callable[[], A]) -> Callable[[], A]:
            begun.append(thread.submit(done, work))
            return begun[-1].result

        try:
            with ThreadPoolExecutor(1) as thread:
                try:
                    yield aside
                except BaseException:  # Ctrl-C too: nobody waits for it any more, whatever it is about to begin
                    while wait(begun, timeout=0.1).not_done:
                        self.aside.close()
                        self.workers.close()
                    raise
        finally:
            self.aside.close()


def _remember(workers: Workers) -> None:
    """Know what the workers took out of the dictionary: it is kept for the next run."""
    from subsync.text.cedict import learn

    for taken in workers.map(_taken_out, workers.pids):
        learn(*taken)


# --- in a worker process ----------------------------------------------------------------------------------------------


def _load(_: None) -> None:
    """What it lays words over sound with."""
    from subsync.phones import acoustics

    acoustics.load()


def _load_pairing(_: None) -> None:
    """What it pairs paragraphs with."""
    from subsync import bitext  # noqa: F401
    from subsync.text.cedict import dictionary

    dictionary()


def _load_cutting(_: None) -> None:
    """What it cuts cues with."""
    from subsync import cues

    cues.load()


def _taken_out(_: int) -> Learned:
    """What it took out of the dictionary, which this one may be asked for in the next run."""
    from subsync.text.cedict import learned

    return learned()


def _coarse(stretch: Stretch) -> Words:
    """It has no lexicons, so words come to it as they are said."""
    from subsync.phones import coarse

    return coarse(*stretch)
