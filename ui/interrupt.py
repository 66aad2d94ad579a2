"""Ctrl-C while a chat model writes, where it is to end the answer and not the program."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """Have the first Ctrl-C set the event; a second one interrupts, as always."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:  # ignored, as in a shell's background job
        yield
        return

    def end(*_: object) -> None:
        signal.signal(signal.SIGINT, usual)
        # Set from here, it could wait for a lock that the interrupted code holds.
        threading.Thread(target=stop.set, daemon=True).start()

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
