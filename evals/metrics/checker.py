"""The seam for what checks a claim in detail, and its verdicts on an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from evals.case import Case
from evals.metrics.claims import Claim, claims
from evals.metrics.resolution import Cited


class Finding(Protocol):
    """What a checker finds: how well the claim is supported, and what of it is not there."""

    @property
    def support(self) -> str:
        """`supported`, `partial` or `unsupported`."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the claim that the premise lacks, as written."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it lacks."""

    @property
    def quotations(self) -> tuple[str, ...]:
        """The quotations that do not stand there word for word."""


class Checker(Protocol):
    """Checks a claim against a text; `rag.support.SupportModel` is one."""

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,
        published: str | None = None,
    ) -> Finding:
        """Return the finding; `speaker` and `published` are those of the text."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim and what was found; None where the claim cites nothing that could support it."""

    claim: Claim
    finding: Finding | None


def checked(case: Case, checker: Checker) -> Iterator[Checked]:
    """Yield every claim of the answer, checked against all that it cites together.

    Of a reply that abstains, only what cites something. Speaker and day are told to the checker
    where all the cited paragraphs share them; the premise names them in any case.
    """
    cited = Cited(case)
    made = (claim for claim in claims(case) if claim.cites or not case.abstained)
    for claim in made:
        premise = cited.premise(*claim.cites)
        if premise.strip():
            citations = [c for n in claim.cites if (c := case.cited(n)) is not None]
            finding = checker.check(
                premise,
                claim.text,
                speaker=_shared({c.speaker for c in citations}),
                published=_shared({c.published for c in citations}),
            )
            yield Checked(claim, finding)
        else:
            yield Checked(claim, None)


def _shared(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
