"""The reader as it is trained: one encoder and three heads."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

if TYPE_CHECKING:
    from transformers import BertModel

HEADS = 3
"""Labels of the support head."""


class Scores(NamedTuple):
    """Logits: relevance (b,), answerable (b,), start (b, t), end (b, t), support (b, 3)."""

    relevance: torch.Tensor
    answerable: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    support: torch.Tensor


class ReaderModel(nn.Module):  # type: ignore[misc]
    """(b, t) token ids, segments and mask -> `Scores`.

    The heads of whole texts read the first token's state through a layer of their own, as BERT's
    classifiers do (Devlin et al., 2019); the span head reads every token's.
    """

    def __init__(self, encoder: "BertModel") -> None:
        """Put untrained heads on an encoder."""
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.drop = nn.Dropout(0.1)
        self.ranking = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, 2))
        self.span = nn.Linear(size, 2)
        self.support = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, HEADS))

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.span.weight.device

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, mask: torch.Tensor
    ) -> Scores:
        """Read every pair of the batch."""
        states = self.encoder(
            input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=mask
        ).last_hidden_state
        return self.judged(self.drop(states))

    def judged(self, states: torch.Tensor) -> Scores:
        """Return what the heads make of the token states (b, t, size)."""
        first = states[:, 0]
        ranking = self.ranking(first)
        start, end = self.span(states).unbind(-1)
        return Scores(ranking[:, 0], ranking[:, 1], start, end, self.support(first))


def untrained(folder: Path, seed: int) -> ReaderModel:
    """Return a reader with the encoder of a sentence-transformers model and random heads.

    GELU is computed by its tanh form, as it is where the reader answers. The vectors of words
    stay as they are: half of all weights, most of which the training texts never touch.
    """
    from transformers import BertModel
    from transformers.utils import logging

    # It would report that the pooler, which nothing here reads, is left out.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.manual_seed(seed)
    encoder = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        hidden_act="gelu_pytorch_tanh",
        # On two cores (torch 2.13, measured) 5400 tokens a second; with torch's own attention
        # 3500, with dropout of the attention 3900.
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
    )
    encoder.embeddings.word_embeddings.requires_grad_(False)
    return ReaderModel(encoder)


__all__ = ["ReaderModel", "Scores", "untrained"]
