from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import NotInLibrary
from rag.library.rows import VersionText
from ui.markup import source
from ui.markup.source import source_html

from .making import (
    EXCHANGE,
    abstention,
    citation,
    every,
    exchange,
    one,
    parsed,
    reply,
    text_of,
    version,
)

# What the library can hold: `ingest.clean` leaves no control, line end or lone surrogate.
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"), min_size=1
)
TODAY = date(2026, 11, 22)
LINES = ("One.", "Two was said here.", "Three.")


def shown(given_version: VersionText, number: int = 1, **options: object) -> object:
    values: dict[str, object] = {
        "exact": None, "exchange": None, "citation": None, "newest": 1, "today": TODAY
    }  # fmt: skip
    return parsed(source_html(given_version, number=number, **(values | options)))  # type: ignore[arg-type]


def test_the_paragraph_is_framed_and_the_exact_words_are_marked() -> None:
    root = shown(version(LINES), 2, exact=(14, 18))
    framed = one(root, "framed")
    assert (framed.get("id"), framed.text_content()) == ("p-2", LINES[1])
    assert [mark.text_content() for mark in root.iter("mark")] == ["said"]
    assert [p.text_content() for p in every(root, "paragraph")] == list(LINES)
    assert [n.get("href") for n in every(root, "number")][
        1
    ] == "/articles/a/versions/1/paragraphs/2"


@pytest.mark.parametrize(
    ("answer", "strong"),
    [((10, 13), ["was"]), ((6, 24), ["Two was said here."]), ((5, 9), []), ((22, 26), []),
     (None, []), ((9, 9), [])],
)  # fmt: skip
def test_the_exact_answer_is_strong_inside_the_exact_words(
    answer: tuple[int, int] | None, strong: list[str]
) -> None:
    root = shown(version(LINES), 2, exact=(6, 24), answer=answer)
    (mark,) = root.iter("mark")
    assert mark.text_content() == LINES[1]
    assert [element.text for element in mark.iter("strong")] == strong


def test_exact_words_may_span_paragraphs() -> None:
    root = shown(version(LINES), 2, exact=(19, 31))
    assert [mark.text_content() for mark in root.iter("mark")] == ["here.", "Three"]
    assert len(every(root, "framed")) == 1


@given(st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_what_is_framed_is_the_paragraph_whatever_stands_in_it(
    texts: list[str], data: st.DataObject
) -> None:
    made = version(texts)
    number = data.draw(st.integers(1, len(texts)))
    paragraph = made.paragraph(number)
    start = data.draw(st.integers(paragraph.start, paragraph.end - 1))
    end = data.draw(st.integers(start + 1, paragraph.end))
    root = shown(made, number, exact=(start, end))
    assert one(root, "framed").text_content() == made.slice(paragraph)
    assert [mark.text_content() for mark in root.iter("mark")] == [made.text[start:end]]


@given(st.text(max_size=40))
def test_nothing_told_of_an_article_becomes_markup(text: str) -> None:
    made = version(
        [f"x{text}"], speakers=[text], title=text, author=text, outlet=text, kind=text,
        url=f"http://{text}", source=text, published=text, added_at=text,
        extra={
            "event_dates": [text], "based_on": [text, {"title": text, "url": text, "date": text}]
        },
    )  # fmt: skip
    shown(made, newest=2, exchange=exchange(), citation=1)


def test_hostile_text_is_shown_as_text() -> None:
    script = "</p></textarea><script>alert(1)</script>"
    root = shown(version([script], title=script, url=f"https://example.org/{script}"))
    assert one(root, "framed").text_content() == script
    assert one(root, "title").text_content() == script
    assert script in one(root, "copy-text").text_content()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "http://[", "/etc"]
)
def test_what_is_no_web_address_is_not_linked(url: str) -> None:
    root = shown(version(LINES, url=url))
    assert not every(root, "outward")
    assert "".join(url.split()) in "".join(text_of(one(root, "unlinked")).split())


def test_the_original_opens_at_the_passage() -> None:
    root = shown(version(LINES, url="https://example.org/a"), 2, exact=(14, 18))
    assert one(root, "outward").get("href") == (
        "https://example.org/a#:~:text=Two%20was-,said,-here."
    )
    assert text_of(one(root, "host")) == "(example.org)"


def test_who_when_and_which_version() -> None:
    made = version(
        LINES, speakers=["John Kirby", "John Kirby", None], author="A. Writer",
        extra={"event_dates": ["2024-04-13", "2024-04-14", "not a day", 7]},
    )  # fmt: skip
    root = shown(made, 2, newest=3)
    told = [text_of(line) for line in every(root, "meta")]
    assert told == [
        "Published 2 October 2024 · An outlet · A. Writer · report",
        "Tells of events on 13 April 2024, 14 April 2024",
        "Paragraph 2 of 3 · spoken by John Kirby · Version 1 of 3, added 5 January 2026",
    ]
    assert [text_of(name) for name in every(root, "speaker")] == ["John Kirby"] * 2
    (changed,) = one(root, "changed").iter("a")
    assert changed.get("href") == "/articles/a/changes?from=1&to=3"
    assert not every(root, "removed")


def test_an_article_that_was_removed_says_so() -> None:
    root = shown(version(LINES, removed=True))
    assert text_of(one(root, "removed")) == "This article was removed from the answers."


def test_previous_and_next_citation() -> None:
    asked = exchange(reply(citations=[citation(n) for n in (1, 2, 4)]))
    root = shown(version(LINES), exchange=asked, citation=2)
    assert one(root, "previous").get("href") == f"/answers/{EXCHANGE}/citations/1"
    assert one(root, "next").get("href") == f"/answers/{EXCHANGE}/citations/4"
    assert text_of(one(root, "told")) == "Citation 2 of 3"
    assert one(root, "permalink").get("href") == f"/answers/{EXCHANGE}/citations/2"
    near = shown(version(LINES), exchange=exchange(abstention()), citation=1, nearest=True)
    assert not every(near, "previous")
    assert one(near, "next").get("href") == f"/answers/{EXCHANGE}/nearest/2"
    assert text_of(one(near, "told")) == "Nearest paragraph 1 of 2"


def test_the_citation_to_copy_has_all_that_a_reference_needs() -> None:
    made = version(LINES, speakers=[None, "Kirby", None], author="A. Writer")
    root = shown(made, 2, exact=(6, 18), base="https://example.org")
    assert one(root, "copy-text").text_content() == (
        "“Two was said” (Kirby)\n"
        "A title, A. Writer, An outlet, 2 October 2024, paragraph 2.\n"
        "https://example.org/articles/a/versions/1/paragraphs/2\n"
        "Version 1, accessed 22 November 2026."
    )
    linked = shown(version(LINES, url="https://example.org/a"), 2, exact=(6, 9))
    assert "https://example.org/a#:~:text=Two" in one(linked, "copy-text").text_content()


def test_a_huge_paragraph_is_cut_around_the_words() -> None:
    long = "a" * 2_000_000 + "WORDS" + "b" * 3_000_000
    root = shown(version([long]), exact=(2_000_000, 2_000_005))
    assert len(one(root, "framed").text_content()) == source.PARAGRAPH_CHARACTERS + 2
    assert [mark.text_content() for mark in root.iter("mark")] == ["WORDS"]
    assert "5,000,005 characters" in text_of(one(root, "cut"))
    assert len(str(source_html(
        version([long]), number=1, exact=None, exchange=None, citation=None, newest=1
    ))) < 60_000  # fmt: skip


def test_a_long_article_is_shown_around_the_paragraph() -> None:
    made = version([f"Paragraph {n}." for n in range(1, 2001)])
    root = shown(made, 1000)
    numbers = [int(n.text_content()) for n in every(root, "number")]
    assert numbers == list(range(numbers[0], numbers[0] + source.PARAGRAPHS))
    assert abs(sum(numbers) / len(numbers) - 1000) < 2
    earlier, later = (link.get("href") for more in every(root, "more") for link in more.iter("a"))
    assert earlier.endswith(f"/paragraphs/{numbers[0] - 1}")
    assert later.endswith(f"/paragraphs/{numbers[-1] + 1}")
    first, last = shown(made, 1), shown(made, 2000)
    assert len(every(first, "more")) == len(every(last, "more")) == 1
    assert len(every(first, "row")) == len(every(last, "row")) == source.PARAGRAPHS


def test_many_long_paragraphs_stay_within_the_bound() -> None:
    made = version(["x" * 30_000] * 400)
    root = shown(made, 200)
    assert len(every(root, "row")) == source.CHARACTERS // source.PARAGRAPH_CHARACTERS


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_paragraph_that_is_not_there(number: int) -> None:
    with pytest.raises(NotInLibrary):
        shown(version(LINES), number)


@pytest.mark.parametrize("text", ["نیم‌روز گفت: «تمام شد.»", "הדובר אמר: ״לא״.", "قال (1): «لا»"])
def test_right_to_left_paragraphs_run_their_own_way(text: str) -> None:
    root = shown(version([text], title=text))
    framed = one(root, "framed")
    assert (framed.get("dir"), framed.text_content()) == ("auto", text)
    assert one(root, "title").get("dir") == "auto"


def test_a_page_without_scripts_opens_at_the_paragraph() -> None:
    assert one(shown(version(LINES), 3, alone=True), "framed").get("autofocus") is not None
    assert one(shown(version(LINES), 3), "framed").get("autofocus") is None


def test_the_documents_behind_an_article_are_told_and_linked_if_they_can_be() -> None:
    documents = [
        {"title": "Letter", "publisher": "UN", "date": "2024-04-13", "url": "https://un.org/x"},
        {"title": "Other", "url": "javascript:alert(1)"},
        "A third",
        {"title": 7},
    ]
    root = shown(version(LINES, extra={"based_on": documents}))
    lines = list(one(root, "made-from").iter("li"))
    assert [text_of(line) for line in lines] == ["Letter, UN, 13 April 2024", "Other", "A third"]
    assert [a.get("href") for line in lines for a in line.iter("a")] == ["https://un.org/x"]
