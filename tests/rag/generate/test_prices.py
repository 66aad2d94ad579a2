"""What calls cost."""

import pytest

from rag.errors import UsageError
from rag.generate.prices import Price, cost, listed, price_of
from rag.generate.usage import Usage

USAGE = Usage(1_000_000, 500_000)


def test_a_price_is_for_a_million_tokens() -> None:
    assert Price(2.0, 8.0).of(500_000, 250_000) == 3
    assert cost(USAGE, "openai:gpt-4.1-mini") == pytest.approx(0.4 + 0.8)


def test_every_listed_price_is_one() -> None:
    assert len(listed()) >= 5
    for name, price in listed().items():
        assert 0 < price.input < price.output < 100, name
        assert ":" in name


def test_a_model_that_is_not_listed_has_no_price() -> None:
    assert cost(USAGE, "openai:gpt-99") is None
    assert cost(USAGE, "https://x.example/v1#gpt-4.1-mini") is None


def test_what_runs_here_costs_nothing() -> None:
    assert cost(USAGE, "local", local=True) == 0
    assert cost(USAGE, "http://127.0.0.1:8080/v1", local=True, price_in=9.0, price_out=9.0) == 0
    assert cost(USAGE, "ollama:qwen3") == 0


def test_given_prices_go_first() -> None:
    assert cost(USAGE, "openai:gpt-4.1-mini", price_in=9.0) == pytest.approx(9.8)
    assert cost(USAGE, "x:y", price_in=1.0, price_out=2.0) == 2
    with pytest.raises(UsageError, match="Half a price was given for 'x:y'"):
        cost(USAGE, "x:y", price_in=1.0)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_price_that_is_none(value: float) -> None:
    with pytest.raises(UsageError, match="is none"):
        price_of("x:y", value, 1.0)
