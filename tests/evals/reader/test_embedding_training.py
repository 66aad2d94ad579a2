import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

from evals.reader import embedding_training as training_module
from evals.reader import loop
from evals.reader.embedding_export import TunedEmbedder, export, is_made
from evals.reader.embedding_pairs import Pair
from evals.reader.embedding_training import SCALE, embedded, loss_of, reading_tokenizer, tune
from evals.reader.loop import Plan
from rag.models.embedder import Input
from rag.models.export import GRAPH
from rag.models.registry import EmbeddingCard

from ...rag.reader.making import make_tokenizer
from .tiny import tiny_model

if TYPE_CHECKING:
    from transformers import BertModel

WINDOW = 24
JSON = make_tokenizer().to_str()
TOKENIZER = reading_tokenizer(JSON, WINDOW)
PLAN = Plan("embedding", seed=3, epochs=3, rate=3e-3)
PAIRS = [
    Pair(f"who said {first}{second}", f"the attack on {second}{first} is on", f"no one {first}")
    for first in "abcdef"
    for second in "uvwxyz"
]
CARD = EmbeddingCard("tiny", "embedding", "none", "weights", 1, "0" * 64, (), 32, WINDOW)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_module, "plan", lambda pairs, *, seed, number: [
        tuple(pairs[first : first + 12]) for first in range(0, len(pairs), 12)
    ])  # fmt: skip


def bert(seed: int = 0) -> "BertModel":
    return tiny_model(seed).encoder


def silent(_step: int, _total: int, _loss: float) -> None:
    """Show nothing."""


def same(one: "BertModel", other: "BertModel") -> bool:
    weights = other.state_dict()
    return all(torch.equal(tensor, weights[name]) for name, tensor in one.state_dict().items())


def test_what_was_learnt_is_what_the_fast_form_embeds(tmp_path: Path) -> None:
    losses: list[float] = []
    plan = replace(PLAN, epochs=20)
    model = tune(bert(), PAIRS, TOKENIZER, plan, tmp_path, lambda *told: losses.append(told[2]))
    assert losses[-1] < 0.5 * losses[0]
    export(model, JSON, tmp_path / "fast", {"seed": 3})
    embedder = TunedEmbedder(tmp_path / "fast", CARD, threads=1)
    texts = [PAIRS[0].question, *(pair.passage for pair in PAIRS)]
    fast = torch.tensor(embedder.embed_documents(texts))
    with torch.no_grad():
        assert float((fast * embedded(model, texts, TOKENIZER)).sum(1).min()) > 0.98
    assert embedder.query(PAIRS[0].question).tolist() == pytest.approx(fast[0].tolist())


def test_an_embedder_is_named_by_its_weights_and_reads_no_more_than_its_window(
    tmp_path: Path,
) -> None:
    made = [tmp_path / "one", tmp_path / "other"]
    for seed, folder in enumerate(made):
        export(bert(seed), JSON, folder, {"seed": seed})
    one, other = (TunedEmbedder(folder, CARD, threads=1) for folder in made)
    assert one.identity.startswith("tiny-tuned/")
    assert one.identity != other.identity
    long, longer = ("the attack " * times for times in (40, 80))
    assert one.embed_query(long) == one.embed_query(longer)
    [encoded] = one.encode([Input("no one said", ((0, 2), (3, 6)))])
    assert encoded.spans.shape == (2, 32)
    assert is_made(made[0], {"seed": 0})
    assert not is_made(made[0], {"seed": 1})
    (made[0] / GRAPH).write_bytes(b"cut off")
    assert not is_made(made[0], {"seed": 0})


def test_a_text_s_vector_depends_neither_on_the_others_nor_on_their_order() -> None:
    model = bert().eval()
    texts = ["who said " * (1 + n % 5) + "abc"[n % 3] for n in range(40)]
    with torch.no_grad():
        together = embedded(model, texts, TOKENIZER)
        alone = torch.cat([embedded(model, [text], TOKENIZER) for text in texts])
    assert torch.allclose(together, alone, atol=1e-5)
    assert torch.allclose(together.norm(dim=1), torch.ones(40))


def test_the_loss_is_the_cross_entropy_of_the_own_passage_among_all_others() -> None:
    model = bert().eval()
    batch = [Pair("who said a", "the attack", "no one"), Pair("no one", "april 2024", "the attack")]
    with torch.no_grad():
        loss = float(loss_of(model, batch, TOKENIZER))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            questions = embedded(model, [pair.question for pair in batch], TOKENIZER)
            passages = embedded(model, ["the attack", "april 2024", "no one"], TOKENIZER)
    logits = SCALE * (questions @ passages.T).double()
    expected = [math.log(float(row.exp().sum())) - float(row[n]) for n, row in enumerate(logits)]
    assert loss == pytest.approx(sum(expected) / 2, rel=1e-5)


def interrupt(step: int, _total: int, _loss: float) -> None:
    if step == 5:
        raise KeyboardInterrupt


def test_a_run_that_goes_on_is_the_run_that_was_not_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_SECONDS", 0.0)
    whole = tune(bert(), PAIRS, TOKENIZER, PLAN, tmp_path / "a", silent)
    with pytest.raises(KeyboardInterrupt):
        tune(bert(), PAIRS, TOKENIZER, PLAN, tmp_path / "b", interrupt)
    steps: list[int] = []
    again = tune(
        bert(8), PAIRS, TOKENIZER, PLAN, tmp_path / "b", lambda step, *_: steps.append(step)
    )
    assert steps == [5, 6, 7, 8, 9]
    assert same(again, whole)
    assert not same(again, bert())


def test_only_the_same_training_is_gone_on_from(tmp_path: Path) -> None:
    made = tune(bert(), PAIRS, TOKENIZER, PLAN, tmp_path, silent, rows="one")
    steps: list[int] = []

    def count(step: int, *_told: object) -> None:
        steps.append(step)

    assert same(tune(bert(4), PAIRS, TOKENIZER, PLAN, tmp_path, count, rows="one"), made)
    assert not steps
    tune(bert(4), PAIRS, TOKENIZER, PLAN, tmp_path, count, rows="other")
    assert steps[0] == 1


def test_the_vectors_of_words_stay_where_they_are_frozen(tmp_path: Path) -> None:
    model = bert()
    words = model.embeddings.word_embeddings.requires_grad_(False).weight.clone()
    tune(model, PAIRS, TOKENIZER, replace(PLAN, epochs=1), tmp_path, silent)
    assert torch.equal(model.embeddings.word_embeddings.weight, words)
