"""Cases of a question with what gold expects, and checkers that are toys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evals.case import Case, GoldGroup

from .making import RECORD, Said, overlap_support, question, reply

FALSE_PREMISE: dict[str, Any] = {"answerable": False, "type": "false_premise"}
UNANSWERABLE: dict[str, Any] = {"answerable": False}
REFUSAL: dict[str, Any] = {
    "status": "abstained",
    "answer": "I don't know: the articles do not say.",
    "citations": [],
}


def nugget(*ways: list[Any], id_: str = "n1", text: str = "It is so.", **more: Any) -> Any:
    match = {"any_of": [{"all_of": list(way)} for way in ways]}
    return {"id": id_, "text": text, "match": match, **more}


def asked(
    gold: dict[str, Any], *said: Said, groups: Sequence[GoldGroup] = (), **changes: Any
) -> Case:
    """The case of a gold question and a reply of these sentences."""
    return Case(question(**gold), reply(*said, **changes), groups=tuple(groups), record=RECORD)


def hedged(gold: dict[str, Any], *said: Said, groups: Sequence[GoldGroup] = ()) -> Case:
    """The case of a reply that abstains, and yet has sentences and citations."""
    return asked(gold, *said, groups=groups, status="abstained")


def declined(gold: dict[str, Any], **changes: Any) -> Case:
    """The case of a gold question and a reply that abstains."""
    return asked(gold, **(REFUSAL | changes))


@dataclass(frozen=True)
class Finding:
    support: str = "supported"
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()


class ToyChecker:
    """Supports a claim whose words are all there; remembers what it was asked."""

    def __init__(self, **lacking: tuple[str, ...]) -> None:
        self.lacking = lacking
        self.calls: list[tuple[str, str, str | None, str | None]] = []

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,
        published: str | None = None,
    ) -> Finding:
        self.calls.append((premise, claim, speaker, published))
        degree = {1.0: "supported", 0.5: "partial", 0.0: "unsupported"}
        return Finding(degree[overlap_support(premise, claim)], **self.lacking)


class Broken:
    """A checker that fails."""

    def check(self, premise: str, claim: str, **_: Any) -> Finding:
        raise RuntimeError("no weights")
