"""What a library says of itself from outside, by the command line alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import children
from evals.bench.children import ChildFailed
from evals.bench.generated import GeneratedArticle

TIMEOUT_S = 180.0
QUESTION = "What is said about {word}?"

# A place in a library: article id and paragraph number.
Spot = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A paragraph that a reply cites or lists as near."""

    article_id: str
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is checked of one reply: the paragraphs it shows, and the size of the library."""

    shown: tuple[Shown, ...]
    articles: int
    paragraphs: int

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Where the shown paragraphs stand, in the reply's order."""
        return tuple((each.article_id, each.paragraph) for each in self.shown)

    def article_with(self, paragraph: str) -> str | None:
        """The id of the article that is shown with exactly `paragraph`, if any is."""
        return next((s.article_id for s in self.shown if s.text.strip() == paragraph), None)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A library after a fault: the ids found by a word of theirs, and what was not found."""

    found: frozenset[str]
    missing: tuple[str, ...]
    articles: int
    paragraphs: int


def read_reply(line: str) -> Reply:
    """Read one reply of `ask --batch`."""
    data = json.loads(line)
    shown = tuple(
        Shown(each["article_id"], each["paragraph"], each["text"])
        for each in [*data["citations"], *data["nearest"]]
    )
    return Reply(shown, data["library"]["articles"], data["library"]["paragraphs"])


def ask(library: Path, questions: Sequence[str]) -> list[Reply]:
    """Ask all questions in one process; raises `ChildFailed` if a reply is missing."""
    batch = library.with_name(f"{library.name}-questions.jsonl")
    lines = (json.dumps({"id": str(n), "question": q}) for n, q in enumerate(questions))
    batch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = children.dateline(library, "ask", "--batch", str(batch))
    output = children.run(command, timeout_s=TIMEOUT_S).succeeded().output
    replies = [read_reply(line) for line in output.splitlines() if line.strip()]
    if len(replies) != len(questions):
        raise ChildFailed(f"{len(questions)} questions were asked and {len(replies)} answered.")
    return replies


def inspect(library: Path, articles: Sequence[GeneratedArticle], turn: int) -> Inspection:
    """Ask for one paragraph of each article, another one with each `turn`."""
    wanted = [turn % len(article.words) for article in articles]
    questions = [
        QUESTION.format(word=article.words[place])
        for article, place in zip(articles, wanted, strict=True)
    ]
    replies = ask(library, questions)
    found: set[str] = set()
    missing: list[str] = []
    for article, place, reply in zip(articles, wanted, replies, strict=True):
        article_id = reply.article_with(article.paragraphs[place])
        if article_id is None:
            missing.append(article.name)
        else:
            found.add(article_id)
    return Inspection(frozenset(found), tuple(missing), replies[0].articles, replies[0].paragraphs)


def search(library: Path, query: str, *, results: int) -> tuple[Spot, ...]:
    """Where the results of `search` stand, best first."""
    command = children.dateline(library, "search", query, "--json", "-k", str(results))
    return read_search(children.run(command, timeout_s=TIMEOUT_S).succeeded().output)


def read_search(output: str) -> tuple[Spot, ...]:
    """Article and first paragraph of each result, be they printed as one value or a line each."""
    try:
        values = [json.loads(output)]
    except json.JSONDecodeError:
        values = [json.loads(line) for line in output.splitlines() if line.strip()]
    return tuple(_spot(hit) for hit in _hits(values))


def _hits(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        if "article_id" in value:
            yield value
        else:
            for inner in value.values():
                yield from _hits(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _hits(inner)


def _spot(hit: Mapping[str, object]) -> Spot:
    numbers = hit.get("paragraphs")
    first = numbers[0] if isinstance(numbers, list) and numbers else hit.get("paragraph")
    return str(hit["article_id"]), int(str(first))


def healthy(library: Path) -> bool:
    """Whether `doctor` finds the index healthy, by itself or after `doctor --repair`."""
    return _doctor(library) or (_doctor(library, "--repair") and _doctor(library))


def _doctor(library: Path, *options: str) -> bool:
    command = children.dateline(library, "doctor", *options, "--json")
    return children.run(command, timeout_s=TIMEOUT_S).exit_code == 0
