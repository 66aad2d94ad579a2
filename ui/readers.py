"""Who asks: the name under which a reader's conversations are kept."""

from typing import Protocol

NOBODY = "nobody"
"""Whoever reaches the application without its doors, as a test of one part may."""


class _HasState(Protocol):
    @property
    def state(self) -> object: ...


def reader_of(request: _HasState | None) -> str:
    """Return the reader of a request, FastAPI's or Gradio's: `ui.guard` put the name there."""
    state = getattr(request, "state", None)
    return getattr(state, "reader", NOBODY)
