"""Articles made for a pack, as files that `dateline add` reads to the letter."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """A title, an ISO date or None, paragraphs without line breaks; `name` names the file."""

    name: str
    title: str
    published: str | None
    paragraphs: tuple[str, ...]
    outlet: str | None = None
    kind: str | None = None
    author: str | None = None
    language: str | None = None

    @property
    def text(self) -> str:
        """The paragraphs, parted by empty lines."""
        return "\n\n".join(self.paragraphs)


def write_articles(articles: Iterable[MadeArticle], folder: Path) -> list[Path]:
    """Write each article into a file of its own, in order.

    JSON, for its reader changes nothing: in Markdown a made tag would be read as markup.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for article in articles:
        fields = {
            "title": article.title,
            "published": article.published,
            "outlet": article.outlet,
            "kind": article.kind,
            "author": article.author,
            "language": article.language,
            "text": article.text,
        }
        path = folder / f"{article.name}.json"
        given = {name: value for name, value in fields.items() if value is not None}
        path.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths
