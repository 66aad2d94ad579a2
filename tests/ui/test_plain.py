import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.plain import plain, shortened

ANY_TEXT = st.text(alphabet=st.characters())


@given(ANY_TEXT)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = plain(text)
    assert all(
        unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c in "\u200c\u200d"
        for c in shown
    )
    assert plain(shown) == shown
    assert len(shown) <= len(text)


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_can_be_read_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "]8;;https://evil.exampleclick]8;;"),
        ("\x9b31mred", "31mred"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u2066isolated\u2069", "isolated"),
        ("two\r\nlines\tand a tab", "two  lines and a tab"),
        ("می\u200cرود", "می\u200cرود"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("[bold]kept[/bold]", "[bold]kept[/bold]"),
    ],
)
def test_examples(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(), st.integers(2, 50))
def test_shortened_is_never_longer_than_asked(text: str, longest: int) -> None:
    cut = shortened(text, longest)
    assert len(cut) <= longest
    assert cut == text or cut.endswith("…")


def test_shortened_cuts_at_a_word() -> None:
    assert shortened("one two three four", 12) == "one two…"
