import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.judge.verdict import Verdict, parse

GOOD = '{"verdict": "partly", "reason": "It lacks the date."}'


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        f"\n {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```\n",
        f"```JSON\n{GOOD}\n ```",
    ],
)
def test_one_json_object_is_read_in_a_code_fence_or_bare(reply: str) -> None:
    assert parse(reply) == Verdict(verdict="partly", reason="It lacks the date.")


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "correct",
        "null",
        "[]",
        f"Here it is: {GOOD}",
        f"{GOOD} I hope this helps.",
        f"{GOOD}\n{GOOD}",
        f"```json\n{GOOD}\n```\n{GOOD}",
        f"<think>hm</think>{GOOD}",
        f"[{GOOD}]",
        '{"verdict": "Correct", "reason": "x"}',
        '{"verdict": "right", "reason": "x"}',
        '{"verdict": "correct"}',
        '{"verdict": "correct", "reason": ""}',
        '{"verdict": "correct", "reason": " "}',
        '{"verdict": "correct", "reason": null}',
        '{"verdict": "correct", "reason": "x", "score": 1}',
        '{"verdict": "wrong", "reason": "x", "verdict": "correct"}',
        '{"verdict": ["correct"], "reason": "x"}',
        '{"verdict": "correct", "reason": "x"',
        "[" * 100_000,
        json.dumps({"verdict": "correct", "reason": "x" * 3000}),
    ],
)
def test_anything_else_is_a_failure(reply: str) -> None:
    assert parse(reply) is None


@given(st.text())
def test_no_reply_raises(reply: str) -> None:
    assert parse(reply) is None or reply.strip()


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_word_beside_the_object_is_a_failure(before: str, after: str) -> None:
    if before.strip():
        assert parse(before + GOOD) is None
    if after.strip():
        assert parse(GOOD + after) is None
