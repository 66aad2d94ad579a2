"""Bring an embedding model onto this machine: the only time that Dateline downloads one."""

from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError
from rag.models import hub
from rag.models.registry import ModelCard, find, registry, verify


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here; `commit` is None if it came with a package.

    `sha256` is that of its weights if the registry knows it: then they have been verified.
    """

    name: str
    folder: Path
    commit: str | None
    sha256: str | None
    fetched: bool


def pull(name: str, *, progress: bool = False) -> Pulled:
    """Fetch a model of the registry or any sentence-transformers repository `owner/name`.

    A model of the registry that is on this machine is verified, not fetched. With `progress`, a
    bar is shown on standard error. Raises ModelError for a name that is neither, for whatever
    the network or the server refuses, and for weights with another digest than the registry's.
    """
    card = registry().get(name)
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
    repository = next((s["huggingface"] for s in card.sources if "huggingface" in s), None)
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
