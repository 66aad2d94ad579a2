from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from ui.markup.environment import held, said

from .making import one, parsed, version
from .test_source import shown


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\t\n"), min_size=1)
)
def test_a_text_is_held_on_one_line_and_read_back_as_it_is(text: str) -> None:
    written = held(text)
    assert "\n" not in written
    assert html.fragment_fromstring(f"<p>{written}</p>").text_content() == text


def test_what_html_cannot_hold_is_replaced() -> None:
    assert held("a\x00\x1b\ud800b") == "a\ufffd\ufffd\ufffdb"


def test_short_texts_lose_what_would_reorder_the_line() -> None:
    root = parsed(f"<p>{said(chr(0x202E) + 'evil' + chr(0x2066))}</p>")
    assert root.text_content() == "evil"


def test_blank_lines_of_a_paragraph_are_kept() -> None:
    text = "One.\n\n\nTwo.\r\n\r\nThree."
    assert one(shown(version([text])), "framed").text_content() == text
