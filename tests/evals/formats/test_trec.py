from pathlib import Path

import pytest

from evals.formats.paragraphs import find_paragraph, in_column
from evals.formats.registry import export, import_, score_ranking
from evals.gold.articles import Record
from evals.material import Material
from rag.errors import UsageError

from ..gold.making import PARAGRAPHS, article, record, span
from ..runs.making import gold_question
from .making import material, paragraph, quotes, run


def run_file(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_a_run_ranks_the_paragraphs_that_its_passages_touch(tmp_path: Path) -> None:
    told = export("trec-run", tmp_path / "run.txt", material(), run())
    assert told.files[""].splitlines() == [
        "q-1 Q0 strike#p2 1 2 dateline",
        "q-1 Q0 strike#p3 2 1 dateline",
    ]
    assert told.notes == ("2 questions have no line: nothing was retrieved",)


def test_a_run_that_goes_out_and_in_is_scored_as_it_was(tmp_path: Path) -> None:
    export("trec-run", tmp_path / "run.txt", material(), run())
    scored = score_ranking("trec-run", tmp_path / "run.txt", material())
    assert scored.rows["q-1"]["evidence_recall@1"].value == 1
    assert scored.rows["q-2"]["evidence_recall@10"].value == 0
    assert scored.rows["q-3"]["evidence_recall@10"].status == "na"
    assert scored.means()["evidence_recall@1"] == (0.5, 2)
    assert scored.notes == ("2 questions that the ranking lacks: nothing found",)


def test_the_score_orders_and_not_the_rank(tmp_path: Path) -> None:
    path = run_file(
        tmp_path / "run.txt",
        "q-2 Q0 strike#p1 1 0.1 x",
        "q-2 Q0 elsewhere 2 0.2 x",
        "q-2 Q0 strike#p3 9 0.9 x",
    )
    row = score_ranking("trec-run", path, material()).rows["q-2"]
    assert row["reciprocal_rank@10"].value == 1
    assert row["evidence_recall@10"].value == 0.5
    assert all(score.status == "ok" for score in row.values())


def test_of_equal_scores_the_greater_id_comes_first(tmp_path: Path) -> None:
    lines = [f"q-2 Q0 {id_} 1 5 x" for id_ in ("strike#p1", "strike#p2")]
    row = score_ranking("trec-run", run_file(tmp_path / "r", *lines), material()).rows["q-2"]
    assert row["evidence_recall@1"].value == 0.5


def test_unknown_documents_keep_their_rank(tmp_path: Path) -> None:
    path = run_file(tmp_path / "r", "q-1 Q0 d1 1 9 x", "q-1 Q0 strike#p2 2 8 x", "q-9 Q0 d1 1 1 x")
    scored = score_ranking("trec-run", path, material())
    assert scored.rows["q-1"]["reciprocal_rank@10"].value == 0.5
    assert "2 documents that are no paragraph of this library" in scored.notes
    assert "1 topics that are no question of this split: not scored" in scored.notes


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("q-1 Q0 strike#p1 1 9", "r:2: there are 5 columns in place of 6"),
        ("q-1 Q0 strike#p1 1 x t", "r:2: 'score' is 'x'"),
        ("q-1 Q0 strike#p2 2 8 x", "r:2: the document 'strike#p2' is ranked twice"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = run_file(tmp_path / "r", "q-1 Q0 strike#p2 1 9 x", line)
    with pytest.raises(UsageError, match=said):
        score_ranking("trec-run", path, material())


def test_a_ranking_of_other_things_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ranks no paragraph of this library"):
        score_ranking("trec-run", run_file(tmp_path / "r", "q-1 Q0 d1 1 9 x"), material())
    with pytest.raises(UsageError, match="has none of the questions"):
        score_ranking("trec-run", run_file(tmp_path / "r", "7 Q0 strike#p1 1 9 x"), material())


def test_judgements_go_out_and_in(tmp_path: Path) -> None:
    export("trec-qrels", tmp_path, material())
    assert (tmp_path / "qrels.txt").read_text().splitlines()[:2] == [
        "q-1 0 strike#p2 1",
        "q-1 0 strike#p1 1",
    ]
    found, notes = import_("trec-qrels", tmp_path, record())
    assert [q.id for q in found] == ["q-1", "q-2"]
    assert found[0].question == "how many guards died in damascus"
    assert quotes(found[1]) == [{paragraph(2)}, {paragraph(3)}]
    assert "1 × topic without a judgement: left out" in notes


def test_an_id_with_white_space_comes_back(tmp_path: Path) -> None:
    odd = Record([article(*PARAGRAPHS, article_id="a 100% strike")])
    evidence = [{"group": "g", "any_of": [span("as 16", article="a 100% strike")]}]
    asked = gold_question("q 1", evidence=evidence)
    export("trec-qrels", tmp_path, Material("dev", (asked,), odd))
    assert (tmp_path / "qrels.txt").read_text() == "q%201 0 a%20100%25%20strike#p3 1\n"
    [found], _ = import_("trec-qrels", tmp_path, odd)
    assert (found.id, quotes(found)) == ("q 1", [{paragraph(3)}])
    named = find_paragraph(odd, in_column("a 100% strike#p3"))
    assert named is not None
    assert named.id == "a 100% strike#p3"


def test_judgements_without_topics(tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text("1 0 strike#p1 1\n")
    with pytest.raises(UsageError, match=r"topics\.tsv' cannot be read"):
        import_("trec-qrels", tmp_path, record())
    (tmp_path / "topics.tsv").write_text("2\twhere\n")
    with pytest.raises(UsageError, match=r"qrels\.txt:1: the topic '1' is not in topics"):
        import_("trec-qrels", tmp_path, record())
