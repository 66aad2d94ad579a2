import json
import math
from pathlib import Path
from typing import Any

import pytest

from evals.bench_dir import PUBLIC, measure
from evals.bench_public.answerability import Asked, figures
from evals.bench_public.appearance import appears
from evals.bench_public.conflict import answered
from evals.bench_public.engine import Engine
from evals.bench_public.figures import Figure, Result, drawn
from rag.errors import DatelineError, UsageError
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from .runs.making import reply

TOPICS = ("Isfahan", "Damascus", "Tehran", "Haifa")


@pytest.fixture
def engine(hashing: HashingEmbedder, settings: Settings) -> Engine:
    return Engine(hashing, settings)


def lines(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four documents, a question about each, and one about none."""
    texts = [
        f"The mayor of {name} opened {n + 2} schools in the spring."
        for n, name in enumerate(TOPICS)
    ]
    lines(
        tmp_path / "corpus.jsonl",
        *({"_id": f"d{n}", "title": TOPICS[n], "text": text} for n, text in enumerate(texts)),
        {"_id": "empty", "title": "", "text": " "},
    )
    lines(
        tmp_path / "queries.jsonl",
        *(
            {"_id": f"q{n}", "text": f"how many schools opened in {name}"}
            for n, name in enumerate(TOPICS)
        ),
        {"_id": "none", "text": "how many zebras swim in the harbour"},
    )
    (tmp_path / "qrels").mkdir()
    judged = "".join(f"q{n}\td{n}\t1\n" for n in range(len(TOPICS)))
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)
    lines(
        tmp_path / "answers.jsonl",
        *(
            {"_id": f"q{n}", "answerable": True, "answers": [str(n + 2)]}
            for n in range(len(TOPICS))
        ),
        {"_id": "none", "answerable": False, "answers": []},
    )
    return tmp_path


def by_name(result: Result) -> dict[str, Figure]:
    return {figure.name: figure for figure in result.figures}


def test_retrieval_and_progress(folder: Path, engine: Engine) -> None:
    told: list[tuple[str, int, int]] = []
    result = measure("retrieval", folder, engine, progress=lambda *step: told.append(step))
    assert result.said == "4 questions, 5 documents"
    assert by_name(result)["nDCG@10"].value == 1
    assert by_name(result)["recall@10"].interval == (1, 1)
    assert told[0] == ("adding", 1, 4)
    assert told[-1] == ("searching", 4, 4)


def test_a_sample_is_drawn_by_the_seed(folder: Path, engine: Engine) -> None:
    first = measure("retrieval", folder, engine, sample=2, seed=3)
    assert first.said.startswith("2 questions")
    assert measure("retrieval", folder, engine, sample=2, seed=3) == first
    draws = {tuple(drawn("abcdefgh", 3, seed=seed)) for seed in range(9)}
    assert len(draws) > 1
    assert all(list(one) == sorted(one) for one in draws)
    assert drawn("ab", 3, seed=1) == ["a", "b"]


def test_answerability(folder: Path, engine: Engine) -> None:
    result = measure("answerability", folder, engine)
    found = by_name(result)
    assert result.said.startswith("5 questions, 4 of them answerable, 5 documents")
    # Nothing is declined here: the settings of these tests answer whatever is found.
    assert found["answerable questions answered"].value == 1
    assert found["answered, answerable: a right answer appears"].value == 1
    assert found["AUROC of the confidence, answerable or not"].value == 1
    assert found["unanswerable questions declined"].value == 0


def asked(answerable: bool, confidence: float, **more: bool) -> Asked:
    values = {"right": False, "declined": False, "near": False} | more
    return Asked(answerable=answerable, confidence=confidence, **values)


def test_figures_of_answerability_by_hand() -> None:
    rows = [
        asked(True, 0.9, right=True),
        asked(True, 0.8),
        asked(True, 0.3, declined=True, near=True),
        asked(False, 0.7),
        asked(False, 0.2, declined=True),
    ]
    found = {figure.name: figure for figure in figures(rows, seed=1)}
    # Six pairs; 0.3 stands below 0.7.
    assert found["AUROC of the confidence, answerable or not"].value == pytest.approx(5 / 6)
    assert found["answerable questions answered"].value == pytest.approx(2 / 3)
    assert found["unanswerable questions declined"].value == 0.5
    assert found["declined questions unanswerable (precision)"].value == 0.5
    assert found["answered, answerable: a right answer appears"].value == 0.5
    assert found["declined, answerable: it is in the nearest"].value == 1
    assert found["IDK-conditioned score"].value == pytest.approx(2 / 5)
    assert found["coverage at 5 % risk"].value == pytest.approx(1 / 5)


def test_one_kind_of_question_has_no_auroc() -> None:
    [area, *_] = figures([asked(True, 0.9)], seed=1)
    assert math.isnan(area.value)
    assert area.record()["value"] is None
    assert area.line().split()[-2:] == ["-", "1"]


def ramdocs(path: Path, *rows: dict[str, Any]) -> Path:
    lines(path / "ramdocs.jsonl", *rows)
    return path


def test_conflict(tmp_path: Path, engine: Engine) -> None:
    says = "The population of Broken Bow is 3,559 people"
    both = {
        "question": "what is the population of Broken Bow",
        "documents": [{"text": f"{says}, or 10,000 people by another count."}],
        "gold_answers": ["3559 people"],
        "wrong_answers": ["10,000 people"],
    }
    right = both | {"documents": [{"text": f"{says}."}]}
    half = right | {"gold_answers": ["3,559 people", "4,000 people"]}
    found = by_name(measure("conflict", ramdocs(tmp_path, both, right, half), engine))
    assert found["answered"].value == 1
    assert found["all right answers appear"].value == pytest.approx(2 / 3)
    assert found["a right answer appears"].value == 1
    assert found["a wrong answer appears"].value == pytest.approx(1 / 3)
    assert found["all right answers, no wrong one"].value == pytest.approx(1 / 3)


def test_a_marker_is_no_answer_and_a_refusal_gives_none() -> None:
    assert not answered(reply(), ["1"], []).all_right
    refused = reply(status="abstained", answer="7 is not there.", sentences=[], citations=[])
    assert not answered(refused, ["7"], []).some_right


def test_words_appear_whole() -> None:
    assert appears("The 3,559 people", "There were 3559 people.")
    assert not appears("19", "In 2019.")
    assert not appears("", "anything")


def test_support(tmp_path: Path, engine: Engine) -> None:
    rows = [
        {"claim": f"Iran fired {n} missiles.", "sentences": [f"Iran fired {n + n % 2} missiles."],
         "label": "not_supported" if n % 2 else "supported"}
        for n in range(12)
    ]  # fmt: skip
    lines(tmp_path / "wice.jsonl", *rows)
    found = measure("support", tmp_path, engine).figures
    assert {figure.name.split(":")[0].split(",")[0] for figure in found} == {"wice"}
    shipped = next(
        f for f in found if "(shipped)" in f.name and f.name.endswith("balanced_accuracy")
    )
    assert shipped.value == 1


def test_what_cannot_be_measured_is_said(tmp_path: Path, folder: Path, engine: Engine) -> None:
    with pytest.raises(UsageError, match="no benchmark 'speed'; choose from retrieval, answer"):
        measure("speed", folder, engine)
    with pytest.raises(UsageError, match=r"lacks ramdocs\.jsonl"):
        measure("conflict", folder, engine)
    with pytest.raises(UsageError, match="lacks everything"):
        measure("support", tmp_path / "nowhere", engine)
    with pytest.raises(UsageError, match="sample of 0"):
        measure("retrieval", folder, engine, sample=0)
    with pytest.raises(DatelineError, match="none of the support benchmarks"):
        measure("support", folder, engine)
    with pytest.raises(UsageError, match=r"ramdocs\.jsonl:1: the question has no documents"):
        measure("conflict", ramdocs(tmp_path, {"question": "why"}), engine)
    assert set(PUBLIC) == {"retrieval", "answerability", "reading", "support", "conflict"}
