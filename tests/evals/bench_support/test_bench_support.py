import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.bench_support.items import Item, read_all, read_ragtruth, read_summedits, read_wice
from evals.bench_support.measure import Scored, choose_tau, measure, measured, scored
from evals.bench_support.table import HEADER, as_text, pooled_tau, rows
from rag.errors import DatelineError
from rag.reader.support import SupportProbabilities
from rag.support import TAU, SupportModel

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "benchmarks" / "support"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the support benchmarks are not beside the repository"
)


def write(path: Path, *found: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return path


def test_wice(tmp_path: Path) -> None:
    path = write(
        tmp_path / "wice.jsonl",
        {"claim": "It fell.", "sentences": ["A.", "B."], "label": "partially_supported"},
    )
    (item,) = read_wice(path)
    assert (item.premise, item.claim, item.label) == ("A.\nB.", ("It fell.",), "partial")


def test_a_sentence_that_overlaps_a_marked_span_is_unsupported(tmp_path: Path) -> None:
    answer = "Here it is:\nIran fired missiles. Nobody was ever hurt there."
    start = answer.index("ever")
    path = write(
        tmp_path / "ragtruth_qa.jsonl",
        {
            "source_id": 7,
            "source": {"question": "?", "passages": "passage 1: Iran fired."},
            "responses": [{"response": answer, "labels": [{"start": start, "end": start + 4}]}],
        },
    )
    assert [(item.claim, item.label) for item in read_ragtruth(path)] == [
        (("Iran fired missiles.",), "supported"),
        (("Nobody was ever hurt there.",), "unsupported"),
    ]


def test_a_summary_is_one_claim_of_all_its_sentences(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.jsonl", {"doc": "D.", "summary": "One came. Two went.", "consistent": False}
    )
    (item,) = read_summedits(path)
    assert (item.claim, item.label) == (("One came.", "Two went."), "unsupported")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "wice.jsonl", {"claim": "x"})
    with pytest.raises(DatelineError, match=r"Line 1 of 'wice\.jsonl'"):
        read_wice(path)
    with pytest.raises(DatelineError, match="holds none"):
        read_all(tmp_path / "nowhere")


def test_one_source_falls_on_one_side() -> None:
    halves = {Item(str(n), "p", ("c",), "supported").half for n in range(50)}
    assert halves == {"tune", "report"}
    assert len({Item("s", p, ("c",), "supported").half for p in "abcdef"}) == 1


def made() -> list[Scored]:
    return [
        Scored("a", gold=True, sound=True, score=0.9),
        Scored("a", gold=True, sound=True, score=0.7),
        Scored("b", gold=True, sound=False, score=0.4),
        Scored("b", gold=False, sound=True, score=0.8),
        Scored("c", gold=False, sound=True, score=0.3),
        Scored("c", gold=False, sound=False, score=0.4),
    ]


def test_figures_against_counts_by_hand() -> None:
    figures = measured(made(), 0.6, resamples=50).figures
    # Said to be supported: .9 and .7 rightly, .8 wrongly.
    assert figures["supported_precision"].value == pytest.approx(2 / 3)
    assert figures["supported_recall"].value == pytest.approx(2 / 3)
    assert figures["unsupported_precision"].value == pytest.approx(2 / 3)
    assert figures["unsupported_f1"].value == pytest.approx(2 / 3)
    assert figures["balanced_accuracy"].value == pytest.approx(2 / 3)
    # Of nine pairs: .9 wins three, .7 two, .4 one and a tie.
    assert figures["auroc"].value == pytest.approx(6.5 / 9)
    for figure in figures.values():
        assert figure.low <= figure.value <= figure.high


def test_the_same_input_gives_the_same_figures() -> None:
    assert measured(made(), 0.6, resamples=20) == measured(made(), 0.6, resamples=20)


def test_tau_separates_where_it_can() -> None:
    one = [
        Scored("a", gold=True, sound=True, score=0.8),
        Scored("b", gold=False, sound=True, score=0.5),
    ]
    assert 0.5 < choose_tau([one]) <= 0.8


def test_a_claim_is_as_good_as_its_worst_sentence() -> None:
    premise = "Iran fired 180 missiles. Israel answered."
    item = Item("s", premise, ("Israel answered.", "Iran fired 190 missiles."), "unsupported")
    (found,) = scored([item], SupportModel())
    assert not found.sound
    assert found.score < 0.6
    assert measure([item], SupportModel(), resamples=5).figures["unsupported_recall"].value == 1


class Says:
    """A reader that says the same of every claim."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[SupportProbabilities]:
        return [SupportProbabilities(0.75, 0.05, 0.2) for _ in pairs]


def test_the_rules_the_reader_and_both_are_measured_side_by_side(tmp_path: Path) -> None:
    premise = "Iran fired 180 missiles at two air bases in the south. Israel answered."
    claims = ["Iran fired 190 missiles.", "Missiles were fired.", "Two bases of the air force hit."]
    rows_of = [
        {"claim": claim, "sentences": [premise, f"Line {n}."], "label": label}
        for n, claim in enumerate(claims * 4)
        for label in ("supported", "not_supported")
    ]
    write(tmp_path / "wice.jsonl", *rows_of)
    told: list[tuple[int, int]] = []
    found = {(row.judge, row.tau_from): row.measured for row in rows(
        tmp_path, reader=Says(), resamples=5, told=lambda *step: told.append(step)
    )}  # fmt: skip
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert {who for who, _ in found} == {"rules", "reader", "both"}
    # What a rule refuses stays refused beside the reader, who alone refuses nothing here.
    assert found["reader", "shipped"].figures["supported_recall"].value == 1
    assert found["both", "shipped"].figures["supported_recall"].value < 1
    assert {row.judge for row in rows(tmp_path, resamples=5)} == {"rules"}


def test_claims_of_one_label_choose_no_tau() -> None:
    with pytest.raises(DatelineError, match="one label"):
        choose_tau([[Scored("a", gold=True, sound=True, score=0.8)]])


@needs_shared
def test_the_benchmarks_as_they_are() -> None:
    found = read_all(SHARED)
    assert set(found) == {"wice", "ragtruth_qa", "ragtruth_summary", "summedits_news"}
    assert Counter(item.label for item in found["wice"])["supported"] == 115
    assert len(found["summedits_news"]) == 418
    for items in found.values():
        assert all(item.premise and item.claim for item in items)


@needs_shared
@pytest.mark.slow
def test_the_shipped_tau_is_the_one_of_the_tuning_halves() -> None:
    assert pooled_tau(SHARED) == TAU


@needs_shared
@pytest.mark.slow
def test_rows_are_as_wide_as_their_heading() -> None:
    table = rows(SHARED, half="tune", resamples=5)
    assert len(table) == 8
    assert {len(as_text(row)) for row in table} == {len(HEADER)}
    assert all(row.measured.figures["auroc"].value > 0.55 for row in table)
