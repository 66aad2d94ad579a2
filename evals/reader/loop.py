"""A stage of training: seeded, on two cores or a GPU, and gone on with if it was interrupted."""

import math
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import torch

SAVE_SECONDS = 120.0
"""How often what has been learnt is put down: at most this much is lost."""

Progress = Callable[[int, int, float], None]
"""Told the step, of how many, and the loss, averaged over the last ones."""

SMOOTH = 0.98

Batch = TypeVar("Batch")


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


def learn(
    model: torch.nn.Module,
    stage: Plan,
    total: int,
    batches_from: Callable[[int], Iterable[Batch]],
    loss_of: Callable[[Batch], torch.Tensor],
    folder: Path,
    progress: Progress,
    **known: str,
) -> None:
    """Train a model in `total` steps, one for each batch, and leave it in evaluation mode.

    `batches_from` gives the batches behind so many. A checkpoint in `folder` of the same plan, the
    same number of steps and whatever else is `known` of the training is gone on from.
    """
    optimiser = torch.optim.AdamW(parameter_groups(model, stage.decay), lr=stage.rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: rate_share(step, total, stage.warm_up)
    )
    file = folder / f"{stage.name}.checkpoint"
    signature: dict[str, Any] = {**asdict(stage), "steps": total, **known}
    first = resumed(file, signature, model, optimiser, schedule)
    saved, average = monotonic(), math.nan
    model.train()
    for step, batch in enumerate(batches_from(first), start=first):
        # What drops out depends on the step alone, so that a run resumed is the same run.
        torch.manual_seed(stage.seed * 1_000_003 + step)
        loss = loss_of(batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), stage.clip)
        optimiser.step()
        schedule.step()
        latest = float(loss.detach())
        average = latest if math.isnan(average) else SMOOTH * average + (1 - SMOOTH) * latest
        progress(step + 1, total, average)
        if monotonic() - saved > SAVE_SECONDS:
            save(file, signature, step + 1, model, optimiser, schedule)
            saved = monotonic()
    save(file, signature, total, model, optimiser, schedule)
    model.eval()


def parameter_groups(model: torch.nn.Module, decay: float) -> list[dict[str, Any]]:
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
    model: torch.nn.Module,
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
    model: torch.nn.Module,
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
