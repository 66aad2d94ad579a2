"""Who judges support: the rules, the reader, and both together."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.bench_support.measure import Judge
from evals.bench_support.reading_judge import ClaimReader, ReadingJudge
from rag.support import SupportModel, Verdict

RULES = "rules"

HALF = 0.5


@dataclass(frozen=True, slots=True)
class ReaderAlone:
    """The reader's probability and nothing else; no rule refuses anything."""

    judge: ReadingJudge
    tau: float = HALF

    @property
    def lenient(self) -> "ReaderAlone":
        """Itself."""
        return self

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,  # noqa: ARG002 (the reader is not told)
        published: str | None = None,  # noqa: ARG002
    ) -> Verdict:
        """Return "supported" with the probability as the score."""
        return Verdict("supported", self.judge.supported(premise, claim))


def judges(rules: SupportModel, reader: ClaimReader | None) -> Mapping[str, Judge]:
    """Return what there is to measure, by name; the rules alone where there is no reader."""
    if reader is None:
        return {RULES: rules}
    both = ReadingJudge(rules, reader)
    return {RULES: rules, "reader": ReaderAlone(both), "both": both}
