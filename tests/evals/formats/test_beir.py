import json
from pathlib import Path

import pytest

from evals.bench import beir as bench
from evals.formats.beir import read
from evals.formats.registry import export
from rag.errors import UsageError

from ..gold.making import record
from .making import follow_up, material, paragraph, quotes


def exported(folder: Path) -> Path:
    export("beir", folder, material(follow_up()))
    return folder


def foreign(folder: Path, *judgements: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        json.dumps({"_id": "d1", "title": "", "text": paragraph(1)})
        + "\n"
        + json.dumps({"_id": "d2", "text": "Something else."})
        + "\n"
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "1", "text": "where"}\n{"_id": "2", "text": "b"}\n'
    )
    (folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(judgements))
    return folder


def test_the_folder_is_beir_s(tmp_path: Path) -> None:
    folder = exported(tmp_path)
    assert (folder / "qrels/dev.tsv").read_text().splitlines() == [
        "query-id\tcorpus-id\tscore",
        "q-1\tstrike#p2\t1",
        "q-1\tstrike#p1\t1",
        "q-2\tstrike#p2\t1",
        "q-2\tstrike#p3\t1",
        "q-4\tstrike#p3\t1",
    ]
    (folder / "qrels/dev.tsv").rename(folder / "qrels/test.tsv")
    benchmark = bench.read(folder)
    assert benchmark.documents["strike#p1"].text == paragraph(1)
    assert set(benchmark.queries) == {"q-1", "q-2", "q-4"}


def test_round_trip(tmp_path: Path) -> None:
    found, notes = read(exported(tmp_path), record(), "dev")
    for before, after in zip(material(follow_up()).questions, found, strict=True):
        for name in ("id", "question", "history", "type", "answers", "answerable", "as_of"):
            assert getattr(before, name) == getattr(after, name)
    assert [quotes(q) for q in found] == [
        [{paragraph(2), paragraph(1)}],
        [{paragraph(2)}, {paragraph(3)}],
        [],
        [{paragraph(3)}],
    ]
    assert notes == (
        "4 questions, all of them drafts",
        "5 of 5 reference texts anchored in the articles",
    )


def test_a_benchmark_of_others(tmp_path: Path) -> None:
    folder = foreign(tmp_path, "1\td1\t2", "1\td2\t1", "2\td2\t0")
    [found], notes = read(folder, record(), "dev")
    assert (found.id, found.question, quotes(found)) == ("1", "where", [{paragraph(1)}])
    assert "1 reference texts stand nowhere in the articles: left out" in notes
    assert "1 × query without a judgement: left out" in notes


@pytest.mark.parametrize(
    ("judgement", "said"),
    [
        ("1\td1", r"test\.tsv:2: there are 2 columns in place of 3"),
        ("1\td1\tyes", r"test\.tsv:2: 'score' is 'yes', and must be a number"),
        ("1\td1\tnan", r"test\.tsv:2: 'score' is 'nan', and must be a finite"),
        ("9\td1\t1", r"test\.tsv:2: the query '9' is not in queries\.jsonl"),
        ("1\td9\t1", r"corpus\.jsonl lacks the judged document 'd9'"),
    ],
)
def test_a_bad_judgement_is_named(tmp_path: Path, judgement: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(foreign(tmp_path, judgement), record(), "dev")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no BEIR folder"):
        read(tmp_path, record(), "dev")
    folder = foreign(tmp_path, "1\td1\t1")
    (folder / "corpus.jsonl").unlink()
    with pytest.raises(UsageError, match=r"corpus\.jsonl' cannot be read"):
        read(folder, record(), "dev")
