"""A source, as a note names it -> a recording on this machine.

``stage`` decides what is needed and what has come, ``options`` says what may be fetched, ``ytdlp`` downloads with the
help of ``runtimes`` and takes one of the ``formats``, ``guard`` watches where it connects to and what it reads, and
``failures`` says what went wrong.
"""

from subsync.fetch.options import FetchOptions
from subsync.fetch.stage import CAPTIONS, Download, Fetcher, Progress, captions_of, fetch, is_intact, local_path
from subsync.fetch.ytdlp import YtDlpFetcher
from subsync.text.urls import canonical_url, is_url, video_id

__all__ = [
    "CAPTIONS",
    "Download",
    "FetchOptions",
    "Fetcher",
    "Progress",
    "YtDlpFetcher",
    "canonical_url",
    "captions_of",
    "fetch",
    "is_intact",
    "is_url",
    "local_path",
    "video_id",
]
