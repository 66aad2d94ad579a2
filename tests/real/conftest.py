"""The registry's own chat models: their tests are skipped where a model is not on this machine.

With DATELINE_REQUIRE_MODELS=1 they fail there instead. What they measure is printed at the end.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.generate.local import LlamaCpp, local_model
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.models.load import load_embedder
from rag.models.registry import generation_card
from rag.models.weights import is_pulled
from rag.settings import Settings

from ..rag.conftest import RECORD, fill

REQUIRED = "DATELINE_REQUIRE_MODELS"
SMALL = "qwen2.5-coder-0.5b-instruct"
POOR = "smollm2-135m-instruct"

Tell = Callable[[str], None]

_TOLD = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TOLD] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash[_TOLD]:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def tell(pytestconfig: pytest.Config) -> Tell:
    """Print a line behind the tests."""
    return pytestconfig.stash[_TOLD].append


def missing(reason: str) -> None:
    """Skip the test, or fail where the models were to be there."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def needed(name: str) -> Settings:
    """Return settings under which a model answers whatever is found."""
    settings = Settings(library=Path("unused"), generator=name, abstain_below=0)
    if not is_pulled(name, settings.cache):
        missing(f"{name} is not on this machine; fetch it with: dateline models pull {name}")
    return settings


@pytest.fixture(scope="session")
def small() -> Settings:
    return needed(SMALL)


@pytest.fixture(scope="session")
def poor() -> Settings:
    return needed(POOR)


@pytest.fixture(scope="session")
def poor_chat(poor: Settings) -> LlamaCpp:
    """The model itself, loaded once."""
    return local_model(POOR, poor)


@pytest.fixture(scope="session")
def poor_file(poor: Settings, poor_chat: LlamaCpp) -> Path:
    assert poor_chat.path.name == generation_card(POOR).file
    return poor_chat.path


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    try:
        return load_embedder(Settings(library=Path("unused")))
    except ModelError as error:
        missing(f"the embedding model is not on this machine: {error}")
        raise


@pytest.fixture(scope="session")
def record(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The shipped articles; read only."""
    library = fill(tmp_path_factory.mktemp("record"), embedder, RECORD)
    yield library
    library.close()
