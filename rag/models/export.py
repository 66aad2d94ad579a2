"""Make the fast form of the embedding model once: ONNX, 8-bit weights, no torch to run it.

Run as `python -m rag.models.export MODEL FOLDER`, in a process of its own, so that torch never
enters the one that answers. The graph takes one text at a time, without padding and so without a
mask, which has three effects: a text's vector does not depend on its neighbours in a batch
(dynamic quantisation scales by tensor), nothing is computed for padding, and the runtime can use
its flash attention, which accepts no mask.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.models.registry import locate, registry, sha256_of

if TYPE_CHECKING:
    import torch

RECIPE = 2
"""Counts up when the graph changes, so that an older export is not taken for a newer one."""

GRAPH = "model.onnx"
MANIFEST = "manifest.json"
TOKENIZER = "tokenizer.json"


def encoder_of(bert: Any) -> "torch.nn.Module":  # noqa: ANN401
    """Return what is exported of a BERT model: its layers, mean pooling and normalisation."""
    import torch

    from rag.models.graph import layers

    run = layers(bert)

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """(1, tokens) ids -> (1, dimension) unit vector, (1, tokens, dimension) token states."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            state = run(self.bert.embeddings(input_ids=input_ids))
            return torch.nn.functional.normalize(state.mean(1), dim=-1), state

    return Encoder().eval()


def _export_graph(model_folder: Path, target: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from rag.models.graph import write_graph

    model = SentenceTransformer(
        str(model_folder), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )
    write_graph(
        encoder_of(model[0].auto_model),
        (torch.tensor([[101, 2023, 2003, 102]]),),
        target,
        inputs=["input_ids"],
        outputs=["embedding", "tokens"],
        axes={"input_ids": {1: "t"}, "tokens": {1: "t"}},
    )


def export(name: str, folder: Path) -> None:
    """Write the graph, the tokenizer and a manifest with their digests into `folder`.

    The folder appears whole or not at all. Raises ModelError if the original is not here.
    """
    from rag.models.graph import quantise

    card = registry()[name]
    original = locate(card)
    work = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    work.mkdir(parents=True)
    try:
        _export_graph(original, work / "float.onnx")
        quantise(work / "float.onnx", work / GRAPH)
        (work / "float.onnx").unlink()
        shutil.copyfile(original / TOKENIZER, work / TOKENIZER)
        manifest = {
            "model": name,
            "recipe": RECIPE,
            "source_sha256": card.sha256,
            "files": {file: sha256_of(work / file) for file in (GRAPH, TOKENIZER)},
        }
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    import logging
    import warnings

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    export(sys.argv[1], Path(sys.argv[2]))
