"""A gold question: what is asked, what a right answer says, and where the articles say it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Split = Literal["dev", "test"]
Kind = Literal[
    "factoid",
    "attribution",
    "temporal",
    "multi",
    "conflict",
    "unanswerable",
    "false_premise",
    "follow_up",
]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Model):
    """An earlier question of the conversation; its answer is asked for anew in every run."""

    question: Said


class Answer(_Model):
    """A right answer in a few words, with other ways to put it."""

    text: Said
    aliases: tuple[Said, ...] = ()


class Number(_Model):
    """A number that must be named: `value`, give or take `tolerance`, with `unit` after it."""

    number: float
    unit: Said | None = None
    comparator: Literal["=", "<", "<=", ">", ">="] = "="
    tolerance: float = Field(default=0.0, ge=0)


class Date(_Model):
    """A date that must be named, compared as fine as it is given: year, month or day."""

    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Alternative(_Model):
    """One way to say the nugget: all of these must stand close together."""

    all_of: tuple[Said | Number | Date, ...] = Field(min_length=1)


class Match(_Model):
    """How a nugget is recognised: any of these ways."""

    any_of: tuple[Alternative, ...] = Field(min_length=1)


class Nugget(_Model):
    """A fact of a right answer. `vital` must be there; `okay` may.

    `text` says it in a sentence; whether that sentence denies something is the polarity that a
    match must have, unless `polarity` is `any`. `derived`: it follows from the evidence (a
    relative date, a sum) and does not stand there.
    """

    id: Said
    text: Said
    importance: Literal["vital", "okay"] = "vital"
    match: Match
    polarity: Literal["same", "any"] = "same"
    derived: bool = False


class Forbidden(_Model):
    """A tempting wrong statement; matched by `match`, or by `text` as one pattern."""

    text: Said
    why: Said
    match: Match | None = None


class Span(_Model):
    """Evidence: a stretch of an article's clean text.

    `sha256`, `start`, `end`, `prefix` and `suffix` are filled in by `eval lint --write`.
    """

    article: Said
    sha256: str | None = None
    start: int | None = None
    end: int | None = None
    quote: Said
    prefix: str = ""
    suffix: str = ""


class Group(_Model):
    """What must be found: any one of these spans."""

    group: Said
    any_of: tuple[Span, ...] = Field(min_length=1)


class GoldQuestion(_Model):
    """One line of a gold file.

    A question of a false premise is not answerable as asked: declining it is right, and so is
    the correction that its nuggets and evidence give.
    """

    id: Said
    schema_: Literal[1] = Field(default=1, alias="schema")
    split: Split
    status: Literal["draft", "reviewed"] = "draft"
    question: Said
    history: tuple[Turn, ...] = ()
    as_of: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    type: Kind
    family: Said
    variant_of: str | None = None
    answerable: bool
    answers: tuple[Answer, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    evidence: tuple[Group, ...] = ()
    must_pass: bool = False
    tags: tuple[Said, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "GoldQuestion":
        if self.type in ("unanswerable", "false_premise") and self.answerable:
            raise ValueError(f"a question of type {self.type} is not answerable")
        if self.type == "follow_up" and not self.history:
            raise ValueError("a follow_up needs the history that it follows")
        return self
