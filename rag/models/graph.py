"""Turn a BERT encoder into an ONNX graph with 8-bit weights that onnxruntime runs fast.

The graph takes one text at a time, without padding and so without a mask: its attention and its
GELU are operators of onnxruntime's own. Needs torch, which never enters the process that answers.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

OPSET = 17


def attention_op() -> Any:  # noqa: ANN401 (torch is imported only here)
    """Return the function that is exported as multi-head attention."""
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


def gelu_op() -> Any:  # noqa: ANN401
    """Return the function that is exported as GELU."""
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


def layers(bert: Any) -> "Callable[[torch.Tensor], torch.Tensor]":  # noqa: ANN401 (untyped)
    """Return what runs the layers of a BERT encoder, (1, tokens, size) embeddings to states."""
    attention, gelu = attention_op(), gelu_op()
    heads = bert.config.num_attention_heads

    def run(state: "torch.Tensor") -> "torch.Tensor":
        for layer in bert.encoder.layer:
            look = layer.attention.self
            mixed = attention.apply(look.query(state), look.key(state), look.value(state), heads)
            state = layer.attention.output(mixed, state)
            state = layer.output(gelu.apply(layer.intermediate.dense(state)), state)
        return state

    return run


def write_graph(
    module: "torch.nn.Module",
    example: "tuple[torch.Tensor, ...]",
    target: Path,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    axes: Mapping[str, Mapping[int, str]],
) -> None:
    """Write a module as an ONNX graph; `axes` name the sizes that vary of inputs and outputs."""
    import torch

    with warnings.catch_warnings():
        # That this exporter is the older one, and what tracing could miss in another model.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            example,
            str(target),
            # The dynamo exporter's graph does not load after quantising.
            dynamo=False,
            opset_version=OPSET,
            custom_opsets={"com.microsoft": 1},
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
        )


def quantise(source: Path, target: Path) -> None:
    """Write the graph again with 8-bit weights, one scale for each channel."""
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
