"""Train the reader, a stage at a time."""

from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer

from evals.reader.batches import Batch, epoch, plan
from evals.reader.loop import Plan, Progress, learn
from evals.reader.losses import loss_of
from evals.reader.model import ReaderModel
from evals.reader.training_set import TrainingSet


def train(
    model: ReaderModel,
    training: TrainingSet,
    tokenizer: Tokenizer,
    stage: Plan,
    folder: Path,
    progress: Progress,
) -> ReaderModel:
    """Train a model on every epoch of a stage; return it, in evaluation mode.

    A checkpoint in `folder` of the same plan and the same number of steps is gone on from.
    """
    sizes = [len(plan(training, seed=stage.seed, number=n)) for n in range(stage.epochs)]

    def batches(done: int) -> Iterator[Batch]:
        for number, size in enumerate(sizes):
            skip = min(max(done - sum(sizes[:number]), 0), size)
            yield from epoch(training, tokenizer, seed=stage.seed, number=number, skip=skip)

    def loss(batch: Batch) -> torch.Tensor:
        with torch.autocast(model.device.type, dtype=torch.bfloat16):
            return loss_of(model, batch)

    learn(model, stage, sum(sizes), batches, loss, folder, progress)
    return model
