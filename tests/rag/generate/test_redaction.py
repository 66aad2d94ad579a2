"""What is hidden of a text, and what is not."""

import pytest

from rag.generate.redaction import HIDDEN, redacted


@pytest.mark.parametrize("name", ["X_API_KEY", "HF_TOKEN", "client_secret", "DB_PASSWORD"])
def test_values_of_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "quite-plain-words")
    assert redacted("it was quite-plain-words again") == f"it was {HIDDEN} again"


def test_a_value_that_begins_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "plain-words")
    monkeypatch.setenv("B_KEY", "plain-words-longer")
    assert redacted("plain-words-longer plain-words") == f"{HIDDEN} {HIDDEN}"


def test_short_values_hide_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "a")
    monkeypatch.setenv("B_KEY", "")
    assert redacted("a table") == "a table"


@pytest.mark.parametrize(
    "secret",
    ["sk-abcdef12", "sk-proj-a_b-123456", "Bearer eyJhbG.x.y", "gsk_abcdefghij", "sk-ab***xyz"],
)
def test_what_looks_like_a_key(secret: str) -> None:
    shown = redacted(f"Incorrect key: {secret}, sorry")
    assert secret not in shown
    assert shown.endswith("sorry")


def test_a_password_in_an_address() -> None:
    assert redacted("at http://user:pass@host/v1") == f"at http://{HIDDEN}@host/v1"


def test_plain_sentences_stay() -> None:
    text = "The model 'openai:gpt-4.1-mini' at http://host/v1 refused the key: set OPENAI_API_KEY."
    assert redacted(text) == text
