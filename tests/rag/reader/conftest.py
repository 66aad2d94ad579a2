"""The small reader, in a file and opened."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from rag.reader.reader import Reader

from .making import Graph, make_tokenizer


@pytest.fixture(scope="session")
def graph() -> Graph:
    return Graph()


@pytest.fixture(scope="session")
def file(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return graph.save(tmp_path_factory.mktemp("reader") / "reader.onnx")


@pytest.fixture(scope="session")
def reader(file: Path) -> Reader:
    return Reader(file, threads=2)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return make_tokenizer()
