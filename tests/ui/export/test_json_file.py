"""The JSON file, its model and its published schema."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
from hypothesis import given

from rag.library.rows import Filters
from ui.export.json_file import ConversationFile, conversation_schema
from ui.store.records import Asked

from .making import (
    anything,
    exchange,
    hostile_reply,
    many,
    reply,
    written,
)

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs/conversation.schema.json"
PUBLISHED = json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_the_published_schema_is_the_models() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == conversation_schema(), (
        "run: python -m ui.export.json_file > docs/conversation.schema.json"
    )


def test_the_schema_can_be_printed() -> None:
    command = [sys.executable, "-m", "ui.export.json_file"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert result.stdout == conversation_schema()
    assert not result.stderr


def test_the_replies_are_whole_and_what_was_asked_is_told() -> None:
    answer = reply()
    asked = Asked(Filters(as_of="2024-05-01", outlets=("One",)), generator="local")
    text = written("json", exchanges=[exchange(answer, asked=asked)])
    file = ConversationFile.model_validate_json(text)
    [kept] = file.exchanges
    assert kept.reply == answer
    assert kept.permalink == f"http://127.0.0.1:7860/answers/{kept.id}"
    assert (kept.asked.filters.as_of, kept.asked.generator) == ("2024-05-01", "local")
    assert kept.asked.filters.outlets == ("One",)
    assert (file.format, file.version) == ("dateline-conversation", 1)
    assert (file.title, file.accessed.isoformat()) == ("The attack", "2026-11-23")


def test_an_empty_conversation_has_no_exchanges() -> None:
    assert json.loads(written("json"))["exchanges"] == []


@many
@given(text=anything)
def test_hostile_text_comes_back_to_the_letter(text: str) -> None:
    answer = hostile_reply(text)
    written_file = written("json", answer, title=text, base_url=None)
    jsonschema.validate(json.loads(written_file), PUBLISHED)
    file = ConversationFile.model_validate_json(written_file)
    assert (file.title, file.exchanges[0].reply) == (text, answer)
    assert file.exchanges[0].permalink is None
