"""Where a setting comes from, and what is said of a bad one."""

import json
import os
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.settings import FILE_NAME, Settings, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("DATELINE_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / FILE_NAME).write_text("results = 3\nthreads = 3\nfusion_k = 3\n")
    return tmp_path


def test_the_nearer_source_wins(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_RESULTS", "2")
    monkeypatch.setenv("DATELINE_THREADS", "2")
    settings, origins = load_settings(library=library, results=1)
    assert (settings.results, settings.threads, settings.fusion_k) == (1, 2, 3)
    assert settings.answer_sentences == Settings.model_fields["answer_sentences"].default
    assert origins["results"] == origins["library"] == "command line"
    assert origins["threads"] == "environment DATELINE_THREADS"
    assert origins["fusion_k"] == str(library / FILE_NAME)
    assert origins["answer_sentences"] == "default"
    assert set(origins) == set(Settings.model_fields)


def test_the_library_itself_may_come_from_the_environment(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_LIBRARY", str(library))
    settings, origins = load_settings()
    assert settings.library == library
    assert settings.results == 3
    assert origins["library"] == "environment DATELINE_LIBRARY"


def test_the_environment_in_lower_case_wins_over_the_file_too(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("dateline_results", "2")
    settings, origins = load_settings(library=library)
    assert settings.results == 2
    assert origins["results"].startswith("environment")


def test_none_is_not_given(library: Path) -> None:
    settings, origins = load_settings(library=library, results=None)
    assert settings.results == 3
    assert origins["results"] == str(library / FILE_NAME)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    settings, _ = load_settings(library=tmp_path / "none")
    assert settings.generator == "auto"


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("resluts = 3", ["no setting 'resluts'", FILE_NAME]),
        ("results = 'many'", ["'results'", "'many'", FILE_NAME]),
        ("results = 0", ["'results'", "0", FILE_NAME, "greater than or equal to 1"]),
        ("results = [", [FILE_NAME, "not a readable TOML file", "Mend or remove"]),
        ("[table]\nresults = 1", ["no setting 'table'"]),
        ("log_level = 'loud'", ["'log_level'", "'loud'"]),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str, parts: list[str]) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(UsageError) as error:
        load_settings(library=tmp_path)
    assert all(part in str(error.value) for part in parts), error.value


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=FILE_NAME):
        load_settings(library=tmp_path)


def test_a_bad_environment_and_a_bad_command_line_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"'threads' cannot be 0 \(from command line\)"):
        load_settings(library=tmp_path, threads=0)
    with pytest.raises(UsageError, match=r"no setting 'colour' \(from command line\)"):
        load_settings(library=tmp_path, colour="red")
    monkeypatch.setenv("DATELINE_THREADS", "all")
    with pytest.raises(UsageError, match=r"'threads' cannot be 'all' .*DATELINE_THREADS"):
        load_settings(library=tmp_path)


def test_a_secret_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_API_TOKEN", "hunter2-and-more-of-it")
    settings, _ = load_settings(library=tmp_path)
    assert settings.api_token is not None
    assert settings.api_token.get_secret_value() == "hunter2-and-more-of-it"
    assert settings.public()["api_token"] == "(set)"
    for shown in (repr(settings), str(settings), settings.model_dump_json(), settings.public()):
        assert "hunter2-and-more-of-it" not in str(shown)
    monkeypatch.delenv("DATELINE_API_TOKEN")
    assert load_settings(library=tmp_path)[0].public()["api_token"] is None
    (tmp_path / FILE_NAME).write_text("api_token = ['hunter2-and-more-of-it']")
    with pytest.raises(UsageError, match="api_token") as error:
        load_settings(library=tmp_path)
    assert "hunter2-and-more-of-it" not in str(error.value)
    assert "hunter2-and-more-of-it" not in str(error.value.__cause__)


def test_what_is_public_is_plain_json() -> None:
    values = Settings().public()
    assert set(values) == set(Settings.model_fields)
    assert json.loads(json.dumps(values)) == values


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values() if not field.repr)
