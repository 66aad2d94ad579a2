"""A small library to ask, made with the test double."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from rag.library.library import Library, open_library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from .gold.making import PARAGRAPHS


@pytest.fixture(scope="session")
def hashing() -> HashingEmbedder:
    return HashingEmbedder(dimension=256, window=256)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, whatever the environment says; whatever is found is answered."""
    return Settings(library=Path("unused"), abstain_below=0)


@pytest.fixture(scope="session")
def small_library(
    hashing: HashingEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """One article: the strike that the gold questions of these tests are about."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "strike.md").write_text(
        "---\ntitle: The strike\npublished: 2024-04-02\n---\n\n" + "\n\n".join(PARAGRAPHS)
    )
    library = open_library(folder / "library", embedding=hashing.identity, create=True)
    Adder(library, hashing, FakeFetcher({}), passage_tokens=160).run([str(folder / "strike.md")])
    yield library
    library.close()
