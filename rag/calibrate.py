"""Fit the confidence on labelled questions, and show what it is worth.

`python -m rag.calibrate LIBRARY=FILE… [--test LIBRARY=FILE…] [--write]` takes one JSON object a
line with `question` and `answerable`; the gold questions are such files. A question that leans on
a conversation (`history`) is left out: it is no question by itself.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.abstain import FILE, Calibration, Signs, signs_of
from rag.errors import UsageError
from rag.library import catalogue
from rag.library.library import Library, open_library
from rag.models.embedder import Embedder
from rag.models.load import load_embedder
from rag.question import understand
from rag.retrieve import retrieve
from rag.select import candidates
from rag.settings import Settings, load_settings

RIDGE = 0.05
"""Strength of the penalty on the weights, per question."""

Arrays = tuple[NDArray[np.float64], NDArray[np.float64]]


def read_labelled(path: Path) -> list[tuple[str, bool]]:
    """Return (question, answerable) of a JSON Lines file; raise UsageError naming a bad line."""
    labelled = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                if row.get("history"):
                    continue
                labelled.append((str(row["question"]), bool(row["answerable"])))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(
                    f"{path}, line {number}: needs question and answerable."
                ) from error
    return labelled


def observe(question: str, library: Library, embedder: Embedder, settings: Settings) -> Signs:
    """Return the signs of one question against a library."""
    asked = understand(question)
    with library.reading() as db:
        found = retrieve(db, library.dense, asked, embedder.query(question), settings)
        versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
    return signs_of(asked, found, candidates(asked, found, versions, settings), versions)


def fit(signs: Sequence[Signs], answerable: Sequence[bool]) -> Calibration:
    """Return the logistic regression with an L2 penalty, both classes weighted the same.

    Every sign may only speak for an answer, and `unknown` only against it: with few questions a
    weight of the other sign is chance, and would make a worse match look more certain.
    """
    x = np.array([astuple(s) for s in signs])
    y = np.array(answerable, dtype=float)
    means, scales = x.mean(0), np.maximum(x.std(0), 1e-3)
    x = (x - means) / scales
    balance = np.where(y == 1, 0.5 / max(y.mean(), 1e-9), 0.5 / max(1 - y.mean(), 1e-9))

    def loss(parameters: NDArray[np.float64]) -> float:
        z = parameters[0] + x @ parameters[1:]
        losses = np.logaddexp(0, -z) * y + np.logaddexp(0, z) * (1 - y)
        return float((balance * losses).mean() + RIDGE * (parameters[1:] ** 2).sum())

    against = [field.name == "unknown" for field in fields(Signs)]
    bounds = [(None, None), *((None, 0.0) if no else (0.0, None) for no in against)]
    best = minimize(loss, np.zeros(x.shape[1] + 1), method="L-BFGS-B", bounds=bounds).x
    return Calibration(
        round(float(best[0]), 4),
        *(tuple(round(float(v), 4) for v in part) for part in (best[1:], means, scales)),
    )


def auroc(confidences: Sequence[float], answerable: Sequence[bool]) -> float:
    """Return the probability that an answerable question is given the higher confidence."""
    yes = np.array([c for c, a in zip(confidences, answerable, strict=True) if a])
    no = np.array([c for c, a in zip(confidences, answerable, strict=True) if not a])
    above = (yes[:, None] > no[None, :]).mean() + 0.5 * (yes[:, None] == no[None, :]).mean()
    return float(above)


def describe(name: str, confidences: Sequence[float], answerable: Sequence[bool]) -> str:
    """Return a line of figures: AUROC, and what is kept and declined at several thresholds."""
    parts = [f"{name}: {len(answerable)} questions, AUROC {auroc(confidences, answerable):.3f}"]
    for threshold in (0.3, 0.4, 0.5, 0.6):
        kept = [c >= threshold for c in confidences]
        yes = [k for k, a in zip(kept, answerable, strict=True) if a]
        no = [not k for k, a in zip(kept, answerable, strict=True) if not a]
        parts.append(
            f"at {threshold}: {sum(yes) / len(yes):.2f} of the answerable answered, "
            f"{sum(no) / len(no):.2f} of the others declined"
        )
    return "; ".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on the dev questions, print figures, and write calibration.json if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dev", nargs="+", help="LIBRARY=QUESTIONS, to fit on")
    parser.add_argument("--test", nargs="*", default=[], help="LIBRARY=QUESTIONS, to report only")
    parser.add_argument("--write", action="store_true", help=f"write {FILE}")
    options = parser.parse_args(arguments)
    settings, _ = load_settings()
    embedder = load_embedder(settings)

    def gather(pairs: Sequence[str]) -> list[tuple[str, list[Signs], list[bool]]]:
        gathered = []
        for pair in pairs:
            folder, _, path = pair.partition("=")
            library = open_library(Path(folder), embedding=embedder.identity)
            labelled = read_labelled(Path(path))
            signs = [observe(question, library, embedder, settings) for question, _ in labelled]
            gathered.append((path, signs, [answerable for _, answerable in labelled]))
        return gathered

    dev = gather(options.dev)
    calibration = fit([s for _, signs, _ in dev for s in signs], [a for *_, y in dev for a in y])
    for path, signs, answerable in [*dev, *gather(options.test)]:
        confidences = [calibration.confidence(s) for s in signs]
        sys.stdout.write(describe(path, confidences, answerable) + "\n")
    text = json.dumps(calibration.as_json(), indent=1) + "\n"
    sys.stdout.write(text)
    if options.write:
        (Path(__file__).parent / FILE).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
