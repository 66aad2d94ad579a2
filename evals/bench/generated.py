"""Articles made by a seed: plain sentences, each with names that occur nowhere else."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

PARAGRAPHS = 6
SENTENCES = 5

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_SYLLABLES = 4
_FIRST_DAY = date(2024, 1, 1)

_WHO = (
    "The council of {name}",
    "A teacher from {name}",
    "The harbour office in {name}",
    "The farmers around {name}",
    "A court in {name}",
    "The fire brigade of {name}",
    "The railway company of {name}",
    "A doctor at the hospital of {name}",
)
_DID = (
    "agreed to repair the old bridge over the {other} river",
    "asked for more water for the fields near {other}",
    "refused to close the school at {other}",
    "reported that the road to {other} was open again",
    "counted the boats that had arrived from {other}",
    "promised to publish the accounts of the {other} fund",
    "warned of heavy rain in the valley of {other}",
    "opened a small museum about the painters of {other}",
)
_WHEN = (
    "on Monday morning",
    "late in the evening",
    "after a meeting of four hours",
    "for the first time in nine years",
    "without giving a reason",
    "although few people had expected it",
    "before the market opened",
    "at the request of the neighbours",
)


@dataclass(frozen=True, slots=True)
class GeneratedArticle:
    """One article; `words` holds, for each paragraph, a word that no other paragraph has."""

    name: str
    title: str
    published: str
    paragraphs: tuple[str, ...]
    words: tuple[str, ...]

    def markdown(self) -> str:
        """The article as a Markdown file with front matter."""
        front = f"---\ntitle: {self.title}\npublished: {self.published}\n---\n\n"
        return front + "\n\n".join(self.paragraphs) + "\n"


class Generator:
    """Makes articles one after the other; the same seed gives the same articles."""

    def __init__(self, seed: int) -> None:
        """Begin at the first article of `seed`."""
        self._random = random.Random(seed)
        self._used: set[str] = set()
        self._made = 0

    def articles(self, count: int) -> tuple[GeneratedArticle, ...]:
        """The next `count` articles."""
        return tuple(self._article() for _ in range(count))

    def _article(self) -> GeneratedArticle:
        self._made += 1
        paragraphs, words = zip(*(self._paragraph() for _ in range(PARAGRAPHS)), strict=True)
        return GeneratedArticle(
            name=f"article-{self._made:05d}.md",
            title=f"A week in {self._name()}",
            published=(_FIRST_DAY + timedelta(days=self._made)).isoformat(),
            paragraphs=paragraphs,
            words=words,
        )

    def _paragraph(self) -> tuple[str, str]:
        word = self._name()
        names = [word, *(self._name() for _ in range(SENTENCES - 1))]
        return " ".join(self._sentence(name) for name in names), word

    def _sentence(self, name: str) -> str:
        pick = self._random.choice
        did = pick(_DID).format(other=self._name())
        return f"{pick(_WHO).format(name=name)} {did} {pick(_WHEN)}."

    def _name(self) -> str:
        while True:
            pick = self._random.choice
            name = "".join(pick(_CONSONANTS) + pick(_VOWELS) for _ in range(_SYLLABLES))
            if name not in self._used:
                self._used.add(name)
                return name.capitalize()


def write(articles: Sequence[GeneratedArticle], folder: Path) -> None:
    """Write each article as a file of its name; the folder is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for article in articles:
        (folder / article.name).write_text(article.markdown(), encoding="utf-8")
