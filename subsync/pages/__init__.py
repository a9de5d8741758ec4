"""The review page: a result as one HTML file to look at, listen to and correct."""

from subsync.pages.review import recording_address, review_html, served
from subsync.pages.waveform import PEAKS_PER_SECOND, peaks

__all__ = ["PEAKS_PER_SECOND", "peaks", "recording_address", "review_html", "served"]
