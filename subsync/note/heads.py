"""What stands in front of a line and is not spoken: the time at which it is said, the name of who says it.

``[0:07]``, ``**0:07**``, ``Brad (0:07):``, ``SPEAKER_00 [00:00:07.400 --> 00:00:09.400]``, ``[Anna, 0:07]``,
``Anna Lee | 0:07``, ``0'07"``: tools write times and names in many ways. Brackets, links, back ticks, bold type, the
picture of a clock, a name, or a line of its own make a time one that nobody says. A bare time in front of prose
(``12:34 is when it began``) may be prose; a note that has them all over, ascending, is a transcript.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from subsync.note.names import is_name, is_role, is_surely_a_name
from subsync.text.scripts import HAN_RANGES, is_chinese
from subsync.times import parse_clock

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from subsync.datatypes import Ms


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in front of a line and is not spoken."""

    length: int
    """Characters of the line that it takes."""
    speaker: str | None
    pin: Ms | None


CLOCK = r"(?:\d{1,3}[:：])?\d{1,3}[:：]\d{2}(?:[.,]\d{1,3})?"
_LONG = (
    r"(?:\d{1,2}\s?h(?:rs?)?\s?)?\d{1,3}\s?m(?:in)?\.?\s?\d{1,2}\s?s(?:ec)?\b"
    r"|(?:\d{1,2}\s?小[时時]\s?)?\d{1,3}\s?分[钟鐘]?\s?\d{1,2}\s?秒"
    r"|(?:\d{1,2}°\s?)?\d{1,3}(?:'|’|′)\s?\d{2}(?:\"|”|″|''|’’|′′)"
)
_FRAMES = r"\d{2}:\d{2}:\d{2}[:;]\d{2}"
"""As programs that cut pictures write times: the last are frames of the second."""
_SECONDS = r"\d{1,5}(?:\.\d{1,3})?\s?(?:s(?:ec)?\b|秒)"
"""``7.40s``, which is a time only where something says so."""
_TIME = rf"(?:{_FRAMES}|{CLOCK}|{_LONG})(?!\d|[:：]\d)"
_ARROW = r"\s*(?:-+>|→|[-–—~～至到/])\s*"
_CLOCK_FACES = "@▶►⏱⏰⏲⌚🎬🎧📍\U0001f550-\U0001f567\ufe0f"
_PLACED = r"(?:[^\S\n]+(?:align|line|position|region|size|vertical):\S+)*"
"""As WebVTT says where its cue stands."""
_SAID_TO_BE = r"(?:#?[tT]=|(?:时间[戳码]?|時間[戳碼]?|[Tt]ime(?:[\s-]?(?:stamp|code))?)\s*[:：]\s*)"
_STAMP = rf"[{_CLOCK_FACES}]*\s?{_SAID_TO_BE}?[~～≈]?(?P<time>{_TIME}|(?<=[tT]=)\d+s?\b)(?:{_ARROW}{_TIME}{_PLACED})?"
"""A time, or the first of a range."""
_MAY_BE_TIMED = re.compile(r"\d\s?[:：hm小分s秒°'’′]|[tT]=\d")
"""True of each line with a time. Only for such a line are the long patterns made, which takes a tenth of a second."""
_made = cache(re.compile)
_SURELY = re.compile(rf"[{_CLOCK_FACES}]+\s?[tT~～≈\d]|#[tT]=|{_FRAMES}|0{{1,2}}['’′]")
"""A time that begins so is one that nobody says: behind a clock, with frames, of no minutes (``4'33"`` is a piece)."""
_IN_BRACKETS = (
    r"(?:(?:[Aa]t|[Ww]atch|[Pp]lay|[Ll]isten|[Jj]ump to|跳转|跳轉|播放|观看|觀看|收听|收聽"
    r"|[Vv]ideo|[Aa]udio|[Cc]lip|[Tt]ime(?:[\s-]?(?:stamp|code))?"
    r"|时间[戳码]?|時間[戳碼]?|音[频頻]|[视視][频頻]|[录錄]音|第)[\s:：]*)?"
)
"""What may stand before a time in square brackets."""
_DRESS = r"(?:\*{1,3}|_{1,3}|`|==|~~)?"
_OPEN, _CLOSE = "(（【{<〔「『《〈［", ")）】}>〕」』》〉］"
_URL = r"\((?:<[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))*)(?:[^\S\n]+\"[^\"\n]*\")?\)"

_ENCLOSED = (
    rf"(?:[{_CLOCK_FACES}]+\s?)?{_DRESS}[{_OPEN}]?(?:"
    rf"\\?\[{_DRESS}{_IN_BRACKETS}{_STAMP.replace('time', 'square')}{_DRESS}\\?\](?:{_URL})?"
    rf"|\\?\[{_IN_BRACKETS}(?P<seconds>{_SECONDS})(?:{_ARROW}{_SECONDS})?\\?\](?:{_URL})?"
    rf"|\[\[(?:[^\[\]|\n]*\||#)?\s*{_STAMP.replace('time', 'wiki')}\s*\]\]"
    rf"|\[\[{_STAMP.replace('time', 'linked')}\]{_URL}\]"
    rf"|(?<=[{_OPEN}]){_IN_BRACKETS}{_STAMP.replace('time', 'round')}(?=[{_CLOSE}])"
    rf")[{_CLOSE}]?{_DRESS}"
)
"""In brackets of any kind, perhaps a link, perhaps in bold type."""
_TAGGED = (
    rf"(?:<[a-zA-Z][^<>\n]*>)+(?:{_STAMP})(?:</[a-zA-Z]+>)+"
    rf"|(?<=[\ue000-\uf8ff]){_STAMP.replace('time', 'masked')}[\ue000-\uf8ff]+(?=\s|$)"
)
"""In HTML, or highlighted, whose marks are masked by now."""
_DRESSED = rf"(?P<around>\*{{1,3}}|_{{1,3}}|`|==|~~)(?:{_STAMP})(?P=around)(?=[\s:：\-–—|]|$)"
_BEHIND = re.compile(r"\s*(?:[-–—|:•·>]+(?=\s|$)|[：｜]+)?\s*")
"""What may part a time or a name from what is said: a dash, a colon, a bar."""
_PARTED = re.compile(r"\s*(?:(?:[-–—|•·]+|>>+)(?:\s|$)|:(?:\s|$)|[：｜]|$)")
"""Behind a bare time: a mark that parts it from the text, or the end of the line."""
_NOT_A_STAMP = re.compile(r"\s?(?:[ap]\.?m\b|o'clock|hours?\b|[点點时時分]|%)", re.IGNORECASE)

_WORD = r"(?:[A-Z][\w.’'&-]*|\d{1,3})"
_PLAIN_NAME = rf"(?:[A-Z][\w.’'-]*(?:[ ·]{_WORD}){{0,3}}|[{HAN_RANGES}·]{{1,8}}\s?\d{{0,3}})"
"""What may be a name without being marked as one: words with capitals, or a few Chinese characters."""
_JOINT = r"(?:\s*[(（][^()（）\n\d]{1,20}[)）])?\s*(?:[|,，@•·:：–—-]\s*)?"
"""Between a name and a time: a role, a mark."""
_AHEAD = rf"{_DRESS}[\[(（【]{{0,2}}(?<!\d){_TIME}"

# A name of one to four words, perhaps in a wiki link (masked by now).
_MASKED = "[\ue000-\uf8ff]*"
_NAME = rf"{_MASKED}(?P<name>[^\W\d_][\w.’'-]{{,24}}(?:[ ·][\w.’'-]{{1,24}}){{,3}}){_MASKED}"
_ROLE = r"(?:\s*[(（][^()（）\n\d]{1,30}[)）]|[,，][^\S\n]?[a-z][\w .'’-]{1,30}(?=[:：]))?"
"""What somebody is, behind the name."""
_MARKED_LABEL = re.compile(
    rf"(?P<mark>[*_]{{1,3}}){_NAME}{_ROLE}\s*(?:[:：]\s*(?P=mark)|(?P=mark)\s*(?:[:：]|(?={_JOINT}{_AHEAD}))){_JOINT}"
)
_NAME_LINE = re.compile(rf"(?P<mark>[*_]{{2}}|){_NAME}(?P=mark)\s*")
_LABEL_BEFORE_TIME = re.compile(
    rf"(?:\[(?P<square>[^\[\]\n]{{1,40}})\]|(?P<name>{_PLAIN_NAME})){_JOINT}(?={_AHEAD}"
    rf"(?:{_ARROW}{_TIME})?[\])）】]?\s*(?:：|:(?:\s|$)|[-–—|]\s|$))"
)
"""``Anna 0:17:``, ``Anna — 0:24 —``, ``Anna Lee | 0:28`` at the end of the line."""
_LABEL_BEHIND_TIME = re.compile(
    rf"(?:\[(?P<square>[^\[\]\n]{{1,40}})\]|(?P<name>{_PLAIN_NAME}))\s*(?:[:：|](?=\s|[^\x00-\x7f]|$)|$)\s*"
)
"""``0:13 Anna: She ...``: behind a time a name with a colon is who speaks."""
_NAME_AHEAD = re.compile(rf"\s*(?:[-–—|]\s*)?(?:\[[^\[\]\n]{{1,40}}\]|{_PLAIN_NAME})\s*(?:[:：](?=\s|[^\x00-\x7f])|$)")

_JOINED = r"(?:\s*[,，|@·•:：–—-]\s*|\s+)"
_ONE = r"(?P<name>[^\W\d_][^\[\](){}（）【】<>|\n*:：,，]{0,38}?)"


def _both(name: str, time: str) -> str:
    """A name and a time in either order, the time perhaps in brackets of its own."""
    stamp = rf"(?:[\[(（【]{_STAMP}[\])）】]|{_STAMP.replace('time', 'timed')})"
    first = rf"{_ONE}{_JOINED}{stamp}\s*[:：]?"
    last = rf"{stamp}{_JOINED}{_ONE}\s*[:：]?"
    named = [
        way.replace("<name>", f"<{name}{k}>").replace("<time>", f"<{time}{k}>").replace("<timed>", f"<{time}{k}b>")
        for k, way in enumerate((first, last))
    ]
    return f"(?:{'|'.join(named)})"


_TOGETHER = (
    rf"{_DRESS}[\[(（【]{_both('name', 'time')}[\])）】](?:{_URL})?{_DRESS}"
    rf"|(?P<dress>\*{{1,3}}|_{{1,3}}){_both('bold', 'at')}(?P=dress)"
)
"""``[Anna, 0:07]``, ``(0:07 Anna)``, ``**Anna [0:07]:**``, ``**[0:07] Anna:**``."""
_COLON = re.compile(r"[:：][\])）】*_]*\Z")
_NUMBERED_SPEAKER = re.compile(r"(?P<name>[A-Za-z]+(?:_| ?)\d{1,2})\s+(?=[\W]*[A-Z]|[^\x00-\x7f])")
"""``[0:07] Speaker 1 We talked``: behind a time no mark is needed."""
_BULLET = re.compile(
    "(?:[•●▪◦‣·–—]|[\U0001f399\U0001f3a4\U0001f5e3\U0001f464\U0001f468\U0001f469\U0001f4ac]\ufe0f?)\\s*"
)
"""In front of a turn: a mark of a list, the picture of a microphone or of somebody who speaks."""

_AT_THE_END = rf"(?:\A|(?<=\S))[^\S\n]*[(（【]?[\[(（【]{_STAMP}[\])）】](?:{_URL})?[)）】]?\s*\Z"

LONGEST_CHINESE_NAME = 12  # "英伟达首席执行官黄仁勋" has 11; longer ones are sentences.


def head_of(
    line: str,
    mask: str,
    *,
    is_heading: bool = False,
    bare_times: bool = False,
    after_time: bool = False,
    names: Container[str] = (),
) -> Head:
    """Read the time and the name in front of a line, in any order.

    Args:
        line: Of an inline token; what is not spoken is masked by ``mask``.
        mask: The character that stands for one that is not spoken.
        is_heading: Headings have no speakers.
        bare_times: Whether a bare time in front of prose is a pin in this note.
        after_time: Whether a time stands alone on the line above.
        names: Who is named in it on lines of their own.
    """
    place = _begin(line, mask)
    bullet = _BULLET.match(line, place)
    if bullet and (_stamp(line, bullet.end(), bare=bare_times) or _MARKED_LABEL.match(line, bullet.end())):
        place = bullet.end()
    if not is_heading and (both := _together(line, place)):
        return both
    if (alone := _NAME_LINE.fullmatch(line, place)) and alone["name"] in names and not is_heading:
        return Head(len(line), alone["name"], None)
    speaker = pin = None
    while True:
        bare = bare_times or is_heading or (speaker is not None and not _COLON.search(line[:place].rstrip()))
        stamp = _stamp(line, place, bare=bare) if pin is None else None
        if stamp:
            place, pin = stamp
            continue
        timed = after_time or pin is not None
        label = _label(line, place, after_time=timed) if speaker is None and not is_heading else None
        if label is None:
            return Head(place, speaker, pin)
        place, speaker = label


def _begin(line: str, mask: str) -> int:
    return len(line) - len(line.lstrip(" \t\u3000" + mask))


def tail_of(line: str) -> tuple[int, Ms] | None:
    """Where a time in brackets at the end of a line starts, as people note where they found it; and its value."""
    match = _made(_AT_THE_END).search(line) if _MAY_BE_TIMED.search(line) else None
    time = _value(match["time"]) if match else None
    return None if match is None or time is None else (match.start(), time)


def _stamp(line: str, place: int, *, bare: bool) -> tuple[int, Ms] | None:
    """End and value of a time at a place, with the mark that parts it from the text."""
    if not _MAY_BE_TIMED.search(line):
        return None
    ways = (_made(way).match(line, place) for way in (_ENCLOSED, _DRESSED, _TAGGED))
    match = next(filter(None, ways), None)
    if match is None:
        match = _made(_STAMP).match(line, place)
        if match is None or _NOT_A_STAMP.match(line, match.end()):
            return None
        is_sure = _SURELY.match(line, place)
        alone = _PARTED.match(line, match.end()) or _NAME_AHEAD.match(line, match.end())
        if not (alone or ((bare or is_sure) and line[match.end() : match.end() + 1].isspace())):
            return None
    written = next(value for group, value in match.groupdict().items() if group != "around" and value)
    time = _value(written)
    behind = _BEHIND.match(line, match.end())
    return None if time is None or behind is None else (behind.end(), time)


def _together(line: str, place: int) -> Head | None:
    """A name and a time that are set off together."""
    match = _made(_TOGETHER).match(line, place) if _MAY_BE_TIMED.search(line) else None
    if match is None:
        return None
    groups = {group: value for group, value in match.groupdict().items() if value}
    name = next(value for group, value in groups.items() if group.startswith(("name", "bold"))).strip()
    pin = _value(next(value for group, value in groups.items() if group.startswith(("time", "at"))))
    behind = _BEHIND.match(line, match.end())
    is_labelled = (
        "dress" not in groups
        or _COLON.search(match[0] + line[match.end() :][:1].strip())
        or is_role(re.split(r"[_ \d]", name)[0])
    )
    if pin is None or behind is None or not (_may_be_a_name(name) and is_labelled):
        return None
    return Head(behind.end(), name, pin)


def _may_be_a_name(name: str) -> bool:
    return _is_short(name) and (is_name(name) or re.fullmatch(r"[A-Z]+_\d+", name) is not None)


def _is_short(name: str) -> bool:
    return name.isascii() or len(name) <= LONGEST_CHINESE_NAME or " " in name


def _label(line: str, place: int, *, after_time: bool) -> tuple[int, str] | None:
    """End of a label at a place, and the name in it."""
    label = (
        _MARKED_LABEL.match(line, place)
        or _LABEL_BEFORE_TIME.match(line, place)
        or (after_time and (_LABEL_BEHIND_TIME.match(line, place) or _NUMBERED_SPEAKER.match(line, place)))
    )
    if not label:
        return None
    groups = label.groupdict()
    name = (groups["name"] or groups["square"]).strip(" \ue000")
    if label.re is _LABEL_BEHIND_TIME and label.end() == len(line) and not is_surely_a_name(name):
        return None  # "0:13 Exactly" says something
    if label.re is _NUMBERED_SPEAKER and not is_role(re.split(r"[_ \d]", name)[0]):
        return None  # "0:13 Route 66 We"
    if not (_may_be_a_name(name) or (label.re is _MARKED_LABEL and _is_short(name))):
        return None
    behind = _BEHIND.match(line, label.end())
    return (label.end() if behind is None else behind.end()), name


def parse_time(text: str) -> Ms | None:
    """``12:34``, ``00:12:34.5``, ``12：34``, ``1h02m03s``, ``12分34秒``, ``12'34"`` -> ms; ``None`` for no time."""
    if re.fullmatch(_FRAMES, text):
        return parse_clock(text[:8])
    if re.fullmatch(_LONG, text):
        return parse_clock(":".join(part.zfill(2) for part in re.findall(r"\d+", text)))
    return parse_clock(unicodedata.normalize("NFKC", text))


def _value(written: str) -> Ms | None:
    """Of a time as a stamp has it: seconds alone, too."""
    if match := re.fullmatch(r"(?P<seconds>\d{1,5}(?:\.\d{1,3})?)\s?(?:s(?:ec)?|秒)?", written):
        return round(float(match["seconds"]) * 1000)
    return parse_time(written)


def lone_names(blocks: Sequence[str], mask: str) -> frozenset[str]:
    """Who is named on lines of their own, time after time: tools write so who speaks.

    A dialogue has two such names in English, at least; what is in bold type once or everywhere is a title. In plain
    type each must come again, and they must part half of the note.

    Args:
        blocks: The text of each paragraph.
        mask: As in ``head_of``.
    """
    lines = [_NAME_LINE.fullmatch(line.strip(" \t" + mask)) for block in blocks for line in block.split("\n")]
    found = [(line["name"], bool(line["mark"])) for line in lines if line and is_name(line["name"])]
    counts = Counter(name for name, is_bold in found if is_bold)
    plain = Counter(name for name, is_bold in found if not is_bold)
    if sum(count for count in plain.values() if count > 1) >= sum(not is_chinese(block) for block in blocks) / 2:
        counts += Counter({name: count for name, count in plain.items() if count > 1})
    english = {name for name in counts if name.isascii() and is_surely_a_name(name)}
    if len(english) < _SPEAKERS or not any(counts[name] > 1 for name in english):
        return frozenset()
    return frozenset(english | {name for name in counts if is_chinese(name)})


_SPEAKERS = 2
_ENOUGH = 3
"""Bare times from which a note may be full of them; two, where every paragraph has one."""
_ASCENDING = 0.8
_SHARE = 1 / 3
"""Of the paragraphs that are not Chinese, how many have to begin with a time."""


def has_bare_times(blocks: Iterable[str], mask: str) -> bool:
    """Whether a note is full of ascending times in front of its paragraphs, so that bare ones are times too.

    Args:
        blocks: The text of each paragraph.
        mask: As in ``head_of``.
    """
    times: list[Ms] = []
    bare = paragraphs = 0
    for block in blocks:
        paragraphs += not is_chinese(block)
        for line in block.split("\n"):
            place = _begin(line, mask)
            if bullet := _BULLET.match(line, place):
                place = bullet.end()
            marked = _stamp(line, place, bare=False)
            stamp = marked or _stamp(line, place, bare=True)
            if stamp:
                times.append(stamp[1])
                bare += marked is None
    return _is_full(times, bare, paragraphs)


def _is_full(times: Sequence[Ms], bare: int, paragraphs: int) -> bool:
    if not bare or len(times) < 2 or len(times) < _SHARE * paragraphs:
        return False
    if len(times) < _ENOUGH and len(times) < paragraphs:
        return False
    # A translation may repeat the time of its original.
    ascending = sum(one <= two for one, two in pairwise(times))
    return times[0] < times[-1] and ascending >= _ASCENDING * (len(times) - 1)
