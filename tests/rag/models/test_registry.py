"""Which models are known, where they are found, and that they are the ones they claim to be."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.registry import ModelCard, locate, registry, sha256_of, verify

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
        "tiny", "embedding", "Apache-2.0", 8, 16, "model.safetensors", len(CONTENT),
        hashlib.sha256(CONTENT).hexdigest(),
        ({"package": "tiny-model", "module": "tiny_model_package", "folder": "model"},),
    )  # fmt: skip


def test_every_entry_is_complete() -> None:
    for name, card in registry().items():
        assert card.name == name
        assert re.fullmatch(r"[0-9a-f]{64}", card.sha256)
        assert card.licence == "Apache-2.0"
        assert card.bytes > 0
        assert card.dimension > 0
        assert card.window > 0
        assert card.sources


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
    gone = replace(card, sources=({"package": "no-such", "module": "no_such_", "folder": "m"},))
    with pytest.raises(ModelError, match="pip install no-such"):
        locate(gone)


def test_sources_are_tried_in_order(card: ModelCard, tmp_path: Path) -> None:
    first = {"package": "no-such", "module": "no_such_", "folder": "m"}
    assert locate(replace(card, sources=(first, *card.sources))).is_relative_to(tmp_path)
