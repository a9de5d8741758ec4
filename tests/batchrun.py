"""A batch over a garden with the work of ``batchwork``, as a program that a test can kill: ``batchrun.py ROOT``."""

from __future__ import annotations

import sys
from pathlib import Path

import batchwork

from subsync.batch import BatchOptions, Manifest, discover, local_stages, plan, run_batch
from subsync.run.origins import Layer, Layers
from subsync.store import Cache


def main(root: Path) -> int:
    options = BatchOptions(jobs=2, wait=0.01, pause=(0.0, 0.0))
    layers = Layers((Layer("test", {"model": str(root / "no-model")}),))
    with Manifest(root / "out") as manifest:
        found = discover([str(root / "notes")], root / "out")
        planned = plan(found, layers, manifest.rows(), cache=Cache(root / "cache"))
        stages = local_stages(options, fetch=batchwork.fetch, make=batchwork.make)
        return run_batch(planned, manifest, stages, options=options).exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
