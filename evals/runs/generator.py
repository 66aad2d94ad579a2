"""What wrote the answers of a run, as its manifest names it."""

import hashlib
from pathlib import Path

import rag
from rag.answerer import EXTRACTIVE
from rag.models.registry import named

PROMPTS = "generate/prompt.py"
"""The module of `rag` that holds every word said to a chat model."""


def resolved(name: str) -> str:
    """Return the registry's name of a local model for its alias; every other name as it is."""
    card = named(name)
    return card.name if card else name


def is_local(name: str) -> bool:
    """Whether a generator is a model that runs in this process."""
    return named(name) is not None


def jobs_for(name: str, jobs: int) -> int:
    """Return how many questions to ask at a time: one of a local model, which has one slot.

    More would only wait for each other, and their times would be those of the queue.
    """
    return 1 if is_local(name) else jobs


def prompts_digest(name: str) -> str | None:
    """Return the SHA-256 of the prompt module; None where no chat model writes."""
    if name == EXTRACTIVE:
        return None
    return hashlib.sha256((Path(rag.__file__).parent / PROMPTS).read_bytes()).hexdigest()
