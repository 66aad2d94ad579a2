"""Who asks: the name under which a reader's conversations are kept."""

from typing import Protocol

NOBODY = "nobody"
"""Whoever reaches the application without its doors, as a test of one part may."""


USER = "user:"
"""Before the name of a reader who has signed in with one."""


class _HasState(Protocol):
    @property
    def state(self) -> object: ...


def reader_of(request: _HasState | None) -> str:
    """Return the reader of a request, FastAPI's or Gradio's: `ui.guard` put the name there."""
    state = getattr(request, "state", None)
    return getattr(state, "reader", NOBODY)


def name_of(reader: str) -> str | None:
    """Return the name with which a reader has signed in; None for a browser's cookie."""
    return reader.removeprefix(USER) if reader.startswith(USER) else None
