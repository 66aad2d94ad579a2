import hashlib
from pathlib import Path

import pytest

import rag.select
from evals.gold.articles import record_of
from evals.material import Material
from evals.robustness.pack import PACKS, Robustness, chosen_packs, days_of, run_packs
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

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
