"""What runs the scripts of YouTube's player: without them its formats are partly or wholly missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version


@dataclass(frozen=True, slots=True)
class Runtime:
    """A program that runs JavaScript."""

    name: str
    """As yt-dlp calls it: deno, node, quickjs, bun."""
    path: str
    version: str
    new_enough: bool
    """For yt-dlp's scripts."""


def js_runtimes() -> dict[str, dict[str, str]]:
    """yt-dlp's option ``js_runtimes``: all that it knows, and deno from its wheel, which is installed with us.

    yt-dlp prefers deno where there are several, and runs it, as it does node, without access to files and network.
    """
    from yt_dlp.globals import supported_js_runtimes

    return {name: {} for name in supported_js_runtimes.value} | {"deno": _wheel()}


@cache
def _wheel() -> dict[str, str]:
    try:
        from deno import find_deno_bin

        return {"path": find_deno_bin()}
    except (ImportError, FileNotFoundError):
        return {}  # the one on the PATH, if any


def found_runtimes() -> tuple[Runtime, ...]:
    """The runtimes of this machine, as yt-dlp finds them; each is started once and asked for its version."""
    from yt_dlp.globals import supported_js_runtimes

    found = []
    for name, config in js_runtimes().items():
        info = supported_js_runtimes.value[name](path=config.get("path")).info
        if info is not None:
            found.append(Runtime(name, info.path, info.version, info.supported))
    return tuple(sorted(found, key=lambda runtime: runtime.name != "deno"))


def solver_scripts() -> tuple[str | None, str]:
    """Version of the package ``yt-dlp-ejs`` (``None``: not installed), and the one that yt-dlp asks for.

    yt-dlp takes any whose first two numbers are the same.
    """
    from yt_dlp.extractor.youtube.jsc._builtin import vendor

    try:
        return version("yt-dlp-ejs"), str(vendor.VERSION)
    except PackageNotFoundError:
        return None, str(vendor.VERSION)
