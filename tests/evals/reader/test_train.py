from dataclasses import replace
from pathlib import Path

import pytest
import torch

from evals.reader import loop
from evals.reader.export import export
from evals.reader.loop import Plan
from evals.reader.model import ReaderModel
from evals.reader.train import train
from evals.reader.training_set import Passage, QuestionExample, SupportExample, TrainingSet
from rag.reader.reader import Reader

from ...rag.reader.making import make_tokenizer
from .tiny import tiny_model

TOKENIZER = make_tokenizer()
PLAN = Plan("tiny", seed=3, epochs=12, rate=3e-3)
SILENT = "No one said the attack."
SPOKEN = "Tehran fired 200 missiles."


def asked(text: str, answer: str | None) -> QuestionExample:
    spans = () if answer is None else ((text.index(answer), text.index(answer) + len(answer)),)
    negatives = (Passage("", SILENT),) if answer else ()
    return QuestionExample("who fired", Passage("", text), spans, negatives)


TRAINING = TrainingSet(
    [asked(SPOKEN, "200"), asked(SILENT, None)] * 40,
    [SupportExample("no one", SILENT, 0), SupportExample("no one", SPOKEN, 1)] * 40,
)


def silent(_step: int, _total: int, _loss: float) -> None:
    """Show nothing."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.reader.batches.BATCH_TOKENS", 256)


def weights(model: ReaderModel) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def test_what_was_learnt_is_what_the_exported_file_reads(tmp_path: Path) -> None:
    losses: list[float] = []
    model = train(
        tiny_model(), TRAINING, TOKENIZER, PLAN, tmp_path, lambda *told: losses.append(told[2])
    )
    assert losses[-1] < 0.5 * losses[0]
    export(model, TOKENIZER.to_str(), tmp_path / "reader.onnx")
    reader = Reader(tmp_path / "reader.onnx", threads=1)
    spoken, quiet = reader.read("who fired", [("", SPOKEN), ("", SILENT)])
    assert spoken.answerable > 0.8
    assert quiet.answerable < 0.2
    assert spoken.relevance > quiet.relevance
    span = spoken.best_span(0, len(SPOKEN))
    assert span is not None
    assert SPOKEN[span.start : span.end] == "200"
    assert span.score > spoken.null
    yes, no = reader.support([("no one", SILENT), ("no one", SPOKEN)])
    assert yes.supported > 0.8
    assert no.contradicted > 0.8


def interrupt(step: int, _total: int, _loss: float) -> None:
    if step == 7:
        raise KeyboardInterrupt


def test_a_run_that_goes_on_is_the_run_that_was_not_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    plan = replace(PLAN, epochs=2)
    whole = weights(train(tiny_model(), TRAINING, TOKENIZER, plan, tmp_path / "a", silent))
    with pytest.raises(KeyboardInterrupt):
        train(tiny_model(), TRAINING, TOKENIZER, plan, tmp_path / "b", interrupt)
    steps: list[int] = []
    again = train(
        tiny_model(8), TRAINING, TOKENIZER, plan, tmp_path / "b",
        lambda step, *_: steps.append(step),
    )  # fmt: skip
    assert steps[0] == 7
    assert same(weights(again), whole)


def test_a_checkpoint_of_another_plan_is_not_gone_on_from(tmp_path: Path) -> None:
    plan = replace(PLAN, epochs=1)
    train(tiny_model(), TRAINING, TOKENIZER, plan, tmp_path, silent)
    steps: list[int] = []
    train(
        tiny_model(), TRAINING, TOKENIZER, replace(plan, rate=1e-3), tmp_path,
        lambda step, *_: steps.append(step),
    )  # fmt: skip
    assert steps[0] == 1


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    plan = replace(PLAN, epochs=1)
    first = weights(train(tiny_model(), TRAINING, TOKENIZER, plan, tmp_path, silent))

    def never(*_told: object) -> None:
        pytest.fail("a step was made")

    assert same(weights(train(tiny_model(4), TRAINING, TOKENIZER, plan, tmp_path, never)), first)
