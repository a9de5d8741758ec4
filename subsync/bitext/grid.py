"""Features of every run of English and Chinese pieces, in the arrays that the lattice takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from subsync.bitext.evidence import Evidence

    Floats: TypeAlias = NDArray[np.float64]

_FAR = 16.0
"""Squared deviations of length beyond 4 sigma tell no more."""


_MANY, _FEW = 4, 2
"""Sentences: beads up to 4-4, and longer ones where one side has at most 2 (an unpunctuated transcript against 9
Chinese sentences)."""


class Grid:
    """Runs of ``m`` English pieces from ``a`` on and ``n`` Chinese from ``b`` on; all arrays are ``[m, n, a, b]``."""

    def __init__(
        self,
        evidence: Evidence,
        en: Sequence[tuple[int, int]],
        zh: Sequence[tuple[int, int]],
        most: tuple[int, int],
        *,
        lone: bool = True,
    ) -> None:
        """Lay out the grid.

        Args:
            evidence: Of the two texts.
            en: Half-open character ranges of the pieces, ascending and apart.
            zh: The same for the Chinese.
            most: Longest run on either side.
            lone: Whether a piece may stand alone, with nothing on the other side.
        """
        self._lone = lone
        self._shape = (len(en), len(zh))
        self._most = most
        self._en_end = np.minimum(np.arange(most[0] + 1)[:, None] + np.arange(len(en) + 1), len(en))
        self._zh_end = np.minimum(np.arange(most[1] + 1)[:, None] + np.arange(len(zh) + 1), len(zh))
        self._coverage = evidence.coverage(en, zh, most)

    @property
    def counts(self) -> tuple[Floats, Floats]:
        """``m`` and ``n`` of every run."""
        return np.arange(self._most[0] + 1.0)[:, None, None, None], np.arange(self._most[1] + 1.0)[None, :, None, None]

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Whether a run lies inside the text and may be."""
        ms, ns = self.counts
        a, b = self._shape
        inside = (ms + np.arange(a + 1)[:, None] <= a) & (ns + np.arange(b + 1) <= b)
        kinds = (ms > 0) & (ns > 0)
        if self._lone:
            kinds = kinds & ((np.maximum(ms, ns) <= _MANY) | (np.minimum(ms, ns) <= _FEW)) | (ms + ns == 1)
        fits: NDArray[np.bool_] = kinds & inside
        return fits

    def en_sum(self, values: Floats) -> Floats:
        """Sum of a value of the English pieces over a run."""
        return _sums(values, self._en_end)[:, None, :, None]

    def zh_sum(self, values: Floats) -> Floats:
        """Sum of a value of the Chinese pieces over a run."""
        return _sums(values, self._zh_end)[None, :, None, :]

    def covered(self) -> tuple[Floats, Floats]:
        """Matched mass of the English and of the Chinese of a run."""
        e, z = self._coverage
        e_total = np.zeros((e.shape[0], e.shape[1] + 1, e.shape[2] + 1))
        e_total[:, 1:, :-1] = e.cumsum(axis=1)
        z_total = np.zeros((z.shape[0], z.shape[1] + 1, z.shape[2] + 1))
        z_total[:, :-1, 1:] = z.cumsum(axis=2)
        by_en = e_total[:, self._en_end, :] - e_total[:, None, :, :]
        by_zh = z_total[:, :, self._zh_end] - z_total[:, :, None, :]
        return by_en.transpose(1, 0, 2, 3), by_zh.transpose(0, 2, 1, 3)

    def strangeness(self, en_length: Floats, zh_length: Floats, *, ratio: float, spread: float) -> Floats:
        """Squared deviation, in sigmas, of the Chinese length from ``ratio`` times the English; 0 for a lone side."""
        en, zh = self.en_sum(en_length) * ratio, self.zh_sum(zh_length)
        square = (zh - en) ** 2 / np.maximum(spread * (zh + en) / 2, 1e-9)
        return np.where((en > 0) & (zh > 0), np.minimum(square, _FAR), 0.0)

    def at_en_end(self, values: Floats) -> Floats:
        """A value of the last English piece of a run; 0 for a run without English."""
        return _last(values, self._en_end)[:, None, :, None]

    def at_zh_end(self, values: Floats) -> Floats:
        """A value of the last Chinese piece of a run; 0 for a run without Chinese."""
        return _last(values, self._zh_end)[None, :, None, :]


def _sums(values: Floats, ends: NDArray[np.int_]) -> Floats:
    """Sum of a value of the pieces of one language over a run of them."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    sums: Floats = total[ends] - total
    return sums


def _last(values: Floats, ends: NDArray[np.int_]) -> Floats:
    """A value of the last piece of one language in a run of them, 0 if it has none."""
    found: Floats = np.concatenate([[0.0], values])[ends]
    found[0] = 0.0
    return found
