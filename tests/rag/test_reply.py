"""The reply's published schema, and what a reply refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.reply import Citation, LibraryState, Reply, Timings, reply_schema

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs/reply.schema.json"


def test_the_published_schema_is_the_models() -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published == Reply.model_json_schema(), (
        "run: python -m rag.reply > docs/reply.schema.json"
    )
    assert SCHEMA.read_text(encoding="utf-8") == reply_schema()


def test_the_schema_can_be_printed() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "rag.reply"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert json.loads(result.stdout) == Reply.model_json_schema()
    assert not result.stderr


def make(**changed: object) -> Reply:
    given: dict[str, object] = {
        "id": "1", "question": "q", "standalone_question": "q", "status": "abstained",
        "answer": "", "sentences": [], "citations": [], "confidence": 0.5,
        "generator": "extractive",
        "library": LibraryState(articles=0, paragraphs=0, revision="r"), "timings_ms": Timings(),
    }  # fmt: skip
    return Reply.model_validate(given | changed)


def test_a_reply_has_the_fields_of_the_contract() -> None:
    assert set(make().model_dump()) == {
        "id", "question", "standalone_question", "status", "answer", "sentences", "citations",
        "nearest", "missing", "conflicts", "as_of", "confidence", "generator", "library",
        "timings_ms", "usage", "notice", "withheld",
    }  # fmt: skip
    assert set(Citation.model_fields) == {
        "n", "article_id", "version", "paragraph", "paragraphs", "start", "end", "quote", "text",
        "prefix", "suffix", "title", "author", "outlet", "speaker", "published", "url",
        "deep_link", "source", "highlight",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changed", [{"status": "maybe"}, {"confidence": 1.5}, {"confidence": -0.1}, {"surprise": 1}]
)
def test_what_is_no_reply_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make(**changed)
