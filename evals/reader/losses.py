"""What the reader is trained to make small."""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from evals.reader.batches import Batch, ClaimBatch, QuestionBatch
from evals.reader.model import ReaderModel, Scores

NEVER = -1e4
"""The logit of a token at which no answer may start or end."""


def loss_of(model: ReaderModel, batch: Batch) -> torch.Tensor:
    """Return the mean loss of a batch."""
    texts, device = batch.texts, model.device
    scores = model(*(torch.from_numpy(x).to(device) for x in (texts.ids, texts.types, texts.mask)))
    if isinstance(batch, ClaimBatch):
        return cross_entropy(scores.support.float(), torch.from_numpy(batch.labels).to(device))
    return question_loss(scores, batch)


def question_loss(scores: Scores, batch: QuestionBatch) -> torch.Tensor:
    """Return span, answerability and ranking together, each weighing the same.

    Any accepted answer counts as right: the span's loss is that of all of them together.
    """
    device = scores.start.device
    readable = torch.from_numpy(batch.readable).to(device)
    sides = ((scores.start, batch.starts), (scores.end, batch.ends))
    spans = [_span_loss(x, torch.from_numpy(right).to(device), readable) for x, right in sides]
    answers = torch.from_numpy(batch.answers).to(device).float()
    loss = torch.stack(spans).mean()
    loss = loss + binary_cross_entropy_with_logits(scores.answerable.float(), answers)
    if batch.groups:
        loss = loss + ranking_loss(scores.relevance.float(), batch.groups)
    return loss


def ranking_loss(relevance: torch.Tensor, groups: tuple[tuple[int, int], ...]) -> torch.Tensor:
    """Return the cross entropy of each question's own passage, the first, among its passages."""
    losses = [torch.logsumexp(relevance[first:end], 0) - relevance[first] for first, end in groups]
    return torch.stack(losses).mean()


def _span_loss(logits: torch.Tensor, right: torch.Tensor, readable: torch.Tensor) -> torch.Tensor:
    logits = logits.float()
    possible = torch.logsumexp(logits.masked_fill(~readable, NEVER), -1)
    accepted = torch.logsumexp(logits.masked_fill(~right, NEVER), -1)
    return (possible - accepted).mean()
