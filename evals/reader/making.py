"""Make the reader from nothing: public data, rows of our own library, training, the file.

Every step keeps what it made in a folder, so that an interrupted run goes on where it was.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from evals.reader import assemble
from evals.reader.assemble import Rows
from evals.reader.claims import claim_rows, sentences_to_reword
from evals.reader.near_misses import near_misses
from evals.reader.overlap import BENCHMARKS, Forbidden, forbidden_texts
from evals.reader.paraphrases import ask_paraphrases, read_paraphrases
from evals.reader.places import CORPUS, Place, places
from evals.reader.progress import Progress
from evals.reader.public import public_claims, public_questions
from evals.reader.questions import Read, agreed, ask_questions, question_rows
from evals.reader.rows import append_rows
from evals.reader.writers import local_writer
from rag.models.embedder import Embedder
from rag.models.registry import embedding_card, locate
from rag.reader.reader import Reader
from rag.settings import DEFAULT_EMBEDDING, Settings

PUBLIC = Path("../shared/training")
GOLD = Path("data/gold")
FOLDER = Path(".evals/reader")

PASSAGES = 240
"""Passages that the chat model is asked about, one in `ELSEWHERE` not of the shipped articles."""

ELSEWHERE = 5

SENTENCES = 150
"""Sentences that it is asked to reword."""

CLAIM_PASSAGES = 2000
"""Passages from which claims are made by rule."""

MOST_ANSWERABLE = 0.5
"""The probability above which a reader of public data contradicts that a passage is silent."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How long and how fast one stage is trained, and on what.

    `negatives`: passages that do not answer beside each one that does; `singles`: whether on
    single sentences, too.
    """

    epochs: int
    rate: float
    negatives: int
    singles: bool


FIRST = Stage(epochs=2, rate=1.5e-4, negatives=1, singles=False)
SECOND = Stage(epochs=1, rate=1e-4, negatives=2, singles=True)

OWN_TIMES = 2
"""How often an epoch has each row of our own articles: few, and of what readers ask about."""


@dataclass(frozen=True, slots=True)
class Making:
    """Where everything is, and the seed that all of it hangs on."""

    settings: Settings
    embedder: Embedder
    public: Path = PUBLIC
    corpus: Path = CORPUS
    benchmarks: Path = BENCHMARKS
    folder: Path = FOLDER
    seed: int = 0
    passages: int = PASSAGES
    sentences: int = SENTENCES

    def file(self, name: str) -> Path:
        """Return a file of the folder."""
        return self.folder / name


def make_reader(making: Making, progress: Progress) -> Path:
    """Return the file of the trained reader; raises UsageError where data are not there."""
    making.folder.mkdir(parents=True, exist_ok=True)
    forbidden = forbidden_texts(GOLD, making.benchmarks if making.benchmarks.is_dir() else None)
    public = assemble.allowed(
        public_questions(making.public), public_claims(making.public), forbidden
    )
    learnt, _ = assemble.split(public)
    first = _trained(making, "public", learnt, FIRST, progress)
    own = _own_rows(making, Reader(first, threads=making.settings.threads), forbidden, progress)
    _put_down(making, Rows(learnt.questions + own.questions, learnt.claims + own.claims))
    rows = Rows(
        learnt.questions + OWN_TIMES * own.questions, learnt.claims + OWN_TIMES * own.claims
    )
    return _trained(making, "reader", rows, SECOND, progress, start="public")


def _own_rows(making: Making, reader: Reader, forbidden: Forbidden, progress: Progress) -> Rows:
    """Return what the chat model and the rules make of our own articles, and a reader agrees to."""
    found = places(making.embedder, corpus=making.corpus, seed=making.seed)
    every = [place for place in found if not forbidden.holds(place.text)]
    every.sort(key=lambda place: not place.shipped)
    asked, claimed = asked_about(every, making.passages), every[:CLAIM_PASSAGES]
    sentences = sentences_to_reword(claimed, seed=making.seed)[: making.sentences]
    questions, reworded = making.file("asked.jsonl"), making.file("reworded.jsonl")
    with local_writer(making.settings) as writer:
        ask_questions(asked, writer, questions, progress=progress)
        ask_paraphrases(sentences, writer, reworded, progress=progress)
    rows = question_rows(asked, questions)
    rows = agreed([*rows, *near_misses(rows, every)], read_by(reader), most=MOST_ANSWERABLE)
    claims = claim_rows(claimed, read_paraphrases(reworded), seed=making.seed)
    touched = forbidden.touches
    return Rows(
        tuple(row for row in rows if not touched(row)),
        tuple(row for row in claims if not touched(row)),
    )


def asked_about(every: Sequence[Place], number: int) -> list[Place]:
    """Return the passages to ask about: of a transcript the model seldom asks anything definite."""
    elsewhere = [place for place in every if not place.shipped][: number // ELSEWHERE]
    return [place for place in every if place.shipped][: number - len(elsewhere)] + elsewhere


def read_by(reader: Reader) -> Read:
    """Return what reads one passage for one question."""

    def read(question: str, title: str, passage: str) -> tuple[int, int, float]:
        reading = reader.read(question, [(title, passage)])[0]
        span = reading.best_span(0, len(passage))
        return (span.start, span.end, reading.answerable) if span else (0, 0, 0.0)

    return read


def _trained(
    making: Making, name: str, rows: Rows, stage: Stage, progress: Progress, *, start: str = ""
) -> Path:
    """Train one stage, or go on with it; return its ONNX file, made once it is done."""
    # For every shape of a batch oneDNN keeps what it compiled, weights packed for it and all:
    # 4 GB after 300 batches, and growing. Read once, at the import.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
    import torch

    from evals.reader.export import export
    from evals.reader.loop import Plan
    from evals.reader.model import untrained
    from evals.reader.train import train

    target = making.file(f"{name}.onnx")
    weights = making.file(f"{name}.pt")
    tokenizer, folder = _tokenizer()
    if weights.is_file() and target.is_file():
        return target
    model = untrained(folder, making.seed)
    if start:
        model.load_state_dict(torch.load(making.file(f"{start}.pt"), weights_only=True))
    if torch.cuda.is_available():
        model = model.cuda()
    examples = assemble.training_set(
        rows,
        making.embedder,
        negatives=stage.negatives,
        singles=stage.singles,
        seed=making.seed,
    )
    plan = Plan(name, making.seed, stage.epochs, stage.rate)
    train(
        model, examples, tokenizer, plan, making.folder,
        lambda step, total, loss: progress(f"training, {name} (loss {loss:.2f})", step, total),
    )  # fmt: skip
    export(model, tokenizer.to_str(), target)
    torch.save(model.cpu().state_dict(), weights)
    return target


def _tokenizer() -> tuple[Tokenizer, Path]:
    """Return the tokenizer of the embedding model and the folder of its weights."""
    card = embedding_card(DEFAULT_EMBEDDING)
    assert card is not None  # noqa: S101 (the default is in the registry)
    folder = locate(card)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, folder


def _put_down(making: Making, rows: Rows) -> None:
    """Write all that is trained on, for whoever looks and for the test that compares the texts."""
    for name, some in (("questions", rows.questions), ("claims", rows.claims)):
        path = making.file(f"{name}.jsonl")
        path.unlink(missing_ok=True)
        append_rows(path, some)
