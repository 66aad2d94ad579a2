"""The reply: what `ask` returns, to people and to programs.

Its JSON Schema is docs/reply.schema.json, printed by `python -m rag.reply`.
"""

import json
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["answered", "partial", "abstained"]
Support = Literal["supported", "partial", "unsupported"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Highlight(_Model):
    """The exact answer, `text_of_version[start:end]`, inside a quotation that a reader read."""

    start: int
    end: int
    text: str


class Citation(_Model):
    """A numbered anchor: `quote` is `text_of_version[start:end]`, within one paragraph.

    `paragraphs` lists every paragraph that the quotation touches; `text` is the whole first one.
    `highlight` is the exact answer inside the quotation, where a reader pointed at one.
    """

    n: int = Field(ge=1)
    article_id: str
    version: int
    paragraph: int
    paragraphs: list[int]
    start: int
    end: int
    quote: str
    text: str
    prefix: str
    suffix: str
    title: str
    author: str | None = None
    outlet: str | None = None
    speaker: str | None = None
    published: str | None = None
    url: str | None = None
    deep_link: str | None = None
    source: str
    highlight: Highlight | None = None


class Sentence(_Model):
    """One sentence of the answer, the numbers that it cites, and how well they support it.

    An `unsupported` one is a chat model's draft, given only where drafts were asked for; it cites
    nothing and is no part of `answer`.
    """

    text: str
    citations: list[int]
    support: Support
    score: float


class Position(_Model):
    """One party's account of a contested point."""

    party: str
    claim: str
    citations: list[int]


class Conflict(_Model):
    """A point on which the evidence disagrees."""

    topic: str
    positions: list[Position]


class LibraryState(_Model):
    """What was searched."""

    articles: int
    paragraphs: int
    revision: str


class Timings(_Model):
    """Milliseconds of each stage; `first_sentence` counts from the question to that sentence."""

    retrieve: float = 0.0
    rerank: float = 0.0
    answer: float = 0.0
    verify: float = 0.0
    first_sentence: float = 0.0
    total: float = 0.0


class Usage(_Model):
    """Tokens of a chat model, zero without one, and what they cost where the price is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


class Reply(_Model):
    """An answer with its evidence, or what is missing and what comes nearest.

    `generator` is what wrote this answer, `notice` why it is another than was asked for or why
    it ends early, `withheld` how many sentences of a chat model did not stand up to the check.
    """

    id: str
    question: str
    standalone_question: str
    status: Status
    answer: str
    sentences: list[Sentence]
    citations: list[Citation]
    nearest: list[Citation] = []
    missing: list[str] = []
    conflicts: list[Conflict] = []
    as_of: str | None = None
    confidence: float = Field(ge=0, le=1)
    generator: str
    notice: str | None = None
    withheld: int = Field(default=0, ge=0)
    library: LibraryState
    timings_ms: Timings
    usage: Usage = Usage()


def reply_schema() -> str:
    """Return the JSON Schema of a reply as it is published."""
    return json.dumps(Reply.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reply_schema())
