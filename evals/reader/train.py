"""Train the reader: seeded, on what is there (two cores or a GPU), and resumed if interrupted."""

import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from tokenizers import Tokenizer

from evals.reader.batches import Batch, epoch, plan
from evals.reader.losses import loss_of
from evals.reader.model import ReaderModel
from evals.reader.training_set import TrainingSet

SAVE_SECONDS = 120.0
"""How often what has been learnt is put down: at most this much is lost."""

Progress = Callable[[int, int, float], None]
"""Told the step, of how many, and the loss, averaged over the last ones."""

SMOOTH = 0.98


@dataclass(frozen=True, slots=True)
class Plan:
    """How one stage is trained; `rate` is the highest learning rate, reached after `warm_up`."""

    name: str
    seed: int
    epochs: int
    rate: float
    warm_up: float = 0.06
    decay: float = 0.01
    clip: float = 1.0


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
    batches = [len(plan(training, seed=stage.seed, number=n)) for n in range(stage.epochs)]
    total = sum(batches)
    optimiser = torch.optim.AdamW(parameter_groups(model, stage.decay), lr=stage.rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: rate_share(step, total, stage.warm_up)
    )
    file = folder / f"{stage.name}.checkpoint"
    signature: dict[str, Any] = {**asdict(stage), "steps": total}
    step = resumed(file, signature, model, optimiser, schedule)
    saved, loss = monotonic(), math.nan
    model.train()
    for number, size in enumerate(batches):
        skip = min(max(step - sum(batches[:number]), 0), size)
        for batch in epoch(training, tokenizer, seed=stage.seed, number=number, skip=skip):
            # What drops out depends on the step alone, so that a run resumed is the same run.
            torch.manual_seed(stage.seed * 1_000_003 + step)
            latest = _learn(model, batch, optimiser, stage.clip)
            schedule.step()
            step += 1
            loss = latest if math.isnan(loss) else SMOOTH * loss + (1 - SMOOTH) * latest
            progress(step, total, loss)
            if monotonic() - saved > SAVE_SECONDS:
                save(file, signature, step, model, optimiser, schedule)
                saved = monotonic()
    save(file, signature, step, model, optimiser, schedule)
    model.eval()
    return model


def _learn(
    model: ReaderModel,
    batch: Batch,
    optimiser: torch.optim.Optimizer,
    clip: float,
) -> float:
    with torch.autocast(model.device.type, dtype=torch.bfloat16):
        loss = loss_of(model, batch)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimiser.step()
    return float(loss.detach())


def parameter_groups(model: ReaderModel, decay: float) -> list[dict[str, Any]]:
    """Return the parameters, those of norms and the biases without decay."""
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    plain = [p for name, p in named if p.ndim > 1]
    return [
        {"params": plain, "weight_decay": decay},
        {"params": [p for name, p in named if p.ndim <= 1], "weight_decay": 0.0},
    ]


def rate_share(step: int, total: int, warm_up: float) -> float:
    """Return the share of the highest rate at a step: up, then down in a line to nothing."""
    rising = max(1, int(total * warm_up))
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (total - step) / max(1, total - rising))


def save(
    file: Path,
    signature: dict[str, Any],
    step: int,
    model: ReaderModel,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    """Replace the checkpoint: whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}")
    state = {
        "signature": signature,
        "step": step,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, beside)
    beside.replace(file)


def resumed(
    file: Path,
    signature: dict[str, Any],
    model: ReaderModel,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """Take over what a checkpoint of the same training holds; return the steps it has made."""
    if not file.is_file():
        return 0
    state = torch.load(file, weights_only=True, map_location=model.device)
    if state["signature"] != signature:
        return 0
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
