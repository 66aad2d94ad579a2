"""Whether a question made of a passage can be trained on, and where its answer stands.

The model is small, and copies, guesses and points at what the reader does not see. Everything
that can be told by rule is told here; what is left is for a reader trained on public data.
"""

import re
from collections.abc import Iterator

from rag.analysis import content_terms
from rag.names import find_names
from rag.numbers import find_numbers
from rag.periods import find_periods
from rag.sentences import sentence_spans

ANSWER_WORDS = (1, 12)
QUESTION_WORDS = (4, 25)
MOST_QUESTIONS = 3

_LINE = re.compile(
    r"^\s*(?:\d+[.)]\s*|[-•*]\s*)?(?P<question>[^|]+\?)\s*\|\s*(?P<answer>[^|]+?)\s*$"
)
_AROUND = "\"“”'‘’*` "
_POINTING = re.compile(
    r"\b(?:passage|text|article|paragraph|transcript|document|quote|excerpt)s?\b"
    r"|\b(?:the|this) (?:speaker(?! of)|author|statement|briefing|question|reporter)\b"
    r"|\b(?:above|mentioned|described|being discussed)\b",
    re.IGNORECASE,
)
_ADDRESSING = re.compile(r"\b(?:I|we|you|me|us|our|your|my|let's)\b")
_PRONOUN = re.compile(
    r"\b(?:he|she|they|it|him|her|them|his|hers|their|its|this|that|these|those)\b", re.IGNORECASE
)
_WHEN = re.compile(r"^(?:when|(?:on|in|by) (?:what|which) (?:day|date|month|year))\b", re.I)
_MANY = re.compile(r"^(?:about |around )?how (?:many|much|long|far|old)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tonight|tomorrow|morning"
    r"|afternoon|evening|night|noon|midnight|week|month|year|day|hour|ago|last|next|since|before"
    r"|after|during|until)s?\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\b(?:dozens?|hundreds?|thousands?|millions?|half|no|none|several|both|first|second|third"
    r"|most|all|many|some|few|twice|once|a|an)\b",
    re.IGNORECASE,
)


def parsed(written: str) -> list[tuple[str, str]]:
    """Return the (question, answer) pairs of a reply, at most `MOST_QUESTIONS`; other lines go."""
    found = [match for line in written.splitlines() if (match := _LINE.match(line))]
    pairs = [(" ".join(m["question"].split()), m["answer"].strip(_AROUND)) for m in found]
    return [(q, a if a.endswith("U.S.") else a.rstrip(".").strip(_AROUND)) for q, a in pairs][
        :MOST_QUESTIONS
    ]


def fault(question: str, answer: str, *, title: str, passage: str) -> str | None:
    """Return why a question cannot be trained on, in a few words, or None if it can."""
    return next(_faults(question, answer, f"{title}\n{passage}", passage), None)


def _faults(question: str, answer: str, shown: str, passage: str) -> Iterator[str]:
    if not _between(len(answer.split()), ANSWER_WORDS) or not content_terms(answer):
        yield "answer's length"
    if not _between(len(question.split()), QUESTION_WORDS) or not question.endswith("?"):
        yield "question's form"
    if not _occurrences(answer, passage):
        yield "answer not in the passage"
    if _POINTING.search(question) or _ADDRESSING.search(question):
        yield "points at the text"
    if _PRONOUN.search(question) and not find_names(question):
        yield "pronoun without a name"
    asked = set(content_terms(question))
    if _occurrences(answer, question) or set(content_terms(answer)) <= asked:
        yield "holds the answer"
    if not asked & set(content_terms(shown)):
        yield "nothing in common"
    if not _of_the_kind(question, answer):
        yield "answer of another kind"


def answers_in(question: str, answer: str, passage: str) -> tuple[tuple[int, str], ...]:
    """Return (start, text) of the answer as the passage writes it; empty if it does not.

    Where it stands in several sentences, only in those that share most words with the question:
    the name of a country is not the answer wherever it stands.
    """
    found = _occurrences(answer, passage)
    wanted = set(content_terms(question))
    sentences = _sentences(passage)

    def shared(start: int) -> int:
        around = next((passage[s:e] for s, e in sentences if s <= start < e), "")
        return len(wanted & set(content_terms(around)))

    most = max((shared(start) for start, _ in found), default=0)
    return tuple((start, text) for start, text in found if shared(start) == most)


def stands_in(answer: str, passage: str) -> bool:
    """Whether the words of an answer stand in a passage in a row, in either case."""
    return bool(_occurrences(answer, passage))


def _occurrences(answer: str, passage: str) -> list[tuple[int, str]]:
    words = r"\s+".join(map(re.escape, answer.split()))
    # The digits of "1,200" do not hold an answer "200", nor "5.5" the answer "5".
    pattern = rf"(?<![\w])(?<!\d[.,]){words}(?!\w|[.,]\d)"
    return [(m.start(), m.group()) for m in re.finditer(pattern, passage, re.IGNORECASE)]


def _sentences(passage: str) -> list[tuple[int, int]]:
    spans = []
    for line in re.finditer(r"[^\n]+", passage):
        spans += [(line.start() + s, line.start() + e) for s, e in sentence_spans(line.group())]
    return spans


def _of_the_kind(question: str, answer: str) -> bool:
    """Whether a time answers "when", and a number or quantity "how many"."""
    if _WHEN.match(question):
        return bool(find_periods(answer) or _TIME.search(answer) or find_numbers(answer))
    if _MANY.match(question):
        return bool(find_numbers(answer) or _AMOUNT.search(answer) or re.search(r"\d", answer))
    return True


def _between(number: int, limits: tuple[int, int]) -> bool:
    return limits[0] <= number <= limits[1]
