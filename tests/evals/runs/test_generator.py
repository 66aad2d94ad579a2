import hashlib
from pathlib import Path

import pytest

import rag
from evals.runs.generator import is_local, jobs_for, prompts_digest, resolved

LOCAL = "qwen2.5-coder-1.5b-instruct"


@pytest.mark.parametrize(
    ("name", "whole", "local"),
    [
        ("local", LOCAL, True),
        (LOCAL, LOCAL, True),
        ("local-small", "qwen2.5-coder-0.5b-instruct", True),
        ("extractive", "extractive", False),
        ("openai:gpt-4.1-mini", "openai:gpt-4.1-mini", False),
        ("http://localhost:8080/v1", "http://localhost:8080/v1", False),
    ],
)
def test_a_local_model_has_one_name_and_one_slot(name: str, whole: str, local: bool) -> None:
    assert resolved(name) == whole
    assert is_local(name) is local
    assert jobs_for(name, 4) == (1 if local else 4)
    assert jobs_for(name, 1) == 1


def test_the_prompts_are_those_of_the_module_and_only_where_they_are_used() -> None:
    module = Path(rag.__file__).parent / "generate" / "prompt.py"
    assert prompts_digest(LOCAL) == hashlib.sha256(module.read_bytes()).hexdigest()
    assert prompts_digest("extractive") is None
