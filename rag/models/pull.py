"""Bring a model onto this machine: the only time that Dateline downloads one."""

from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.models import hub
from rag.models.attempt import Report, silent
from rag.models.fetch import fetch_weights
from rag.models.registry import (
    GenerationCard,
    HubSource,
    ModelCard,
    find,
    named,
    registry,
    verify,
)
from rag.models.weights import folder_of


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here; `commit` is None unless it came as a whole repository.

    `sha256` is that of its weights if the registry knows it: then they have been verified.
    `source` says what a chat model was fetched from.
    """

    name: str
    folder: Path
    commit: str | None
    sha256: str | None
    fetched: bool
    source: str | None = None


def pull(name: str, cache: Path, *, progress: bool = False, report: Report = silent) -> Pulled:
    """Fetch a model of the registry or any sentence-transformers repository `owner/name`.

    A model of the registry that is on this machine is verified, not fetched. A chat model comes
    into `cache`, and `report` is told how far it is; an embedding model comes into the cache of
    the Hugging Face client, which with `progress` shows a bar on standard error. Raises ModelError
    for a name that is neither, for whatever the network or the server refuses, and for weights
    with another digest than the registry's.
    """
    card = named(name)
    if isinstance(card, GenerationCard):
        source = fetch_weights(card, cache, report)
        folder = folder_of(card, cache)
        return Pulled(card.name, folder, None, card.sha256, source is not None, source)
    if card is not None:
        return _pull_known(card, progress=progress)
    if not hub.is_repository(name):
        known = ", ".join(map(repr, registry()))
        raise ModelError(
            f"There is no model {name!r}: the registry has {known}, any other is named as "
            "owner/name of its repository, for example sentence-transformers/all-mpnet-base-v2."
        )
    folder = hub.fetch(name, progress=progress)
    hub.publish(folder)
    return Pulled(name, folder, folder.name, None, fetched=True)


def _pull_known(card: ModelCard, *, progress: bool) -> Pulled:
    folder = find(card)
    if folder is not None:
        return Pulled(card.name, folder, None, card.sha256, fetched=False)
    repository = next((s.repository for s in card.sources if isinstance(s, HubSource)), None)
    if repository is None:
        raise ModelError(f"The model {card.name!r} has no source to fetch it from.")
    folder = hub.fetch(repository, progress=progress)
    _verify_or_discard(folder / card.file, card)
    hub.publish(folder)
    return Pulled(card.name, folder, folder.name, card.sha256, fetched=True)


def _verify_or_discard(weights: Path, card: ModelCard) -> None:
    if not weights.is_file():
        raise ModelError(f"What was fetched for {card.name!r} has no {card.file}.")
    try:
        verify(weights, card)
    except ModelError as error:
        hub.discard(weights)
        raise ModelError(
            f"The {card.file} fetched for {card.name!r} is not the one of the registry, whose "
            f"SHA-256 is {card.sha256}. It has been removed; check HF_ENDPOINT."
        ) from error
