"""Cache and outputs: content-addressed, locked, written whole or not at all."""

from subsync.store.cache import Cache, Entry, Hold
from subsync.store.files import encoded, output_folder, sha256_of, stem_of, whole_file, write_bytes, write_text
from subsync.store.values import Journal

__all__ = [
    "Cache",
    "Entry",
    "Hold",
    "Journal",
    "encoded",
    "output_folder",
    "sha256_of",
    "stem_of",
    "whole_file",
    "write_bytes",
    "write_text",
]
