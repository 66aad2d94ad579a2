"""Dateline's search over a benchmark, all questions in one process.

`python -m evals.bench.dateline_retrieval --library DIR --passages N FILE` reads queries from FILE
(JSON lines of `id` and `text`) and prints, one JSON line each, `id` and `urls`: the URL of the
article of each of the N best passages, best first.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def open_searcher(library: Path) -> Callable[[str, int], Sequence[str]]:
    """Open `library` once and return what gives the article URLs of the best passages, best first.

    The one place where the retrieval figure meets `rag.retrieve`. Copies of one story are folded
    as they are for a reader, although a benchmark judges each document by itself.
    """
    from rag.library import catalogue
    from rag.library.library import open_library
    from rag.models.load import load_embedder
    from rag.question import understand
    from rag.retrieve import retrieve
    from rag.settings import load_settings

    settings, _ = load_settings(library=library)
    embedder = load_embedder(settings)
    opened = open_library(library, embedding=embedder.identity)
    with opened.reading() as db:
        addresses = {row.article_id: str(row.url) for row in catalogue.list_articles(db)}

    def search(text: str, passages: int) -> list[str]:
        vector = embedder.query(text)
        with opened.reading() as db:
            question = understand(text)
            found = retrieve(db, opened.dense, question, vector, settings, limit=passages)
        return [addresses[hit.passage.article_id] for hit in found.hits]

    return search


def main(arguments: Sequence[str] | None = None) -> None:
    """Search for all queries and print the URLs."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.dateline_retrieval")
    parser.add_argument("--library", type=Path, required=True, help="folder of the library")
    parser.add_argument("--passages", type=int, required=True, help="passages for each query")
    parser.add_argument("file", type=Path, help="queries, JSON lines of id and text")
    given = parser.parse_args(arguments)
    search = open_searcher(given.library)
    for line in given.file.read_text(encoding="utf-8").split("\n"):
        if line:
            query = json.loads(line)
            urls = list(search(query["text"], given.passages))
            sys.stdout.write(json.dumps({"id": query["id"], "urls": urls}) + "\n")


if __name__ == "__main__":
    main()
