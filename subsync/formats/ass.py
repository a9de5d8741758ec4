r"""Advanced SubStation Alpha: two styles, one for each language, so that a viewer can change either.

Both languages stand in one event, the second behind ``\N{\rSTYLE}``: two events of one time are stacked in an order
that players choose for themselves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subsync.formats.text import drawable, lines_of
from subsync.times import ass_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subsync.datatypes import Cue
    from subsync.formats.text import Top

_JOINER = "\u2060"

# A line of 42 Latin or 16 Chinese characters takes about half the width of the picture at these sizes. The renderer
# takes another font where one of these is missing.
HEAD = """\
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
Style: zh,Noto Sans CJK SC,60,&H00FFFFFF,&H000000FF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,2,1,2,60,60,50,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def ass(cues: Sequence[Cue], top: Top = "en") -> str:
    """Cues as an ASS file. Times are hundredths of a second there, to the nearest."""
    return HEAD + "".join(f"{_event(cue, top)}\n" for cue in drawable(cues) if lines_of(cue, top))


def _event(cue: Cue, top: Top) -> str:
    parts = {
        "en": r"\N".join(map(ass_escaped, lines_of(replace(cue, zh=()), top))),
        "zh": r"\N".join(map(ass_escaped, lines_of(replace(cue, en=()), top))),
    }
    first, *second = [lang for lang in (top, "zh" if top == "en" else "en") if parts[lang]]
    text = parts[first] + "".join(rf"\N{{\r{lang}}}{parts[lang]}" for lang in second)
    end = max(cue.end, cue.start + 10)
    return f"Dialogue: 0,{ass_time(cue.start)},{ass_time(end)},{first},,0,0,0,,{text}"


def ass_escaped(line: str) -> str:
    r"""Text that libass shows as it is: a joiner, which is not seen, makes ``\N`` no command; ``\{`` is a brace."""
    return line.replace("\\", f"\\{_JOINER}").replace("{", r"\{")
