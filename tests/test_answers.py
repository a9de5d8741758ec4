"""After a correction only what it touches is done again, and the result is what it would be without a memory."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes import Tools, note_of
from hypothesis import given, settings
from hypothesis import strategies as st

import subsync.phones
from subsync.cues import CueOptions
from subsync.datatypes import RecognizedWord
from subsync.note import parse_note
from subsync.phones import CoarseWord, Forced, ForcedWord
from subsync.pipeline import SyncOptions, sync_note
from subsync.run.answers import OF_NOTES, STRETCH, WINDOW, WORDS, Answers
from subsync.run.session import Session
from subsync.run.settings import Settings
from subsync.run.workers import Workers
from subsync.store import Cache
from subsync.store.recall import in_groups, recalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from subsync.datatypes import Alignment, Note, SyncResult

SAMPLES = Path(__file__).parent.parent / "samples"


class Counted:
    """How often functions were called."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = {"force": 0, "coarse": 0}
        for name in self.calls:
            monkeypatch.setattr(subsync.phones, name, self._counting(name, getattr(subsync.phones, name)))

    def _counting(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            self.calls[name] += 1
            return function(*args, **options)

        return counted

    def taken(self) -> dict[str, int]:
        """Since it was taken last."""
        found = dict(self.calls)
        self.calls.update(dict.fromkeys(found, 0))
        return found


def aligned(note: Note, cache: Path) -> Alignment:
    """In one process, so that calls can be counted."""
    session = Session(Settings(model="tiny.en"), Cache(cache), audio=SAMPLES / "tide-machine.opus", threads=1)
    media = session.fetch(note)
    return session.align(note, media, session.recognize(note, media))


def test_after_a_corrected_word_only_what_it_touches_is_laid_again(
    tmp_path: Path, heard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (SAMPLES / "tide-machine.md").read_text(encoding="utf-8")
    assert text.count("one very long wire") == 1
    corrected = text.replace("one very long wire", "one very thin wire")
    other = parse_note(corrected, path="n.md", sha256="0" * 64)
    shutil.copytree(heard, tmp_path / "kept")
    shutil.copytree(heard, tmp_path / "new")
    for kind in ("alignment", "answers"):
        shutil.rmtree(tmp_path / "new" / kind)
    counted = Counted(monkeypatch)

    again = aligned(other, tmp_path / "kept")
    corrected_only = counted.taken()
    alone = aligned(other, tmp_path / "new")
    whole = counted.taken()

    assert again == alone
    assert whole["force"] >= 8
    assert whole["coarse"] >= 1
    assert 1 <= corrected_only["force"] <= 4  # its window, twice if the second ear is asked, and one beside it
    for kind in ("transcript", "alignment"):
        shutil.rmtree(tmp_path / "kept" / kind)
    assert aligned(other, tmp_path / "kept") == alone
    assert counted.taken() == {"force": 0, "coarse": 0}


def test_only_what_is_not_known_is_asked_and_each_thing_once() -> None:
    asked: list[int] = []

    def answer(questions: Iterable[int]) -> list[str]:
        asked.extend(questions)
        return [f"{q}!" for q in asked]

    known = {1: "one"}
    assert recalled([3, 1, 2, 3], known, answer) == ["3!", "one", "2!", "3!"]
    assert asked == [3, 2]
    assert known == {1: "one", 3: "3!", 2: "2!"}


def test_an_entry_keeps_what_its_last_run_used() -> None:
    """Else it would grow with each correction."""
    first: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, {})
    first[[1]], first[[2]] = (), (RecognizedWord("wheel", 0, 300, 0.5),)
    assert first.changed
    second: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, first.used)
    assert second.get([2]) == (RecognizedWord("wheel", 0, 300, 0.5),)
    assert second.get([3]) is None
    assert second.changed
    assert len(second.used) == 1
    third: Answers[list[int], tuple[RecognizedWord, ...]] = Answers(WORDS, second.used)
    third.get([2])
    assert not third.changed


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        (WINDOW, Forced((ForcedWord(0, 310, 0.8123), None), "phones, freely", 0.4062, (1,))),
        (WINDOW, Forced((None, None), "none", 0.1)),
        (STRETCH, (CoarseWord(0, 30, -1.2345678901234567), None)),
        (WORDS, (RecognizedWord("“wheel,”", 20, 310, 0.1 + 0.2),)),
    ],
)
def test_an_answer_comes_back_as_it_was(tmp_path: Path, shape: Any, answer: object) -> None:
    cache = Cache(tmp_path)
    cache.put_json("answers", "0" * 64, shape.save(answer))
    assert shape.load(cache.get_json("answers", "0" * 64)) == answer


# --- of a note's paragraphs -------------------------------------------------------------------------------------------

TALK = (
    ("**Mira:** There are 24 wheels, which cost $2,000 a year; each of them turns at its own speed. Do they?",
     "**Mira：** 一共有24个轮子，每年花费2000美元；每一个都按自己的速度转动。是吗？"),
    ("**Tomas:** So the wire is the sum. The wire is very long, you know, and it runs over all of the wheels.",
     "**Tomas：** 所以钢丝就是总和。钢丝很长，它绕过所有的轮子。"),
    ("**Tomas:** Nobody translates this.", ""),
    ("**Mira:** In 1953 nobody could find the key to the glass case. Thank you, Tomas, for the 12 wheels.",
     "**Mira：** 1953年，没人找得到玻璃柜的钥匙。谢谢你，托马斯，谢谢你的12个轮子。"),
    ("**Tomas:** Yes.", "**Tomas：** 是的。"),
)  # fmt: skip


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_groups_are_answered_in_order_and_made_when_they_are_asked_for(items: list[int], size: int) -> None:
    taken: list[int] = []

    def given_out() -> Iterator[int]:
        for item in items:
            taken.append(item)
            yield item

    sizes = []

    def doubled(group: Sequence[int]) -> list[int]:
        sizes.append(len(group))
        return [2 * item for item in group]

    answers = iter(in_groups(map, doubled, given_out(), size))
    assert next(answers, None) == (2 * items[0] if items else None)
    assert len(taken) == min(size, len(items))
    assert list(answers) == [2 * item for item in items[1:]]
    assert sizes == [min(size, len(items) - k) for k in range(0, len(items), size)]


class Kept:
    """Answers as they come back from the disk in the next run."""

    def __init__(self) -> None:
        self.before: dict[str, dict[str, Any]] = {}

    def sync(self, text: str, tools: Tools, options: SyncOptions) -> tuple[SyncResult, dict[str, int]]:
        """A run, and how many new answers of each kind it needed."""
        known: dict[str, Answers[Any, Any]] = {
            name: Answers(shape, json.loads(json.dumps(self.before.get(name, {})))) for name, shape in OF_NOTES.items()
        }
        result = sync_note(note_of(text), tools, options, memory=lambda name: nullcontext(known[name]))
        self.before = {name: answers.used for name, answers in known.items()}
        return result, {name: len(answers.used.keys() - answers.before.keys()) for name, answers in known.items()}


def written(paragraphs: Iterable[tuple[str, str]]) -> str:
    return "---\ntitle: x\n---\n" + "\n\n".join(text for pair in paragraphs for text in pair if text)


def test_paragraphs_that_are_shared_among_processes_give_the_same_result() -> None:
    """Each is paired, cut and judged by what its question says of it, wherever that is."""
    other = [(f"{en} That was number {k}.", zh and f"{zh}那是第{k}个。") for k in range(12) for en, zh in TALK]
    note = note_of(written(other))
    workers = Workers(2)
    elsewhere = []

    def spread(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
        found = list(workers.map(function, items))
        elsewhere.append(len(found))
        return found

    assert sync_note(note, Tools(), spread=spread) == sync_note(note, Tools())
    assert elsewhere == [8, 60, 2]  # 60 paragraphs, eight in a group and one by one, and the breaks of fifty cues
    workers.close()


def test_of_a_note_only_the_paragraph_with_another_word_is_paired_and_cut_again() -> None:
    kept = Kept()
    first, asked = kept.sync(written(TALK), Tools(), SyncOptions())
    assert asked["beads"] == asked["cues"] == len(first.note.paragraphs) >= 4
    _, again = kept.sync(written(TALK), Tools(), SyncOptions())
    assert again == dict.fromkeys(asked, 0)
    corrected = written(TALK).replace("find the key", "find the bee")
    second, asked = kept.sync(corrected, Tools(), SyncOptions())
    assert asked["beads"] == asked["cues"] == 1
    assert 1 <= asked["breaks"] <= 4  # the lines of a cue, it and its neighbours
    assert second == sync_note(note_of(corrected), Tools())
    assert second != first


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_what_is_remembered_changes_no_result(data: st.DataObject) -> None:
    """Whatever is corrected between two runs: words, sentences, paragraphs, times, choices."""
    kept = Kept()
    paragraphs = list(TALK)
    for _ in range(3):
        k = data.draw(st.integers(0, len(paragraphs) - 1))
        en, zh = paragraphs[k]
        match data.draw(st.sampled_from(["word", "split", "chinese", "gone", "twice", "nothing"])):
            case "word":
                words = en.split()
                n = data.draw(st.integers(1, len(words) - 1))
                words[n] = data.draw(st.sampled_from(["wheels", "$12", "the", "key.", "uh,", "Harlan", "2,000", "not"]))
                paragraphs[k] = " ".join(words), zh
            case "split":
                paragraphs[k] = en.replace(", ", ". ", 1), zh.replace("，", "。", 1)
            case "chinese":
                paragraphs[k] = en, zh.replace("轮子", data.draw(st.sampled_from(["车轮", "钥匙", ""])))
            case "gone":
                paragraphs = paragraphs[:k] + paragraphs[k + 1 :] if len(paragraphs) > 1 else paragraphs
            case "twice":
                paragraphs.insert(k, paragraphs[k])
        at, per_letter = data.draw(st.sampled_from([(0, 60), (2000, 60), (2000, 25)]))
        tools = Tools(at, per_letter, absent=data.draw(st.sets(st.integers(0, 3), max_size=1).map(frozenset)))
        cues = CueOptions(
            speakers=data.draw(st.sampled_from(["off", "dash", "name"])), chinese_display=data.draw(st.booleans())
        )
        text, options = written(paragraphs), SyncOptions(cues)
        assert kept.sync(text, tools, options)[0] == sync_note(note_of(text), tools, options)
