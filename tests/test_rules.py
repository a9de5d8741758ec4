"""The table of reading rules and its checker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.cues.limits import PROFILES, CueOptions
from subsync.cues.rules import check, rules
from subsync.datatypes import Cue


def cue(start: int = 0, end: int = 2000, en: tuple[str, ...] = (), zh: tuple[str, ...] = ()) -> Cue:
    return Cue(start, end, en, zh)


def broken(*cues: Cue, options: CueOptions | None = None) -> list[tuple[str, int, float]]:
    return [(finding.rule, finding.cue, finding.value) for finding in check(cues, options)]


GOOD = cue(en=("So it goes",), zh=("就是这样",))


def test_a_good_cue_breaks_nothing() -> None:
    assert broken(GOOD, cue(2083, 4000, en=("and goes",))) == []


@pytest.mark.parametrize(
    ("bad", "rule", "value"),
    [
        (cue(), "empty", 1),
        (cue(en=(" ",)), "empty", 1),
        (cue(2000, 2000, en=("So",)), "duration", 0),
        (cue(2000, 1000, en=("So",)), "duration", -1000),
        (cue(0, 832, en=("So",)), "min-duration", 832),
        (cue(0, 7001, en=("So",)), "max-duration", 7001),
        (cue(0, 5000, en=("x" * 43,)), "en-columns", 43),
        (cue(0, 5000, zh=("好" * 16 + "a",)), "zh-columns", 16.5),
        (cue(en=("yes,", "yes,", "yes")), "en-lines", 3),
        (cue(zh=("一！", "二！", "三")), "zh-lines", 3),
        (cue(0, 1000, en=("x" * 11 + ",", "x" * 9)), "en-cps", 21),
        (cue(0, 1000, zh=("好好好好好好好好好好",)), "zh-cps", 10),
        (cue(en=("this is the", "end")), "en-line-break", 1),
        (cue(zh=("他们在云", "计算里")), "zh-break", 1),
        (cue(zh=("就是，", "这样。")), "zh-punctuation", 2),
    ],
)
def test_each_rule_reports_what_breaks_it(bad: Cue, rule: str, value: float) -> None:
    assert broken(bad) == [(rule, 1, value)]


@pytest.mark.parametrize(
    ("start", "finding"),
    [
        (2000, ("gap", 1, 0)),
        (2082, ("gap", 1, 82)),
        (2083, None),
        (2084, ("pause", 1, 84)),
        (2499, ("pause", 1, 499)),
        (2500, None),
        (1999, ("overlap", 2, 1)),
        (-1, ("order", 2, 1)),
    ],
)
def test_two_cues(start: int, finding: tuple[str, int, int] | None) -> None:
    assert broken(GOOD, cue(start, start + 2000, en=("and goes",))) == ([finding] if finding else [])


def test_held_chinese_is_read_once() -> None:
    held = ("他看着窗外很久没有说话了",)
    assert broken(cue(0, 1000, en=("He looked out",), zh=held), cue(1083, 2500, en=("for a while.",), zh=held)) == []
    assert broken(cue(0, 1000, zh=held), cue(1083, 2500, zh=("好",))) == [("zh-cps", 1, 12.0)]


def test_a_break_inside_a_name_is_reported_and_one_after_a_comma_is_not() -> None:
    (finding,) = check([cue(en=("I met Jensen", "Huang there"))])
    assert (finding.rule, finding.limit, finding.reason) == ("en-line-break", 0.5, "parts a name")
    assert broken(cue(en=("I met Jensen,", "Huang and him"))) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I saw the | house", "a determiner from its noun"),
        ("They would | go with us", "an auxiliary from its verb"),
        ("It is a good | question for them", "an adjective or a noun from its noun"),
        ("He wants to | go home", "to from its verb"),
        ("She works for | money and he does not", "a preposition or a conjunction from what follows"),
        ("It rained and | we went home by train", "a conjunction from its clause"),
        ("They paid $550 | billion for it in March", "a number from what it counts"),
        ("This is my | garden", "a possessive from its noun"),
        ("They picked | up the phone and called us", "a verb from its particle"),
        ("You have to bring | it because they need it", "a verb from its pronoun"),
        ("It was late when we | left and it rained", "a subject from its verb"),
    ],
)
def test_a_bad_break_says_what_it_parts(text: str, reason: str) -> None:
    upper, lower = (part.strip() for part in text.split("|"))
    (line,) = check([cue(0, 4000, en=(upper, lower))])
    assert (line.rule, line.reason) == ("en-line-break", f"parts {reason}")
    between = check([cue(0, 2000, en=(upper,)), cue(2083, 4000, en=(lower,))])
    assert [(f.rule, f.cue, f.reason) for f in between] == [("en-cue-break", 1, f"parts {reason}")]


def test_what_a_full_stop_parted_is_no_word() -> None:
    """It is not shown at the end of a line: "...repair" and "2024" were told as one word that a break parts."""
    for upper, lower in (("网站是https://a.org/repair", "2024年开始"), ("请转42", "2.1.3版发布")):
        assert broken(cue(0, 3000, zh=(upper,)), cue(3083, 6000, zh=(lower,))) == []
    parted = [cue(0, 2000, zh=("我们在推理云",)), cue(2083, 4000, zh=("计算里托管模型",))]
    assert broken(*(replace(part, paragraph=k) for k, part in enumerate(parted))) == []
    assert broken(*(replace(part, paragraph=3) for part in parted)) == [("zh-break", 1, 1.0)]


def test_a_chinese_word_is_named() -> None:
    findings = check([cue(0, 2000, zh=("我们在推理云",)), cue(2083, 4000, zh=("计算里托管模型",))])
    assert [(f.rule, f.reason) for f in findings] == [("zh-break", "parts the word 云计算")]
    stopped = cue(0, 2000, en=("It is you.",), zh=("是你",)), cue(2083, 4000, en=("I do not",), zh=("我不",))
    assert broken(*stopped) == []
    assert broken(replace(stopped[0], en=("It is you",)), stopped[1])[-1] == ("zh-break", 1, 1.0)
    held = ("我们在推理云",)
    assert check([cue(0, 2000, zh=held), cue(2083, 4000, zh=held)]) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("这是令人|难以置信的", "令人 from 难以置信"),
        ("他有一|档节目", "一 from 档"),
        ("那是一|个好主意", "一 from 个"),
        ("他坐|在椅子上", "坐 from 在"),
        ("而且他们|的公司", "他们 from 的"),
        ("因为我们很|快就会", "很 from 快"),
        ("如果可以的|话我们走", "the word 的话"),
        ("有人教科|学", "the word 科学"),
    ],
)
def test_a_bad_break_in_chinese_says_what_it_parts(text: str, reason: str) -> None:
    upper, lower = text.split("|")
    for cues in ([cue(0, 4000, zh=(upper, lower))], [cue(0, 2000, zh=(upper,)), cue(2083, 4000, zh=(lower,))]):
        assert [(f.rule, f.reason) for f in check(cues)] == [("zh-break", f"parts {reason}")]


@pytest.mark.parametrize(
    "text", ["他说的|话很对", "我在家|在等你", "我们和他|在一起", "就是这样的|人", "外面的风|在吹", "他告诉我|在那里"]
)
def test_a_break_between_chinese_phrases_is_none(text: str) -> None:
    assert broken(cue(0, 4000, zh=tuple(text.split("|")))) == []


def test_cues_of_two_paragraphs_part_nothing() -> None:
    assert check([Cue(0, 2000, ("But I",), (), 0), Cue(2083, 4000, ("will go on",), (), 1)]) == ()


def test_the_worst_line_stands_for_the_cue() -> None:
    assert broken(cue(0, 6000, en=("x" * 42 + ",", "x" * 50))) == [("en-columns", 1, 50)]


def test_limits_come_from_the_options() -> None:
    tall = cue(0, 5000, en=("x" * 40,))
    assert broken(tall) == []
    assert broken(tall, options=PROFILES["bbc"]) == [("en-columns", 1, 40)]


@pytest.mark.parametrize(
    ("house", "rule", "fine", "wrong"),
    [
        ("bbc", "en-cps", [cue(0, 1000, en=("x" * 17,))], [cue(0, 1000, en=("x" * 18,))]),
        ("bbc", "pause", [GOOD, cue(3000, 5000, en=("on",))], [GOOD, cue(2999, 5000, en=("on",))]),
        ("ted", "en-cps", [cue(0, 1000, en=("x" * 21,))], [cue(0, 1000, en=("x" * 22,))]),
        ("vertical", "en-columns", [cue(en=("x" * 20,))], [cue(en=("x" * 21,))]),
        ("vertical", "zh-columns", [cue(zh=("好" * 10,))], [cue(zh=("好" * 10 + "a",))]),
    ],
)
def test_houses_have_limits_of_their_own(house: str, rule: str, fine: list[Cue], wrong: list[Cue]) -> None:
    assert broken(*fine, options=PROFILES[house]) == []
    assert [name for name, _, _ in broken(*wrong, options=PROFILES[house])] == [rule]


def test_findings_carry_the_limit() -> None:
    (finding,) = check([cue(0, 7500, en=("So",))])
    assert (finding.value, finding.limit) == (7500, 7000)


@pytest.mark.parametrize("name", PROFILES)
def test_every_rule_names_its_unit_and_source(name: str) -> None:
    table = rules(PROFILES[name])
    assert all(rule.unit and rule.source for rule in table)
    assert len({rule.name for rule in table}) == len(table)


LINES = st.lists(st.text(max_size=50), max_size=3).map(tuple)
ANY_CUE = st.builds(Cue, st.integers(0, 9000), st.integers(0, 9000), LINES, LINES)


@given(st.lists(ANY_CUE, max_size=6))
def test_any_file_can_be_checked(cues: list[Cue]) -> None:
    findings = check(cues)
    names = {rule.name for rule in rules()}
    assert all(finding.rule in names and 1 <= finding.cue <= len(cues) for finding in findings)
    negative = {n for n, c in enumerate(cues, 1) if c.end <= c.start}
    assert {finding.cue for finding in findings if finding.rule == "duration"} == negative
