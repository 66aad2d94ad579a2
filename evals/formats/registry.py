"""The formats of other tools, which way each goes, and the one door to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.formats import beir, inspect_ai, nuggetizer, promptfoo, ragas, trec_qrels, trec_run
from evals.formats.drafts import Imported, split_of
from evals.formats.exported import Exported, write
from evals.formats.trec_run import RankingScored
from evals.gold.articles import Record
from evals.material import Material
from evals.runs.manifest import corpus_digest
from evals.runs.store import Run
from rag.errors import UsageError

Export = Callable[[Path, Material, Run | None], Exported]
Import = Callable[[Path, Record, str], Imported]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `run` says whether an export reads a stored run; `ranks`: it holds a ranking.

    A ranking is no question: it is scored, not imported.
    """

    about: str
    export: Export | None = None
    read: Import | None = None
    run: Literal["none", "optional", "required"] = "none"
    ranks: bool = False

    @property
    def directions(self) -> tuple[str, ...]:
        """`out`, `in` or both."""
        inward = self.read is not None or self.ranks
        return (*(["out"] if self.export else []), *(["in"] if inward else []))


FORMATS: Mapping[str, Format] = {
    "ragas": Format("ragas EvaluationDataset, JSON Lines", ragas.export, ragas.read, "optional"),
    "promptfoo": Format("promptfoo tests, YAML or JSON", promptfoo.export, promptfoo.read),
    "beir": Format("BEIR folder", beir.export, beir.read),
    "trec-run": Format("TREC run", trec_run.export, run="required", ranks=True),
    "trec-qrels": Format("TREC judgements and topics", trec_qrels.export, trec_qrels.read),
    "inspect": Format("Inspect AI samples, JSON Lines", inspect_ai.export),
    "nuggetizer": Format("nuggetizer nuggets, JSON Lines", read=nuggetizer.read),
}


def format_of(name: str) -> Format:
    """Return the format of that name; raises UsageError if there is none."""
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}; choose from {', '.join(FORMATS)}.")
    return FORMATS[name]


def export(name: str, target: Path, material: Material, run: Run | None = None) -> Exported:
    """Write the gold questions, and of a run what the format holds; return what was written.

    Raises UsageError for a format that does not go out, for a run that it has no place for or
    that was made from other articles or other questions, and if another file is in the way.
    """
    format_ = format_of(name)
    if format_.export is None:
        raise UsageError(f"The format {name!r} goes {' and '.join(format_.directions)} only.")
    if run is not None:
        _check_run(name, format_, material, run)
    exported = format_.export(target, material, run)
    write(exported, target)
    return exported


def _check_run(name: str, format_: Format, material: Material, run: Run) -> None:
    if format_.run == "none":
        raise UsageError(f"The format {name!r} holds questions alone; leave out the run.")
    if run.manifest.corpus != corpus_digest(material.record):
        raise UsageError(
            f"The run {str(run.folder)!r} was made from other articles than this library's; its "
            "places mean nothing here. Make the run again."
        )
    if not any(question.id in run.answers for question in material.questions):
        raise UsageError(
            f"The run {str(run.folder)!r} answers none of these questions; name the split that "
            "it was made from."
        )


def import_(name: str, source: Path, record: Record, split: str = "dev") -> Imported:
    """Return draft questions and notes; raises UsageError for what is not of that format."""
    format_ = format_of(name)
    if format_.ranks:
        raise UsageError(f"A {name} holds no questions; it is scored against gold ones.")
    if format_.read is None:
        raise UsageError(f"The format {name!r} goes {' and '.join(format_.directions)} only.")
    return format_.read(source, record, split_of(split))


def score_ranking(name: str, source: Path, material: Material) -> RankingScored:
    """Return what the retrieval metrics say of a ranking; raises UsageError for another format."""
    if not format_of(name).ranks:
        raise UsageError(f"The format {name!r} holds no ranking that could be scored.")
    return trec_run.score(trec_run.read(source, material.record), material)
