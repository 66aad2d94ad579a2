"""A generated library that stands just before its index is written to HNSW files.

Chroma may keep new vectors in its SQLite file and write HNSW files only now and then. Adding the
prepared batch crosses such a moment, so that kills can fall into it, and the library with the batch
has files that can be damaged.
"""

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evals.bench import children
from evals.bench.children import ChildFailed
from evals.bench.generated import PARAGRAPHS, GeneratedArticle, Generator, write
from evals.bench.inspection import inspect
from evals.bench.place import SEED, Place

BATCH = 60
MAX_BATCHES = 20
DATABASE = "chroma.sqlite3"

_PASSING = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`before` is the library without the batch, `after` the one with it.

    `sources` is the folder of the batch's files, `standing` the articles of `before`.
    """

    before: Path
    after: Path
    sources: Path
    standing: tuple[GeneratedArticle, ...]
    batch: tuple[GeneratedArticle, ...]


@cache
def prepared(place: Place) -> Prepared:
    """Add batch after batch, two at least, until there are HNSW files.

    Raises `ChildFailed` if they never appear, or if the library is not as generated.
    """
    folder = place.scratch("durability")
    library, before = folder / "after", folder / "before"
    generator = Generator(SEED)
    standing: tuple[GeneratedArticle, ...] = ()
    for number in range(MAX_BATCHES):
        batch = generator.articles(BATCH)
        sources = folder / f"batch-{number:02d}"
        write(batch, sources)
        copy(library, before)
        children.run(children.dateline(library, "add", str(sources), "--json")).succeeded()
        if number and hnsw_files(library):
            _whole(library, standing + batch)
            return Prepared(before, library, sources, standing, batch)
        standing += batch
    raise ChildFailed(f"{MAX_BATCHES * BATCH} articles did not make the index write HNSW files.")


def _whole(library: Path, articles: tuple[GeneratedArticle, ...]) -> None:
    """Check that an undisturbed library is as generated, or no fault could be told from it."""
    seen = inspect(library, articles, 0)
    counted = (seen.articles, seen.paragraphs)
    if seen.missing or counted != (len(articles), len(articles) * PARAGRAPHS):
        raise ChildFailed(
            f"Without any fault {len(seen.missing)} of {len(articles)} articles are not found and"
            f" the library counts {counted[0]} articles and {counted[1]} paragraphs."
        )


def copy(library: Path, target: Path) -> None:
    """Make `target` a copy of `library`, or remove it where there is no `library` yet."""
    if target.exists():
        shutil.rmtree(target)
    if library.exists():
        shutil.copytree(library, target)


def index_files(library: Path) -> list[Path]:
    """The files of the vector index in use that hold something lasting, sorted by path.

    Where several indexes lie beside each other, the one whose database was written last is in use.
    """
    databases = sorted((library / "chroma").rglob(DATABASE), key=lambda path: path.stat().st_mtime)
    return sorted(
        path
        for path in (databases[-1].parent.rglob("*") if databases else ())
        if path.is_file() and path.stat().st_size and not path.name.endswith(_PASSING)
    )


def hnsw_files(library: Path) -> list[Path]:
    """The HNSW files of the index: all but Chroma's database."""
    return [path for path in index_files(library) if path.name != DATABASE]
