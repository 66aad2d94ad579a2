"""From the setting's name to the embedding model."""

from rag.models.embedder import Embedder
from rag.models.registry import embedding_card
from rag.settings import Settings


def load_embedder(settings: Settings) -> Embedder:
    """Return the embedding model that the settings name; raise ModelError if it is not here."""
    if embedding_card(settings.embedding) is not None:
        from rag.models.onnx import OnnxEmbedder

        return OnnxEmbedder(settings.embedding, settings.cache, threads=settings.threads)
    if settings.embedding == "hashing":
        from rag.models.hashing import HashingEmbedder

        return HashingEmbedder()
    from rag.models.torch import TorchEmbedder

    return TorchEmbedder(settings.embedding)


def identity_of(settings: Settings) -> str:
    """Return the identity that `load_embedder` would give, without loading anything heavy."""
    card = embedding_card(settings.embedding)
    if card is not None:
        from rag.models.export import RECIPE

        return f"{card.name}/{card.sha256[:12]}/onnx-int8-{RECIPE}"
    if settings.embedding == "hashing":
        return "hashing-64"
    from rag.models.torch import torch_identity

    return torch_identity(settings.embedding)
