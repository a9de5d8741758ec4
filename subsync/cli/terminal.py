"""What is printed goes through here: a note, a site or a file name may hold commands to the terminal.

An escape sequence can fill the clipboard (OSC 52), rename the window or hide what follows; a mark of direction shows a
file's name backwards.
"""

from __future__ import annotations

import logging
import os
import sys

import click

_HARMFUL = [
    *range(0x20),  # C0; a line feed and a tab stay
    *range(0x7F, 0xA0),  # delete, C1: among them an escape sequence's beginning in one character
    *(0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),  # line ends and directions of Unicode
]
_SHOWN = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _HARMFUL if chr(code) not in "\n\t"}


def visible(text: str) -> str:
    """A text in which characters that steer a terminal are spelled out."""
    return text.translate(_SHOWN)


def echo(text: str, *, nl: bool = True) -> None:
    """Print a result: to the terminal in visible characters, to a file or another program as it is."""
    click.echo(visible(text) if sys.stdout.isatty() else text, nl=nl)


def show_cursor() -> None:
    """To the terminal itself: bars and tables, which hide it, take ``sys.stderr`` for themselves."""
    if os.isatty(2):
        os.write(2, b"\x1b[?25h")


class VisibleFormatter(logging.Formatter):
    """Messages for people, who read them on a terminal sooner or later."""

    def format(self, record: logging.LogRecord) -> str:
        """As usual, in visible characters."""
        return visible(super().format(record))
