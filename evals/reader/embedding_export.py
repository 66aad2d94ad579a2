"""The fine-tuned embedding model in its fast form, opened as any other is."""

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.models.export import GRAPH, MANIFEST, RECIPE, TOKENIZER, encoder_of
from rag.models.onnx import OnnxEmbedder
from rag.models.registry import sha256_of

if TYPE_CHECKING:
    from transformers import BertModel

    from rag.models.registry import EmbeddingCard


def export(model: "BertModel", tokenizer: str, folder: Path, made_of: dict[str, Any]) -> None:
    """Write the graph, the tokenizer's JSON and a manifest into `folder`: whole, or not at all.

    The graph is that of the shipped model, with other weights.
    """
    import torch

    from rag.models.graph import quantise, write_graph

    work = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    work.mkdir(parents=True)
    try:
        write_graph(
            encoder_of(model.eval().cpu()), (torch.tensor([[1, 2, 3, 4]]),), work / "float.onnx",
            inputs=["input_ids"], outputs=["embedding", "tokens"],
            axes={"input_ids": {1: "t"}, "tokens": {1: "t"}},
        )  # fmt: skip
        quantise(work / "float.onnx", work / GRAPH)
        (work / "float.onnx").unlink()
        (work / TOKENIZER).write_text(tokenizer, encoding="utf-8")
        files = {file: sha256_of(work / file) for file in (GRAPH, TOKENIZER)}
        manifest = {"recipe": RECIPE, "made_of": made_of, "files": files}
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def is_made(folder: Path, made_of: dict[str, Any]) -> bool:
    """Whether the folder holds what `export` makes of the same, every file with its digest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            (manifest["recipe"], manifest["made_of"]) == (RECIPE, made_of)
            and set(manifest["files"]) == {GRAPH, TOKENIZER}
            and all(sha256_of(folder / n) == digest for n, digest in manifest["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


class TunedEmbedder(OnnxEmbedder):
    """The shipped embedder with the graph of a folder; its identity names that graph."""

    def __init__(self, folder: Path, card: "EmbeddingCard", *, threads: int) -> None:
        """Open what `export` made of a fine-tuned model of this card."""
        digest = sha256_of(folder / GRAPH)
        identity = f"{card.name}-tuned/{digest[:12]}/onnx-int8-{RECIPE}"
        self.open(folder, card, identity, threads=threads)
