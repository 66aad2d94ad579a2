"""Write the trained reader as it is shipped: one ONNX file with 8-bit weights."""

import os
import tempfile
from pathlib import Path

import onnx
import torch

from evals.reader.model import ReaderModel
from rag.models.graph import layers, quantise, write_graph
from rag.reader.format import FORMAT

OUTPUTS = ("relevance", "answerable", "start", "end", "support")


class _Graph(torch.nn.Module):  # type: ignore[misc]
    """(1, t) ids and segments -> the five outputs, without padding, mask or dropout."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model
        self.layers = layers(model.encoder)

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        embedded = self.model.encoder.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        return tuple(self.model.judged(self.layers(embedded)))


def export(model: ReaderModel, tokenizer: str, target: Path) -> None:
    """Write the model, with the JSON of its tokenizer in it, to `target`: whole, or not at all."""
    example = torch.tensor([[1, 2, 3, 4, 5]]), torch.tensor([[0, 0, 0, 1, 1]])
    token_axis = {1: "t"}
    axes = dict.fromkeys(("input_ids", "token_type_ids", "start", "end"), token_axis)
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        write_graph(
            _Graph(model.eval().cpu()), example, plain,
            inputs=["input_ids", "token_type_ids"], outputs=OUTPUTS, axes=axes,
        )  # fmt: skip
        quantise(plain, small)
        graph = onnx.load(small)
    onnx.helper.set_model_props(graph, {"format": FORMAT, "tokenizer": tokenizer})
    beside = target.with_suffix(f".{os.getpid()}")
    onnx.save(graph, beside)
    beside.replace(target)
