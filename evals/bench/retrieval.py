"""nDCG@10 and recall@10 on two public benchmarks, a document counting as its best passage."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean

from evals.bench import beir, children
from evals.bench.beir import Benchmark
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.intervals import bootstrap
from evals.bench.place import SEED, Place
from evals.bench.ranking import Scores, documents_of, scores

# nDCG@10 and recall@10 that each benchmark must reach.
BUDGETS = {"time": (0.64, 0.71), "squad2-a": (0.88, 0.97)}
QUICK_QUERIES = 500
PASSAGES = 100  # enough that ten different documents are among them
TIMEOUT_S = 3600.0

_ADDRESS = "https://benchmark.invalid/{name}/{row}"


def measure(place: Place) -> Figure:
    """Both benchmarks, with 95 % intervals over the questions."""
    folders = {name: place.data("benchmarks", name) for name in BUDGETS}
    said: list[str] = []
    checks: list[Check] = []
    values: dict[str, object] = {}
    for name, folder in folders.items():
        benchmark = beir.read(folder)
        if place.quick:
            benchmark = benchmark.sample(QUICK_QUERIES, seed=SEED)
        found = scores(rankings(benchmark, place.scratch("retrieval", name)), benchmark.judgements)
        checks += _checks(name, found)
        said.append(
            f"{name} {number(len(benchmark.queries))} questions,"
            f" {number(len(benchmark.documents))} documents"
        )
        values[name] = {"ndcg": dict(found.ndcg), "recall": dict(found.recall)}
    return Figure("retrieval", ", ".join(said), tuple(checks), values)


def _checks(name: str, found: Scores) -> list[Check]:
    named = (("nDCG@10", found.ndcg), ("recall@10", found.recall))
    return [
        Check(
            f"{name} {what}",
            fmean(by_query.values()),
            Bound.AT_LEAST,
            budget,
            interval=bootstrap(list(by_query.values())),
        )
        for (what, by_query), budget in zip(named, BUDGETS[name], strict=True)
    ]


def rankings(benchmark: Benchmark, folder: Path) -> dict[str, list[str]]:
    """The documents that Dateline finds for each query, best first."""
    corpus, queries, library = folder / "corpus.jsonl", folder / "queries.jsonl", folder / "library"
    addresses = write_corpus(benchmark, corpus)
    _write_lines(queries, ({"id": i, "text": text} for i, text in benchmark.queries.items()))
    add = children.dateline(library, "add", str(corpus))
    children.run(add, timeout_s=TIMEOUT_S).succeeded()
    search = children.module(
        "dateline_retrieval", "--library", str(library), "--passages", str(PASSAGES), str(queries)
    )
    output = children.run(search, timeout_s=TIMEOUT_S).succeeded().output
    return read_rankings(output, addresses)


def write_corpus(benchmark: Benchmark, path: Path) -> dict[str, str]:
    """Write the documents as articles; return the document id behind each article's URL.

    The URLs are numbered, because an id may hold characters that a URL keeps for itself.
    """
    addresses = {
        _ADDRESS.format(name=benchmark.name, row=row): document
        for row, document in enumerate(benchmark.documents, start=1)
    }
    _write_lines(
        path,
        (
            {
                "title": benchmark.documents[document].title,
                "text": benchmark.documents[document].text,
                "url": address,
            }
            for address, document in addresses.items()
        ),
    )
    return addresses


def read_rankings(output: str, addresses: Mapping[str, str]) -> dict[str, list[str]]:
    """The ranked documents of each query, from what `dateline_retrieval` printed."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        row = json.loads(line)
        found[row["id"]] = documents_of(addresses[url] for url in row["urls"])
    return found


def _write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
