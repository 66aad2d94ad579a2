"""What a run was made from, as digests: two runs compare only where these agree."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import rag
from evals.gold.articles import Record
from evals.gold.files import in_json
from evals.gold.question import GoldQuestion
from evals.runs.generator import prompts_digest, resolved
from rag.answerer import EXTRACTIVE
from rag.settings import Settings

ANSWERING = (
    "embedding", "generator", "generator_seconds", "generator_evidence", "passage_tokens",
    "dense_candidates", "lexical_candidates", "fusion_k", "date_factor", "sentence_weight",
    "neighbour_weight", "article_passages", "answer_sentences", "answer_passages", "abstain_below",
    "question_characters", "reader",
)  # fmt: skip
"""The settings that can change an answer."""

MEASURED = "generate/measured.json"
"""What an evaluation found of the local models; what it leads to, the manifest names."""


class Manifest(BaseModel):
    """The digests and names that a run's figures depend on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = 1
    dateline: str
    code: str = ""
    """SHA-256 of what answers: the sources and tables of the package `rag`."""
    gold: str
    """SHA-256 of the questions, in order of their ids."""
    questions: int
    split: str
    corpus: str
    """SHA-256 of the ids and digests of all articles."""
    articles: int
    embedding: str
    generator: str
    """What wrote the answers: `extractive`, or the name of a chat model."""
    settings: dict[str, object]
    prompts: str | None = None
    """SHA-256 of what a chat model is told, apart from questions and articles."""
    drafts: bool = False
    """Whether sentences that were withheld are stored too, marked as unsupported."""
    seed: int = 0


def digest_of(parts: Iterable[str]) -> str:
    """Return the SHA-256 of some texts, each ended by a line feed."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part.encode("utf-8") + b"\n")
    return sha.hexdigest()


def gold_digest(questions: Sequence[GoldQuestion]) -> str:
    """Return the digest of what is asked and expected; the order of the files does not matter."""
    return digest_of(in_json(q) for q in sorted(questions, key=lambda q: q.id))


def corpus_digest(record: Record) -> str:
    """Return the digest of the articles asked."""
    articles = sorted(record.articles.values(), key=lambda a: a.article_id)
    return digest_of(f"{article.article_id} {article.sha256}" for article in articles)


def code_digest() -> str:
    """Return the digest of the program that answers, as it is on disk."""
    package = Path(rag.__file__).parent
    files = sorted(
        path
        for path in package.rglob("*")
        if path.suffix in {".py", ".json"} and path != package / MEASURED
    )
    sums = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    names = (path.relative_to(package).as_posix() for path in files)
    return digest_of(f"{name} {sum_}" for name, sum_ in zip(names, sums, strict=True))


def run_name(manifest: Manifest) -> str:
    """Return a folder's name for the run: the split, and what tells it from other runs."""
    return f"{manifest.split}-{digest_of([in_lines(manifest)])[:8]}"


def manifest_of(
    questions: Sequence[GoldQuestion],
    record: Record,
    settings: Settings,
    *,
    split: str,
    embedding: str,
    generator: str = EXTRACTIVE,
    drafts: bool = False,
    seed: int = 0,
) -> Manifest:
    """Return the manifest of a run that is about to start.

    `generator` is what in fact answers, which the setting may leave open (`auto`).
    """
    name = resolved(generator)
    values = settings.public() | {"generator": name}
    return Manifest(
        dateline=_version(),
        code=code_digest(),
        gold=gold_digest(questions),
        questions=len(questions),
        split=split,
        corpus=corpus_digest(record),
        articles=len(record.articles),
        embedding=embedding,
        generator=name,
        settings={setting: values[setting] for setting in ANSWERING},
        prompts=prompts_digest(name),
        drafts=drafts and name != EXTRACTIVE,
        seed=seed,
    )


def _version() -> str:
    try:
        return version("dateline")
    except PackageNotFoundError:
        return "not installed"


def in_lines(manifest: Manifest) -> str:
    """Return the manifest as a file: indented JSON."""
    return json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
