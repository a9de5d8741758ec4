"""How much sound words take, in times of what they take on average: the two numbers of ``align.between``.

    python bench/fit/pace.py SYNC_JSON...

Takes the times of words that are sure, of recordings that were aligned in plain sound, in stretches of so many words:
the sound between the word before them and the word after them, pauses of 0.2 s and more left out, over what their
letters take on average. Below ``_LEAST`` and above ``_MOST`` lies one in a hundred stretches of the fewest words.
"""

from __future__ import annotations

import json
import sys
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from subsync.align.between import _FEWEST
from subsync.text.words import need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SURE = 0.7
_PAUSE = 200
_AT = (1, 5, 50, 95, 99)


def main() -> None:
    """Print a table."""
    results = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
    print("| words | stretches |", " | ".join(f"{p} %" for p in _AT), "|\n|" + "---|" * (2 + len(_AT)))
    for count in (_FEWEST, 8, 16, 32):
        found = [*chain.from_iterable(_paces(result, count) for result in results)]
        print(f"| {count} | {len(found)} |", " | ".join(f"{p:.2f}" for p in np.percentile(found, _AT)), "|")


def _paces(result: dict[str, Any], count: int) -> Iterator[float]:
    words = [word for sentence in result["sentences"] if sentence["lang"] == "en" for word in sentence["words"]]
    for first in range(0, len(words) - count - 1, count):
        stretch = words[first : first + count + 2]
        if all(word["start_ms"] is not None and word["confidence"] >= _SURE for word in stretch):
            yield _sound(stretch) / need([word["text"] for word in stretch[1:-1]])


def _sound(stretch: Sequence[dict[str, Any]]) -> int:
    pauses = [two["start_ms"] - one["end_ms"] for one, two in pairwise(stretch)]
    return int(stretch[-1]["start_ms"] - stretch[0]["end_ms"] - sum(pause for pause in pauses if pause >= _PAUSE))


if __name__ == "__main__":
    main()
