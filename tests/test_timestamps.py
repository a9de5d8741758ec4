"""Times as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.times import ass_time, clock, parse_clock, vtt_time


@pytest.mark.parametrize(
    ("ms", "vtt", "for_people"),
    [
        (0, "00:00:00.000", "0:00"),
        (999, "00:00:00.999", "0:00"),
        (59_999, "00:00:59.999", "0:59"),
        (754_999, "00:12:34.999", "12:34"),
        (3_723_004, "01:02:03.004", "1:02:03"),
        (360_000_000, "100:00:00.000", "100:00:00"),
    ],
)
def test_times_are_written_without_rounding_up(ms: int, vtt: str, for_people: str) -> None:
    """59.999 s is never written as 60.000, and a clock is floored."""
    assert vtt_time(ms) == vtt
    assert clock(ms) == for_people


def test_hundredths_carry_into_the_minute() -> None:
    """ASS has hundredths: rounding must carry, not print 59.100."""
    assert ass_time(59_996) == "0:01:00.00"
    assert ass_time(3_723_006) == "1:02:03.01"


def test_a_negative_time_is_refused() -> None:
    """No format can hold it."""
    with pytest.raises(ValueError, match="before the start of the recording: -1 ms"):
        vtt_time(-1)


@pytest.mark.parametrize("text", ["", "12", "1:2", "12:60", "1:60:00", "12:34:56:78", "a:bc", "-1:00", "１２:３４"])
def test_what_is_not_a_clock_is_none(text: str) -> None:
    """The caller decides what to do with it."""
    assert parse_clock(text) is None


@pytest.mark.parametrize(
    ("text", "ms"), [("0:05", 5_000), ("12:34.5", 754_500), ("00:12:34", 754_000), ("90:00", 5_400_000)]
)
def test_clocks_are_read(text: str, ms: int) -> None:
    """Minutes may pass 59 where there are no hours."""
    assert parse_clock(text) == ms


@given(st.integers(0, 100 * 3_600_000))
def test_a_written_time_reads_back(ms: int) -> None:
    """Milliseconds survive; a clock keeps the second."""
    assert parse_clock(vtt_time(ms)) == ms
    assert parse_clock(clock(ms)) == ms // 1000 * 1000
