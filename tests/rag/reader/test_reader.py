"""The reader against the same sums in numpy: order, spans, threads, and files that are none."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from rag.errors import ModelError
from rag.reader.encode import encode_pair
from rag.reader.format import passage_text
from rag.reader.reader import Reader
from rag.reader.support import SupportProbabilities

from .making import IDS, Graph, make_tokenizer

QUESTION = "Who fired missiles?"
PASSAGES = [
    ("Missiles", "Iran fired 200 missiles on Israel."),
    ("", "No one said."),
    ("April 2024", "The attack on Tehran. " * 40),
    ("Iran\nsaid " * 30, "Israel said no."),
    ("Iran", ""),
    ("", ""),
]


def test_each_passage_has_its_own_result(reader: Reader, graph: Graph) -> None:
    results = reader.read(QUESTION, PASSAGES)
    assert len(results) == len(PASSAGES)
    for (title, text), result in zip(PASSAGES, results, strict=True):
        pair = encode_pair(make_tokenizer(), QUESTION, passage_text(title, text))
        relevance = float(graph.ranked[pair.ids][pair.types == 1].sum())
        logit = float(graph.answers[pair.ids].sum())
        assert result.relevance == pytest.approx(relevance, abs=1e-3)
        assert result.answerable == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-3)
        cls = IDS["[CLS]"]
        assert result.null == pytest.approx(graph.start[cls] + graph.end[cls])
        assert result.text == text


def test_the_logits_are_those_of_the_own_text(reader: Reader, graph: Graph) -> None:
    (result,) = reader.read(QUESTION, [("Iran fired", "Tehran said  no.")])
    tokens = ["tehran", "said", "no", "."]
    assert result.starts.dtype == np.float32
    assert result.starts.tolist() == [graph.start[IDS[token]] for token in tokens]
    assert result.ends.tolist() == [graph.end[IDS[token]] for token in tokens]
    assert [result.text[a:b].lower() for a, b in result.offsets] == tokens


def test_a_span_is_never_in_the_title(tmp_path: Path) -> None:
    graph = Graph()
    graph.start[:] = graph.end[:] = -5
    graph.start[IDS["iran"]] = graph.end[IDS["iran"]] = 5
    reader = Reader(graph.save(tmp_path / "r.onnx"), threads=1)
    text = "It said no. Tehran fired."
    (result,) = reader.read("Iran?", [("Iran said Iran", text)])
    span = result.best_span(0, len(text))
    assert span is not None
    assert span.score == -10
    assert 0 <= span.start < span.end <= len(text)
    (result,) = reader.read("Iran?", [("Iran said Iran", "No. Iran.")])
    span = result.best_span(0, 9)
    assert span is not None
    assert (span.start, span.end, span.score) == (4, 8, 10)


def test_what_the_window_cuts_off_has_no_span(reader: Reader) -> None:
    text = "iran " * 300 + "israel"
    (result,) = reader.read(QUESTION, [("", text)])
    assert 200 < len(result.starts) < 256
    last = int(result.offsets[-1, 1])
    assert result.best_span(last, len(text)) is None
    inside, beyond = result.span_probabilities([(0, last), (last, len(text))])
    assert inside > 0
    assert beyond == 0


def test_a_word_that_the_window_cuts_is_whole_in_a_span(tmp_path: Path) -> None:
    graph = Graph()
    graph.start[:] = graph.end[:] = -5
    graph.start[IDS["##z"]] = graph.end[IDS["##z"]] = 5
    reader = Reader(graph.save(tmp_path / "r.onnx"), threads=1)
    text = "iran " * 249 + "qzzzzzz"
    (result,) = reader.read("who", [("", text)])
    assert result.offsets[-1, 1] < len(text)
    span = result.best_span(0, len(text))
    assert span is not None
    assert text[span.start : span.end] == "qzzzzzz"


def test_claims_have_the_softmax_of_their_logits(reader: Reader, graph: Graph) -> None:
    pairs = [("Iran fired.", "No one fired."), ("", ""), ("Israel said no", "The attack " * 200)]
    results = reader.support(pairs)
    for (claim, text), result in zip(pairs, results, strict=True):
        pair = encode_pair(make_tokenizer(), claim, text)
        logits = graph.supports[pair.ids].sum(0)
        powers = np.exp(logits - logits.max())
        expected = SupportProbabilities(*(powers / powers.sum()).tolist())
        assert result.supported == pytest.approx(expected.supported, abs=1e-3)
        assert result.contradicted == pytest.approx(expected.contradicted, abs=1e-3)
        assert result.unsupported == pytest.approx(expected.unsupported, abs=1e-3)
        assert result.supported + result.contradicted + result.unsupported == pytest.approx(1)


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []
    assert reader.support([]) == []


TEXTS = st.text(st.characters(exclude_categories=()), max_size=80) | st.text(
    "iran 2,.-\n", max_size=400
)


@examples(deadline=None)
@given(st.text(), st.lists(st.tuples(TEXTS, TEXTS), max_size=6))
def test_threads_and_neighbours_change_nothing(
    file: Path, reader: Reader, question: str, passages: list[tuple[str, str]]
) -> None:
    alone = Reader(file, threads=1)
    together = reader.read(question, passages)
    single = [alone.read(question, [passage])[0] for passage in passages]
    for one, other in zip(together, single, strict=True):
        assert (one.relevance, one.answerable, one.null) == (
            other.relevance, other.answerable, other.null,
        )  # fmt: skip
        assert np.array_equal(one.starts, other.starts)
        assert np.array_equal(one.offsets, other.offsets)
        assert one.best_span(0, len(one.text)) == other.best_span(0, len(one.text))
    assert reader.support(passages) == [alone.support([pair])[0] for pair in passages]


class TestBadFiles:
    def refusal(self, path: Path) -> str:
        with pytest.raises(ModelError) as refused:
            Reader(path, threads=1)
        told = str(refused.value)
        assert "\n" not in told
        assert repr(str(path)) in told
        assert told.endswith("make reader.")
        return told

    @pytest.mark.parametrize("content", [b"", b"not a graph", bytes(1000)])
    def test_no_graph(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "reader.onnx"
        path.write_bytes(content)
        assert "cannot be used as the reader" in self.refusal(path)

    def test_half_a_graph(self, tmp_path: Path, file: Path) -> None:
        path = tmp_path / "reader.onnx"
        content = file.read_bytes()
        path.write_bytes(content[: len(content) // 2])
        assert "cannot be used as the reader" in self.refusal(path)

    def test_no_file(self, tmp_path: Path) -> None:
        for path in (tmp_path / "none.onnx", tmp_path):
            assert "cannot be used as the reader" in self.refusal(path)

    @pytest.mark.parametrize("name", ["relevance", "answerable", "start", "end", "support"])
    def test_without_an_output(self, tmp_path: Path, graph: Graph, name: str) -> None:
        path = graph.save(tmp_path / "reader.onnx", without=name)
        assert f"it has no output {name!r}" in self.refusal(path)

    def test_other_inputs(self, tmp_path: Path, graph: Graph) -> None:
        path = graph.save(tmp_path / "reader.onnx", kind=onnx.TensorProto.INT32)
        assert "its inputs are" in self.refusal(path)

    @pytest.mark.parametrize(
        ("metadata", "why"),
        [
            ({}, "its format is None, not '1'"),
            ({"format": "2", "tokenizer": "{}"}, "its format is '2', not '1'"),
            ({"format": "1"}, "it has no tokenizer"),
            ({"format": "1", "tokenizer": "{}"}, ""),
            (
                {"format": "1", "tokenizer": Tokenizer(WordPiece({"[UNK]": 0})).to_str()},
                "has no [CLS]",
            ),
        ],
    )
    def test_other_metadata(
        self, tmp_path: Path, graph: Graph, metadata: dict[str, str], why: str
    ) -> None:
        path = graph.save(tmp_path / "reader.onnx", metadata=metadata)
        assert why in self.refusal(path)
