"""Replies, versions and exchanges as the tests want them, and HTML taken apart."""

from collections.abc import Sequence

from lxml import html
from markupsafe import Markup

from rag.library.records import Paragraph
from rag.library.rows import VersionInfo, VersionText
from rag.reply import Citation, Highlight, LibraryState, Reply, Sentence, Timings
from ui.store.records import Asked, Exchange

EXCHANGE = "0123456789abcdef" * 2

# What Gradio's chat lets through, as far as our templates use it.
TAGS = {
    "a", "article", "bdi", "blockquote", "dd", "del", "details", "div", "dl", "dt", "h1", "h2",
    "header", "ins", "li", "mark", "ol", "p", "s", "section", "span", "strong", "summary",
    "textarea", "time", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "aria-label", "autofocus", "class", "cols", "datetime", "dir", "href", "id", "readonly", "rel",
    "rows", "tabindex", "target", "title", "value",
}  # fmt: skip


def citation(n: int = 1, **changes: object) -> Citation:
    values: dict[str, object] = {
        "n": n, "article_id": "a", "version": 1, "paragraph": 8, "paragraphs": [8], "start": 0,
        "end": 5, "quote": "Quote", "text": "Quote and more", "prefix": "", "suffix": " and",
        "title": "A title", "outlet": "An outlet", "published": "2024-10-02T10:00:00",
        "speaker": None, "source": "a.md",
    }  # fmt: skip
    return Citation.model_validate(values | changes)


def pointing(quote: str, words: str, **changes: object) -> Citation:
    """A citation of a whole paragraph, its exact answer these words of it."""
    start = quote.index(words)
    values: dict[str, object] = {
        "quote": quote, "text": quote, "start": 0, "end": len(quote), "suffix": "",
        "highlight": Highlight(start=start, end=start + len(words), text=words),
    }  # fmt: skip
    return citation(**(values | changes))  # type: ignore[arg-type]


def sentence(text: str = "He did.", *numbers: int, support: str = "supported") -> Sentence:
    return Sentence.model_validate(
        {"text": text, "citations": list(numbers), "support": support, "score": 1.0}
    )


def reply(**changes: object) -> Reply:
    values: dict[str, object] = {
        "id": "1", "question": "Who?", "standalone_question": "Who?", "status": "answered",
        "answer": "He did. [1]", "sentences": [sentence("He did.", 1)],
        "citations": [citation()], "confidence": 0.6, "generator": "extractive",
        "library": LibraryState(articles=1, paragraphs=1230, revision="r"),
        "timings_ms": Timings(total=640),
    }  # fmt: skip
    return Reply.model_validate(values | changes)


def abstention(**changes: object) -> Reply:
    return reply(
        **{
            "status": "abstained", "answer": "The articles do not.", "sentences": [],
            "citations": [], "nearest": [citation(1), citation(2)],
            "missing": ["no paragraph found mentions “pizza”"],
        }
        | changes
    )  # fmt: skip


def exchange(given: Reply | None = None) -> Exchange:
    return Exchange(EXCHANGE, "c", "2026-11-22T10:00:00+00:00", Asked(), given or reply())


def version(
    texts: Sequence[str], *, speakers: Sequence[str | None] = (), **changes: object
) -> VersionText:
    paragraphs, start = [], 0
    for number, text in enumerate(texts, start=1):
        speaker = speakers[number - 1] if speakers else None
        paragraphs.append(Paragraph(number, start, start + len(text), speaker))
        start += len(text) + 2
    values: dict[str, object] = {
        "row": 1, "article_row": 1, "article_id": "a", "key": "a", "root": None, "number": 1,
        "current": True, "removed": False, "sha256": "0", "source": "a.md", "title": "A title",
        "author": None, "outlet": "An outlet", "kind": "report", "url": None,
        "published": "2024-10-02", "added_at": "2026-01-05T00:00:00", "story": None,
        "paragraphs": len(texts),
    }  # fmt: skip
    info = VersionInfo(**(values | changes))  # type: ignore[arg-type]
    return VersionText(info, "\n\n".join(texts), tuple(paragraphs))


def parsed(markup: Markup | str) -> html.HtmlElement:
    """Take a fragment apart, having looked at what holds for every one."""
    lines = markup.split("\n")
    assert all(line.strip() for line in lines), "a blank line ends a block of HTML in Markdown"
    root = html.fragment_fromstring(str(markup), create_parent="main")
    for element in root.iterdescendants():
        assert element.tag in TAGS, element.tag
        assert set(element.attrib) <= ATTRIBUTES, element.attrib
        if element.tag == "a":
            address = element.get("href")
            assert address.startswith(("/", "#", "https://", "http://")), address
            if address.startswith("http"):
                assert element.get("rel") == "noopener noreferrer nofollow ugc"
                assert element.get("target") == "_blank"
    return root


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def one(root: html.HtmlElement, selector: str) -> html.HtmlElement:
    """Return the one element that a selector, by class names, finds."""
    (found,) = every(root, selector)
    return found


def every(root: html.HtmlElement, name: str) -> list[html.HtmlElement]:
    return root.xpath(f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
