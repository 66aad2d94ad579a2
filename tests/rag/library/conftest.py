"""Small articles, libraries of them, and other processes that work on the same library."""

import multiprocessing
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection as Link
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.passages import Heading, cut_passages
from rag.analysis import terms
from rag.library import catalogue, integrity
from rag.library.dense import Hits
from rag.library.library import Library, Writer, open_library
from rag.library.records import Article, Paragraph, Passage, Sentence
from rag.library.rows import StoredPassage
from rag.library.writer import PassageVectors, digest_of, embedding_input, known_vectors
from rag.models.embedder import Encoded
from rag.models.hashing import HashingEmbedder

REPOSITORY = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("child.py")
SECONDS = 60
"""Until a process that should have answered is given up."""


@dataclass
class CountingEmbedder(HashingEmbedder):
    """Remembers what it was asked to embed."""

    embedded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HashingEmbedder.__init__(self)

    def encode(self, inputs):
        for item in inputs:
            self.embedded.append(item.text)
            yield from super().encode([item])


@dataclass
class Shelf:
    """A library and the hands of one who fills and searches it."""

    library: Library
    embedder: HashingEmbedder

    @property
    def folder(self) -> Path:
        return self.library.folder

    def article(self, name: str, *paragraphs: str, **fields: Any) -> Article:
        """An article whose key is its name; each paragraph is one of the text."""
        body = paragraphs or (f"The word of {name} is {name}word.",)
        text, placed, at = "\n\n".join(body), [], 0
        for number, paragraph in enumerate(body, start=1):
            placed.append(Paragraph(number, at, at + len(paragraph)))
            at += len(paragraph) + 2
        title = fields.pop("title", name.title())
        values = {
            "article_id": name, "key": f"/articles/{name}", "source": f"/articles/{name}",
            "root": None, "sha256": sha256(text.encode()).hexdigest(), "text": text,
            "title": title, "author": None, "outlet": "Gazette", "kind": "report", "url": None,
            "language": "en", "published": "2024-04-14", "paragraphs": tuple(placed),
            "passages": cut_passages(text, placed, Heading(title, None, None), self.embedder,
                                     target=12),
        }  # fmt: skip
        return Article(**{**values, **fields})

    def stored(self, article: Article) -> list[PassageVectors]:
        """The vectors of its passages: the library's own where it has them."""
        inputs = [embedding_input(article, passage) for passage in article.passages]
        with self.library.reading() as db:
            known = known_vectors(db, [digest_of(given) for given in inputs])
        return [
            known.get(digest_of(given))
            or PassageVectors.of(next(iter(self.embedder.encode([given]))))
            for given in inputs
        ]

    def put(self, article: Article, writer: Writer | None = None) -> int:
        if writer is not None:
            return writer.put(article, self.stored(article))
        with self.library.writing() as own:
            return own.put(article, self.stored(article))

    def add(self, *names: str, publish: bool = False) -> None:
        with self.library.writing() as writer:
            for name in names:
                self.put(self.article(name), writer)
            if publish:
                writer.publish()

    def publish(self, *, force: bool = False) -> bool:
        with self.library.writing() as writer:
            return writer.publish(force=force)

    def lexical(self, word: str) -> list[str]:
        """The articles that hold the word, by the full text."""
        with self.library.reading() as db:
            hits = catalogue.lexical(db, f'"{terms(word)[0]}"', limit=50)
            found = catalogue.load_passages(db, [number for number, _ in hits])
        return [found[number].article_id for number, _ in hits]

    def dense(self, text: str, k: int = 10) -> Hits:
        with self.library.reading() as db:
            return self.library.dense.search(db, self.embedder.query(text), k)

    def nearest(self, text: str) -> StoredPassage:
        [(number, _)] = self.dense(text, 1)
        with self.library.reading() as db:
            return catalogue.load_passages(db, [number])[number]

    def exact(self, text: str, k: int = 10) -> Hits:
        """What the search must find, by comparing everything."""
        with self.library.reading() as db:
            numbers, values = catalogue.vectors(db)
        cosines = values @ self.embedder.query(text)
        order = np.lexsort((numbers, -cosines))[:k]
        return [(int(numbers[n]), float(cosines[n])) for n in order]

    def active(self) -> list[int]:
        with self.library.reading() as db:
            return catalogue.vectors(db)[0].tolist()

    def names(self, *, removed: bool = False) -> list[str]:
        with self.library.reading() as db:
            return sorted(a.article_id for a in catalogue.list_articles(db, removed=removed))

    def faults(self) -> list[str]:
        """Whatever does not hold together in the catalogue."""
        with self.library.reading() as db:
            return [
                fault
                for look in (
                    integrity.database_faults, integrity.text_faults, integrity.vector_faults,
                    integrity.full_text_faults,
                )
                for fault in look(db)
            ]  # fmt: skip

    def reopen(self) -> "Shelf":
        self.library.close()
        return Shelf(open_library(self.folder, embedding=self.embedder.identity), self.embedder)


@pytest.fixture
def shelve() -> Iterator[Callable[..., Shelf]]:
    """Open a shelf in a folder, with `create` by default; closed after the test."""
    opened: list[Shelf] = []

    def shelf(folder: Path, *, create: bool = True, lock_seconds: float = 0.2) -> Shelf:
        embedder = CountingEmbedder()
        library = open_library(
            folder, embedding=embedder.identity, create=create, lock_seconds=lock_seconds
        )
        opened.append(Shelf(library, embedder))
        return opened[-1]

    yield shelf
    for each in opened:
        each.library.close()


@pytest.fixture
def shelf(tmp_path: Path, shelve: Callable[..., Shelf]) -> Shelf:
    """An empty library."""
    return shelve(tmp_path / "library")


def make_vector_article(name: str, vectors: np.ndarray) -> tuple[Article, list[PassageVectors]]:
    """An article with a passage for each of the vectors (n, dimension)."""
    text = " ".join("x" * len(vectors))
    passages = tuple(
        Passage(2 * n, 2 * n + 1, 1, 1, f"{name} {n}", (Sentence(1, 2 * n, 2 * n + 1),))
        for n in range(len(vectors))
    )
    article = Article(
        article_id=name, key=name, source=name, root=None, text=text, title=name,
        sha256=sha256(text.encode()).hexdigest(), author=None, outlet=None, kind=None, url=None,
        language="en", published=None, paragraphs=(Paragraph(1, 0, len(text)),),
        passages=passages,
    )  # fmt: skip
    return article, [PassageVectors.of(Encoded(v, v.reshape(1, -1))) for v in vectors]


@pytest.fixture
def vector_article() -> Callable[..., tuple[Article, list[PassageVectors]]]:
    return make_vector_article


@dataclass
class Child:
    """Another process at work; `told` is what it has said so far."""

    process: Any
    link: Link
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def hear(self) -> tuple[Any, ...] | None:
        """The next thing it says, or None when it has ended."""
        assert self.link.poll(SECONDS), "the other process says nothing"
        try:
            self.told.append(self.link.recv())
        except (EOFError, ConnectionResetError):
            return None
        return self.told[-1]

    def until(self, word: str) -> tuple[Any, ...]:
        while (said := self.hear()) is not None:
            if said[0] == word:
                return said
        raise AssertionError(f"it ended before it said {word!r}: {self.told}")

    def finish(self) -> int:
        """Hear it out; return its exit code, negative for a signal."""
        while self.hear() is not None:
            pass
        self.process.join(SECONDS)
        return self.process.exitcode

    def kill(self) -> None:
        """kill -9, then hear what it had said before."""
        self.process.kill()
        self.finish()

    @property
    def acknowledged(self) -> list[str]:
        return [said[1] for said in self.told if said[0] == "kept"]


@pytest.fixture(scope="session")
def _fork_server() -> Any:
    context = multiprocessing.get_context("forkserver")
    # Imported once, before any child is made from it.
    context.set_forkserver_preload(
        ["chromadb", "ingest.pipeline", "rag.library.library", "rag.models.hashing"]
    )
    return context


@pytest.fixture
def start(_fork_server: Any) -> Iterator[Callable[..., Child]]:
    """Start a job of child.py in a process of its own."""
    children: list[Child] = []

    def begin(job: str, *arguments: Any, **options: Any) -> Child:
        here, there = _fork_server.Pipe()
        given = {"job": job, "arguments": arguments, "options": options, "link": there}
        process = _fork_server.Process(
            target=runpy.run_path, args=(str(CHILD), given, "__main__"), daemon=True
        )
        process.start()
        there.close()
        children.append(Child(process, here))
        return children[-1]

    yield begin
    for child in children:
        if child.process.is_alive():
            child.process.kill()
        child.process.join(SECONDS)
        child.link.close()


@dataclass(frozen=True)
class Sources:
    """A folder of Markdown articles and what they say."""

    folder: Path
    paragraphs: dict[str, tuple[str, ...]]

    @property
    def words(self) -> dict[str, list[str]]:
        """A word of each paragraph, that stands nowhere else, by article."""
        return {name: [p.split()[0] for p in said] for name, said in self.paragraphs.items()}


@pytest.fixture
def make_sources() -> Callable[..., Sources]:
    def write(folder: Path, count: int, *, paragraphs: int = 4) -> Sources:
        folder.mkdir()
        said = {}
        for number in range(count):
            name = f"report-{number:03d}"
            said[name] = tuple(
                " ".join(f"Word{number:03d}x{place}{letter}" for letter in "abcdefgh") + "."
                for place in range(paragraphs)
            )
            head = f"---\ntitle: Report {number:03d}\noutlet: Gazette\n---\n\n"
            (folder / f"{name}.md").write_text(head + "\n\n".join(said[name]) + "\n")
        return Sources(folder, said)

    return write


def _mount(folder: Path, *options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small disk of a size such as `4m`; skips where that may not be done."""
    mounted: list[Path] = []

    def mount(size: str) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        if sys.platform != "linux" or os.geteuid() != 0 or not _mount(folder, f"size={size}"):
            pytest.skip("a small disk can be mounted only by root, on Linux")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def lock_up(disk: Callable[[str], Path]) -> Iterator[Callable[[Path], Path]]:
    """Give a copy of a folder in which nothing can be written."""
    locked: list[Path] = []

    def read_only(folder: Path) -> Path:
        if os.geteuid() != 0:  # to root, permissions say nothing
            folder.chmod(0o500)
            locked.append(folder)
            return folder
        place = disk("16m")
        subprocess.run(["cp", "-a", str(folder), str(place / "copy")], check=True)
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        return place / "copy"

    yield read_only
    for folder in locked:
        folder.chmod(0o700)
