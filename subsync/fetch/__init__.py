"""A source, as a note names it -> a recording on this machine.

``stage`` decides what is needed and what has come, ``ytdlp`` downloads, ``guard`` watches where it connects to, and
``failures`` says what went wrong.
"""

from subsync.fetch.stage import CAPTIONS, Download, Fetcher, Progress, captions_of, fetch, is_intact, local_path
from subsync.fetch.ytdlp import FetchOptions, YtDlpFetcher
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
