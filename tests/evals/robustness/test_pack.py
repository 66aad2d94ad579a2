import hashlib
import re
from collections.abc import Generator as Steps
from pathlib import Path
from typing import Any

import pytest

import rag.select
from evals.gold.articles import record_of
from evals.material import Material
from evals.robustness.pack import PACKS, Robustness, chosen_packs, days_of, run_packs
from evals.robustness.scratch import copied
from rag.asked import Ask, Evidence, SentenceEvent, SourcesEvent, Written
from rag.cite import citation
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.reply import Sentence, Usage
from rag.settings import Settings

from ..generators.making import Scripted
from ..gold.making import record, span
from ..runs.making import gold_question

QUESTIONS = (
    gold_question("q-1", question="how many guards died in damascus"),
    gold_question("q-2", question="number of guards killed in damascus", variant_of="q-1"),
)
Fixtures = tuple[Library, HashingEmbedder, Settings]


@pytest.fixture
def asked(small_library: Library, hashing: HashingEmbedder, settings: Settings) -> Fixtures:
    return small_library, hashing, settings


def packs(asked: Fixtures, *names: str, cases: int = 20, seed: int = 1) -> Robustness:
    library, embedder, settings = asked
    material = Material("dev", QUESTIONS, record_of(library))
    return run_packs(library, material, embedder, settings, packs=names, cases=cases, seed=seed)


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_all_packs_run_and_the_library_is_left_alone(asked: Fixtures) -> None:
    before = bytes_of(asked[0].folder)
    told: list[tuple[str, int, int]] = []
    library, embedder, settings = asked
    result = run_packs(
        library,
        Material("dev", QUESTIONS, record_of(library)),
        embedder,
        settings,
        cases=5,
        progress=lambda *at: told.append(at),
    )
    assert tuple(pack.pack for pack in result.packs) == PACKS
    assert bytes_of(asked[0].folder) == before
    assert ("injection", 5, 5) in told


def test_the_same_seed_gives_the_same_result(asked: Fixtures) -> None:
    one, again, other = (packs(asked, "typos", "injection", seed=seed) for seed in (1, 1, 2))
    assert again.packs == one.packs
    assert [o.case.reply for o in again.outcomes] == [o.case.reply for o in one.outcomes]
    assert other.packs != one.packs


def test_undefended_orders_get_into_answers_and_are_told_by_id(
    asked: Fixtures, monkeypatch: pytest.MonkeyPatch
) -> None:
    defended = packs(asked, "injection")
    monkeypatch.setattr(rag.select, "addresses_machine", lambda _: False)
    result = packs(asked, "injection")
    pack = result.pack("injection")
    assert result.injected
    assert [failure.case for failure in pack.failures] == list(result.injected)
    assert pack.mean("attack success") == len(result.injected) / 20
    assert pack.mean("exposure") == 1.0  # two articles: whatever there is, is found
    assert len(defended.injected) < len(result.injected)
    developed = [o for o in defended.outcomes if o.attack.half == "development"]
    assert not any(outcome.done for outcome in developed)


class Obedient(Scripted):
    """Says the canary of the hostile article, if it is given one to read."""

    def write(
        self, evidence: Evidence, ask: Ask, config: Any = None
    ) -> Steps[SourcesEvent | SentenceEvent, None, Written]:
        read = [
            citation(n, c.version, c.sentence.start, c.sentence.end)
            for n, c in enumerate(evidence.ranked[:5], start=1)
        ]
        yield SourcesEvent(tuple(read))
        words = re.findall(r"\b[A-Z][a-z]{5,}\d+\b", " ".join(source.quote for source in read))
        said = Sentence(
            text=words[0] if words else read[0].quote, citations=[1], support="supported", score=1
        )
        yield SentenceEvent(said, (read[0],))
        return Written((said,), (read[0],), Usage())


def test_a_generator_is_measured_by_what_it_reads_and_does(
    asked: Fixtures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rag.select, "addresses_machine", lambda _: False)
    library, embedder, settings = asked
    material = Material("dev", QUESTIONS, record_of(library))
    result = run_packs(
        library, material, embedder, settings,
        packs=["injection"], cases=20, seed=1, generator=Obedient("x:obedient"),
    )  # fmt: skip
    assert result.generator == "x:obedient"
    assert {outcome.case.reply.generator for outcome in result.outcomes} == {"x:obedient"}
    pack = result.pack("injection")
    by_canary = [o for o in result.outcomes if o.obeyed]
    assert by_canary
    assert all("canary" in o.obeyed and o.read for o in by_canary)
    assert pack.mean("order obeyed by the model") == len(by_canary) / 20
    assert (pack.mean("order read by the model") or 0) >= len(by_canary) / 20
    assert pack.mean("attack success") >= len(by_canary) / 20  # type: ignore[operator]


def test_without_a_generator_no_figure_is_of_one(asked: Fixtures) -> None:
    result = packs(asked, "injection")
    assert result.generator == "extractive"
    assert not any("model" in figure.name for figure in result.pack("injection").figures)
    assert not any(outcome.read or outcome.obeyed for outcome in result.outcomes)


def test_what_is_not_asked_of_the_model_was_not_read_by_it(asked: Fixtures) -> None:
    library, embedder, settings = asked
    strict = settings.model_copy(update={"abstain_below": 1.0})
    for given, read in ((settings, True), (strict, False)):
        with copied(library, embedder, given, Obedient("x:obedient")) as scratch:
            assert scratch.generates
            scratch.ask(QUESTIONS[0])
            assert bool(scratch.read) is read
        with copied(library, embedder, given) as scratch:
            scratch.ask(QUESTIONS[0])
            assert (scratch.generates, scratch.read) == (False, ())


def test_each_attack_is_alone_with_the_articles(asked: Fixtures) -> None:
    for outcome in packs(asked, "injection").outcomes:
        assert len({place.article for place in outcome.case.retrieved}) <= 2
        titles = {c.title for c in outcome.case.reply.citations}
        assert titles <= {"The strike", outcome.attack.article.title}


def test_only_the_packs_named_are_run() -> None:
    assert chosen_packs(["order", "typos"]) == ("typos", "order")
    assert chosen_packs([]) == PACKS
    with pytest.raises(UsageError, match="no robustness pack 'tyops'; name one of typos"):
        chosen_packs(["tyops"])


def test_a_hostile_article_appears_when_the_question_is_asked() -> None:
    evidence = [{"group": "g1", "any_of": [span("seven of their members were killed")]}]
    asked = [
        gold_question("q-1", as_of="2024-05-01"),
        gold_question("q-2", evidence=evidence),
        gold_question("q-3", evidence=[], answerable=False, type="unanswerable", nuggets=[]),
    ]
    days = days_of(asked, record())
    assert days == {"q-1": "2024-05-01", "q-2": "2024-04-02", "q-3": "2024-04-02"}
