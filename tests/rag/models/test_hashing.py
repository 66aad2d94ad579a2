"""The test double behaves as a model does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.models.embedder import Input, pool, unit
from rag.models.hashing import HashingEmbedder

MODEL = HashingEmbedder()


@given(st.lists(st.text(max_size=50), max_size=5))
def test_unit_vectors_in_order_the_same_each_time(texts: list[str]) -> None:
    results = list(MODEL.encode(Input(text) for text in texts))
    assert len(results) == len(texts)
    for text, result in zip(texts, results, strict=True):
        assert np.allclose(np.linalg.norm(result.vector), 1, atol=1e-4)
        assert np.array_equal(result.vector, HashingEmbedder().query(text))
    assert len(MODEL.embed_documents(texts)) == len(texts)


def test_shared_words_are_near() -> None:
    question = MODEL.query("missiles over Israel")
    near, far = MODEL.query("Missiles fell over Israel."), MODEL.query("The turnout was low.")
    assert question @ near > question @ far


def test_sentences_have_vectors_of_their_own() -> None:
    (result,) = MODEL.encode([Input("One here. Two there.", ((0, 9), (10, 20)))])
    assert np.allclose(result.spans[1], MODEL.query("Two there."), atol=1e-6)


@given(st.text())
def test_tokens_are_spans_in_order(text: str) -> None:
    (spans,) = MODEL.token_spans([text])
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert spans == sorted(spans)
    assert "".join(text[a:b] for a, b in spans) == "".join(text.split())


def test_pooling_averages_the_tokens_of_a_span() -> None:
    states = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    offsets = [(0, 2), (3, 5), (6, 9)]
    pooled = pool(states, offsets, [(0, 5), (6, 9), (20, 30)])
    half = np.sqrt(0.5)
    assert np.allclose(pooled, [[half, half], [half, half], [0, 0]])
    assert pool(states, offsets, []).shape == (0, 2)
    assert not unit(np.zeros((2, 3), np.float32)).any()
