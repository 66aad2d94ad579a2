"""A reader of a few thousand bytes, whose outputs are sums of numbers that each token has.

`Graph` is the same in numpy: what a test expects.
"""

import string
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

LETTERS = string.ascii_lowercase + string.digits
WORDS = [
    "iran", "israel", "tehran", "teh", "##ran", "who", "said", "the", "attack", "missiles",
    "fired", "on", "april", "2024", "no", "one", "answer", "200", "is", "sep", "cls",
]  # fmt: skip
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]"), *WORDS, *LETTERS,
    *(f"##{letter}" for letter in LETTERS), *string.punctuation,
]  # fmt: skip
IDS = {token: number for number, token in enumerate(VOCABULARY)}
OUTPUTS = {
    "relevance": [1],
    "answerable": [1],
    "start": [1, "tokens"],
    "end": [1, "tokens"],
    "support": [1, 3],
}


def make_tokenizer() -> Tokenizer:
    """A WordPiece tokenizer with single letters, so that every word in ASCII has tokens.

    It pads and cuts by itself, as that of the real model does.
    """
    tokenizer = Tokenizer(WordPiece(IDS, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]"])
    tokenizer.enable_truncation(12)
    tokenizer.enable_padding(length=12)
    return tokenizer


@dataclass
class Graph:
    """The numbers of each token, random; `ranked` counts in the second text alone."""

    seed: int = 7
    start: NDArray[np.float32] = field(init=False)
    end: NDArray[np.float32] = field(init=False)
    ranked: NDArray[np.float32] = field(init=False)
    answers: NDArray[np.float32] = field(init=False)
    supports: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        draw = np.random.default_rng(self.seed)
        size = len(VOCABULARY)
        self.start, self.end, self.ranked, self.answers = draw.normal(size=(4, size)).astype(
            np.float32
        )
        self.supports = draw.normal(size=(size, 3)).astype(np.float32)

    def save(
        self,
        path: Path,
        *,
        without: str | None = None,
        metadata: dict[str, str] | None = None,
        kind: int = TensorProto.INT64,
    ) -> Path:
        """Write the ONNX file; `without` names an output that it lacks."""
        tables = {
            "starts": self.start, "ends": self.end, "ranked": self.ranked,
            "answers": self.answers, "supports": self.supports,
            "axis": np.array([1], np.int64),
        }  # fmt: skip
        nodes = [
            helper.make_node("Gather", ["starts", "input_ids"], ["start"]),
            helper.make_node("Gather", ["ends", "input_ids"], ["end"]),
            helper.make_node("Gather", ["ranked", "input_ids"], ["ranks"]),
            helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["ranks", "types"], ["second"]),
            helper.make_node("ReduceSum", ["second", "axis"], ["relevance"], keepdims=0),
            helper.make_node("Gather", ["answers", "input_ids"], ["answering"]),
            helper.make_node("ReduceSum", ["answering", "axis"], ["answerable"], keepdims=0),
            helper.make_node("Gather", ["supports", "input_ids"], ["supporting"]),
            helper.make_node("ReduceSum", ["supporting", "axis"], ["support"], keepdims=0),
        ]
        shape = [1, "tokens"]
        graph = helper.make_graph(
            nodes,
            "reader",
            [
                helper.make_tensor_value_info(n, kind, shape)
                for n in ("input_ids", "token_type_ids")
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in OUTPUTS.items()
                if name != without
            ],
            [numpy_helper.from_array(table, name) for name, table in tables.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
        if metadata is None:
            metadata = {"format": "1", "tokenizer": make_tokenizer().to_str()}
        helper.set_model_props(model, metadata)
        onnx.save(model, path)
        return path
