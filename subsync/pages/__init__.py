"""What people look at: a result as an HTML file to review and correct, and as one to study with."""

from subsync.pages.data import recording_address
from subsync.pages.review import review_html
from subsync.pages.study import study_html, with_sound
from subsync.pages.waveform import PEAKS_PER_SECOND, peaks

__all__ = ["PEAKS_PER_SECOND", "peaks", "recording_address", "review_html", "study_html", "with_sound"]
