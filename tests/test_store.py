"""Cache and outputs: what survives kills, full disks, damage and two runs at once."""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock, Timeout
from hypothesis import given, settings
from hypothesis import strategies as st

from subsync.errors import StoreError
from subsync.fetch import is_intact
from subsync.store import Cache, Journal, output_folder, sha256_of, stem_of, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = Cache.key("one")
OTHER = Cache.key("other")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def is_free(cache: Cache, key: str) -> bool:
    """Whether nobody works on a key."""
    with contextlib.suppress(Timeout), FileLock(cache.root / "locks" / f"{key}.lock").acquire(blocking=False):
        return True
    return False


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process, which is given its arguments as ``sys.argv[1:]``."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- files, whole or not at all ---------------------------------------------------------------------------------------


def test_a_text_is_written_as_utf_8_with_its_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "folder" / "a.srt", "潮汐\r\n-\n")

    assert (tmp_path / "new" / "folder" / "a.srt").read_bytes() == "潮汐\r\n-\n".encode()
    assert names_in(tmp_path / "new" / "folder") == ["a.srt"]


def test_a_shorter_text_replaces_a_longer_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_text(path, "long" * 100)
    write_text(path, "short")

    assert path.read_text() == "short"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_text(tmp_path / "a", "x")
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    path.chmod(0o640)
    write_text(path, "y")

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_symlink_is_replaced_and_what_it_points_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "a.srt").symlink_to(tmp_path / "precious")
    write_text(tmp_path / "a.srt", "cues")

    assert (tmp_path / "precious").read_text() == "mine"
    assert (tmp_path / "a.srt").read_text() == "cues"
    assert not (tmp_path / "a.srt").is_symlink()


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "socket"])
def test_what_stands_in_the_place_of_the_temporary_file_is_not_written_to_and_does_not_block(
    tmp_path: Path, kind: str
) -> None:
    (tmp_path / "precious").write_text("mine")
    temporary = tmp_path / ".a.srt.tmp"
    match kind:
        case "link":
            temporary.symlink_to(tmp_path / "precious")
        case "pipe":
            os.mkfifo(temporary)
        case "folder":
            (temporary / "precious").mkdir(parents=True)
        case "socket":
            with socket.socket(socket.AF_UNIX) as bound, contextlib.chdir(tmp_path):
                bound.bind(temporary.name)

    write_text(tmp_path / "a.srt", "cues")

    assert (tmp_path / "a.srt").read_text() == "cues"
    assert (tmp_path / "precious").read_text() == "mine"
    left = {"precious", "a.srt"} | ({".a.srt.tmp"} if kind == "folder" else set())
    assert set(names_in(tmp_path)) == left


def test_a_temporary_file_that_may_not_be_written_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that replaced a read-only file was killed. The superuser may write it, so the system is asked for him."""
    (tmp_path / ".a.srt.tmp").write_text("half")
    (tmp_path / ".a.srt.tmp").chmod(0o444)
    real_open = os.open

    def as_a_user(path: Path, flags: int, mode: int = 0o777) -> int:
        if path.exists() and not path.stat().st_mode & 0o200 and flags & os.O_RDWR:
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags, mode)

    monkeypatch.setattr(os, "open", as_a_user)
    write_text(tmp_path / "a.srt", "cues")

    assert (tmp_path / "a.srt").read_text() == "cues"
    assert names_in(tmp_path) == ["a.srt"]


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize(
    ("number", "remedy"),
    [("ENOSPC", "Make room"), ("EROFS", "may write to"), ("EACCES", "may write to"), ("EIO", "Check that path")],
)
def test_an_error_of_the_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: str, remedy: str
) -> None:
    import errno

    path = tmp_path / "a.srt"
    write_text(path, "old")

    def fail(*_: object) -> int:
        code = getattr(errno, number)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(StoreError, match=rf"(?s)cannot write .*a\.srt: .*{remedy}"):
        write_text(path, "new")
    monkeypatch.undo()

    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.srt"]


def test_a_disk_that_is_really_full_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """The limit on the size of files stands for the disk: the write fails half way through."""
    path = tmp_path / "a.srt"
    write_text(path, "old")
    code = """
        import resource, signal, sys
        from pathlib import Path
        from subsync.errors import StoreError
        from subsync.store import write_bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            write_bytes(Path(sys.argv[1]), b"x" * 1_000_000)
        except StoreError as exc:
            print(exc.remedy)
    """
    said, _ = python(code, path).communicate()

    assert said.startswith("Make room")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.srt"]


def test_a_folder_that_is_a_file_is_an_error_with_the_path(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")

    with pytest.raises(StoreError, match=r"cannot write .*out/a\.srt"):
        write_text(tmp_path / "out" / "a.srt", "cues")


@pytest.mark.parametrize(
    ("point", "expected"), [("write", "old"), ("fsync", "old"), ("replace", "old"), ("end", "new")]
)
def test_a_kill_at_any_point_leaves_the_old_file_or_the_new_one(tmp_path: Path, point: str, expected: str) -> None:
    path = tmp_path / "a.srt"
    write_text(path, "old" * 1000)
    code = """
        import os, sys
        from pathlib import Path
        from subsync.store import write_text

        def stop(*_, **__):
            print("there", flush=True)
            sys.stdin.read()

        def half(fd, data):
            real_write(fd, data[: len(data) // 2])
            stop()

        real_write = os.write
        path, point = Path(sys.argv[1]), sys.argv[2]
        if point == "write":
            os.write = half
        elif point == "fsync":
            os.fsync = stop
        elif point == "replace":
            Path.replace = stop
        write_text(path, "new" * 1000)
        stop()
    """
    process = python(code, path, point)
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    process.kill()
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert path.read_text() == expected * 1000

    write_text(path, "again")  # what the killed one left is used again
    assert path.read_text() == "again"
    assert names_in(tmp_path) == ["a.srt"]


def test_two_writers_of_one_file_leave_the_text_of_one_of_them(tmp_path: Path) -> None:
    texts = {str(n) * 50_000 for n in range(4)}

    def write(text: str) -> None:
        for _ in range(10):
            write_text(tmp_path / "a", text)
            assert (tmp_path / "a").read_text() in texts

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (tmp_path / "a").read_text() in texts
    assert names_in(tmp_path) == ["a"]


def test_a_file_has_the_digest_that_the_standard_gives(tmp_path: Path) -> None:
    """FIPS 180-2, appendix B.1."""
    write_bytes(tmp_path / "a", b"abc")

    assert sha256_of(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_that_is_not_there_has_no_digest(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot read .*gone: No such file"):
        sha256_of(tmp_path / "gone")


# --- names of outputs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "stem"),
    [
        ("notes/talk.md", "talk"),
        ("Why tides? 潮汐: part 1.md", "Why tides? 潮汐: part 1"),
        ("UPPER.MD", "UPPER"),
        ("a.b.md", "a.b"),
        ("no suffix", "no suffix"),
        ("Cafe\N{COMBINING ACUTE ACCENT}.md", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("a\\b.md", "a_b"),
        ("a\x00b\nc.md", "a_b_c"),
        ("..md", "note"),
        ("...md", "note"),
        (".md", "note"),
        ("../..md", "note"),
        ("con.md", "_con"),
        ("LPT1.tape.md", "_LPT1.tape"),
        ("console.md", "console"),
        ("bad\udcff.md", "bad_"),
    ],
)
def test_outputs_are_named_after_the_note(note: str, stem: str) -> None:
    assert stem_of(Path(note)) == stem


def test_long_names_are_cut_between_characters_and_stay_two() -> None:
    one, two = stem_of("潮" * 80 + "a.md"), stem_of("潮" * 80 + "b.md")

    assert one != two
    assert one.startswith("潮" * 63)
    assert len(one.encode()) <= 200


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_name_gives_one_that_stays_in_its_folder(name: str) -> None:
    stem = stem_of(name)

    assert stem not in {"", ".", ".."}
    assert not set(stem) & {"/", "\\", "\x00"}
    assert unicodedata.is_normalized("NFC", stem)
    assert len(stem.encode()) <= 200
    root = Path("/nowhere/out")
    assert output_folder(root, stem) == root / stem


def test_the_output_folder_is_resolved_and_need_not_exist(tmp_path: Path) -> None:
    assert output_folder(tmp_path / "x" / ".." / "out", "talk") == tmp_path.resolve() / "out" / "talk"


def test_an_output_root_that_is_a_symlink_is_the_users_wish(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")

    assert output_folder(tmp_path / "out", "talk") == tmp_path.resolve() / "real" / "talk"


@pytest.mark.parametrize("stem", ["..", ".", "../x", "/etc", ""])
def test_a_stem_that_leads_out_of_the_root_is_refused(tmp_path: Path, stem: str) -> None:
    with pytest.raises(StoreError, match="leads out of"):
        output_folder(tmp_path / "out", stem)


def test_a_symlink_that_leads_out_of_the_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "talk").symlink_to(tmp_path)

    with pytest.raises(StoreError, match="leads out of"):
        output_folder(tmp_path / "out", "talk")


# --- the cache --------------------------------------------------------------------------------------------------------


def test_the_cache_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUBSYNC_CACHE", str(tmp_path / "here"))
    assert Cache().root == tmp_path / "here"

    monkeypatch.delenv("SUBSYNC_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "there"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Cache().root.is_relative_to(tmp_path)
    assert Cache().root.name == "subsync"


def test_a_key_depends_on_every_part_and_on_nothing_else() -> None:
    assert Cache.key({"a": 1, "b": 2}) == Cache.key({"b": 2, "a": 1})
    assert (
        len({Cache.key(), Cache.key("ab"), Cache.key("a", "b"), Cache.key(["a", "b"]), Cache.key("1"), Cache.key(1)})
        == 6
    )
    assert Cache.key("潮", "bad\udcff") != Cache.key("潮", "bad")


@pytest.mark.parametrize(("kind", "key"), [("asr", "../x"), ("..", KEY), ("a/b", KEY), ("locks", KEY), ("asr", "")])
def test_only_a_kind_and_a_key_make_a_place(cache: Cache, kind: str, key: str) -> None:
    with pytest.raises(ValueError, match="not a place in the cache"):
        cache.path(kind, key)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None, max_examples=30)  # each example waits for the disk
@given(json_values)
def test_what_is_put_comes_back(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "shared")
    cache.put_json("asr", KEY, value)

    assert cache.get_json("asr", KEY) == value


def test_an_entry_on_disk_is_json(cache: Cache) -> None:
    cache.put_json("asr", KEY, ["潮", 1])

    assert json.loads(cache.path("asr", KEY, ".json").read_text())["value"] == ["潮", 1]


def test_what_was_never_put_is_none(cache: Cache) -> None:
    assert cache.get_json("asr", KEY) is None


def damaged(whole: bytes) -> Iterator[bytes]:
    yield b""
    yield whole[: len(whole) // 2]
    yield whole[:-1]
    yield whole + whole
    yield whole.replace(b"42", b"43")
    yield b'{"value": [42]}\n'
    yield b"\xff\xfe" + whole


@pytest.mark.parametrize("case", range(7))
def test_a_damaged_entry_counts_as_missing_and_is_removed(
    cache: Cache, caplog: pytest.LogCaptureFixture, case: int
) -> None:
    cache.put_json("asr", KEY, [42])
    path = cache.path("asr", KEY, ".json")
    path.write_bytes(list(damaged(path.read_bytes()))[case])

    assert cache.get_json("asr", KEY) is None
    assert not path.exists()
    assert "damaged cache entry" in caplog.text


def test_an_entry_that_cannot_be_read_is_an_error(cache: Cache) -> None:
    cache.path("asr", KEY, ".json").mkdir(parents=True)

    with pytest.raises(StoreError, match=r"cannot read .*json"):
        cache.get_json("asr", KEY)


# --- two runs at once -------------------------------------------------------------------------------------------------

WORK_ONCE = """
    import logging, sys
    from pathlib import Path
    from subsync.store import Cache

    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    cache, key, done = Cache(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    with cache.lock(key):
        value = cache.get_json("asr", key)
        if value is None:
            with done.open("a") as file:
                file.write("worked\\n")
            if sys.argv[4] == "slow":
                print("inside", flush=True)
                sys.stdin.readline()
            cache.put_json("asr", key, [1, 2, 3])
            value = cache.get_json("asr", key)
    print(value, flush=True)
"""


def test_of_two_runs_over_one_cache_one_does_the_work_and_the_other_waits(cache: Cache, tmp_path: Path) -> None:
    first, second = (python(WORK_ONCE, cache.root, KEY, tmp_path / "done", speed) for speed in ("slow", "quick"))
    assert first.stdin is not None
    assert first.stdout is not None
    assert second.stdin is not None
    assert second.stdout is not None
    assert first.stdout.readline() == "ready\n"
    assert second.stdout.readline() == "ready\n"
    first.stdin.write("go\n")
    first.stdin.flush()
    assert first.stdout.readline() == "inside\n"
    second.stdin.write("go\n")
    second.stdin.flush()
    assert "it is being worked on already, in this run or another" in second.stdout.readline()

    assert first.communicate("finish\n")[0] == "[1, 2, 3]\n"
    assert second.communicate()[0] == "[1, 2, 3]\n"
    assert (tmp_path / "done").read_text() == "worked\n"


def test_the_lock_of_a_killed_run_is_free(cache: Cache, tmp_path: Path) -> None:
    process = python(WORK_ONCE, cache.root, KEY, tmp_path / "done", "slow")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    assert [process.stdout.readline() for _ in range(2)] == ["ready\n", "inside\n"]
    process.kill()
    process.communicate()

    assert is_free(cache, KEY)
    assert cache.get_json("asr", KEY) is None


def test_who_waits_for_another_run_says_so(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def work() -> str:
        with cache.lock(KEY):
            return "done"

    with ThreadPoolExecutor(1) as pool:
        with cache.lock(KEY):
            waiting = pool.submit(work)
            while "waiting" not in caplog.text:
                time.sleep(0.01)
            assert is_free(cache, OTHER)
        assert waiting.result(60) == "done"

    assert caplog.text.count("in this run or another; waiting") == 1


def test_a_lock_is_given_back_after_an_error(cache: Cache) -> None:
    with pytest.raises(KeyError, match="x"), cache.lock(KEY):
        raise KeyError("x")
    assert is_free(cache, KEY)


def test_a_cache_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x")

    with pytest.raises(StoreError, match=r"cannot lock .*cache"), Cache(tmp_path / "cache").lock(KEY):
        pass


# --- keeping the cache small and sound --------------------------------------------------------------------------------


def fill(cache: Cache, *, used: dict[str, int]) -> None:
    """Entries of 1000 bytes and a little, last used at the given times."""
    for key, when in used.items():
        cache.put_json("asr", key, "x" * 1000)
        os.utime(cache.path("asr", key, ".json"), (when, when))


def download(cache: Cache, key: str, audio: bytes = b"sound") -> Path:
    folder = cache.path("media", key)
    folder.mkdir(parents=True)
    write_bytes(folder / "audio.wav", audio)
    card = {"file": "audio.wav", "bytes": len(audio), "sha256": sha256_of(folder / "audio.wav")}
    write_text(folder / "download.json", json.dumps(card))
    return folder


def test_entries_come_least_recently_used_first_with_their_sizes(cache: Cache) -> None:
    fill(cache, used={KEY: 200, OTHER: 100})
    folder = download(cache, KEY)
    os.utime(folder, (300, 300))
    with cache.lock(KEY):
        pass

    found = cache.entries()

    assert [(e.kind, e.key, e.used) for e in found] == [("asr", OTHER, 100), ("asr", KEY, 200), ("media", KEY, 300)]
    assert found[2].size == sum(path.stat().st_size for path in folder.iterdir())


def test_an_empty_cache_has_no_entries(cache: Cache) -> None:
    assert cache.entries() == ()
    assert cache.prune(0) == ()


def test_reading_an_entry_counts_as_use(cache: Cache) -> None:
    fill(cache, used={KEY: 100, OTHER: 200})
    cache.get_json("asr", KEY)

    assert [e.key for e in cache.entries()] == [OTHER, KEY]


def test_pruning_removes_the_least_recently_used_until_the_rest_fits(cache: Cache) -> None:
    keys = [Cache.key(n) for n in range(4)]
    fill(cache, used={key: n for n, key in enumerate(keys)})
    one = sum(entry.size for entry in cache.entries()) // 4

    assert [e.key for e in cache.prune(2 * one)] == keys[:2]
    assert [e.key for e in cache.entries()] == keys[2:]
    assert cache.prune(2 * one) == ()


def test_pruning_leaves_what_somebody_works_on(cache: Cache) -> None:
    fill(cache, used={KEY: 1, OTHER: 2})
    with cache.lock(KEY):
        assert [e.key for e in cache.prune(0)] == [OTHER]
    assert [e.key for e in cache.prune(0)] == [KEY]


def test_pruning_removes_downloads_whole_also_unfinished_ones(cache: Cache) -> None:
    folder = download(cache, KEY)
    folder.rename(folder.with_name(f"{KEY}.partial"))

    assert [e.key for e in cache.prune(0)] == [KEY]
    assert names_in(cache.root / "media") == []


def test_verifying_names_what_is_damaged_and_removes_nothing(cache: Cache) -> None:
    keys = [Cache.key(n) for n in range(3)]
    for key in keys:
        cache.put_json("asr", key, "words")
        with cache.journal("windows", key) as journal:
            journal.put(0, "words")
        download(cache, key)
    unfinished = cache.path("media", OTHER, ".partial")
    unfinished.mkdir()
    assert cache.verify({"media": is_intact}) == ()

    bad = [cache.path("asr", keys[0], ".json"), cache.path("windows", keys[1], ".jsonl")]
    for path in bad:
        path.write_bytes(path.read_bytes().replace(b"words", b"sword"))
    (cache.path("media", keys[2]) / "audio.wav").write_bytes(b"noise")

    assert {e.path for e in cache.verify({"media": is_intact})} == {*bad, cache.path("media", keys[2])}
    assert len(cache.entries()) == 10


# --- journals ---------------------------------------------------------------------------------------------------------


def test_a_journal_gives_back_what_was_put_also_when_opened_again(cache: Cache) -> None:
    with cache.journal("windows", KEY) as journal:
        journal.put(3, [["the", 1, 2, 0.5]])
        journal.put(0, {"a": None})
        journal.put(3, "again")
        assert journal.get(3) == "again"
    journal = cache.journal("windows", KEY)

    assert [journal.get(n) for n in range(4)] == [{"a": None}, None, None, "again"]
    journal.close()
    journal.close()


def test_a_value_is_on_disk_when_put_returns(cache: Cache) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        from subsync.store import Cache
        journal = Cache(Path(sys.argv[1])).journal("windows", sys.argv[2])
        journal.put(0, "first")
        journal.put(1, "second")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    process = python(code, cache.root, KEY)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    with cache.journal("windows", KEY) as journal:
        assert [journal.get(n) for n in range(2)] == ["first", "second"]


@settings(deadline=None, max_examples=30)  # each example waits for the disk
@given(st.data())
def test_a_journal_torn_anywhere_keeps_all_lines_before_the_tear(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "torn.jsonl"
    path.unlink(missing_ok=True)
    ends = [0]
    with Journal(path) as journal:
        for n in range(3):
            journal.put(n, f"value {n}\r\n")
            ends.append(path.stat().st_size)
    cut = data.draw(st.integers(0, ends[-1]))
    os.truncate(path, cut)

    with Journal(path) as journal:
        kept = sum(end <= cut for end in ends[1:])
        assert [journal.get(n) is not None for n in range(3)] == [n < kept for n in range(3)]
        journal.put(9, "after")
    with Journal(path) as journal:
        assert [journal.get(n) for n in (0, 9)] == ["value 0\r\n" if kept else None, "after"]
        assert len(path.read_bytes().splitlines()) == kept + 1


def test_a_damaged_line_costs_only_itself(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    with cache.journal("windows", KEY) as journal:
        for n in range(3):
            journal.put(n, f"value {n}")
    path = cache.path("windows", KEY, ".jsonl")
    path.write_bytes(path.read_bytes().replace(b"value 1", b"value 7"))

    with cache.journal("windows", KEY) as journal:
        assert [journal.get(n) for n in range(3)] == ["value 0", None, "value 2"]
    assert "dropped 1 damaged lines" in caplog.text


def test_a_put_that_fails_leaves_the_journal_as_it_was(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    real_write = os.write

    def half(fd: int, data: bytes) -> int:
        real_write(fd, data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with cache.journal("windows", KEY) as journal:
        journal.put(0, "first")
        monkeypatch.setattr(os, "write", half)
        with pytest.raises(StoreError, match=r"(?s)cannot write .*No space left.*Make room"):
            journal.put(1, "second")
        monkeypatch.undo()
        assert journal.get(1) is None
        journal.put(2, "third")
    with cache.journal("windows", KEY) as journal:
        assert [journal.get(n) for n in range(3)] == ["first", None, "third"]


def test_a_journal_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreError, match=r"cannot read .*file/j\.jsonl"):
        Journal(tmp_path / "file" / "j.jsonl")


# --- in use -----------------------------------------------------------------------------------------------------------


def test_pruning_leaves_what_somebody_holds(cache: Cache) -> None:
    """Any number of runs may read one file; the last one that lets go sets it free."""
    fill(cache, used={KEY: 1, OTHER: 2})
    one, two = cache.hold(KEY), cache.hold(KEY)
    assert [e.key for e in cache.prune(0)] == [OTHER]
    one.close()
    one.close()
    assert cache.prune(0) == ()
    assert is_free(cache, KEY), "who holds it keeps nobody from working on it"
    del two
    assert [e.key for e in cache.prune(0)] == [KEY]


def test_what_a_killed_run_held_is_free(cache: Cache) -> None:
    fill(cache, used={KEY: 1})
    code = """
        import sys
        from pathlib import Path
        from subsync.store import Cache
        hold = Cache(Path(sys.argv[1])).hold(sys.argv[2])
        print("holds", flush=True)
        sys.stdin.read()
    """
    process = python(code, cache.root, KEY)
    assert process.stdout is not None
    assert process.stdout.readline() == "holds\n"
    assert cache.prune(0) == ()
    process.kill()
    process.communicate()
    assert [e.key for e in cache.prune(0)] == [KEY]


def test_a_value_is_made_once_and_loaded_after_that(cache: Cache) -> None:
    made = []

    def value() -> set[int]:
        made.append(1)
        return {3, 1, 2}

    first = cache.cached("asr", KEY, value, load=set, save=sorted)
    assert cache.get_json("asr", KEY) == [1, 2, 3]
    with cache.lock(KEY):  # what is there is read without waiting for anybody
        assert cache.cached("asr", KEY, value, load=set, save=sorted) == first
    assert len(made) == 1
    assert cache.cached("asr", OTHER, value, load=set, save=sorted, lock=KEY) == first


def test_a_full_disk_of_temporary_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not the one of the results, which has room."""
    from subsync.store.files import errors_of_scratch

    monkeypatch.setenv("TMPDIR", "/scratch")
    for error in (OSError(errno.ENOSPC, "No space left on device"), RuntimeError("database or disk is full")):
        named = pytest.raises(StoreError, match=r"temporary files into /scratch: .*\n.*set TMPDIR")
        with named, errors_of_scratch(tmp_path / "talk.apkg"):
            raise error
    monkeypatch.setattr("subsync.store.files._ROOM", 1 << 80)
    with pytest.raises(OSError, match="No space left"), errors_of_scratch(tmp_path / "talk.apkg"):
        raise OSError(errno.ENOSPC, "No space left on device")
