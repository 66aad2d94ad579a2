"""How likely is it that the articles answer this question at all?

A logistic regression over a few signs of retrieval, calibrated on labelled questions by
`python -m rag.calibrate`. Similarity alone cannot tell: a question about a neighbouring fact is
as similar as one about the fact itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from functools import cache
from importlib.resources import files
from math import exp

from rag.analysis import overlap, terms
from rag.library.rows import VersionText
from rag.question import Question
from rag.retrieve import Found, Hit
from rag.select import Candidate, shows_kind

PASSAGES = 5
"""Best passages that are looked at."""

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Signs:
    """What the confidence is made from, each about in [0, 1].

    `cosine` of the best passage, `sentence` similarity of the best sentence, `together` the
    largest share (by idf) of the question's words in one passage, `within` the same in one
    sentence and its header, `names` the share of the question's names in that passage, `kind`
    whether the best sentence holds the kind of thing asked for, `dated` whether a passage of the
    time asked for, or of no known time, was found, `unknown` the share of the question's words
    that no passage holds.
    """

    cosine: float
    sentence: float
    together: float
    within: float
    names: float
    kind: float
    dated: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the signs after `(sign - mean) / scale`, and the intercept."""

    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def confidence(self, signs: Signs) -> float:
        """Return the probability that the question is answered by the library."""
        values = zip(astuple(signs), self.means, self.scales, self.weights, strict=True)
        z = self.intercept + sum(w * (x - mean) / scale for x, mean, scale, w in values)
        return 1 / (1 + exp(-max(-50.0, min(50.0, z))))

    def as_json(self) -> dict[str, object]:
        """Return it as calibration.json holds it."""
        return {"signs": [f.name for f in fields(Signs)], **asdict(self)}


@cache
def shipped_calibration() -> Calibration:
    """Read calibration.json."""
    stored = json.loads((files("rag") / FILE).read_text(encoding="utf-8"))
    if stored["signs"] != [f.name for f in fields(Signs)]:
        raise ValueError(f"{FILE} is of other signs; run: python -m rag.calibrate")
    parts = ("weights", "means", "scales")
    return Calibration(stored["intercept"], *(tuple(stored[part]) for part in parts))


def signs_of(
    question: Question,
    found: Found,
    ranked: Sequence[Candidate],
    versions: Mapping[int, VersionText],
) -> Signs:
    """Read the signs off what was retrieved; all zero if nothing was."""
    hits = found.hits[:PASSAGES]
    if not hits:
        return Signs(0, 0, 0, 0, 0, 0, 0, 1)
    shares, names = [], []
    known: set[str] = set()
    for hit in hits:
        text = versions[hit.passage.version].text[hit.passage.start : hit.passage.end]
        present = set(terms(text)) | set(terms(hit.passage.header))
        known |= present
        shares.append(overlap(question.terms, present, found.weights))
        names.append(overlap(question.names, present, found.weights) if question.names else 1.0)
    best = ranked[:1]
    within = [
        overlap(question.terms, c.words | set(terms(c.hit.passage.header)), found.weights)
        for c in ranked[:PASSAGES]
    ]
    return Signs(
        cosine=max(hit.cosine for hit in hits),
        sentence=max(hit.best_sentence for hit in hits),
        together=max(shares),
        within=max(within, default=0.0),
        names=max(names),
        kind=float(bool(best) and shows_kind(question.wants, best[0].text)),
        dated=float(not is_out_of_time(question, hits)),
        unknown=1.0 - overlap(question.terms, known, found.weights),
    )


def is_out_of_time(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question names a time and every hit is known to be of another."""
    known = [hit for hit in hits if hit.passage.published or hit.passage.event_dates]
    return bool(question.periods and known) and not any(hit.dated for hit in hits)


def missing_words(
    question: Question, found: Found, versions: Mapping[int, VersionText]
) -> list[str]:
    """Return the question's index terms that none of the best passages holds, rarest first."""
    known: set[str] = set()
    for hit in found.hits[:PASSAGES]:
        text = versions[hit.passage.version].text[hit.passage.start : hit.passage.end]
        known |= set(terms(text)) | set(terms(hit.passage.header))
    lacking = [term for term in question.terms if term not in known]
    return sorted(lacking, key=lambda term: -found.weights.get(term, 0.0))
