from ui.markup.quoted import quoted_html

from .making import citation, every, one, parsed, pointing, text_of


def test_the_cited_words_are_marked_in_the_whole_paragraph() -> None:
    text = "He did it. He did it. Then he left."
    second = citation(
        text=text, quote="He did it.", prefix="before.\n\nHe did it. ", suffix=" Then", n=3,
        url="https://example.org/x",
    )  # fmt: skip
    root = parsed(quoted_html([second], ["/answers/x/citations/3"], "Sources"))
    (paragraph,) = every(root, "paragraph")
    assert paragraph.text_content() == text
    (mark,) = paragraph.iter("mark")
    assert (paragraph.text, mark.text, mark.tail) == ("He did it. ", "He did it.", " Then he left.")
    assert one(root, "source-link").get("href") == "/answers/x/citations/3"
    assert one(root, "outward").get("href") == "https://example.org/x"


def test_the_exact_answer_is_strong_inside_the_mark() -> None:
    text = "Six <b>left</b>. Six <b>left</b>, he said."
    cited = pointing("Six <b>left</b>, he said.", "<b>left", text=text, prefix="Six <b>left</b>. ")
    root = parsed(quoted_html([cited], ["/x"], "Sources"))
    (paragraph,) = every(root, "paragraph")
    assert paragraph.text_content() == text
    (mark,) = paragraph.iter("mark")
    assert mark.text_content() == "Six <b>left</b>, he said."
    (strong,) = mark
    assert (strong.tag, strong.get("class"), strong.text) == ("strong", "exact", "<b>left")
    assert (mark.text, strong.tail) == ("Six ", "</b>, he said.")


def test_without_the_quotation_in_it_nothing_is_marked() -> None:
    root = parsed(
        quoted_html([citation(quote="Other", deep_link="javascript:x")], ["/x"], "Sources")
    )
    assert not list(root.iter("mark"))
    assert not every(root, "outward")
    assert "Quote and more" in text_of(root)
