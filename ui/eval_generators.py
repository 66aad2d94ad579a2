"""`dateline eval generators` and `withheld`: what each generator's answers are worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.compare import Comparison, compare
from evals.generators.figures import Figures, Seconds, Tokens, figures_of
from evals.generators.measured import KEPT, entry, found, write
from evals.generators.sample import sampled
from evals.generators.withheld import Withheld, withheld_of
from evals.material import Material, load_material
from evals.metrics.registry import PRIMARY
from evals.places import generator_folder
from evals.runs.generator import is_local, resolved
from evals.runs.store import read_manifest, read_run, timings_by_id
from evals.scored import Scored
from evals.scorers import support_model
from evals.scoring import cases_of
from evals.summary import Summary, summarise
from evals.verdict import figures
from rag.answerer import EXTRACTIVE
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.load import load_embedder
from rag.settings import Settings
from ui.ask import chain_of
from ui.eval_run import answered, told_failures
from ui.eval_score import score_and_store
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.session import asking, reading, require_articles

NAMES = (EXTRACTIVE, "local-small", "local")

SCORES = (
    "idk_score", "nugget_recall", "alce_precision", "alce_recall", "citation_hit",
    "gold_citation_precision", "abstention_right", "forbidden",
)  # fmt: skip
"""The metrics of the table."""

_NONE = "–"


@dataclass(frozen=True, slots=True)
class Measured:
    """One generator's run: `name` is what answered, `means` are of the metrics by name."""

    name: str
    folder: Path
    scored: Scored
    means: Mapping[str, Summary]
    figures: Figures


def run(
    invocation: Invocation,
    names: Sequence[str],
    gold: Sequence[Path],
    *,
    split: str,
    limit: int | None = None,
    seed: int = 0,
    drafts: bool = False,
    store: bool = False,
) -> int:
    """Run, score and compare the generators; return 4 if a question has no reply.

    The extractive answers, which the others are compared with, are always among them. Raises
    UsageError, before anything is asked, where `store` is asked for of a sample or without a
    local model.
    """
    if store and limit is not None:
        raise UsageError("--write stores what all questions of a split show: leave out --limit.")
    with asking(invocation.settings()) as library:
        require_articles(library)
        chosen = _chosen(invocation, library, names)
        if store and not any(map(is_local, chosen)):
            raise UsageError("--write stores what local models are worth, and none was named.")
        material = load_material(library, gold=gold, split=split)
        of = len(material.questions)
        if limit is not None:
            material = sampled(material, limit, seed=seed)
        made = [_measured(s, name, library, material, drafts) for name, s in chosen.items()]
    compared = {one.name: _compared(made[0], one) for one in made[1:]}
    failed = sum([told_failures(one.folder) for one in made])
    _tell(invocation, made, compared, material, of)
    if store and not failed:
        _store(invocation, made)
    elif store:
        complain("Nothing was written, for some questions have no reply; run it again.")
    return 4 if failed else 0


def _chosen(invocation: Invocation, library: Library, names: Sequence[str]) -> dict[str, Settings]:
    """Return the settings by what answers under them, the extractive answers first.

    A name that is no generator, or a model that is not here, is told before anything is asked.
    """
    chosen: dict[str, Settings] = {}
    embedder = load_embedder(invocation.settings())
    for name in (EXTRACTIVE, *(names or NAMES)):
        settings = invocation.settings(generator=name)
        chosen.setdefault(resolved(chain_of(library, settings, embedder).generator), settings)
    return chosen


def _measured(
    settings: Settings, name: str, library: Library, material: Material, drafts: bool
) -> Measured:
    folder = answered(
        settings, library, material, generator_folder, jobs=1, drafts=drafts, task=name
    )
    scored = score_and_store(folder, material)
    run = read_run(folder)
    figures = figures_of(run, timings_by_id(folder))
    return Measured(name, folder, scored, summarise(scored), figures)


def _compared(extractive: Measured, other: Measured) -> Comparison:
    return compare(extractive.scored, other.scored, primary=PRIMARY)


def _store(invocation: Invocation, made: Sequence[Measured]) -> None:
    extractive, *others = made
    entries = {}
    for one in others:
        if not is_local(one.name):
            complain(f"{one.name} is no local model: nothing is written of it.")
            continue
        finding = found(extractive.scored, one.scored)
        entries[one.name] = entry(one.scored, finding)
        for reason in finding.reasons:
            complain(f"{one.name}: {reason}")
    path = write(entries)
    if not invocation.json:
        better = [name for name, stored in entries.items() if stored["better"]]
        write_line()
        write_line(f"{path}: better than {EXTRACTIVE}: {', '.join(better) or 'none'}")


def _tell(
    invocation: Invocation,
    made: Sequence[Measured],
    compared: Mapping[str, Comparison],
    material: Material,
    of: int,
) -> None:
    asked = len(material.questions)
    if invocation.json:
        runs = [_as_json(one, compared.get(one.name)) for one in made]
        write_json({"split": material.split, "questions": asked, "of": of, "runs": runs})
        return
    part = f"a SAMPLE of {asked} of {of} questions" if asked < of else f"{asked} questions"
    write_line(f"{part} of {material.split}, one at a time")
    for one in made:
        write_line(f"{one.name}: {one.folder}")
    write_line()
    for line in _table(made):
        write_line(line)
    for name, comparison in compared.items():
        write_line()
        write_line(f"{name} against {EXTRACTIVE} (paired; p that it is worse):")
        for metric in _deciding(comparison):
            write_line(f"  {figures(comparison.metrics[metric])}")


def _deciding(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys((*comparison.primary, *KEPT)))


def _as_json(one: Measured, comparison: Comparison | None) -> dict[str, object]:
    told: dict[str, object] = {
        "generator": one.name,
        "run": str(one.folder),
        "means": {name: one.means[name].mean for name in SCORES},
        **asdict(one.figures),
    }
    if comparison is not None:
        told["differences"] = {
            name: asdict(comparison.metrics[name]) for name in _deciding(comparison)
        }
    return told


def _table(made: Sequence[Measured]) -> Iterator[str]:
    """Yield a line a figure, a column a generator."""
    wide = max(12, *(len(one.name) for one in made)) + 2
    rows = [("", [one.name for one in made])]
    rows += [(name, [_number(one.means[name].mean) for one in made]) for name in SCORES]
    columns = [list(_cells(one.figures)) for one in made]
    rows += [(cells[0][0], [text for _, text in cells]) for cells in zip(*columns, strict=True)]
    for title, cells in rows:
        yield f"{title:28}{''.join(f'{cell:>{wide}}' for cell in cells)}".rstrip()


def _cells(told: Figures) -> Iterator[tuple[str, str]]:
    yield "questions", str(told.questions)
    yield "answered", str(told.answered)
    yield "failed", str(told.failed)
    yield "sentences shown", str(told.sentences)
    yield "  supported", _number(told.supported)
    yield "  partial", _number(told.partial)
    yield "withheld of written", _number(told.withheld)
    yield "extractive in its place", _number(told.replaced)
    yield from _spread("to sources, s", told.sources)
    yield from _spread("to first sentence, s", told.first_sentence)
    yield from _spread("to the end, s", told.end)
    yield from _tokens("tokens read", told.read)
    yield from _tokens("tokens written", told.written)


def _spread(title: str, seconds: Seconds | None) -> Iterator[tuple[str, str]]:
    yield f"{title}, p50", _NONE if seconds is None else f"{seconds.p50:.3f}"
    yield f"{title}, p95", _NONE if seconds is None else f"{seconds.p95:.3f}"


def _tokens(title: str, tokens: Tokens | None) -> Iterator[tuple[str, str]]:
    yield f"{title}, mean", _NONE if tokens is None else f"{tokens.mean:.0f}"
    yield f"{title}, p95", _NONE if tokens is None else f"{tokens.p95:.0f}"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def run_withheld(
    invocation: Invocation, folder: Path, gold: Sequence[Path], *, sample: int, seed: int
) -> int:
    """Print a sample of what a run withheld, for people to read."""
    manifest = read_manifest(folder)
    if not manifest.drafts:
        raise UsageError(
            f"{str(folder)!r} does not hold what was withheld; make the run with --drafts."
        )
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=manifest.split)
    cases = cases_of(read_run(folder), material.questions, material.record)
    shown, of = withheld_of(cases, support_model(material.record), sample=sample, seed=seed)
    if not invocation.json:
        write_line(f"{len(shown)} of {of} sentences that {manifest.generator} wrote in vain")
    for one in shown:
        if invocation.json:
            write_json(asdict(one))
        else:
            _print_withheld(one)
    return 0


def _print_withheld(one: Withheld) -> None:
    write_line()
    write_line(f"{one.id}: {one.question}")
    write_line(f"  withheld: {one.sentence}")
    if one.nearest is None:
        write_line("  nearest: nothing was retrieved")
        return
    near = one.nearest
    dated = f", {near.published}" if near.published else ""
    write_line(f"  nearest ({near.support}, {near.score:.2f}): {near.title}{dated}")
    write_line(f"    {near.text}")
