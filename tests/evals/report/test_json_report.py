"""The report for programs."""

import json
from pathlib import Path

from evals.report.json_report import in_json

from .making import HOSTILE, material, pair, source, told


def test_verdict_flips_and_both_answers_are_there(tmp_path: Path) -> None:
    read = json.loads(in_json(pair(tmp_path, q_0={"question": HOSTILE})))
    assert (read["schema_version"], read["verdict"], read["exit_code"]) == (1, "INCONCLUSIVE", 0)
    assert [flip["question"] for flip in read["flips"]] == ["q-0", "q-1"]
    assert read["flips"][0]["baseline"]["citations"][0]["gold"] is True
    assert read["questions"][0]["question"] == HOSTILE
    assert read["candidate"]["manifest"]["settings"] == {"abstain_below": 0.25}
    assert read["decision"]["comparison"]["metrics"]["idk_score"]["difference"] == -0.5


def test_without_a_baseline_nothing_is_decided(tmp_path: Path) -> None:
    of = material(1)
    read = json.loads(in_json(told(of, source(tmp_path, of))))
    assert (read["decision"], read["baseline"], read["exit_code"]) == (None, None, None)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert in_json(pair(tmp_path)) == in_json(pair(tmp_path))
