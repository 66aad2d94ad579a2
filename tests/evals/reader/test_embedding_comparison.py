import json
from contextlib import closing
from pathlib import Path
from statistics import fmean

import pytest

from evals.bench_public import retrieval
from evals.bench_public.engine import Engine
from evals.gold.files import write_gold
from evals.gold.question import GoldQuestion
from evals.reader.embedding import compare
from evals.reader.embedding_comparison import (
    Compared,
    gold_compared,
    gold_values,
    retrieval_values,
    table,
    verdict,
)
from evals.reader.progress import silent
from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from rag.errors import LibraryMismatch, UsageError
from rag.library.library import Library, open_library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from ..gold.making import PARAGRAPHS, question

TOPICS = ("Isfahan", "Damascus", "Tehran", "Haifa", "Beirut", "Sanaa")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents about towns, asked for by name or by something that none of them says."""
    folder = tmp_path / "towns"
    (folder / "qrels").mkdir(parents=True)
    texts = [f"The mayor of {name} opened {n} schools." for n, name in enumerate(TOPICS)]
    asked = [name if n % 2 else "zebras swim far out" for n, name in enumerate(TOPICS)]
    for kind, rows in (("corpus", texts), ("queries", asked)):
        lines = (json.dumps({"_id": f"{n}", "text": text}) for n, text in enumerate(rows))
        (folder / f"{kind}.jsonl").write_text("".join(f"{line}\n" for line in lines))
    judged = "".join(f"{n}\t{n}\t1\n" for n in range(len(TOPICS)))
    (folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)
    return folder


def row(metric: str, shipped: list[float], tuned: list[float]) -> Compared:
    return Compared("towns", metric, shipped, tuned)


def test_the_verdict_is_to_keep_only_what_is_nowhere_lower() -> None:
    same, better = row("hit@1", [0.1, 0.2], [0.2, 0.1]), row("nDCG@10", [0.5], [0.6])
    worse, slightly = row("recall@10", [1, 0], [0, 0]), row("hit@5", [0.5] * 9, [0.5] * 8 + [0.499])
    assert verdict([same, better]) == "keep"
    assert verdict([better, worse, same]) == "leave out: lower on towns recall@10"
    assert verdict([worse, slightly]) == "leave out: lower on towns recall@10, towns hit@5"
    with pytest.raises(UsageError, match="Nothing was compared"):
        verdict([])


def test_the_table_has_both_means_and_what_each_question_gained() -> None:
    head, line = table([row("hit@1", [0, 0, 1, 1], [1, 1, 1, 1])]).splitlines()
    assert head.split(maxsplit=4) == [
        "benchmark", "metric", "shipped", "fine-tuned", "gained by question"
    ]  # fmt: skip
    assert line.split() == [
        "towns", "hit@1", "0.500", "[0.000,", "1.000]", "1.000", "[1.000,", "1.000]",
        "+0.500", "[+0.000,", "+1.000]",
    ]  # fmt: skip


@pytest.mark.parametrize("sample", [500, 3])
def test_the_values_are_those_that_the_benchmark_takes_the_means_of(
    folder: Path, hashing: HashingEmbedder, settings: Settings, sample: int
) -> None:
    engine = Engine(hashing, settings)
    values = retrieval_values(folder, engine, sample=sample, progress=silent, seed=5)
    measured = retrieval.measure(folder, engine, sample=sample, seed=5, progress=silent)
    assert {name: fmean(of) for name, of in values.items()} == {
        figure.name: pytest.approx(figure.value) for figure in measured.figures
    }
    assert all(len(of) == min(sample, len(TOPICS)) for of in values.values())
    assert 0 < fmean(values["hit@1"]) < 1


def test_models_are_compared_question_by_question(
    folder: Path, hashing: HashingEmbedder, settings: Settings
) -> None:
    told: list[str] = []
    rows = compare(
        [folder], hashing, HashingEmbedder(dimension=8), settings,
        sample=500, progress=lambda task, _done, _total: told.append(task),
    )  # fmt: skip
    assert [(one.benchmark, one.metric) for one in rows] == [
        ("towns", "hit@1"), ("towns", "nDCG@10"), ("towns", "recall@10")
    ]  # fmt: skip
    assert {name.partition(":")[0] for name in told} == {"towns, shipped", "towns, fine-tuned"}
    assert {name.partition(":")[2] for name in told} == {" adding", " searching"}


def test_gold_passages_are_looked_for_in_a_copy_that_the_other_model_embeds(
    small_library: Library, hashing: HashingEmbedder, settings: Settings, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.jsonl"
    unanswerable = question(
        id="q-2", type="unanswerable", answerable=False, answers=[], nuggets=[], evidence=[]
    )
    write_gold(gold, [GoldQuestion.model_validate(one) for one in (question(), unanswerable)])
    tuned = HashingEmbedder(dimension=128, window=256)
    rows = gold_compared(small_library.folder, hashing, tuned, settings, gold, silent)
    assert [(one.metric, one.shipped, one.tuned) for one in rows] == [
        ("hit@1", [1], [1]), ("hit@5", [1], [1])
    ]  # fmt: skip
    with small_library.reading() as db:
        small_library.require_model(db)  # it was left as it is
    with pytest.raises(LibraryMismatch):
        gold_values(small_library.folder, tuned, settings, gold)


def test_a_gold_passage_counts_at_the_place_where_retrieval_puts_it(
    hashing: HashingEmbedder, settings: Settings, tmp_path: Path
) -> None:
    article, gold = tmp_path / "strike.md", tmp_path / "gold.jsonl"
    article.write_text("---\ntitle: The strike\n---\n\n" + "\n\n".join(PARAGRAPHS))
    with closing(
        open_library(tmp_path / "library", embedding=hashing.identity, create=True)
    ) as library:
        # So few that every paragraph is a passage.
        Adder(library, hashing, FakeFetcher({}), passage_tokens=8).run([str(article)])
    asked = (PARAGRAPHS[1], PARAGRAPHS[0])
    write_gold(
        gold,
        [
            GoldQuestion.model_validate(question(id=f"q-{n}", question=text))
            for n, text in enumerate(asked)
        ],
    )
    values = gold_values(tmp_path / "library", hashing, settings, gold)
    assert values == {"hit@1": [1, 0], "hit@5": [1, 1]}
