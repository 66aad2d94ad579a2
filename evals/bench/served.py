"""`dateline web` as a child process, from its start to its first answer."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from evals.bench import children
from evals.bench.children import ChildFailed
from evals.bench.place import REPOSITORY

_ADDRESS = re.compile(r"http://\S+")
_STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address, its process, and when it was started (`perf_counter`)."""

    address: str
    pid: int
    started: float

    def resident_bytes(self) -> int:
        """Return the memory that it holds now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def serving(library: Path, **settings: object) -> Iterator[Served]:
    """Serve a library, with settings from the environment, until the block ends.

    Raises ChildFailed if the server ends before it has told its address.
    """
    given = {f"DATELINE_{name.upper()}": str(value) for name, value in settings.items()}
    started = perf_counter()
    process = subprocess.Popen(
        children.dateline(library, "--generator", "extractive", "web", "--port", "0",
                          "--no-browser"),
        cwd=REPOSITORY,
        env=children.environment(os.environ) | given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = _ADDRESS.search(line)
        if found is None:
            raise ChildFailed(f"The server did not tell its address, but {line.strip()!r}.")
        yield Served(found[0].rstrip("/"), process.pid, started)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
