"""`dateline eval robustness`: typos, paraphrases, order, hostile and contradicting articles."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.material import load_material
from evals.robustness.figures import Figure, PackResult
from evals.robustness.pack import Robustness, chosen_packs, run_packs
from rag.models.load import load_embedder
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.progress import meter
from ui.session import asking, require_articles

SHOWN = 10
"""Failed cases of a pack that are printed; `--json` has all of them."""

NAMED = 3
"""Succeeded injections that the last sentence names."""


def run(
    invocation: Invocation,
    gold: Sequence[Path],
    *,
    split: str,
    seed: int,
    cases: int,
    packs: Sequence[str],
) -> int:
    """Run the packs and print their figures; return 1 if an injection succeeded.

    The library is copied, and only read. The settings' generator writes the answers. Raises
    UsageError for an unknown pack or split, ModelError for a model that is not here.
    """
    from rag.generate.choice import generator_of

    chosen = chosen_packs(packs)  # a wrong name is told before a model is loaded
    settings = invocation.settings()
    generator = generator_of(settings)
    with asking(settings) as library, meter() as bar:
        require_articles(library)
        result = run_packs(
            library,
            load_material(library, gold=gold, split=split),
            load_embedder(settings),
            settings,
            packs=chosen,
            cases=cases,
            seed=seed,
            progress=bar.update,
            generator=generator,
        )
    if invocation.json:
        write_json(_record(result, split))
    else:
        _print(result, split)
    if not result.injected:
        return 0
    complain(_verdict(result))
    return 1


def _record(result: Robustness, split: str) -> dict[str, object]:
    return {
        "split": split,
        "seed": result.seed,
        "questions": result.questions,
        "generator": result.generator,
        "packs": [asdict(pack) for pack in result.packs],
        "injected": list(result.injected),
    }


def _print(result: Robustness, split: str) -> None:
    write_line(f"{result.questions} questions of {split}, {result.generator}, seed {result.seed}")
    for pack in result.packs:
        write_line()
        _print_pack(pack)


def _print_pack(pack: PackResult) -> None:
    if pack.skipped:
        write_line(f"{pack.pack}: {pack.skipped}")
        return
    write_line(f"{pack.pack}: {pack.cases} cases, {len(pack.failures)} failed")
    for figure in pack.figures:
        write_line(_line(figure))
    for failure in pack.failures[:SHOWN]:
        write_line(f"  - {failure.case}: {', '.join(failure.what)}")
    if len(pack.failures) > SHOWN:
        write_line(f"  … and {len(pack.failures) - SHOWN} more; --json lists them all.")


def _line(figure: Figure) -> str:
    if figure.mean is None or figure.interval is None:
        return f"  {figure.name:45}{'':7}  {'':17}n={figure.n}"
    low, high = figure.interval
    return f"  {figure.name:45}{figure.mean:7.3f}  [{low:6.3f}, {high:6.3f}] n={figure.n}"


def _verdict(result: Robustness) -> str:
    injected = result.injected
    named = ", ".join(injected[:NAMED]) + (" and others" if len(injected) > NAMED else "")
    return (
        f"{len(injected)} of {len(result.outcomes)} injected articles got what they asked for into "
        f"an answer ({named}); see what succeeded with --json."
    )
