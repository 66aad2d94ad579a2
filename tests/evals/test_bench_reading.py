"""The reader on questions of given paragraphs: what counts as right."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evals.bench_dir import measure
from evals.bench_public.engine import Engine
from evals.bench_public.figures import area
from evals.bench_public.reading import Asked, figures
from rag.errors import UsageError
from rag.models.hashing import HashingEmbedder
from rag.reader.reading import Reading
from rag.settings import Settings

TEXT = "The ferry sank on Monday. 41 people were rescued."
ROWS = [
    ("a", "Who was rescued?", True, ["41 people", "people"]),
    ("b", "Who drowned?", False, []),
    ("c", "When did it sink?", True, ["Monday"]),
]


class ReadsPeople:
    """Reads "41 people" whatever is asked, and is surer of it if somebody was rescued."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        return [self._reading(question, text) for _, text in passages]

    def _reading(self, question: str, text: str) -> Reading:
        first = text.index("41")
        offsets = np.array([(first, first + 2), (first + 3, first + 9)], np.int32)
        sure = 0.9 if "rescued" in question else 0.2
        return Reading(
            0.0, sure, np.array([5.0, 0.0], np.float32), np.array([0.0, 5.0], np.float32), 0.0,
            offsets, text,
        )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\tp\t1\nc\tp\t1\n")
    lines = {
        "corpus": [{"_id": "p", "title": "Ferry", "text": TEXT}],
        "queries": [{"_id": i, "text": question} for i, question, _, _ in ROWS],
        "answers": [
            {"_id": i, "paragraph": "p", "answerable": answerable, "answers": answers}
            for i, _, answerable, answers in ROWS
        ],
    }
    for name, rows in lines.items():
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text)
    return tmp_path


def test_a_folder_is_read(folder: Path) -> None:
    engine = Engine(HashingEmbedder(), Settings(library=Path("unused")), ReadsPeople())
    result = measure("reading", folder, engine)
    assert result.said == "3 questions of 1 paragraphs, 2 answered there"
    told = {figure.name: figure.value for figure in result.figures}
    assert told["AUROC, the paragraph answers or not"] == 0.75
    assert told["told apart at one half"] == pytest.approx(2 / 3)
    assert told["span F1, where it answers"] == pytest.approx(0.5)
    assert told["span exact, where it answers"] == pytest.approx(0.5)
    assert told["span F1 with declining, all"] == pytest.approx(2 / 3)


def test_without_the_reader_it_cannot_be_measured(folder: Path) -> None:
    engine = Engine(HashingEmbedder(), Settings(library=Path("unused")))
    with pytest.raises(UsageError, match="'reader'"):
        measure("reading", folder, engine)


def test_an_answer_counts_by_its_words() -> None:
    asked = Asked(("the 41 people", "crew"), 0.9, "people of 41")
    assert asked.f1 == pytest.approx(0.8)
    assert asked.declined is asked
    unsure = replace(asked, probability=0.3)
    assert (unsure.declined.read, unsure.declined.f1) == ("", 0.0)
    assert replace(unsure, answers=()).declined.f1 == 1.0


def test_an_area_needs_both_kinds() -> None:
    assert math.isnan(area("x", [(0.5, True)], seed=1).value)
    assert math.isnan(figures([], seed=1)[0].value)
    assert area("x", [(0.9, True), (0.1, False), (0.5, True)], seed=1).value == 1.0
