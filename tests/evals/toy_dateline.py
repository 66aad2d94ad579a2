"""A stand-in for the command line: articles in SQLite, an "index" file beside them.

`TOY_FAULT` makes it unsound: `forgetful` acknowledges articles that it does not keep, `halving`
keeps one paragraph less, `trusting` answers from the index file whatever it holds.
"""

import json
import os
import sqlite3
import sys
from pathlib import Path

FAULT = os.environ.get("TOY_FAULT", "")


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs after the front matter."""
    return [part.strip() for part in text.split("---\n", 2)[2].split("\n\n") if part.strip()]


def open_library(folder: Path) -> sqlite3.Connection:
    """The database of the library, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "catalogue.db", isolation_level=None)
    database.execute("pragma synchronous = off")  # a kill leaves the system running
    database.execute("create table if not exists article (id text primary key, paragraphs text)")
    return database


def add(folder: Path, sources: Path) -> None:
    """Commit article after article, acknowledging each."""
    database = open_library(folder)
    for path in sorted(sources.iterdir()):
        kept = paragraphs_of(path.read_text(encoding="utf-8"))
        if FAULT == "halving":
            kept = kept[1:] if path.name.endswith("9.md") else kept
        if FAULT != "forgetful" or not path.name.endswith("7.md"):
            database.execute(
                "insert or ignore into article values (?, ?)", (path.stem, json.dumps(kept))
            )
        say({"event": "committed", "article_id": path.stem})
    index = folder / "chroma" / "segment"
    index.mkdir(parents=True, exist_ok=True)
    (index / "data.bin").write_text(json.dumps(articles(database)), encoding="utf-8")
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"toy")


def articles(database: sqlite3.Connection) -> dict[str, list[str]]:
    """All articles as they are committed."""
    rows = database.execute("select id, paragraphs from article order by id")
    return {name: json.loads(kept) for name, kept in rows}


def known(folder: Path) -> dict[str, list[str]]:
    """The articles that a question is answered from."""
    database = open_library(folder)
    if FAULT != "trusting":
        return articles(database)
    try:
        return dict(json.loads((folder / "chroma/segment/data.bin").read_text(errors="replace")))
    except (OSError, ValueError):
        return {}


def hits(found: dict[str, list[str]], query: str) -> list[dict[str, object]]:
    """The paragraphs that hold the last word of `query`, or else the first ones."""
    word = query.rstrip("?").split()[-1]
    shown = [
        {"article_id": name, "paragraph": number, "text": text}
        for name, kept in found.items()
        for number, text in enumerate(kept, start=1)
    ]
    return [hit for hit in shown if word in str(hit["text"])] or shown[:20]


def say(value: object) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Run `--library DIR COMMAND …` as the real command line would."""
    folder, command, rest = Path(arguments[1]), arguments[2], arguments[3:]
    if command == "add":
        add(folder, Path(rest[0]))
        return 0
    found, stored = known(folder), articles(open_library(folder))
    if command == "search":
        say({"results": hits(found, rest[0])})
    if command == "ask" and not stored:
        sys.stderr.write("The library is empty; add an article.\n")
        return 1
    if command == "ask" and rest[0] == "--batch":
        size = {"articles": len(stored), "paragraphs": sum(map(len, stored.values()))}
        for line in Path(rest[1]).read_text(encoding="utf-8").splitlines():
            shown = hits(found, json.loads(line)["question"])
            say({"citations": shown[:1], "nearest": [], "library": size})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
