"""Conversations to export, with texts that would break out of a file if they could."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from evals.report.visible import one_line
from rag.reply import Citation, Conflict, LibraryState, Position, Reply, Sentence, Timings
from ui.export.formats import export
from ui.store.records import Asked, Conversation, Exchange

ACCESSED = date(2026, 11, 23)
ASKED_AT = "2026-11-22T09:58:01+00:00"
URL = "https://example.org/briefing"
PERSIAN = "رهبر گفت که می‌خواهیم صلح باشد"
HEBREW = "ראש הממשלה אמר"

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<javascript:alert(1)>",
    "javascript:alert(1)",
    "javascript:alert(1) 'title'",
    "https://evil.example/a",
    "//evil.example www.evil.example evil.example me@evil.example",
    "```\ncode\n```",
    "~~~",
    "# heading",
    "> quoted",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "===",
    "---",
    "* * *",
    "| a | b |\n| - | - |",
    "[^1-1]: https://evil.example",
    "[^1-1]",
    "[x]: https://evil.example",
    "&lt;b&gt; &#x202e; &amp;",
    "`code` **bold** _it_ ~~gone~~ $x$ \\",
    "</style></bdi></article><script>",
    "{{ 7*7 }} {% raw %} ${7} {question.__class__}",
    "{", "}", "}}\n@online{evil, url = {https://evil.example}}", "@string{a = {b}}",
    "50% #1 & A_B^c~d",
    "\\input{/etc/passwd} \\\\ \\textbf{x}",
    "{:URL: https://evil.example} {:type: book}",
    "\u202egnp.exe \u2066x\u2069 \u2069 \U000e0041 \x1b[31m \0 \u200b",
    "=1+1", "+1", "-1", "@x", "\tx",
    PERSIAN,
    HEBREW,
    "",
    " ",
)  # fmt: skip

hostile = st.sampled_from(HOSTILE) | st.lists(
    st.sampled_from([*HOSTILE, "\n", "\n\n", " ", "\\", "a", "]", "(", "    "]), max_size=5
).map("".join)
"""Hostile pieces, alone and together."""

many = settings(deadline=None, max_examples=60)

anything = hostile | st.text(max_size=40)


def cited(n: int = 1, **changed: Any) -> Citation:
    quote = changed.get("quote", "The attack failed.")
    given: dict[str, Any] = {
        "n": n, "article_id": "2024-04-15-briefing", "version": 1, "paragraph": 3,
        "paragraphs": [changed.get("paragraph", 3)], "start": 100 * n, "end": 100 * n + len(quote),
        "quote": quote, "text": f"{quote} It did.", "prefix": "", "suffix": " It did.",
        "title": "Press briefing", "outlet": "The White House", "speaker": "John Kirby",
        "published": "2024-04-15", "url": URL,
        "deep_link": f"{URL}#:~:text=The%20attack%20failed.,-It%20did.",
        "source": "/home/somebody/notes/briefing.md",
    }  # fmt: skip
    return Citation.model_validate(given | changed)


def reply(**changed: Any) -> Reply:
    citations = changed.setdefault("citations", [cited()])
    sentence = Sentence(
        text="The attack failed.", citations=[c.n for c in citations], support="supported", score=1
    )
    given: dict[str, Any] = {
        "id": "1", "question": "Did it fail?", "standalone_question": "Did it fail?",
        "status": "answered", "answer": "The attack failed. [1]", "sentences": [sentence],
        "confidence": 0.9, "generator": "extractive",
        "library": LibraryState(articles=3, paragraphs=9, revision="r"), "timings_ms": Timings(),
    }  # fmt: skip
    given["standalone_question"] = changed.get("question", given["question"])
    return Reply.model_validate(given | changed)


def abstained(**changed: Any) -> Reply:
    given: dict[str, Any] = {
        "status": "abstained", "answer": "The articles do not answer that.", "sentences": [],
        "citations": [], "nearest": [cited()], "missing": ["no paragraph mentions “cup”"],
    }  # fmt: skip
    return reply(**given | changed)


def disputed() -> Reply:
    positions = [
        Position(party="Iran", claim="Half of them arrived.", citations=[1]),
        Position(party="Israel", claim="Nearly all were shot down.", citations=[2]),
    ]
    return reply(
        citations=[cited(1), cited(2, article_id="other", title="Another account")],
        conflicts=[Conflict(topic="how many arrived", positions=positions)],
    )


def hostile_reply(text: str) -> Reply:
    """A reply that has a text everywhere where others could have put it."""
    place: dict[str, Any] = {
        "quote": text, "text": f"{text} and more", "title": text, "author": text, "outlet": text,
        "speaker": text, "article_id": text, "source": text, "published": text, "url": text,
        "deep_link": text,
    }  # fmt: skip
    sentence = Sentence(text=text, citations=[1, 7], support="partial", score=0.5)
    draft = Sentence(text=text, citations=[], support="unsupported", score=0)
    conflict = Conflict(topic=text, positions=[Position(party=text, claim=text, citations=[1])])
    return reply(
        question=text, standalone_question=f"{text} then", answer=text, missing=[text],
        sentences=[sentence, draft], conflicts=[conflict], notice=text, generator=text,
        citations=[cited(**place)], nearest=[cited(**place)], as_of=text, withheld=2,
    )  # fmt: skip


def exchange(answer: Reply, number: int = 1, **changed: Any) -> Exchange:
    given: dict[str, Any] = {
        "id": f"{number:032x}", "conversation": "c", "asked_at": ASKED_AT, "asked": Asked(),
    }  # fmt: skip
    return Exchange(**given | changed, reply=answer)


def conversation(title: str = "The attack") -> Conversation:
    return Conversation("c" * 32, title, ASKED_AT, ASKED_AT)


def written(
    format_: str,
    *replies: Reply,
    title: str = "The attack",
    exchanges: Sequence[Exchange] | None = None,
    base_url: str | None = "http://127.0.0.1:7860/",
) -> str:
    """Return the text of an export."""
    if exchanges is None:
        exchanges = [exchange(one, number) for number, one in enumerate(replies, start=1)]
    file = export(conversation(title), exchanges, format_, accessed=ACCESSED, base_url=base_url)
    return file.content.decode("utf-8")


def shown(text: str) -> str:
    """Return a text as a file for people shows it: on one line, nothing hidden in it."""
    return one_line(text)
