"""Libraries to ask: the shipped record with the real model, small ones with the test double."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from rag.errors import ModelError
from rag.library.library import Library, open_library
from rag.models.embedder import Embedder
from rag.models.hashing import HashingEmbedder
from rag.models.load import load_embedder
from rag.settings import Settings, load_settings

RECORD = Path(__file__).parents[2] / "data/articles"

MakeLibrary = Callable[..., Library]


def fill(folder: Path, embedder: Embedder, sources: Path) -> Library:
    library = open_library(folder, embedding=embedder.identity, create=True)
    report = Adder(library, embedder, FakeFetcher({}), passage_tokens=160).run([str(sources)])
    assert not report.of("failed"), report.of("failed")
    return library


def write_article(path: Path, text: str, **front: object) -> None:
    """A Markdown file with front matter; what is None is left out."""
    given = {name: value for name, value in front.items() if value is not None}
    path.write_text(
        f"---\n{yaml.safe_dump(given, allow_unicode=True)}---\n\n{text}\n", encoding="utf-8"
    )


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real model; its fast form is kept in the cache between runs."""
    settings, _ = load_settings()
    try:
        return load_embedder(settings)
    except ModelError as error:
        pytest.skip(f"the embedding model is not on this machine: {error}")


@pytest.fixture(scope="session")
def hashing() -> HashingEmbedder:
    return HashingEmbedder(dimension=256, window=256)


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, whatever the environment says."""
    return Settings(library=Path("unused"))


@pytest.fixture(scope="session")
def record(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The shipped articles; read only."""
    library = fill(tmp_path_factory.mktemp("record"), embedder, RECORD)
    yield library
    library.close()


@pytest.fixture(scope="session")
def make_library(
    tmp_path_factory: pytest.TempPathFactory, hashing: HashingEmbedder
) -> Iterator[MakeLibrary]:
    """Return a library of (text, front matter) pairs, with the test double unless told."""
    opened: list[Library] = []

    def make(*articles: tuple[str, dict[str, object]], model: Embedder = hashing) -> Library:
        folder = tmp_path_factory.mktemp("library")
        sources = folder / "articles"
        sources.mkdir()
        for number, (text, front) in enumerate(articles):
            write_article(sources / f"{number:02}.md", text, **front)
        opened.append(fill(folder / "library", model, sources))
        return opened[-1]

    yield make
    for library in opened:
        library.close()
