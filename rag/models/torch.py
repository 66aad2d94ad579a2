"""Any other sentence-transformers model by name: slower, and on torch."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import numpy as np

from rag.errors import ModelError
from rag.models.embedder import Embedder, Encoded, Input, Span, unit
from rag.models.hub import commit_of

BATCH = 32
LONGEST_REASON = 200


def torch_identity(name: str) -> str:
    """Return the identity of a model: with the commit, if it is a repository's copy.

    Another commit has other weights, so a library made with one is not read with another.
    """
    commit = commit_of(name)
    return f"sentence-transformers/{name}" + (f"@{commit[:12]}" if commit else "")


def _not_loaded(name: str, commit: str | None, error: Exception) -> str:
    if commit is None:
        return (
            f"The embedding model {name!r} is not on this machine. Name a folder that holds it, "
            f"or fetch it with: dateline models pull {name}"
        )
    reason = " ".join(str(error).split())[:LONGEST_REASON]
    return (
        f"The copy of {name!r} on this machine (commit {commit[:12]}) cannot be loaded: {reason} "
        f"Fetch what may be missing with: dateline models pull {name}"
    )


class TorchEmbedder(Embedder):
    """A model that sentence-transformers loads, from this machine's copies alone.

    Its sentences are embedded one by one: their states are not always at hand.
    """

    def __init__(self, name: str) -> None:
        """Load the model from a folder or the local cache; raise ModelError if it is not there."""
        from sentence_transformers import SentenceTransformer

        commit = commit_of(name)
        try:
            # No code from a model's repository, and no download while answering.
            self._model = SentenceTransformer(
                name,
                device="cpu",
                revision=commit,
                trust_remote_code=False,
                local_files_only=True,
            )
        except (OSError, ValueError) as error:
            raise ModelError(_not_loaded(name, commit, error)) from error
        self.identity = torch_identity(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.window = int(self._model.max_seq_length or 512)

    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        """Yield one result for each input, in order."""
        stream = iter(inputs)
        while batch := list(islice(stream, BATCH)):
            sentences = [[item.text[a:b] for a, b in item.spans] for item in batch]
            texts = [item.text for item in batch] + list(chain.from_iterable(sentences))
            vectors = unit(np.asarray(self._model.encode(texts, batch_size=BATCH), np.float32))
            used = len(batch)
            for number, own in enumerate(sentences):
                yield Encoded(vectors[number], vectors[used : used + len(own)])
                used += len(own)

    def token_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the character span of every token of each text, special tokens left out."""
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True
        )
        return [[(a, b) for a, b in offsets] for offsets in encoded["offset_mapping"]]
