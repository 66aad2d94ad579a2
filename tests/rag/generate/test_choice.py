"""Which generator writes the answers under which settings."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.errors import DatelineError, ModelError, UsageError
from rag.generate import choice
from rag.generate.choice import found_better, generator_of
from rag.generate.writer import ModelWriter
from rag.models.registry import generation_card
from rag.models.weights import path_of
from rag.settings import Settings

LOCAL = "qwen2.5-coder-1.5b-instruct"
SMALL = "qwen2.5-coder-0.5b-instruct"
TESTING = "smollm2-135m-instruct"

Measure = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache", generator="auto")


@pytest.fixture
def measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Measure]:
    """Return what writes down what an evaluation found: (better, score) of each model."""

    def found(**models: tuple[bool, float]) -> None:
        named = {n.replace("_", "-"): {"better": b, "score": s} for n, (b, s) in models.items()}
        (tmp_path / "measured.json").write_text(json.dumps({"models": named}), encoding="utf-8")
        found_better.cache_clear()

    monkeypatch.setattr(choice, "MEASURED", str(tmp_path / "measured.json"))
    found_better.cache_clear()
    yield found
    found_better.cache_clear()


def pull(settings: Settings, *names: str) -> None:
    """Put files of the right length where pulled models are, without what they should hold."""
    for name in names:
        card = generation_card(name)
        path = path_of(card, settings.cache)
        path.parent.mkdir(parents=True)
        with path.open("wb") as stream:
            stream.truncate(card.bytes)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were asked for, none of which is loaded."""
    import rag.generate.naming

    from .scripted import scripted

    asked: list[str] = []

    def make(name: str, settings: Settings, **_: Any) -> Any:
        asked.append(name)
        return scripted("x", name=name)

    monkeypatch.setattr(rag.generate.naming, "chat_model", make)
    return asked


@pytest.mark.parametrize("name", ["extractive", " extractive "])
def test_the_articles_own_sentences(name: str, settings: Settings, made: list[str]) -> None:
    assert generator_of(settings.model_copy(update={"generator": name})) is None
    assert made == []


def test_by_itself_with_nothing_measured(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    pull(settings, LOCAL)
    assert found_better() == ()
    assert generator_of(settings) is None


def test_by_itself_with_nothing_pulled(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(local=(True, 0.9))
    assert generator_of(settings) is None
    assert made == []


def test_by_itself_a_model_that_is_not_better_is_not_taken(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(local=(False, 0.9))
    pull(settings, LOCAL)
    assert generator_of(settings) is None
    assert made == []


@pytest.mark.parametrize(
    ("pulled", "taken"), [([LOCAL, SMALL], "local-small"), ([LOCAL], "local"), ([], None)]
)
def test_by_itself_the_best_of_those_that_are_here(
    pulled: list[str], taken: str | None, settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(local=(True, 0.7), local_small=(True, 0.8))
    pull(settings, *pulled)
    writer = generator_of(settings)
    assert made == ([taken] if taken else [])
    assert (writer.name if writer else None) == taken


def test_by_itself_half_a_file_is_none(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(local=(True, 0.7))
    pull(settings, LOCAL)
    path_of(generation_card(LOCAL), settings.cache).write_bytes(b"GGUF")
    assert generator_of(settings) is None


def test_by_itself_a_model_for_tests_is_never_taken(
    settings: Settings, measure: Measure, made: list[str], tmp_path: Path
) -> None:
    measured = {"models": {TESTING: {"better": True, "score": 1.0}}}
    (tmp_path / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
    pull(settings, TESTING)
    assert found_better() == (TESTING,)
    assert generator_of(settings) is None


def test_by_itself_a_model_that_is_gone_from_the_registry_is_passed_over(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(forgotten=(True, 0.9), local=(True, 0.7))
    pull(settings, LOCAL)
    assert generator_of(settings) is not None
    assert made == ["local"]


def test_what_is_shipped_can_be_read() -> None:
    found_better.cache_clear()
    assert all(generation_card(name).purpose == "generation" for name in found_better())


def test_a_model_that_is_named_is_taken_whatever_was_measured(
    settings: Settings, measure: Measure, made: list[str]
) -> None:
    measure(local=(False, 0.1))
    writer = generator_of(settings.model_copy(update={"generator": " openai:gpt-x "}))
    assert isinstance(writer, ModelWriter)
    assert made == ["openai:gpt-x"]


def refused(name: str, settings: Settings) -> str:
    with pytest.raises(DatelineError) as caught:
        generator_of(settings.model_copy(update={"generator": name}))
    assert isinstance(caught.value, UsageError | ModelError)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 300
    assert repr(name) in said
    return said


@pytest.mark.parametrize("name", ["gpt-4o", "locall", "nosuch:model", "all-MiniLM-L6-v2"])
def test_a_name_that_is_no_model(name: str, settings: Settings) -> None:
    assert any(what in refused(name, settings) for what in (LOCAL, "PROVIDER:MODEL"))


@pytest.mark.parametrize("name", ["local", "local-small", LOCAL, TESTING])
def test_a_model_that_is_not_here_is_fetched_by_a_command(name: str, settings: Settings) -> None:
    assert f"dateline models pull {name}" in refused(name, settings)


def test_a_file_that_is_another_is_refused(settings: Settings) -> None:
    path = path_of(generation_card(TESTING), settings.cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    with pytest.raises(ModelError, match=f"Fetch it again with: dateline models pull {TESTING}"):
        generator_of(settings.model_copy(update={"generator": TESTING}))
