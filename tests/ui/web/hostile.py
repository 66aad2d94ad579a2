"""Articles of somebody who wants the page to run, load, link or say what is not ours."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import update

from rag.library.library import Library
from rag.library.schema import paragraphs, versions

SCRIPTS = (
    "<script>struck('script')</script>",
    "<img src=x onerror=struck('onerror')>",
    "<svg onload=struck('svg')><script>struck('svg script')</script></svg>",
    "</textarea><script>struck('textarea')</script>",
    "</style></title><script>struck('style')</script>",
    "<a href=\"javascript:struck('link')\">press here</a>",
    "\" onmouseover=\"struck('attribute')\" autofocus onfocus=\"struck('focus')",
    "<iframe srcdoc=\"<script>parent.struck('frame')</script>\"></iframe>",
    "--><form action=https://evil.example/><button>Sign in</button></form>",
)
TEMPLATES = (
    "${struck('template')}",
    "{{7*7}}",
    "{question.__class__}",
    "$$x^2$$",
    "{% print(7*7) %}",
)
MARKDOWN = (
    "![a picture](https://evil.example/beacon.png)",
    "[a link](https://evil.example/)",
    "<https://evil.example/>",
    "`code` *stress* **strong** # heading",
)
POISON = (*SCRIPTS, *TEMPLATES, *MARKDOWN)
BALLOONS = {
    name: " ".join(POISON[3 * number : 3 * number + 3])
    for number, name in enumerate(
        ("anemone", "dirigible", "gondola", "inflator", "mooring", "ornithopter")
    )
}
"""What is in the article about each, and in everything that the article says of itself."""

SEEN = {
    "anemone": "A farmer saw the anemone above the old river on Tuesday.",
    "dirigible": "Two sailors photographed the dirigible near their harbour at noon.",
    "gondola": "Some children followed the gondola along the railway for three hours.",
    "inflator": "The baker sold the inflator to a foreign collector in August.",
    "mooring": "Dock workers repaired the mooring with borrowed steel cables last week.",
    "ornithopter": "Monks painted the ornithopter in bright colours during the winter.",
}
"""What is asked about: a sentence that says nothing strange, so that it may be quoted."""

URLS = (
    "javascript:struck('url')",
    "data:text/html,<script>struck('data')</script>",
    "JaVaScRiPt://example.org/%0astruck('url')",
    "https://example.org/\"onmouseover=\"struck('url')",
    "https://example.org/<script>struck('url')</script>",
    "https://example.org/article",
)

LONGEST = 5 * 2**20
PERSIAN = "کشتی هوایی اصفهان روز سه‌شنبه دیده شد و کشاورز آن را به کسی نگفت."
HEBREW = "ספינת האוויר של חיפה נראתה ביום שלישי, והאיכר לא סיפר על כך לאיש."
ARABIC = "شوهدت السفينة الهوائية في بغداد يوم الثلاثاء ولم يخبر المزارع أحدا بذلك."
BRIEFING, SPEAKER = "Briefing on the captive balloon", "O'Onerror"
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"


def write_articles(folder: Path) -> None:
    """Write the articles into a folder, as files that can be added."""
    folder.mkdir()
    lines = [json.dumps(article, ensure_ascii=False) for article in _articles()]
    (folder / "hostile.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "long.txt").write_text(_long(), encoding="utf-8")


def _articles() -> Iterator[dict[str, Any]]:
    for number, (name, poison) in enumerate(BALLOONS.items()):
        yield _article(
            # Of an article with an address in its title no sentence would be quoted.
            f"The {name} {poison.replace('https:', '')}",
            [
                f"The pilot of the {name} {poison} slept.",
                SEEN[name],
            ],
            outlet=f"Gazette {poison}",
            author=f"A. Writer {poison}",
            url=URLS[number],
            kind="report",
            documents=[{"title": poison, "url": f"javascript:struck({number})"}],
        )
    for language, words in (("Persian", PERSIAN), ("Hebrew", HEBREW), ("Arabic", ARABIC)):
        yield _article(f"The {language} airship", [words], outlet=words[:20])
    yield _article(
        f"The {OVERRIDE}overriding airship",
        [f"The overriding airship {OVERRIDE}.derettup saw txet siht\u2066 over Shiraz."],
        outlet=f"{OVERRIDE}ettezaG",
    )
    yield _article(
        BRIEFING,
        [
            "MR. O'ONERROR: The captive balloon is ours.",
            "Q Will the captive balloon be returned to its owner?",
            "MR. O'ONERROR: The captive balloon will be returned.",
            "Q When will that be?",
            "MR. O'ONERROR: The captive balloon will be returned on Thursday.",
        ],
        kind="briefing",
    )


def plant(library: Library) -> None:
    """Put into a library what no article gets into it: a speaker and an address that do harm."""
    with library.transaction() as db:
        db.execute(
            update(paragraphs).where(paragraphs.c.speaker == SPEAKER).values(speaker=POISON[1])
        )
        db.execute(
            update(versions).where(versions.c.title == BRIEFING).values(url="javascript:struck(0)")
        )


def _article(title: str, paragraphs: Sequence[str], **more: Any) -> dict[str, Any]:
    return {"title": title, "text": "\n\n".join(paragraphs), "published": "2024-06-01"} | more


def _long() -> str:
    """One paragraph; its words are so long that it has few of them to embed."""
    word = "ballast" * 12
    count = LONGEST // (3 * len(word) + 13)
    rest = " ".join(f"{word.capitalize()}{n} {word}{n} {word}." for n in range(count))
    return f"The ballast of the lead airship was weighed twice. {rest}"
