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
OPSET = 17


def _attention_op() -> Any:  # noqa: ANN401 (torch is imported only here)
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    class Attention(torch.autograd.Function):  # type: ignore[misc]
        """Multi-head attention as one operator of onnxruntime's own (com.microsoft)."""

        @staticmethod
        def forward(
            _ctx: Any,  # noqa: ANN401
            q: "torch.Tensor",
            k: "torch.Tensor",
            v: "torch.Tensor",
            heads: int,
        ) -> "torch.Tensor":
            def split(x: "torch.Tensor") -> "torch.Tensor":
                return x.view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)

            mixed = scaled_dot_product_attention(split(q), split(k), split(v))
            return mixed.transpose(1, 2).reshape(q.shape)

        @staticmethod
        def symbolic(g: Any, q: Any, k: Any, v: Any, heads: int) -> Any:  # noqa: ANN401
            op = g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=heads)
            return op.setType(q.type())

    return Attention


def _gelu_op() -> Any:  # noqa: ANN401
    import torch

    class Gelu(torch.autograd.Function):  # type: ignore[misc]
        """GELU by its tanh form, one operator of onnxruntime's own: half the time of erf's."""

        @staticmethod
        def forward(_ctx: Any, x: "torch.Tensor") -> "torch.Tensor":  # noqa: ANN401
            return torch.nn.functional.gelu(x, approximate="tanh")

        @staticmethod
        def symbolic(g: Any, x: Any) -> Any:  # noqa: ANN401
            return g.op("com.microsoft::FastGelu", x).setType(x.type())

    return Gelu


def _encoder(bert: Any) -> "torch.nn.Module":  # noqa: ANN401
    import torch

    attention, gelu = _attention_op(), _gelu_op()
    heads = bert.config.num_attention_heads

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """(1, tokens) ids -> (1, dimension) unit vector, (1, tokens, dimension) token states."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            state = self.bert.embeddings(input_ids=input_ids)
            for layer in self.bert.encoder.layer:
                look = layer.attention.self
                mixed = attention.apply(
                    look.query(state), look.key(state), look.value(state), heads
                )
                state = layer.attention.output(mixed, state)
                state = layer.output(gelu.apply(layer.intermediate.dense(state)), state)
            return torch.nn.functional.normalize(state.mean(1), dim=-1), state

    return Encoder().eval()


def _export_graph(model_folder: Path, target: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(model_folder), device="cpu", model_kwargs={"attn_implementation": "eager"}
    )
    torch.onnx.export(
        _encoder(model[0].auto_model),
        (torch.tensor([[101, 2023, 2003, 102]]),),
        str(target),
        # The dynamo exporter's graph does not load after quantising.
        dynamo=False,
        opset_version=OPSET,
        custom_opsets={"com.microsoft": 1},
        input_names=["input_ids"],
        output_names=["embedding", "tokens"],
        dynamic_axes={"input_ids": {1: "t"}, "tokens": {1: "t"}},
    )


def _quantise(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        per_channel=True,  # per tensor, the cosine to the original falls below 0.96
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        # Shapes cannot be inferred through the attention operator.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def export(name: str, folder: Path) -> None:
    """Write the graph, the tokenizer and a manifest with their digests into `folder`.

    The folder appears whole or not at all. Raises ModelError if the original is not here.
    """
    card = registry()[name]
    original = locate(card)
    work = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    work.mkdir(parents=True)
    try:
        _export_graph(original, work / "float.onnx")
        _quantise(work / "float.onnx", work / GRAPH)
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
