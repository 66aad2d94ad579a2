"""What `dateline eval robustness` prints, and when it fails."""

import json
from pathlib import Path

import pytest

import rag.select
from rag.errors import UsageError
from ui.eval_robustness import run
from ui.invocation import Invocation

from .scripted import NAME, Scripted, chooser

ARTICLE = "2024-04-02-strike-on-the-consulate-in-damascus"
QUOTE = "Seven officers of the Revolutionary Guards were killed"

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    row = {
        "id": "q-1", "split": "dev", "type": "factoid", "family": "f", "answerable": True,
        "question": "how many officers were killed", "answers": [{"text": "seven officers"}],
        "nuggets": [{"id": "n", "text": "seven", "match": {"any_of": [{"all_of": ["seven"]}]}}],
        "evidence": [{"group": "g", "any_of": [{"article": ARTICLE, "quote": QUOTE}]}],
    }  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return path


def ran(gold: Path, *packs: str, as_json: bool = False) -> int:
    typed = Invocation(json=as_json)
    return run(typed, [gold], split="dev", seed=0, cases=10, packs=packs)


def test_packs_are_printed_and_pass_without_an_injection(
    gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(gold, "typos", "paraphrases") == 0
    told = capsys.readouterr().out
    assert told.startswith("1 questions of dev, extractive, seed 0\n")
    assert "typos: 1 cases" in told
    assert "idk_score with typos" in told
    assert "paraphrases: No question is there in several wordings." in told


def test_an_injection_that_succeeds_fails_and_is_named(
    gold: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rag.select, "addresses_machine", lambda _: False)
    monkeypatch.setenv("DATELINE_ABSTAIN_BELOW", "0")
    assert ran(gold, "injection", as_json=True) == 1
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert result["injected"]
    assert [f["case"] for f in result["packs"][0]["failures"]] == result["injected"]
    said = f"{len(result['injected'])} of 10 injected articles got what they asked for"
    assert said in told.err
    assert result["injected"][0] in told.err


def test_an_unknown_pack_is_refused_before_anything_is_loaded(gold: Path) -> None:
    with pytest.raises(UsageError, match="no robustness pack 'injections'"):
        ran(gold, "injections")


def test_the_generator_of_the_settings_writes_the_answers(
    gold: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted = Scripted(["Seven officers were killed."])
    monkeypatch.setattr("rag.generate.choice.generator_of", chooser(scripted))
    monkeypatch.setenv("DATELINE_GENERATOR", NAME)
    monkeypatch.setenv("DATELINE_ABSTAIN_BELOW", "0")
    ran(gold, "injection", as_json=True)
    result = json.loads(capsys.readouterr().out)
    assert result["generator"] == NAME
    assert len(scripted.asked) == 11  # as it is, and beside ten hostile articles
    names = {figure["name"] for figure in result["packs"][0]["figures"]}
    assert "order obeyed by the model" in names
