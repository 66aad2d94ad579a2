"""`doctor` as a command; what it looks at is tested with rag.doctor."""

import json
from pathlib import Path

import pytest

from tests.ui.conftest import Dateline


def checks(text: str) -> dict[str, str]:
    return {check["name"]: check["state"] for check in json.loads(text)["checks"]}


def test_a_healthy_library(dateline: Dateline, filled: Path) -> None:
    told = dateline("doctor")
    assert told.code == 0, told.out
    assert "BAD" not in told.out
    assert f"library                  {filled}  (environment DATELINE_LIBRARY)" in told.out


def test_json_has_settings_checks_and_the_verdict(
    dateline: Dateline, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_API_TOKEN", "hunter2-and-more-of-it")
    told = dateline("--library", str(filled), "doctor", "--json")
    report = json.loads(told.out)
    assert report["healthy"] is True
    assert report["settings"]["library"]["origin"] == "command line"
    assert report["settings"]["api_token"]["value"] == "(set)"
    assert "hunter2-and-more-of-it" not in told.out
    assert checks(told.out)["vector index"] == "ok"


def test_no_library_is_no_fault(dateline: Dateline) -> None:
    told = dateline("doctor", "--json")
    assert told.code == 0
    assert checks(told.out)["library"] == "warn"


def test_a_damaged_index_is_told_and_repaired(dateline: Dateline, filled: Path) -> None:
    for path in (filled / "chroma").rglob("*.bin"):
        path.write_bytes(b"\0" * 100)
    told = dateline("doctor", "--json")
    assert told.code == 1
    assert checks(told.out)["vector index"] == "bad"
    assert "BAD" in dateline("doctor").out
    told = dateline("doctor", "--repair", "--json")
    assert told.code == 0
    assert set(checks(told.out).values()) == {"ok"}
    assert "made anew" in told.err
    assert dateline("doctor").code == 0


def test_reembedding_gives_the_library_another_model(
    dateline: Dateline, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(self: object) -> None:
        self.identity, self.dimension, self.window = "other-8", 8, 64  # type: ignore[attr-defined]

    monkeypatch.setattr("rag.models.hashing.HashingEmbedder.__init__", other)
    monkeypatch.setattr("rag.models.load.identity_of", lambda _: "other-8")
    monkeypatch.setattr("rag.doctor.identity_of", lambda _: "other-8")
    assert dateline("ask", "What was destroyed?").code == 1
    assert dateline("doctor", "--json").code == 1
    told = dateline("doctor", "--reembed", "--json")
    assert told.code == 0, told.out
    assert told.err == "3 articles have been embedded again with other-8.\n"
    assert dateline("ask", "What destroyed the consular building in Damascus?").code == 0


def test_repair_and_reembed_are_not_given_together(dateline: Dateline, filled: Path) -> None:
    assert dateline("doctor", "--repair", "--reembed").code == 2


def test_repair_without_a_library(dateline: Dateline) -> None:
    told = dateline("doctor", "--repair")
    assert told.code == 1
    assert "There is no library" in told.err
