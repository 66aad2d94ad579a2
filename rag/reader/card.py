"""The reader's card in the registry of models: there once the reader's file has been made.

`python -m rag.reader.card` writes it for the file in this folder.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from rag.models.registry import sha256_of

NAME = "dateline-reader"
FILE = "reader.onnx"


def shipped_file() -> Path:
    """Return where the reader's file is shipped, whether it is there or not."""
    return Path(str(files("rag.reader") / FILE))


def registry_file() -> Path:
    """Return the registry's file."""
    return Path(str(files("rag.models") / "registry.json"))


def entry_of(file: Path) -> dict[str, Any]:
    """Return what the registry says of a reader's file."""
    return {
        "purpose": "reader",
        "licence": "Apache-2.0",
        "file": FILE,
        "bytes": file.stat().st_size,
        "sha256": sha256_of(file),
        "sources": [{"package": "dateline", "module": "rag.reader", "file": FILE}],
    }


def register(file: Path, registry: Path) -> None:
    """Write the card of a file into the registry, in the place of an older one."""
    entries = json.loads(registry.read_text(encoding="utf-8"))
    entries[NAME] = entry_of(file)
    told = json.dumps(entries, indent=2, ensure_ascii=False)
    registry.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    register(shipped_file(), registry_file())
