"""Many notes -> all files that can be made, and a manifest that says what became of each.

``discover`` finds the notes, ``plan`` what of them is to be done, ``run`` does it: each stage of ``work`` in the
processes of ``pool``, or of a Dask ``cluster``; ``hosts`` are asked politely, and ``manifest`` remembers.
"""

from subsync.batch.discover import Found, discover
from subsync.batch.events import Event, Listener
from subsync.batch.hosts import Hosts
from subsync.batch.manifest import Manifest, Row, read_manifest
from subsync.batch.plan import Failure, Plan, PlanOptions, plan
from subsync.batch.pool import Limits, Pool
from subsync.batch.run import BatchOptions, Stage, Summary, local_stages, run_batch

__all__ = [
    "BatchOptions",
    "Event",
    "Failure",
    "Found",
    "Hosts",
    "Limits",
    "Listener",
    "Manifest",
    "Plan",
    "PlanOptions",
    "Pool",
    "Row",
    "Stage",
    "Summary",
    "discover",
    "local_stages",
    "plan",
    "read_manifest",
    "run_batch",
]
