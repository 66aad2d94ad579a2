from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from evals.generators.sample import sampled
from evals.gold.articles import Record
from evals.material import Material

from ..runs.making import gold_question

TYPES = ("factoid",) * 60 + ("temporal",) * 30 + ("multi",) * 10
QUESTIONS = tuple(
    gold_question(f"q-{number:03d}", type=type_, family=f"f-{number}")
    for number, type_ in enumerate(TYPES)
)
MATERIAL = Material("dev", QUESTIONS, Record([]))


def ids(count: int, seed: int = 0, material: Material = MATERIAL) -> list[str]:
    return [q.id for q in sampled(material, count, seed=seed).questions]


@given(count=st.integers(1, 120), seed=st.integers(0, 5))
def test_each_type_has_its_share_and_the_order_is_kept(count: int, seed: int) -> None:
    made = sampled(MATERIAL, count, seed=seed).questions
    assert len(made) == min(count, 100)
    assert [q.id for q in made] == sorted(q.id for q in made)
    share = Counter(q.type for q in made)
    for type_, all_ in Counter(TYPES).items():
        assert abs(share[type_] - all_ * len(made) / 100) <= 1


@given(count=st.integers(1, 99))
def test_a_larger_sample_holds_the_smaller_one(count: int) -> None:
    assert set(ids(count)) < set(ids(count + 1))


def test_the_seed_decides_and_the_order_of_the_files_does_not() -> None:
    turned = Material("dev", QUESTIONS[::-1], Record([]))
    assert ids(20) == ids(20) == ids(20, material=turned)[::-1]
    assert ids(20) != ids(20, seed=1)
