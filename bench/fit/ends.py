"""Whose rough times bind nobody at the ends of sentences: ``_ENDMOST`` of ``align.where``, a rule of ``align.when``.

    python bench/fit/ends.py FOLDER

Every recording below FOLDER whose truth is known (see ``bench/material.py``), in noise if it shall say anything, is
aligned without either rule (-1: a word that is drawn out lets go of none), with each of them and with both. Counted
are the sentences that start more than 200 ms from the truth, those that end more than 300 ms from it, and those
without times.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from material import materials

from subsync.align import when, where
from subsync.formats.sync_json import sync_json
from subsync.listen.models import find_model
from subsync.note import read_note
from subsync.pipeline import sync_note
from subsync.run.score import read_truth, score
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.store import Cache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from material import Material

    from subsync.align.windows import Window

WAYS = ((-1, False), (1, False), (3, False), (6, False), (-1, True), (1, True), (3, True), (6, True))
"""``_ENDMOST``, and whether the endmost words that nobody heard bind nobody where both ears are asked."""
START, END = 200, 300


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    found = [m for m in materials(parser.parse_args().folder) if m.truth]
    total = np.zeros((len(WAYS), 4), int)
    with tempfile.TemporaryDirectory() as folder:
        for material in found:
            total += [counted(material, Path(folder), *way) for way in WAYS]
    print(f"| _ENDMOST | ends that nobody heard | sentences | starts off by {START} ms | ends by {END} | lost |")
    print("|---|---|---|---|---|---|")
    for (size, loose), counts in zip(WAYS, total, strict=True):
        print("|", " | ".join(map(str, (size, "loose" if loose else "bind", *counts))), "|")


def counted(material: Material, cache: Path, size: int, loose: bool) -> tuple[int, ...]:  # noqa: FBT001 - of a pair
    """Sentences that are spoken, bad starts, bad ends, lost ones."""
    assert material.truth
    for kind in ("alignment", "result"):  # or one way would be remembered for all
        shutil.rmtree(cache / kind, ignore_errors=True)
    ends = when._unheard_ends if loose else _none  # noqa: SLF001 - its rule is what is measured
    session = Session(Settings(model=str(find_model("tiny.en").path)), Cache(cache), audio=material.audio)
    with patch.object(where, "_ENDMOST", size), patch.object(when, "_unheard_ends", ends), session.sharing.spread():
        result = sync_note(read_note(material.note), session)
    truth = read_truth(material.truth.read_text(encoding="utf-8"))
    found = score(json.loads(sync_json(result)), truth)
    starts, ends_off = (
        sum(abs(off) > most for off in e.signed) for e, most in ((found.start, START), (found.end, END))
    )
    return found.spoken, starts, ends_off, found.lost


def _none(_words: Sequence[str], _window: Window) -> set[int]:
    return set()


if __name__ == "__main__":
    main()
