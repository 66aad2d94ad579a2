"""What is gathered, whatever it is written as."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.gate import Policy, judge
from evals.report.definitions import definitions
from evals.report.evidence import Piece, marked
from evals.report.standing import Standing, standing
from evals.report.visible import visible
from evals.report.wording import sentence, verdict
from evals.scorers import scorers_for
from evals.verdict import Verdict

from ..scoring import scored
from .making import RECORD, RIGHT, WRONG, answered, declined, material, pair, source, told


def test_a_flip_has_both_answers_and_the_evidence_that_was_lost(tmp_path: Path) -> None:
    report = pair(tmp_path, wrong=1)
    (flip,) = report.flips
    assert flip.asked.id == "q-0"
    assert flip.asked.rank == 0
    assert {c.metric for c in flip.asked.changes if c.primary and c.worse} >= {"citation_hit"}
    assert [s.text for s in flip.was.sentences] == [RIGHT]
    assert [s.text for s in flip.now.sentences] == [WRONG]
    (evidence,) = flip.evidence
    assert evidence.quote == "seven of their members were killed"
    assert (evidence.before, evidence.now.cited) == (type(evidence.now)(1, cited=True), False)
    assert [c.gold for c in (*flip.was.citations, *flip.now.citations)] == [True, False]
    assert flip.was.citations[0].excerpt.pieces == (
        Piece("The Guards said that ", quoted=True),
        Piece("seven of their members were killed", quoted=True, gold=True),
        Piece(".", quoted=True),
    )


def test_a_citation_of_a_text_that_changed_is_quoted_but_never_gold(tmp_path: Path) -> None:
    of = material(1)
    stale = answered("q-0")
    assert stale.reply is not None
    moved = stale.reply.citations[0].model_copy(update={"text": f"Now: {RIGHT}"})
    parts = {"citations": [moved]}
    report = told(
        of, source(tmp_path / "b", of, {"q-0": answered("q-0", **parts)}), source(tmp_path, of)
    )
    (flip,) = report.flips
    assert flip.now.citations[0].excerpt.pieces == (Piece("Now: "), Piece(RIGHT, quoted=True))
    assert not flip.now.citations[0].gold


def test_flips_of_primary_metrics_for_the_worse_come_first(tmp_path: Path) -> None:
    of = material(3)
    before = source(tmp_path / "a", of, {"q-0": declined("q-0")})
    after = source(tmp_path / "b", of, {"q-2": declined("q-2")})
    report = told(of, after, before)
    assert [(f.asked.id, f.asked.rank) for f in report.flips] == [("q-2", 0), ("q-0", 1)]


def test_without_a_baseline_nothing_is_compared(tmp_path: Path) -> None:
    of = material(2)
    report = told(of, source(tmp_path / "only", of))
    assert (report.decision, report.comparison, report.flips) == (None, None, ())
    assert all(asked.before is None for asked in report.questions)
    assert report.cells["factoid"]["idk_score"].mean == 1.0
    assert report.candidate.curve is not None


def test_what_differs_is_named_with_both_values(tmp_path: Path) -> None:
    (difference,) = pair(tmp_path).differences
    assert (difference.name, difference.before, difference.after) == (
        "abstain_below",
        "0.5",
        "0.25",
    )


def test_runs_that_do_not_compare_still_make_a_report(tmp_path: Path) -> None:
    of = material(2)
    report = told(of, source(tmp_path / "b", of, gold="other"), source(tmp_path / "a", of))
    assert verdict(report) == "MISMATCH"
    assert "cannot be compared: gold differs" in sentence(report)
    assert report.comparison is None
    assert report.flips == ()


@pytest.mark.parametrize(
    ("wrong", "count", "expected"),
    [
        (0, 2, "no primary metric fell"),
        (1, 4, "fell by 0.250, which may be chance"),
        (9, 12, "The candidate is worse, by more than chance explains"),
        (0, 60, "The candidate is no worse: a drop of 0.02 is ruled out for every"),
    ],
)
def test_the_sentence_says_what_a_lead_must_know(
    tmp_path: Path, wrong: int, count: int, expected: str
) -> None:
    assert expected in sentence(pair(tmp_path, wrong=wrong, count=count))


def test_the_first_reason_of_a_hard_failure_is_told(tmp_path: Path) -> None:
    told_of = sentence(pair(tmp_path, q_0={"must_pass": True}))
    assert told_of.startswith("The candidate must not ship: must-pass question 'q-0' was right and")


def test_every_metric_of_ours_is_defined_in_a_sentence() -> None:
    found = definitions(scorers_for(RECORD))
    assert all(text.endswith(".") and "`k`" not in text for text in found.values()), found
    assert found["evidence_recall@5"].startswith("Covered groups of the first 5 passages")


_values = st.sampled_from([30, 70]).flatmap(
    lambda n: st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n)
)


@settings(max_examples=40, deadline=None)
@given(before=_values, worse=st.integers(0, 12), better=st.integers(0, 3))
def test_standing_agrees_with_the_gate(before: list[float], worse: int, better: int) -> None:
    after = list(before)
    ones = [n for n, value in enumerate(before) if value][:worse]
    zeros = [n for n, value in enumerate(before) if not value][:better]
    for n in (*ones, *zeros):
        after[n] = 1 - before[n]
    policy = Policy(("a", "b"), resamples=100, draws=100)
    columns = {"a": before, "b": before}, {"a": after, "b": before}
    decision = judge(*(scored(c, binary=["a", "b"]) for c in columns), policy)
    assert decision.comparison is not None
    found = {standing(metric, policy) for metric in decision.comparison.decisive}
    expected = (
        Verdict.REGRESSION
        if Standing.FELL in found
        else Verdict.NON_INFERIOR
        if found == {Standing.HELD}
        else Verdict.INCONCLUSIVE
    )
    assert decision.verdict == expected


@given(st.text(), st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=4))
def test_the_pieces_of_a_text_are_the_text(text: str, stretches: list[tuple[int, int]]) -> None:
    pieces = marked(text, 3, stretches, stretches[:1])
    assert "".join(piece.text for piece in pieces) == text
    for place, letter in enumerate(text):
        quoted = any(a <= place + 3 < b for a, b in stretches)
        at = next(p for p, end in _ends(pieces) if place < end)
        assert at.quoted == quoted, (letter, place)


def _ends(pieces: tuple[Piece, ...]) -> list[tuple[Piece, int]]:
    ends, reached = [], 0
    for piece in pieces:
        reached += len(piece.text)
        ends.append((piece, reached))
    return ends


@given(st.text(st.characters(codec=None)))
def test_what_is_made_visible_can_be_written_and_reorders_nothing(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not set(shown) & set("\x00\x1b\u202a\u202e\u2066\u2069\ufeff\ufffe\uffff")
    assert visible("می‌خواهم\n«تهران»") == "می‌خواهم\n«تهران»"
