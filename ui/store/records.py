"""What the server keeps of its readers: conversations, answers, and what was said of them."""

from dataclasses import dataclass
from typing import Literal, get_args

from rag.library.rows import NO_FILTERS, Filters
from rag.reply import Reply

Verdict = Literal["good", "bad", "wrong_source", "not_supported", "outdated", "incomplete"]
"""What a reader may say of an answer."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A reader's conversation; times are ISO 8601 in UTC."""

    id: str
    title: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question was put: under which filters, to which generator (None: the default)."""

    filters: Filters = NO_FILTERS
    generator: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply; `id` is 32 random hexadecimal digits, and the answer's permalink.

    `reply.question` is the question as typed.
    """

    id: str
    conversation: str
    asked_at: str
    asked: Asked
    reply: Reply


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of an answer, or of one of its sentences or citations.

    `sentence` counts from 1; `citation` is the number in the reply. A reader's newer word on the
    same place takes the place of the older.
    """

    exchange: str
    verdict: Verdict
    sentence: int | None = None
    citation: int | None = None
    comment: str = ""
    given_at: str = ""
