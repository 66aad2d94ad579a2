"""Fine-tune the embedding model: seeded, and gone on with if interrupted, as the reader is.

Every question is to be nearer to the passage that answers it than to all others of its batch
(Henderson et al., 2017, arXiv 1705.00652, section 4.4), one of them chosen for being like it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

from evals.reader.batches import STEP
from evals.reader.embedding_pairs import Pair, passages_of, plan
from evals.reader.loop import Plan, Progress, learn

if TYPE_CHECKING:
    from transformers import BertModel

STAGE = Plan("embedding", seed=0, epochs=1, rate=2e-5, warm_up=0.1)

SCALE = 20.0
"""What cosines are multiplied by before they are compared: sharp, and usual for these models."""

SIDE_BY_SIDE = 16
"""Texts of about one length that are read together, so that little is padding."""


def tune(
    model: "BertModel",
    pairs: Sequence[Pair],
    tokenizer: Tokenizer,
    stage: Plan,
    folder: Path,
    progress: Progress,
    *,
    rows: str = "",
) -> "BertModel":
    """Train a model on every epoch of a stage; return it, in evaluation mode.

    `tokenizer` pads and cuts off as `reading_tokenizer` makes it do. A checkpoint in `folder` of
    the same plan, the same number of steps and the same `rows`, a digest, is gone on from.
    """
    epochs = [plan(pairs, seed=stage.seed, number=n) for n in range(stage.epochs)]
    batches = [batch for epoch in epochs for batch in epoch]
    learn(
        model,
        stage,
        len(batches),
        lambda done: batches[done:],
        lambda batch: loss_of(model, batch, tokenizer),
        folder,
        progress,
        rows=rows,
    )
    return model


def reading_tokenizer(tokenizer: str, window: int) -> Tokenizer:
    """Return the tokenizer of a JSON, cutting texts off at the window and padding them."""
    made = Tokenizer.from_str(tokenizer)
    made.enable_truncation(window)
    # Torch keeps something for every shape that it has seen.
    made.enable_padding(pad_to_multiple_of=STEP)
    return made


def embedded(model: "BertModel", texts: Sequence[str], tokenizer: Tokenizer) -> torch.Tensor:
    """Return a unit vector (texts, dimension) for each text: the mean of its tokens' states."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = []
    for first in range(0, len(order), SIDE_BY_SIDE):
        some = tokenizer.encode_batch([texts[n] for n in order[first : first + SIDE_BY_SIDE]])
        ids = torch.tensor([one.ids for one in some], device=model.device)
        mask = torch.tensor([one.attention_mask for one in some], device=model.device)
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].float()
        vectors.append((states.float() * weights).sum(1) / weights.sum(1))
    return normalize(torch.cat(vectors)[torch.tensor(order).argsort()], dim=-1)


def loss_of(model: "BertModel", batch: Sequence[Pair], tokenizer: Tokenizer) -> torch.Tensor:
    """Return the mean cross entropy of the questions' own passages among those of the batch."""
    with torch.autocast(model.device.type, dtype=torch.bfloat16):
        questions = embedded(model, [pair.question for pair in batch], tokenizer)
        passages = embedded(model, passages_of(batch), tokenizer)
    # In full precision: a cosine of bfloat16 has three digits.
    own = torch.arange(len(batch), device=model.device)
    return cross_entropy(questions @ passages.T * SCALE, own)
