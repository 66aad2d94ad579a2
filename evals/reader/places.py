"""The passages to make rows from: those of the shipped articles and of a folder of documents."""

import logging
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ingest.document import RawArticle
from ingest.passages import Heading, cut_passages
from ingest.prepare import compose_article
from ingest.readers import read_file
from ingest.sources import Source, expand
from rag.errors import ReadError
from rag.models.embedder import Embedder
from rag.names import find_names
from rag.numbers import find_numbers

ARTICLES = Path("data/articles")
CORPUS = Path("../shared/corpus")

PASSAGE_TOKENS = 160
MOST_AN_ARTICLE = 12
FEWEST_WORDS, MOST_WORDS = 60, 220
FEWEST_NAMES = 2

NEIGHBOURS = 6
"""Passages of the same article, the nearest first, that are kept beside a passage."""

SUBJECT = re.compile(
    r"\b(?:Iran(?:ian)?s?|Israel(?:i|is)?|Gaza|Hamas|H[ei]zb[ao]ll?ah|Leban(?:on|ese)|Syria[ns]*"
    r"|Houthis?|Yemen[i]?|Tehran|Netanyahu|Khamenei|Sinwar|Haniyeh|Nasrallah|Rafah|IRGC|Hormuz"
    r"|Palestin(?:e|ians?)|West Bank|Red Sea|Revolutionary Guards?|IAEA|JCPOA|Jerusalem|Beirut"
    r"|Damascus|nuclear|uranium|hostages?|cease-?fire|sanctions|ballistic missiles?)\b",
    re.IGNORECASE,
)

_READABLE = {".md", ".txt"}
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of an article, as the library cuts it.

    `ordinal` counts from 0 within the article; `published` is an ISO date or date-time, or None;
    `shipped` tells the articles of the repository from other documents; `neighbours` are other
    passages of the article, the nearest first.
    """

    article: str
    title: str
    published: str | None
    ordinal: int
    text: str
    shipped: bool
    neighbours: tuple[str, ...] = ()


def places(
    embedder: Embedder,
    *,
    articles: Path = ARTICLES,
    corpus: Path | None = CORPUS,
    seed: int = 0,
) -> list[Place]:
    """Return every passage of the shipped articles, and of the documents those on the subject.

    Both are shuffled and stand in turns, so that the first n are of both kinds; the rest of the
    longer kind follows. No document gives more than `MOST_AN_ARTICLE`. A folder that is not there
    gives none. Only the tokenizer of the embedding model is used.
    """
    chance = random.Random(seed)  # noqa: S311 (a sample)
    shipped = [place for one in _articles(articles, embedder, shipped=True) for place in one]
    others: list[Place] = []
    if corpus is not None:
        for one in _articles(corpus, embedder, shipped=False):
            fit = [place for place in one if is_on_subject(place.text)]
            others += chance.sample(fit, min(len(fit), MOST_AN_ARTICLE))
    chance.shuffle(shipped)
    chance.shuffle(others)
    pairs = zip_longest(shipped, others)
    return [place for pair in pairs for place in pair if place is not None]


def is_on_subject(text: str) -> bool:
    """Whether a passage speaks of the subject, at a useful length, of somebody or some number."""
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS or SUBJECT.search(text) is None:
        return False
    return len({name.last for name in find_names(text)}) >= FEWEST_NAMES or bool(find_numbers(text))


def _articles(folder: Path, embedder: Embedder, *, shipped: bool) -> Iterator[list[Place]]:
    for path in _files(folder):
        for raw in read_file(path):
            if isinstance(raw, RawArticle):
                yield _cut(raw, path, embedder, shipped=shipped)
            else:
                _logger.warning("%s", raw)


def _files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        return []
    found = (item for item in expand([str(folder)]) if isinstance(item, Source))
    paths = (Path(source.location) for source in found)
    return [p for p in paths if p.suffix.lower() in _READABLE and p.stem != "README"]


def _cut(raw: RawArticle, path: Path, embedder: Embedder, *, shipped: bool) -> list[Place]:
    try:
        clean = compose_article(raw)
    except ReadError as error:
        _logger.warning("%s", error)
        return []
    about = raw.metadata
    title = about.title or path.stem
    heading = Heading(title, about.outlet, about.published)
    cut = cut_passages(clean.text, clean.paragraphs, heading, embedder, target=PASSAGE_TOKENS)
    texts = [clean.text[passage.start : passage.end] for passage in cut]
    return [
        Place(path.stem, title, about.published, n, text, shipped, _around(texts, n))
        for n, text in enumerate(texts)
    ]


def _around(texts: Sequence[str], ordinal: int) -> tuple[str, ...]:
    others = [n for n in range(len(texts)) if n != ordinal]
    nearest = sorted(others, key=lambda n: (abs(n - ordinal), n))
    return tuple(texts[n] for n in nearest[:NEIGHBOURS])
