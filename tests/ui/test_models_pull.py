import json
import os
import subprocess
import sys
from pathlib import Path

from tests.rag.models.hub_server import Repository, running
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
