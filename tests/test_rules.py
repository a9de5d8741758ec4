"""The table of reading rules and its checker."""

from __future__ import annotations

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
        (cue(zh=("一", "二", "三")), "zh-lines", 3),
        (cue(0, 1000, en=("x" * 12, "x" * 9)), "en-cps", 21),
        (cue(0, 1000, zh=("好好好好好好好好好好",)), "zh-cps", 10),
        (cue(en=("this is the", "end")), "en-break", 4.0),
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
    assert broken(cue(en=("I met Jensen", "Huang there"))) == [("en-break", 1, 4.0)]
    assert broken(cue(en=("I met Jensen,", "Huang and him"))) == []


def test_the_worst_line_stands_for_the_cue() -> None:
    assert broken(cue(0, 6000, en=("x" * 43, "x" * 50))) == [("en-columns", 1, 50)]


def test_limits_come_from_the_options() -> None:
    tall = cue(0, 5000, en=("x" * 40,))
    assert broken(tall) == []
    assert broken(tall, options=PROFILES["bbc"]) == [("en-columns", 1, 40)]


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
