import json
from pathlib import Path
from typing import Any

import pytest

from evals.gold.files import in_json, read_gold, write_gold
from evals.gold.question import GoldQuestion
from rag.errors import UsageError

from .making import question


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows))
    return path


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", question(), "", question(id="q-2", question="why?"))
    read = read_gold([path])
    assert [(p.line, p.question.id) for p in read] == [(1, "q-1"), (3, "q-2")]
    write_gold(path, [p.question for p in read])
    assert [p.question for p in read_gold([path])] == [p.question for p in read]
    assert json.loads(in_json(read[0].question))["schema"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{broken", "a.jsonl:2: Invalid JSON"),
        (question(id="q-1"), "a.jsonl:2: the id 'q-1' stands at"),
        (question(id="q-2", split="train"), "a.jsonl:2: split: Input should be 'dev' or 'test'"),
        (question(id="q-2", colour="red"), "colour: Extra inputs"),
        (question(id="q-2", type="follow_up"), "a follow_up needs the history"),
        (question(id="q-2", type="unanswerable"), "of type unanswerable is not answerable"),
        ({k: v for k, v in question(id="q-2").items() if k != "question"}, "question: Field"),
    ],
)
def test_a_bad_line_is_named_with_its_place(tmp_path: Path, line: Any, says: str) -> None:
    path = write(tmp_path / "a.jsonl", question(), line)
    with pytest.raises(UsageError, match=r"a\.jsonl:2") as caught:
        read_gold([path])
    assert says in str(caught.value)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold file or folder"):
        read_gold([tmp_path / "none"])
    with pytest.raises(UsageError, match=r"no \.jsonl file"):
        read_gold([tmp_path])
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(UsageError, match="not UTF-8"):
        read_gold([tmp_path])


def test_a_question_does_not_change() -> None:
    one = GoldQuestion.model_validate(question())
    with pytest.raises(ValueError, match="frozen"):
        one.id = "other"
