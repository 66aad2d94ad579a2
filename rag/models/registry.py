"""The models that Dateline knows, their digests, and where their files are on this machine."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from rag.errors import ModelError


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One entry of registry.json; `sources` are tried in order."""

    name: str
    purpose: str
    licence: str
    dimension: int
    window: int
    file: str
    bytes: int
    sha256: str
    sources: tuple[dict[str, str], ...]


@cache
def registry() -> dict[str, ModelCard]:
    """Read registry.json."""
    entries = json.loads((files("rag.models") / "registry.json").read_text(encoding="utf-8"))
    return {
        name: ModelCard(name=name, **(entry | {"sources": tuple(entry["sources"])}))
        for name, entry in entries.items()
    }


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


def _package_folder(source: dict[str, str]) -> Path | None:
    spec = importlib.util.find_spec(source["module"])
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / source["folder"]


def _hub_folder(source: dict[str, str], card: ModelCard) -> Path | None:
    """A copy that sentence-transformers or the Hugging Face client fetched before; no network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(source["huggingface"], card.file)
    return Path(found).parent if isinstance(found, str) else None


def find(card: ModelCard) -> Path | None:
    """Return the folder of the model's original files, its weights verified by digest.

    Looks only on this machine: None if no source is there. Raises ModelError if a digest differs.
    """
    for source in card.sources:
        folder = _package_folder(source) if "module" in source else _hub_folder(source, card)
        if folder is not None and (folder / card.file).is_file():
            verify(folder / card.file, card)
            return folder
    return None


def locate(card: ModelCard) -> Path:
    """Return what `find` does; raise ModelError if the model is not on this machine."""
    folder = find(card)
    if folder is None:
        packages = " or ".join(s["package"] for s in card.sources if "package" in s)
        raise ModelError(
            f"The model {card.name!r} is not on this machine. Install it with: "
            f"pip install {packages}, or fetch it with: dateline models pull {card.name}"
        )
    return folder
