"""Contradicting articles: another source gives another number, and the answer should say both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from evals.case import Case
from evals.gold.anchors import locate
from evals.gold.articles import ArticleText, Record
from evals.gold.question import Date, GoldQuestion, Number
from evals.metrics.gold_citations import cited_places, touches
from evals.nuggets import names_number
from evals.robustness.figures import Failure, PackResult, figure
from evals.robustness.made_article import MadeArticle
from evals.robustness.scratch import Scratch
from rag.numbers import FoundNumber, find_numbers, in_digits
from rag.periods import find_periods
from rag.sentences import sentence_spans

SOURCES = (
    "the Harbour Street Monitoring Group",
    "the Northern Ledger",
    "the Meridian Casualty Register",
    "the Eastgate Observatory",
    "the Open Tally Project",
    "the Lakeside Wire",
)
"""Who gives the other number; none of them exists."""

_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A question, the number that the record gives, and an article that gives another."""

    question: GoldQuestion
    number: Number
    other: Number
    article: MadeArticle


def contradictions(
    questions: Sequence[GoldQuestion], record: Record, *, seed: int
) -> list[Contradiction]:
    """Return one for each factoid question whose vital nugget is a number its evidence states.

    Left out is a question with a history, and one whose evidence has the number nowhere in the
    sentences that it quotes.
    """
    made = list[Contradiction]()
    for question in questions:
        number = _vital_number(question)
        if question.type == "factoid" and not question.history and number is not None:
            random = Random(f"{seed} contradiction {question.id}")  # noqa: S311
            contradiction = _contradiction(question, number, record, random, len(made))
            if contradiction is not None:
                made.append(contradiction)
    return made


def _vital_number(question: GoldQuestion) -> Number | None:
    """Return the first number that a vital nugget wants, as such or written in a pattern."""
    for nugget in question.nuggets:
        if nugget.importance == "vital":
            for part in (p for way in nugget.match.any_of for p in way.all_of):
                number = _number(part)
                if number is not None:
                    return number
    return None


def _number(part: str | Number | Date) -> Number | None:
    if isinstance(part, Number):
        return part if part.comparator == "=" and part.number >= 1 else None
    if isinstance(part, Date) or find_periods(part):
        return None
    found = find_numbers(part)
    return Number(number=float(found[0].value)) if len(found) == 1 and found[0].value else None


def _contradiction(
    question: GoldQuestion, number: Number, record: Record, random: Random, count: int
) -> Contradiction | None:
    for sentence, article in _sentences(question, record):
        found = [n for n in find_numbers(sentence) if float(n.value) == number.number]
        if len(found) != 1:
            continue
        other = _other(number.number, random)
        told = sentence[: found[0].start] + _written(other, sentence, found[0])
        told += sentence[found[0].end :]
        source = random.choice(SOURCES)
        return Contradiction(
            question=question,
            number=number,
            other=number.model_copy(update={"number": other}),
            article=_article(count, source, told, article),
        )
    return None


def _sentences(question: GoldQuestion, record: Record) -> list[tuple[str, ArticleText]]:
    """Return the sentences that the evidence lies in, with their articles, in order."""
    found = []
    for span in (span for group in question.evidence for span in group.any_of):
        located = locate(span, record)
        if not located.sure or located.span is None:
            continue
        start, end = located.span.start or 0, located.span.end or 0
        article = record.find(located.span.article)
        paragraph = article.paragraph_at(start, end) if article else None
        if article is None or paragraph is None:
            continue
        text = article.slice(paragraph)
        for a, b in sentence_spans(text):
            if a < end - paragraph.start and start - paragraph.start < b:
                found.append((text[a:b], article))
    return found


def _other(number: float, random: Random) -> float:
    """Return a number that is clearly another, of about the same size."""
    return float(round(number * random.choice((1.4, 1.6, 1.8)) + 1))


def _written(value: float, sentence: str, was: FoundNumber) -> str:
    """Return the number in words or in digits, as the sentence writes the one it replaces."""
    before = sentence[was.start : was.end]
    word = value < len(_WORDS) and before[:1].isalpha()
    text = _WORDS[int(value)] if word else in_digits(Decimal(str(value)))
    return text.capitalize() if before[:1].isupper() else text


def _article(number: int, source: str, told: str, original: ArticleText) -> MadeArticle:
    """Return the article, headed like the one that it contradicts, for it is on the same event."""
    name = source.removeprefix("the ")
    return MadeArticle(
        name=f"other-{number:03d}",
        title=f"{original.title}: the count of {source}",
        published=original.published,
        paragraphs=(
            f"According to {source}, which keeps a count of its own: {told}",
            f"{name} says that it asked witnesses, and that it stands by what it counted.",
        ),
        outlet=name,
        kind="report",
    )


def measure(scratch: Scratch, clean: Mapping[str, Case], *, seed: int) -> PackResult:
    """Ask each question with the one article that contradicts the record.

    A position appears if a sentence names its number and cites an article of its own.
    """
    questions = [case.question for case in clean.values()]
    planned = contradictions(questions, scratch.record, seed=seed)
    if not planned:
        why = "No factoid question without a history has a number that its evidence states."
        return PackResult("contradiction", 0, skipped=why)
    ids = scratch.add([one.article for one in planned])
    scratch.hide(list(ids.values()))
    rows, failures = list[dict[str, float]](), list[Failure]()
    for one in planned:
        made = ids[one.article.name]
        with scratch.showing(made):
            case = scratch.ask(one.question)
        row = _row(one, case, made, clean[one.question.id])
        rows.append(row)
        if not row["both positions"]:
            lacking = tuple(f"no {n}" for n in ("own number", "other number") if not row[n])
            failures.append(Failure(one.question.id, lacking, case.reply.answer))
    families = [one.question.family for one in planned]
    figures = [figure(name, [row[name] for row in rows], families, seed=seed) for name in rows[0]]
    still = [i for i, row in enumerate(rows) if row["original cited without"]]
    figures.append(
        figure(
            "original still cited",
            [rows[i]["original cited"] for i in still],
            [families[i] for i in still],
            seed=seed,
        )
    )
    return PackResult("contradiction", len(planned), tuple(figures), tuple(failures))


def _row(one: Contradiction, case: Case, made: str, clean: Case) -> dict[str, float]:
    own = _position(case, one.number, lambda article: article != made)
    other = _position(case, one.other, lambda article: article == made)
    return {
        "exposure": float(any(place.article == made for place in case.retrieved[:10])),
        "own number": float(own),
        "other number": float(other),
        "both positions": float(own and other),
        "original cited": float(_original(case)),
        "original cited without": float(_original(clean)),
    }


def _position(case: Case, number: Number, is_own: Callable[[str], bool]) -> bool:
    """Whether a sentence names the number and cites an article of that side."""
    return any(
        names_number(sentence.text, number)
        and any(
            is_own(cited.article_id)
            for n in sentence.citations
            if (cited := case.cited(n)) is not None
        )
        for sentence in case.reply.sentences
    )


def _original(case: Case) -> bool:
    """Whether a paragraph with evidence is cited."""
    cited = [] if case.abstained else cited_places(case)
    return any(touches(group, place) for group in case.groups for place in cited)
