"""A command line in a child process with a terminal of its own."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

# The pseudo-terminal becomes the child's own, so that Ctrl-C reaches it.
# A shell's background job, as which the tests may run, hands down that Ctrl-C is ignored.
BEGIN = """
import fcntl, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from ui.command import main
"""


class Terminal:
    """What stands on the terminal, and the keys."""

    def __init__(self, place: int, process: "subprocess.Popen[bytes]") -> None:
        self._place, self.process = place, process

    def press(self, keys: bytes) -> None:
        os.write(self._place, keys)

    def read_until(self, done: Callable[[bytes], bool]) -> bytes:
        """Read what appears until nothing is left to read and it is done."""
        seen = b""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            over = done(seen)  # asked first: what is written before that is read after it
            ready, _, _ = select.select([self._place], [], [], 0.05)
            if not ready and over:
                break
            try:
                seen += os.read(self._place, 4096) if ready else b""
            except OSError:  # closed at the other end
                break
        return seen

    def read_to_end(self) -> bytes:
        return self.read_until(lambda _: self.process.poll() is not None)


@contextmanager
def terminal(code: str, **environment: str) -> Iterator[Terminal]:
    """Run Python that may call `main([…])`."""
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + code],
        cwd=REPOSITORY,
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": str(REPOSITORY), **environment},
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    try:
        yield Terminal(mine, process)
    finally:
        process.kill()
        process.wait()
        os.close(mine)
