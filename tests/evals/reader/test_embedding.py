from pathlib import Path

import pytest

from evals.reader import embedding
from evals.reader import embedding_training as training_module
from evals.reader.embedding import main, tuned_embedder
from evals.reader.progress import silent
from evals.reader.rows import QuestionRow, append_rows
from rag.errors import UsageError
from rag.models.hashing import HashingEmbedder

from ...rag.reader.making import make_tokenizer
from .making import FERRY
from .tiny import tiny_model


def put_down(folder: Path, question: str, answer: str | None) -> None:
    answers = ((FERRY.index(answer), answer),) if answer else ()
    row = QuestionRow(question, "Ferry", FERRY, answers, bool(answer), "made", "ferry")
    append_rows(folder / "questions.jsonl", [row])


@pytest.fixture
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model of a few thousand weights stands where the shipped one is looked for."""
    original = tmp_path / "original"
    original.mkdir()
    make_tokenizer().save(str(original / "tokenizer.json"))
    monkeypatch.setattr(embedding, "locate", lambda _card: original)
    monkeypatch.setattr("evals.reader.model.untrained", lambda _folder, seed: tiny_model(seed))


@pytest.mark.usefixtures("_tiny")
def test_what_is_there_is_not_made_again_until_the_rows_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_down(tmp_path, "how many were rescued", "41")
    told: list[str] = []
    shipped = HashingEmbedder(window=256)

    def tuned() -> str:
        return tuned_embedder(
            tmp_path, shipped, seed=1, threads=1, progress=lambda task, *_: told.append(task)
        ).identity

    first = tuned()
    assert told == ["choosing negatives", "choosing negatives", "training"]
    told.clear()
    assert tuned() == first
    assert not told
    put_down(tmp_path, "who told reporters", "Mira Olsen")
    assert tuned() != first
    assert told[-1] == "training"


@pytest.mark.usefixtures("_tiny")
def test_an_interrupted_export_costs_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_down(tmp_path, "how many were rescued", "41")
    shipped = HashingEmbedder(window=256)
    first = tuned_embedder(tmp_path, shipped, seed=1, threads=1, progress=silent)
    (tmp_path / "embedding" / "model.onnx").unlink()
    monkeypatch.setattr(training_module, "loss_of", lambda *_: pytest.fail("a step was made"))
    again = tuned_embedder(tmp_path, shipped, seed=1, threads=1, progress=silent)
    assert again.identity == first.identity


def test_without_an_answered_question_nothing_is_trained(tmp_path: Path) -> None:
    put_down(tmp_path, "who sank it", None)
    with pytest.raises(UsageError, match=r"has no answered question; make it with: make reader"):
        tuned_embedder(tmp_path, HashingEmbedder(), seed=0, threads=1, progress=silent)


def test_an_error_is_one_sentence_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(embedding, "load_embedder", lambda _settings: HashingEmbedder())
    assert main(["--folder", str(tmp_path)]) == UsageError.exit_code
    said, complained = capsys.readouterr()
    assert not said
    assert complained.endswith("make it with: make reader\n")


@pytest.mark.usefixtures("_tiny")
def test_the_last_line_says_whether_to_keep_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put_down(tmp_path, "how many were rescued", "41")
    monkeypatch.setattr(embedding, "load_embedder", lambda _settings: HashingEmbedder(window=256))
    rows = [embedding.Compared("towns", "hit@1", [1, 0], [0, 0])]
    monkeypatch.setattr(embedding, "compare", lambda *_, **__: rows)
    assert main(["--folder", str(tmp_path), "--benchmark", "towns"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "-tuned/" in lines[0]
    assert lines[1].startswith("benchmark")
    assert lines[-1] == "leave out: lower on towns hit@1"
