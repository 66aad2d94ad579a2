"""Which generator writes the answers: the one named, or, by itself, the best that is here."""

import json
from functools import cache
from importlib.resources import files

from rag.asked import Generator
from rag.errors import ModelError
from rag.models.registry import GenerationCard, generation_card, registry
from rag.models.weights import is_pulled
from rag.settings import Settings

AUTO = "auto"
EXTRACTIVE = "extractive"
MEASURED = "measured.json"
PURPOSE = "generation"


def generator_of(settings: Settings) -> Generator | None:
    """Return what writes the answers under these settings; None for the articles' own sentences.

    `auto` takes a local model only if it is on this machine and the committed evaluation found
    its answers better than the articles' own sentences (`dateline eval generators --write`).
    Raises UsageError or ModelError for a name that is no model, or one that is not here.
    """
    name = settings.generator.strip()
    if name == AUTO:
        name = next((m for m in found_better() if _is_here(m, settings)), EXTRACTIVE)
    if name == EXTRACTIVE:
        return None
    from rag.generate.naming import chat_model
    from rag.generate.writer import ModelWriter

    return ModelWriter(chat_model(name, settings), settings)


def local_models(settings: Settings) -> tuple[str, ...]:
    """Return the short names of the models to write with that are on this machine."""
    cards = [card for card in registry().values() if isinstance(card, GenerationCard)]
    return tuple(card.alias or card.name for card in cards if _is_here(card.name, settings))


@cache
def found_better() -> tuple[str, ...]:
    """Return the local models that the committed evaluation found better, the best first."""
    try:
        stored = json.loads((files("rag.generate") / MEASURED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    models = stored["models"]
    better = [name for name in models if models[name]["better"]]
    return tuple(sorted(better, key=lambda name: -models[name]["score"]))


def _is_here(name: str, settings: Settings) -> bool:
    """Whether a model to write with, not one for tests, is on this machine."""
    try:
        return generation_card(name).purpose == PURPOSE and is_pulled(name, settings.cache)
    except ModelError:  # measured once, and no longer in the registry
        return False
