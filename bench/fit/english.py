"""Fit ``subsync/cues/english_breaks.tsv``: where a line of English may break.

usage: python bench/fit/english.py [--write] [NOTE.md ...]        (needs the ``judge`` extra)

A parser says of every break in made-up talk and in the prose of Python's language reference whether it is bad
(``bench/breaks.py``); a logistic regression with an L1 penalty learns it from the tags that the program has at run
time. Prints how often it agrees with the parser on text that it was not fitted to: talk of another seed, the sample's
note, and the notes given.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from breaks import bad_breaks
from talk import prose, talk

from subsync.cues.grammar import PUNCTUATED, features
from subsync.note import read_note

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE = Path("subsync/cues/english_breaks.tsv")
PENALTY = 0.2
"""The strength of the L1 penalty's inverse: 0.03, 0.05, 0.1, 0.2 and 0.5 leave some 130, 170, 250, 350 and 540 weights
and agree with the parser on 91.9, 92.8, 93.4, 93.3 and 93.4 % of a real note; of the quarter of breaks that the table
likes best there 3.0, 3.1, 2.9, 2.6 and 2.5 % are bad."""
RARE = 30
"""Features seen less often are not used."""


def examples(words: Sequence[str]) -> tuple[list[list[str]], list[bool]]:
    """Features of the breaks behind words without punctuation, and whether the parser calls them bad."""
    both = zip(words, features(words), bad_breaks(words), strict=False)
    kept = [(names, bool(reason)) for word, names, reason in both if not PUNCTUATED.search(word)]
    return [names for names, _ in kept], [bad for _, bad in kept]


def fit(rows: Sequence[Sequence[str]], bad: Sequence[bool]) -> dict[str, float]:
    """Log-odds to one decimal; what is rounded to nothing is left out."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(name for row in rows for name in row)
    names = sorted(name for name, n in counts.items() if n >= RARE)
    column = {name: k for k, name in enumerate(names)}
    known = [[column[name] for name in row if name in column] for row in rows]
    starts = np.cumsum([0, *map(len, known)], dtype=np.int32)
    columns = np.array([k for row in known for k in row], dtype=np.int32)
    matrix = csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), len(names)))
    model: Any = LogisticRegression(l1_ratio=1.0, solver="liblinear", C=PENALTY, random_state=0).fit(matrix, bad)
    weights = {name: round(float(w), 1) for name, w in zip(names, model.coef_[0], strict=True)}
    return {"bias": round(float(model.intercept_[0]), 1)} | {name: w for name, w in weights.items() if w}


def agreement(table: dict[str, float], words: Sequence[str]) -> str:
    """How often the table and the parser agree, and how many of the quarter that it likes best the parser calls bad."""
    rows, bad = examples(words)
    odds = np.array([table["bias"] + sum(table.get(name, 0.0) for name in row) for row in rows])
    best = np.argsort(odds)[: len(odds) // 4]
    right, wrong = np.mean((odds > 0) == np.array(bad)), np.mean(np.array(bad)[best])
    return f"agrees {100 * right:.1f} %, bad among the best quarter {100 * wrong:.1f} % of {len(rows)} breaks"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--write", action="store_true", help="write the table")
    arguments.add_argument("notes", nargs="*", type=Path)
    options = arguments.parse_args()
    rows, bad = [], []
    for words in (talk(6000, seed=1), prose()):
        some, judged = examples(words)
        rows += some
        bad += judged
    table = fit(rows, bad)
    print(f"{len(rows)} breaks, {sum(bad)} of them bad; {len(table)} weights")
    print("talk of another seed:", agreement(table, talk(600, seed=2)))
    for path in [Path("samples/tide-machine.md"), *options.notes]:
        print(f"{path}:", agreement(table, [word.text for word in read_note(path).words]))
    if options.write:
        lines = [f"{name}\t{weight:+.1f}" for name, weight in table.items()]
        TABLE.write_text(
            "# made by bench/fit/english.py: log-odds that a break is bad\n" + "\n".join(lines) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
