r"""Advanced SubStation Alpha: two styles, one for each language, so that a viewer can change either.

Both languages stand in one event, the second behind ``\N{\rSTYLE}``: two events of one time are stacked in an order
that players choose for themselves.
"""

from __future__ import annotations

import re
from itertools import cycle, zip_longest
from typing import TYPE_CHECKING

from subsync.formats.text import ORDER, drawable, lines_of, shown
from subsync.text.variants import is_traditional
from subsync.times import ass_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from subsync.datatypes import Cue
    from subsync.formats.text import Top

_JOINER = "\u2060"

# A line of 42 Latin or 16 Chinese characters takes about half the width of the picture at these sizes. The renderer
# takes another font where one of these is missing.
_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: en,Arial,48,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,1,2,60,60,50,1
Style: zh,Noto Sans CJK {region},60,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,1,2,60,60,50,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def head_of(cues: Sequence[Cue]) -> str:
    """The styles: many characters look otherwise in Taiwan than in China, and the font says which is meant."""
    chinese = "".join(line for cue in cues for line in cue.zh)
    return _HEAD.format(region="TC" if is_traditional(chinese) else "SC")


_COLOURS = ("", "&H00FFFF&", "&HFFFF00&", "&H00FF00&")
"""Of the speakers, in the order in which they first speak: white, yellow, cyan, green (BBC 1.2.3); a fifth one
is white again. Blue, green, red, as ASS has it."""


def ass(cues: Sequence[Cue], top: Top = "en") -> str:
    """Cues as an ASS file. Times are hundredths of a second there, to the nearest; each speaker has a colour."""
    names = dict.fromkeys(name for cue in cues for name in (cue.speaker, cue.second_speaker) if name)
    colours = dict(zip(names, cycle(_COLOURS)))
    return head_of(cues) + "".join(f"{_event(cue, top, colours)}\n" for cue in drawable(cues) if lines_of(cue, top))


def _event(cue: Cue, top: Top, colours: Mapping[str, str]) -> str:
    speakers = [cue.speaker, cue.second_speaker] if cue.second is not None else [cue.speaker]

    def part(lines: Sequence[str]) -> str:
        coloured = []
        for speaker, line in zip_longest(speakers[: len(lines)], lines):
            colour = colours.get(speaker or "", "")
            coloured.append((rf"{{\1c{colour}}}" if colour else "") + ass_escaped(line))
        return r"\N".join(coloured)

    parts = {"en": part(shown(cue.en)), "zh": part(shown(cue.zh))}
    first, *second = [lang for lang in ORDER[top] if parts[lang]]
    text = parts[first] + "".join(rf"\N{{\r{lang}}}{parts[lang]}" for lang in second)
    end = max(cue.end, cue.start + 10)
    actor = " & ".join(re.sub(r"[,\s]+", " ", name) for name in speakers if name)
    return f"Dialogue: 0,{ass_time(cue.start)},{ass_time(end)},{first},{actor},0,0,0,,{text}"


def ass_escaped(line: str) -> str:
    r"""Text that libass shows as it is: a joiner, which is not seen, makes ``\N`` no command; ``\{`` is a brace."""
    return line.replace("\\", f"\\{_JOINER}").replace("{", r"\{")
