"""The edge of the command line: errors become one sentence and an exit code."""

import logging
import os
import sys
import traceback
from collections.abc import Callable

import typer

from rag.errors import DatelineError
from ui.output import complain

INTERRUPTED = 130
BROKEN_PIPE = 141
"""What a shell reports of a program that a closed pipe ended (128 + SIGPIPE)."""

PACKAGES = ("rag", "ingest", "ui", "evals")


class _PlainLines(logging.Handler):
    """Log records as plain lines on what is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        message = " ".join(self.format(record).split())
        complain(f"{record.levelname.capitalize()}: {message}")


def start_logging() -> None:
    """Show warnings and errors, of libraries too, as plain lines on standard error."""
    root = logging.getLogger()
    if not any(isinstance(handler, _PlainLines) for handler in root.handlers):
        root.addHandler(_PlainLines())


def set_log_level(level: str) -> None:
    """Let our own packages speak from this level on."""
    for package in PACKAGES:
        logging.getLogger(package).setLevel(level.upper())


def sentence_of(error: Exception) -> str:
    """Return what to tell the user of an error: ours as it is, any other with its type."""
    if isinstance(error, DatelineError):
        return str(error)
    said = shorten(str(error))
    return f"Unexpected {type(error).__name__}{said and f' ({said})'}; run again with --debug."


def shorten(text: str, longest: int = 300) -> str:
    """Return the first line of a message that was not written for users."""
    first = next(iter(text.strip().splitlines()), "")
    return first if len(first) <= longest else first[:longest] + "…"


def _usage(error: typer.TyperException) -> str:
    message = error.format_message().strip()
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "dateline"
    return f"{message.rstrip('.')}. See: {path} --help"


def _leave_pipe() -> int:
    # The interpreter flushes standard output once more at its end: let that go nowhere.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return BROKEN_PIPE


def guarded(work: Callable[[], int | None], *, debug: bool) -> int:
    """Run the command and return its exit code; whatever it raises ends here."""
    try:
        code = work() or 0
        sys.stdout.flush()
    except typer.Exit as left:
        return left.exit_code
    except typer.TyperException as error:
        complain(_usage(error))
        return error.exit_code
    except BrokenPipeError:
        return _leave_pipe()
    except KeyboardInterrupt:
        complain("Interrupted.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the edge)
        if debug:
            traceback.print_exc()
        else:
            complain(sentence_of(error))
        return error.exit_code if isinstance(error, DatelineError) else 1
    return code
