"""`dateline user`: who may sign in to a page that others can reach."""

import os
import sys
from getpass import getpass
from pathlib import Path

from rag.errors import UsageError
from ui.guard.users import line_for
from ui.invocation import Invocation
from ui.output import write_line


def run(_invocation: Invocation, file: Path, name: str, *, remove: bool) -> int:
    """Write the reader's line anew, or take it out; raises UsageError for what is not allowed."""
    lines = _lines(file)
    others = [line for line in lines if line.partition(":")[0] != name]
    if remove:
        if len(others) == len(lines):
            raise UsageError(f"There is no reader {name!r} in {str(file)!r}.")
        _replace(file, others)
        write_line(f"{name} cannot sign in once the page is started again.")
        return 0
    _replace(file, [*others, line_for(name, _password())])
    write_line(f"{name} can sign in to: dateline web --users {file}")
    return 0


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} is not a readable file of readers ({error}).") from error


def _password() -> str:
    """Return the password typed, twice at a terminal; a line of standard input otherwise."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass("Password: ")
    if getpass("Once more: ") != password:
        raise UsageError("The two passwords differ; run the command again.")
    return password


def _replace(file: Path, lines: list[str]) -> None:
    """Write the file as a whole, for its owner's eyes alone."""
    aside = file.with_name(f".{file.name}.new")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write("".join(f"{line}\n" for line in lines))
        aside.replace(file)
    except OSError as error:
        raise UsageError(
            f"{str(file)!r} cannot be written ({(error.strerror or str(error)).lower()}); name "
            "another file."
        ) from error
