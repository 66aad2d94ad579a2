"""Child processes: Dateline's command line and our own modules, timed and weighed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import measured
from evals.bench.place import REPOSITORY
from rag.errors import DatelineError

TIMEOUT_S = 600.0


class ChildFailed(DatelineError):
    """A child process hung, crashed or ended with an exit code that was not expected."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command: `printed_s` from its start to the last byte of its output.

    `peak_bytes` is the largest resident set of any one of its processes.
    """

    exit_code: int
    output: str
    errors: str
    printed_s: float
    wall_s: float
    cpu_s: float
    peak_bytes: int

    def succeeded(self) -> "Run":
        """Return this run; raise `ChildFailed` with its last words if its exit code is not 0."""
        if self.exit_code != 0:
            said = last_words(self.errors)
            raise ChildFailed(f"A child process ended with exit code {self.exit_code}: {said!r}.")
        return self


def dateline(library: Path, *arguments: str) -> list[str]:
    """The command line of `dateline --library LIBRARY ARGUMENTS…`."""
    return [sys.executable, "-m", "ui", "--library", str(library), *arguments]


def module(name: str, *arguments: str) -> list[str]:
    """The command line that runs the module `name` of this package."""
    return [sys.executable, "-m", f"evals.bench.{name}", *arguments]


def run(command: Sequence[str], *, timeout_s: float = TIMEOUT_S) -> Run:
    """Run `command` to its end; raises `ChildFailed` if it takes longer than `timeout_s`."""
    starter = [sys.executable, "-I", "-S", str(Path(measured.__file__)), *command]
    process = subprocess.Popen(
        starter,
        cwd=REPOSITORY,
        env=environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(
            f"{' '.join(command[1:])!r} did not end within {timeout_s:g} s."
        ) from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode != 0:
        said = last_words(errors.decode(errors="replace"))
        raise ChildFailed(f"The starter of a child process failed: {said!r}.")
    return Run(**json.loads(output), errors=errors.decode(errors="replace"))


def environment(of_parent: Mapping[str, str]) -> dict[str, str]:
    """The parent's environment without its Dateline settings, and with nothing sent anywhere."""
    kept = {name: value for name, value in of_parent.items() if not name.startswith("DATELINE_")}
    return kept | {
        "PYTHONPATH": str(REPOSITORY),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
    }


def last_words(errors: str) -> str:
    """The last line that is not blank, where a program says why it stopped."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"
