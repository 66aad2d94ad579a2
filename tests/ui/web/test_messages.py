import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.web.messages import as_typed, question_message


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), min_size=1))
def test_a_question_comes_back_from_the_chat_as_it_was_typed(question: str) -> None:
    shown = question_message(question)["content"]
    assert as_typed(shown) == question.strip()


def test_markdown_and_html_of_a_question_are_escaped() -> None:
    shown = question_message("1. Is *this* <b>bold</b> [now](http://a.example)?\n- so")["content"]
    assert shown == (r"1\. Is \*this\* \<b\>bold\</b\> \[now\](http\://a.example)?" "\n" r"\- so")


@pytest.mark.parametrize(
    "typed",
    ["https://evil.example/>x", "HTTPS://evil.example", "WWW.evil.example", "a@evil.example"],
)
def test_an_address_that_was_typed_is_no_link(typed: str) -> None:
    content = question_message(typed)["content"]
    assert not re.search(r"[^\\]://|www\.|[^\\]@", content, re.IGNORECASE)
    assert as_typed(content) == typed
