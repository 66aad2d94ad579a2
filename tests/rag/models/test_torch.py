"""Any other sentence-transformers model, by the path of its folder, and the loading by name."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.embedder import Embedder, Input
from rag.models.hashing import HashingEmbedder
from rag.models.load import identity_of, load_embedder
from rag.settings import Settings

pytest.importorskip("torch", reason="other models need torch")
pytest.importorskip("sentence_transformers", reason="other models need sentence-transformers")

TEXTS = ["iran fired missiles", "oil", "", "iran " * 100, "unheard of words"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two small layers with random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(1)
    home = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "iran", "fired", "missiles", "oil"]
    (home / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Named so since the first release; the newest has moved it and says so.
        from sentence_transformers.models import Pooling, Transformer

        BertModel(config).save_pretrained(home / "bert")
        BertTokenizerFast(vocab=str(home / "vocab.txt")).save_pretrained(home / "bert")
        words_to_states = Transformer(str(home / "bert"), max_seq_length=32)
        model = SentenceTransformer(modules=[words_to_states, Pooling(16)], device="cpu")
        model.save(str(home / "model"))
    return home / "model"


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Embedder:
    return load_embedder(Settings(embedding=str(folder)))


def test_a_model_in_a_folder_is_loaded(tiny: Embedder, folder: Path) -> None:
    assert (tiny.dimension, tiny.window) == (16, 32)
    assert tiny.identity == identity_of(Settings(embedding=str(folder)))
    assert str(folder) in tiny.identity


def test_its_vectors_are_of_unit_length_and_in_order(tiny: Embedder) -> None:
    together = np.stack([one.vector for one in tiny.encode(Input(text) for text in TEXTS)])
    alone = np.stack([tiny.query(text) for text in TEXTS])
    assert together.shape == (len(TEXTS), 16)
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.allclose(tiny.embed_documents(TEXTS), together, atol=1e-5)
    assert np.allclose(tiny.embed_query(TEXTS[0]), together[0], atol=1e-5)


def test_whoever_trains_in_the_same_process_still_can(tiny: Embedder) -> None:
    import torch

    tiny.embed_query("Iran")
    assert torch.is_grad_enabled()


def test_its_sentences_are_embedded_by_themselves(tiny: Embedder) -> None:
    text = "iran fired missiles. oil."
    many = [Input(text, ((0, 20), (21, 25))), Input("oil"), Input(text, ((21, 25),))] * 12
    results = list(tiny.encode(many))
    assert [len(result.spans) for result in results] == [2, 0, 1] * 12
    assert np.allclose(results[0].spans[1], tiny.query("oil."), atol=1e-5)
    assert np.allclose(results[35].spans[0], tiny.query("oil."), atol=1e-5)


def test_its_tokens_are_spans(tiny: Embedder) -> None:
    (spans,) = tiny.token_spans(["iran fired oil"])
    assert spans == [(0, 4), (5, 10), (11, 14)]


@pytest.mark.parametrize("name", ["no-such-model-anywhere", "no/such-model", "/no/such/folder"])
def test_a_name_that_is_unknown_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match="models pull") as refused:
        load_embedder(Settings(embedding=name))
    assert repr(name) in str(refused.value)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not on this machine"):
        load_embedder(Settings(embedding=str(tmp_path)))


def test_the_identity_is_told_without_loading(embedder: Embedder) -> None:
    assert identity_of(Settings()) == embedder.identity
    assert isinstance(load_embedder(Settings(embedding="hashing")), HashingEmbedder)
    assert identity_of(Settings(embedding="hashing")) == HashingEmbedder().identity
