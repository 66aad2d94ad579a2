"""Small runs, scored by every metric, and reports made of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.gate import Policy
from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.metrics.registry import PRIMARY
from evals.report.definitions import definitions
from evals.report.report import Report, Source, gather
from evals.runs.store import Answered, Found, Run
from evals.scorers import scorers_for
from evals.scoring import scored_run
from rag.reply import Sentence

from ..gold.making import PARAGRAPHS, article, question, record
from ..runs.making import citation, manifest, reply

RECORD = record()
ARTICLE = article(*PARAGRAPHS)
RIGHT = "The Guards said that seven of their members were killed."
WRONG = "On 1 April 2024 a strike hit a building in Damascus."
HOSTILE = (
    "<script>alert('x')</script> \"onload=\" 'y' <img src=http://evil.example/a.png> "
    "javascript:alert(1) \u202eover\u2066 @someone #12 ``` | </details> \x1b[31m ]]>"
)


def cited(sentence: str, **changes: Any) -> dict[str, Any]:
    """The parts of a reply that quotes this sentence of the article."""
    start = ARTICLE.text.index(sentence)
    number = PARAGRAPHS.index(sentence) + 1
    one = citation(
        paragraph=number, paragraphs=[number], start=start, end=start + len(sentence),
        quote=sentence, text=sentence, **changes,
    )  # fmt: skip
    said = Sentence(text=sentence, citations=[1], support="supported", score=1.0)
    return {"answer": f"{sentence} [1]", "sentences": [said], "citations": [one]}


def material(count: int = 4, **changes: Mapping[str, Any]) -> Material:
    """So many questions; `q_1={…}` changes the second."""
    questions = [
        GoldQuestion.model_validate(
            question(**{"id": f"q-{n}", "family": f"f-{n}"} | dict(changes.get(f"q_{n}", {})))
        )
        for n in range(count)
    ]
    return Material("dev", tuple(questions), RECORD)


def answered(id_: str, sentence: str = RIGHT, **changes: Any) -> Answered:
    place = Found(article="strike", start=0, end=len(ARTICLE.text))
    parts = {**cited(sentence), **changes}
    return Answered(id=id_, reply=reply(id_, **parts), retrieved=(place,))


def declined(id_: str) -> Answered:
    empty: dict[str, Any] = {"answer": "", "sentences": [], "citations": []}
    return Answered(id=id_, reply=reply(id_, status="abstained", confidence=0.1, **empty))


def source(
    folder: Path, of: Material, answers: Mapping[str, Answered] | None = None, **changes: Any
) -> Source:
    """A run that answers rightly but for these answers."""
    given = {q.id: answered(q.id) for q in of.questions} | dict(answers or {})
    made = manifest(questions=len(of.questions), **changes)
    run = Run(folder, made, given)
    return Source(run, scored_run(run, of.questions, of.record, scorers_for(of.record)))


POLICY = Policy(PRIMARY, right=("idk_score",), resamples=50, draws=200)


def told(
    of: Material, candidate: Source, baseline: Source | None = None, policy: Policy = POLICY
) -> Report:
    return gather(
        candidate,
        of,
        policy=policy,
        baseline=baseline,
        definitions=definitions(scorers_for(of.record)),
    )


def pair(folder: Path, wrong: int = 2, count: int = 4, **changes: Mapping[str, Any]) -> Report:
    """A report of a candidate that lost the first questions."""
    of = material(count, **changes)
    lost = {f"q-{n}": answered(f"q-{n}", WRONG) for n in range(wrong)}
    after = source(folder / "after", of, lost, settings={"abstain_below": 0.25})
    return told(of, after, source(folder / "before", of))
