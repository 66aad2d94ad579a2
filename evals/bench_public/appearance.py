"""Whether a right or a wrong answer appears in a text."""

from collections.abc import Iterable

from evals.metrics.normalisation import tokens
from rag.reply import Reply


def appears(answer: str, text: str) -> bool:
    """Whether the words of the answer stand in a row in the text, normalised as for exact match."""
    wanted, there = tokens(answer), tokens(text)
    last = len(there) - len(wanted)
    return bool(wanted) and any(there[i : i + len(wanted)] == wanted for i in range(last + 1))


def answer_of(reply: Reply) -> str:
    """Return what a reply answers, without its markers: `[1]` is no answer to "how many"."""
    return "\n".join(sentence.text for sentence in reply.sentences)


def any_appears(answers: Iterable[str], text: str) -> bool:
    """Whether one of the answers appears."""
    return any(appears(answer, text) for answer in answers)
