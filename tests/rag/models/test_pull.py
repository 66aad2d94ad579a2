import dataclasses
import errno
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from huggingface_hub import constants

from rag.errors import ModelError
from rag.models import hub as hub_module
from rag.models import pull as pull_module
from rag.models import registry as registry_module
from rag.models.hub import commit_of
from rag.models.load import identity_of
from rag.models.registry import (
    HubSource,
    ModelCard,
    PackageSource,
    find,
    locate,
    registry,
    sha256_of,
)
from rag.settings import Settings

from .hub_server import Hub, Repository, point

REPOSITORY = Path(__file__).parents[3]
NAME = "owner/little-model"
DEFAULT = "all-MiniLM-L6-v2"
WEIGHTS = b"weights " * 20_000
GOOD = {
    "model.safetensors": WEIGHTS,
    "modules.json": b"[]",
    "config.json": b"{}",
    "vocab.txt": b"a\nb\n",
    "1_Pooling/config.json": b'{"pooling_mode": "mean"}',
    "2_Dense/model.safetensors": b"dense",
    "sentencepiece.bpe.model": b"pieces",
}
BAD = {
    "pytorch_model.bin": b"\x80\x04.",
    "weights.pkl": b"\x80\x04.",
    "vocab.pkl": b"\x80\x04.",
    "data.pickle": b"\x80\x04.",
    "model.ckpt": b"\x80\x04.",
    "other.model": b"\x80\x04.",
    "2_Dense/pytorch_model.bin": b"\x80\x04.",
    "modeling_own.py": b"raise SystemExit",
    "onnx/config.json": b"{}",
    "README.md": b"# Model",
}


@pytest.fixture
def hub(hub: Hub) -> Hub:
    """The server with a repository of an embedding model."""
    hub.repositories[NAME] = Repository(GOOD | BAD)
    return hub


def pull(name: str, *, progress: bool = False) -> pull_module.Pulled:
    """An embedding model comes into the client's cache: ours is not used."""
    return pull_module.pull(name, Path("/nowhere"), progress=progress)


def files_under(folder: Path) -> dict[str, bytes]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def refusal(name: str = NAME) -> str:
    with pytest.raises(ModelError) as caught:
        pull(name)
    told = str(caught.value)
    assert "\n" not in told
    assert told.endswith(".")
    return told


class TestRepository:
    def test_comes_without_pickles_and_code(self, hub: Hub) -> None:
        pulled = pull(NAME)
        assert files_under(pulled.folder) == GOOD
        assert hub.fetched() == set(GOOD)
        assert (pulled.name, pulled.fetched, pulled.sha256) == (NAME, True, None)

    def test_is_pinned_to_a_commit(self, hub: Hub) -> None:
        pulled = pull(NAME)
        assert pulled.commit == pulled.folder.name == "c" * 40 == commit_of(NAME)
        settings = Settings(embedding=NAME)
        assert identity_of(settings) == f"sentence-transformers/{NAME}@{'c' * 12}"
        hub.repositories[NAME].commit = "d" * 40
        assert commit_of(NAME) == "c" * 40
        pull(NAME)
        assert commit_of(NAME) == "d" * 40

    def test_only_what_changed_is_fetched_again(self, hub: Hub) -> None:
        pull(NAME)
        hub.requests.clear()
        repository = hub.repositories[NAME]
        repository.commit, repository.files = "d" * 40, repository.files | {"vocab.txt": b"c\n"}
        assert files_under(pull(NAME).folder)["vocab.txt"] == b"c\n"
        assert hub.fetched() == {"vocab.txt"}

    def test_a_broken_connection_is_resumed(
        self, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("time.sleep", lambda _: None)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
        hub.repositories[NAME].cut.add("model.safetensors")
        assert files_under(pull(NAME).folder) == GOOD
        ranges = [r.headers["range"] for r in hub.requests if "range" in r.headers]
        assert ranges == [f"bytes={len(WEIGHTS) // 2}-"]

    def test_the_old_copy_stays_until_the_new_one_is_whole(self, hub: Hub) -> None:
        pull(NAME)
        repository = hub.repositories[NAME]
        repository.commit, repository.files = "d" * 40, repository.files | {"vocab.txt": b"c\n"}
        repository.status = 403
        refusal()
        assert commit_of(NAME) == "c" * 40

    def test_nothing_is_reported(self, hub: Hub) -> None:
        pull(NAME)
        agents = {request.headers["user-agent"] for request in hub.requests}
        assert not any("torch" in agent or "agent/" in agent for agent in agents)
        paths = [request.path for request in hub.requests]
        assert all(NAME in path and "telemetry" not in path for path in paths)

    def test_no_bar_without_a_terminal(self, hub: Hub, capfd: pytest.CaptureFixture[str]) -> None:
        pull(NAME, progress=False)
        assert capfd.readouterr() == ("", "")


class TestRefusals:
    def test_refused_connection(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        point(monkeypatch, url)
        assert f"{url} cannot be reached" in refusal()

    def test_an_endpoint_that_is_no_address(
        self, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        point(monkeypatch, "nonsense")
        assert "HF_ENDPOINT" in refusal()

    def test_unknown_repository(self, hub: Hub) -> None:
        assert "There is no repository 'owner/nobody'" in refusal("owner/nobody")

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("status", [401, 403])
    def test_gated(self, hub: Hub, status: int, listed: bool) -> None:
        hub.repositories[NAME] = Repository(GOOD, status=status, code="GatedRepo", listed=listed)
        assert f"accept its terms: do so at {hub.url}/{NAME}" in refusal()
        assert commit_of(NAME) is None

    @pytest.mark.parametrize("listed", [True, False])
    @pytest.mark.parametrize("status", [401, 403])
    def test_forbidden(self, hub: Hub, status: int, listed: bool) -> None:
        hub.repositories[NAME] = Repository(GOOD, status=status, listed=listed)
        assert f"refuses '{NAME}' ({status}). Set HF_TOKEN" in refusal()

    def test_a_server_in_trouble(self, hub: Hub) -> None:
        hub.repositories[NAME] = Repository(GOOD, status=500, listed=False)
        assert "answered 500" in refusal()

    def test_offline(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        assert "HF_HUB_OFFLINE" in refusal()
        assert not hub.requests

    def test_offline_even_if_a_copy_is_here(
        self, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pull(NAME)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        assert "HF_HUB_OFFLINE" in refusal()
        assert commit_of(NAME) == "c" * 40

    def test_disk_full_before(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = shutil.disk_usage("/")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10))
        assert "No space is left" in refusal()
        assert "model.safetensors" not in hub.fetched()

    def test_disk_full_amid(self, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr("huggingface_hub.file_download.http_get", full)
        assert "No space is left" in refusal()
        assert commit_of(NAME) is None

    def test_without_safetensors(self, hub: Hub) -> None:
        files = {path: data for path, data in GOOD.items() if not path.endswith(".safetensors")}
        hub.repositories[NAME] = Repository(files | BAD)
        assert "safetensors" in refusal()
        assert not hub.fetched()

    @pytest.mark.parametrize(
        "name", ["", "nonsense", "a/b/c", "../up", "a b/c", "https://x.org/a/b", "a/..", "-a/b"]
    )
    def test_wrong_name(self, hub: Hub, name: str) -> None:
        told = refusal(name)
        assert repr(name) in told
        assert "owner/name" in told
        assert not hub.requests


class TestRegistry:
    @pytest.fixture
    def card(self, monkeypatch: pytest.MonkeyPatch) -> ModelCard:
        """The default model, its package missing, its weights the server's."""
        sources = (
            PackageSource("absent", "absent_model_package", "model/model.safetensors"),
            HubSource(NAME),
        )
        card = dataclasses.replace(
            registry()[DEFAULT], sha256=hashlib.sha256(WEIGHTS).hexdigest(), sources=sources
        )
        for module in (pull_module, registry_module):
            monkeypatch.setattr(module, "registry", lambda: {DEFAULT: card})
        return card

    def test_the_packages_copy_is_verified_and_nothing_fetched(self, hub: Hub) -> None:
        try:
            folder = locate(registry()[DEFAULT])
        except ModelError as error:
            pytest.skip(f"the package of the model is not installed: {error}")
        pulled = pull(DEFAULT)
        assert (pulled.folder, pulled.fetched) == (folder, False)
        assert pulled.sha256 == sha256_of(folder / "model.safetensors")
        assert not hub.requests

    def test_a_package_with_other_weights_is_refused(
        self, hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = tmp_path / "packages/changed_model_package"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "model.safetensors").write_bytes(b"other")
        monkeypatch.syspath_prepend(package.parent)
        source = PackageSource("changed", package.name, "model.safetensors")
        card = dataclasses.replace(registry()[DEFAULT], sources=(source,))
        monkeypatch.setattr(registry_module, "registry", lambda: {DEFAULT: card})
        assert "its SHA-256 is" in refusal(DEFAULT)
        assert not hub.requests

    def test_without_the_package_the_source_is_fetched_and_found(
        self, hub: Hub, card: ModelCard
    ) -> None:
        with pytest.raises(ModelError, match=f"dateline models pull {DEFAULT}"):
            locate(card)
        pulled = pull(DEFAULT)
        assert (pulled.commit, pulled.sha256, pulled.fetched) == ("c" * 40, card.sha256, True)
        assert locate(card) == pulled.folder
        hub.requests.clear()
        assert not pull(DEFAULT).fetched
        assert not hub.requests

    def test_other_weights_are_removed(self, hub: Hub, card: ModelCard, cache: Path) -> None:
        hub.repositories[NAME].files["model.safetensors"] = b"forged" * 1000
        assert card.sha256 in refusal(DEFAULT)
        assert find(card) is None
        assert commit_of(NAME) is None
        assert not any(data.startswith(b"forged") for data in files_under(cache).values())
        # The right ones are fetched the next time, and at the same commit.
        hub.repositories[NAME].files["model.safetensors"] = WEIGHTS
        assert pull(DEFAULT).folder == locate(card)

    def test_weights_under_another_name(self, hub: Hub, card: ModelCard) -> None:
        files = hub.repositories[NAME].files
        files["other.safetensors"] = files.pop("model.safetensors")
        assert "has no model.safetensors" in refusal(DEFAULT)


def test_no_pattern_lets_code_or_pickles_through() -> None:
    ends = (".py", ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack", "*")
    assert not any(pattern.endswith(ends) for pattern in hub_module.WANTED)


MAKE = """
import sys
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel, BertTokenizerFast
from sentence_transformers import SentenceTransformer, models as modules
folder = sys.argv[1]
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "iran", "israel", "attack"]
tokenizer = Tokenizer(models.WordPiece({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=32).save_pretrained(folder + "/t")
BertModel(BertConfig(
    vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
    intermediate_size=16, max_position_embeddings=32,
)).save_pretrained(folder + "/t")
words = modules.Transformer(folder + "/t")
whole = SentenceTransformer(modules=[words, modules.Pooling(16)], device="cpu")
whole.save_pretrained(folder + "/whole", create_model_card=False)
print(whole.encode("iran israel", normalize_embeddings=True).tolist())
"""

LOAD = """
import json, sys
from rag.models.load import identity_of, load_embedder
from rag.settings import Settings
settings = Settings(embedding=sys.argv[1])
model = load_embedder(settings)
assert model.identity == identity_of(settings)
print(json.dumps([model.identity, model.dimension, model.query("iran israel").tolist()]))
"""


def python(script: str, *arguments: str, **environment: str) -> list[object]:
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert result.returncode == 0, result.stderr
    loaded: list[object] = json.loads(result.stdout.splitlines()[-1])
    return loaded


@pytest.mark.slow
def test_a_pulled_model_is_loaded_by_its_name_without_a_network(
    hub: Hub, tmp_path: Path, cache: Path
) -> None:
    vector = python(MAKE, str(tmp_path), HF_HUB_OFFLINE="1")
    hub.repositories[NAME] = Repository(files_under(tmp_path / "whole") | BAD)
    pull(NAME)
    hub.requests.clear()
    # The client is not told to be offline: that nothing is asked is our own doing.
    environment = {"HF_HUB_CACHE": str(cache), "HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0"}
    identity, dimension, loaded = python(LOAD, NAME, **environment)
    assert identity == f"sentence-transformers/{NAME}@{'c' * 12}"
    assert dimension == 16
    assert loaded == pytest.approx(vector, abs=1e-5)
    assert not hub.requests
