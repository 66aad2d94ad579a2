"""A reader of a few thousand weights, to be trained in a test."""

import torch
from transformers import BertConfig, BertModel

from evals.reader.model import ReaderModel

from ...rag.reader.making import VOCABULARY


def tiny_model(seed: int = 0) -> ReaderModel:
    torch.set_num_threads(1)  # its work is so small that handing it over would take longer
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, hidden_act="gelu_pytorch_tanh", attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )  # fmt: skip
    return ReaderModel(BertModel(config, add_pooling_layer=False))
