"""Monotone pairing of two sequences of pieces as a log-linear model over all ways to cut both into linked runs.

Every run of ``m`` English pieces that starts at ``a`` and ``n`` Chinese pieces that starts at ``b`` has a score; a
pairing's score is the sum over its runs, its probability the softmax over all pairings. The best one comes from dynamic
programming, the probability of each of its runs from the forward-backward algorithm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores: TypeAlias = NDArray[np.float64]
    """``[m, n, a, b]``: M + 1 by N + 1 by A + 1 by B + 1; ``-inf`` where a run does not fit."""


@dataclass(frozen=True, slots=True)
class Run:
    """English pieces ``a`` to ``a + m - 1`` and Chinese pieces ``b`` to ``b + n - 1``."""

    a: int
    m: int
    b: int
    n: int
    probability: float


def _ends(scores: Scores) -> tuple[Scores, NDArray[np.int64], NDArray[np.int64]]:
    """Whether each run fits, and the row and the column where it ends (0 for one that does not)."""
    most_m, most_n, rows, columns = scores.shape
    a_end = np.arange(most_m)[:, None] + np.arange(rows)
    b_end = np.arange(most_n)[:, None] + np.arange(columns)
    fits = (a_end < rows)[:, None, :, None] & (b_end < columns)[None, :, None, :]
    return (
        fits,
        np.where(a_end < rows, a_end, 0)[:, None, :, None],
        np.where(b_end < columns, b_end, 0)[None, :, None, :],
    )


def _by_end_column(scores: Scores) -> Scores:
    """The same scores, each at the column where its run ends."""
    out = np.full_like(scores, -np.inf)
    for n in range(min(scores.shape[1], scores.shape[3])):
        out[:, n, :, n:] = scores[:, n, :, : scores.shape[3] - n]
    return out


class _Rows:
    """Totals of the rows so far, and the sums of each total with each run that leads on from it to the next row."""

    def __init__(self, scores: Scores) -> None:
        self._ending = _by_end_column(scores)
        self._most_m, self._most_n, self.rows, self.columns = scores.shape
        # Runs of n reach back n columns: a margin of impossible totals stands before the first.
        self._padded = np.full((self.rows, self._most_n - 1 + self.columns), -np.inf)
        self.total = self._padded[:, self._most_n - 1 :]
        self._back = np.arange(self._most_n - 1, -1, -1)[:, None] + np.arange(self.columns)

    def into(self, i: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """English lengths of the runs into row ``i``, and the sums ``[m, n, column]``."""
        ms = np.arange(min(self._most_m - 1, i), 0, -1)
        return ms, self._padded[(i - ms)[:, None, None], self._back] + self._ending[ms, :, i - ms, :]


def forward(scores: Scores) -> NDArray[np.float64]:
    """Log of the summed weight of all pairings of the first ``i`` with the first ``j`` pieces, for all ``i``, ``j``."""
    with np.errstate(divide="ignore"):
        return _forward(_Rows(scores), scores[0, 1])


def _forward(rows: _Rows, alone: NDArray[np.float64]) -> NDArray[np.float64]:
    lone = alone[0, 0] > -np.inf
    for i in range(rows.rows):
        row = np.full(rows.columns, -np.inf)
        if i:
            _, sums = rows.into(i)
            row = _log_sum(sums.reshape(-1, rows.columns))
        else:
            row[0] = 0.0
        if lone:
            for j in range(1, rows.columns):
                row[j] = np.logaddexp(row[j], row[j - 1] + alone[i, j - 1])
        rows.total[i] = row
    return rows.total


def _log_sum(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    top = parts.max(axis=0)
    safe = np.where(np.isfinite(top), top, 0.0)
    total: NDArray[np.float64] = np.log(np.exp(parts - safe).sum(axis=0)) + safe
    return total


def probabilities(scores: Scores) -> Scores:
    """Probability of every run, in the shape of ``scores``."""
    fits, a_end, b_end = _ends(scores)
    m, n = np.arange(scores.shape[0])[:, None, None, None], np.arange(scores.shape[1])[None, :, None, None]
    before = forward(scores)
    # Read from the end, a run starts where it ended.
    after = forward(np.where(fits, scores[:, :, ::-1, ::-1][m, n, a_end, b_end], -np.inf))[::-1, ::-1]
    return np.where(fits, np.exp(scores + before + after[a_end, b_end] - before[-1, -1]), 0.0)


def best(gains: Scores) -> list[tuple[int, int, int, int]]:
    """Runs ``(a, m, b, n)`` of the pairing with the highest sum of gains."""
    rows = _Rows(gains)
    most_n = gains.shape[1]
    step = np.zeros((rows.rows, rows.columns), dtype=np.int64)
    rows.total[0, 0] = 0.0
    for i in range(rows.rows):
        if i:
            ms, sums = rows.into(i)
            flat = sums.reshape(-1, rows.columns)
            choice = flat.argmax(axis=0)
            rows.total[i] = flat[choice, np.arange(rows.columns)]
            step[i] = ms[choice // most_n] * most_n + choice % most_n
        alone = gains[0, 1, i]
        if alone[0] > -np.inf:
            for j in range(1, rows.columns):
                if (skipped := rows.total[i, j - 1] + alone[j - 1]) > rows.total[i, j]:
                    rows.total[i, j], step[i, j] = skipped, 1
    runs = []
    i, j = rows.rows - 1, rows.columns - 1
    while i or j:
        m, n = divmod(int(step[i, j]), most_n)
        i, j = i - m, j - n
        runs.append((i, m, j, n))
    return runs[::-1]


def most_probable(scores: Scores) -> list[Run]:
    """The best pairing, each of its runs with its probability among all pairings."""
    chance = probabilities(scores)
    return [Run(a, m, b, n, min(1.0, float(chance[m, n, a, b]))) for a, m, b, n in best(scores)]
