"""Where results and messages go: standard output, standard error, JSON lines, consoles."""

import io
import json
import sys
from typing import TYPE_CHECKING, TextIO

from ui.plain import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

UNWRAPPED = 10_000
"""Columns where no terminal sets a width: lines for programs and files are not broken."""


def prepare_streams() -> None:
    """Let a character that a stream's encoding lacks be shown as an escape, not raise."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def write_json(value: object) -> None:
    """Write one JSON line on standard output and flush it, so that it is there even if killed."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not unicode)
    if unicode:
        # A lone surrogate has no UTF-8 form, but a JSON escape.
        text = "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in text)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def write_line(text: str = "") -> None:
    """Write one plain line on standard output."""
    sys.stdout.write(plain(text) + "\n")


def complain(text: str) -> None:
    """Write one plain line on standard error."""
    sys.stdout.flush()
    sys.stderr.write(plain(text) + "\n")
    sys.stderr.flush()


def console(stream: TextIO | None = None) -> "Console":
    """Return a console for a stream (standard output if none) that takes no text for markup."""
    from rich.console import Console

    file = stream or sys.stdout
    width = None if file.isatty() else UNWRAPPED
    return Console(file=file, width=width, markup=False, highlight=False, emoji=False)


def show(screen: "Console", text: "Text", *, indent: int = 0) -> None:
    """Print a text; on a terminal it is wrapped, and indented as a block."""
    from rich.padding import Padding

    if screen.is_terminal:
        screen.print(Padding(text, (0, 0, 0, indent)))
    else:
        screen.print(" " * indent, text, sep="", soft_wrap=True)
