"""The models that Dateline knows, their digests, and where their files are on this machine."""

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rag.errors import ModelError


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository `owner/name` on Hugging Face that holds the card's file."""

    repository: str


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A Python package that holds the file, or several numbered ones that hold its pieces.

    In `package`, `module` and `file`, `{n}` is the number of the piece, from 1 to `parts`, and
    `{n:02}` the same in two digits. `file` is a path inside the module's folder.
    """

    package: str
    module: str
    file: str
    version: str | None = None
    parts: int = 1

    def part(self, number: int) -> "PackageSource":
        """Return the package of one piece alone."""
        package, module, file = (
            text.format(n=number) for text in (self.package, self.module, self.file)
        )
        return PackageSource(package, module, file, self.version)

    @property
    def title(self) -> str:
        """Return what to call it: its name, or the first and the last of its names."""
        first, last = self.part(1).package, self.part(self.parts).package
        return first if self.parts == 1 else f"{first} … {last}"


Source = HubSource | PackageSource


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of any model; `bytes` and `sha256` are of its weights, `file`.

    `sources` are tried in order.
    """

    name: str
    purpose: str
    licence: str
    file: str
    bytes: int
    sha256: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class EmbeddingCard(ModelCard):
    """A model that makes vectors of `dimension` numbers from at most `window` tokens."""

    dimension: int
    window: int


@dataclass(frozen=True, slots=True)
class GenerationCard(ModelCard):
    """A chat model, one GGUF file, trained on `context` tokens of question and answer together.

    Its purpose is "generation", or "testing" for one that writes too poorly to be used.
    """

    context: int
    alias: str | None = None


def _source(entry: dict[str, Any]) -> Source:
    return HubSource(entry["huggingface"]) if "huggingface" in entry else PackageSource(**entry)


_KINDS: Mapping[str, type[ModelCard]] = {"embedding": EmbeddingCard, "reader": ModelCard}


def _card(name: str, entry: dict[str, Any]) -> ModelCard:
    kind = _KINDS.get(entry["purpose"], GenerationCard)
    sources = tuple(_source(source) for source in entry["sources"])
    return kind(**(entry | {"name": name, "sources": sources}))


@cache
def registry() -> Mapping[str, ModelCard]:
    """Read registry.json."""
    entries = json.loads((files("rag.models") / "registry.json").read_text(encoding="utf-8"))
    return {name: _card(name, entry) for name, entry in entries.items()}


def named(name: str) -> ModelCard | None:
    """Return the model of a name or an alias; None if the registry has no such model."""
    cards = registry()
    aliases = {c.alias: c for c in cards.values() if isinstance(c, GenerationCard) and c.alias}
    return cards.get(name) or aliases.get(name)


def embedding_card(name: str) -> EmbeddingCard | None:
    """Return the embedding model of that name; None if the registry has none."""
    card = registry().get(name)
    return card if isinstance(card, EmbeddingCard) else None


def generation_card(name: str) -> GenerationCard:
    """Return the chat model of a name or an alias; raise ModelError if there is none."""
    card = named(name)
    if isinstance(card, GenerationCard):
        return card
    known = ", ".join(repr(c.name) for c in registry().values() if isinstance(c, GenerationCard))
    raise ModelError(
        f"There is no chat model {name!r} in the registry, which has {known}; any other is named "
        "PROVIDER:MODEL, such as openai:gpt-4.1-mini, or by its server's address."
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(path: Path, card: ModelCard) -> None:
    """Raise ModelError unless the file is the one the registry names."""
    found = sha256_of(path)
    if found != card.sha256:
        raise ModelError(
            f"{path} is not the file of {card.name!r}: its SHA-256 is {found}, "
            f"not {card.sha256}. Remove it and install the model again."
        )


def installed_file(source: PackageSource) -> Path | None:
    """Return the file of one installed package, which is not imported; None if it is not here."""
    spec = importlib.util.find_spec(source.module)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / source.file
    return file if file.is_file() else None


def _hub_file(source: HubSource, card: ModelCard) -> Path | None:
    """A copy that sentence-transformers or the Hugging Face client fetched before; no network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(source.repository, card.file)
    return Path(found) if isinstance(found, str) and Path(found).is_file() else None


def _file_here(source: Source, card: ModelCard) -> Path | None:
    return _hub_file(source, card) if isinstance(source, HubSource) else installed_file(source)


def find(card: ModelCard) -> Path | None:
    """Return the folder of the model's original files, its weights verified by digest.

    Looks only on this machine: None if no source is there. Raises ModelError if a digest differs.
    """
    for source in card.sources:
        file = _file_here(source, card)
        if file is not None:
            verify(file, card)
            return file.parent
    return None


def locate(card: ModelCard) -> Path:
    """Return what `find` does; raise ModelError if the model is not on this machine."""
    folder = find(card)
    if folder is None:
        packages = " or ".join(s.title for s in card.sources if isinstance(s, PackageSource))
        raise ModelError(
            f"The model {card.name!r} is not on this machine. Install it with: "
            f"pip install {packages}, or fetch it with: dateline models pull {card.name}"
        )
    return folder
