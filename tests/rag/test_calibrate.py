"""The confidence: what it is made from, and how it is fitted."""

import json
from dataclasses import astuple, fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.abstain import Calibration, Signs, shipped_calibration, signs_of
from rag.calibrate import auroc, fit, observe, read_labelled
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.question import understand
from rag.retrieve import Found
from rag.settings import Settings

GOOD = Signs(*[0.8] * (len(fields(Signs)) - 1), 0.1)
POOR = Signs(*[0.2] * (len(fields(Signs)) - 1), 0.6)


def test_signs_tell_a_question_of_the_record_from_another(
    record: Library, embedder: Embedder, settings: Settings
) -> None:
    inside = observe("Who was killed in Tehran on 31 July 2024?", record, embedder, settings)
    outside = observe("How do I bake sourdough bread?", record, embedder, settings)
    assert inside.cosine > outside.cosine
    assert inside.together > outside.together
    assert inside.unknown < outside.unknown
    assert inside.dated == 1.0
    for signs in (inside, outside):
        assert all(-1 <= value <= 1 for value in astuple(signs))
    confidence = shipped_calibration().confidence
    assert confidence(inside) > 0.5 > confidence(outside)


def test_nothing_found_is_nothing_known(embedder: Embedder) -> None:
    found = Found((), {}, embedder.query("x"))
    signs = signs_of(understand("What?"), found, [], {})
    assert signs.unknown == 1
    assert shipped_calibration().confidence(signs) < 0.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=len(fields(Signs)), max_size=len(fields(Signs))))
def test_a_confidence_is_a_probability(values: list[float]) -> None:
    assert 0 <= shipped_calibration().confidence(Signs(*values)) <= 1


def test_fitted_on_what_is_told_it_tells_them_apart() -> None:
    signs = [replace(GOOD, cosine=0.7 + n / 100) for n in range(10)]
    signs += [replace(POOR, cosine=0.1 + n / 100) for n in range(5)]
    answerable = [True] * 10 + [False] * 5
    calibration = fit(signs, answerable)
    confidences = [calibration.confidence(one) for one in signs]
    assert auroc(confidences, answerable) == 1.0
    assert min(confidences[:10]) > 0.5 > max(confidences[10:])
    stored = json.loads(json.dumps(calibration.as_json()))
    parts = ("weights", "means", "scales")
    assert Calibration(stored["intercept"], *(tuple(stored[p]) for p in parts)) == calibration
    assert stored["signs"] == [field.name for field in fields(Signs)]


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    assert auroc([0.9, 0.4, 0.4, 0.1], [True, False, True, False]) == (1 + 1 + 0.5 + 1) / 4


def test_labelled_questions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    path.write_text(
        '{"question": "Who?", "answerable": true}\n\n{"question": "a", "answerable": 0}\n'
    )
    assert read_labelled(path) == [("Who?", True), ("a", False)]
    path.write_text('{"question": "Who?", "answerable": true}\n{"question": "Who?"}\n')
    with pytest.raises(UsageError, match="line 2"):
        read_labelled(path)
