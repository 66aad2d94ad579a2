"""HTML: the article's text by trafilatura, its metadata by trafilatura and htmldate."""

import json
import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from ingest.clean import normalise
from ingest.dates import published_date
from ingest.document import Block, RawArticle
from ingest.readers.blocks import paragraphs_of
from ingest.readers.fields import Fields, file_title
from ingest.readers.hidden import parse_page, remove_hidden
from rag.errors import ReadError

_PUBLISHED_META = (
    "article:published_time og:published_time datepublished date dc.date dc.date.issued "
    "dcterms.date dcterms.issued pubdate publishdate publish_date publication_date parsely-pub- "
    "date sailthru.date citation_publication_date article.published "
    "cxenseparse:recs:publishtime"
)
_PUBLISHED_NAMES = frozenset(_PUBLISHED_META.split())
ISO_DAY = 10
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*("(?:[^"\\]|\\.){4,60}")')


def read_html(page: str, *, source: str, url: str | None = None) -> RawArticle:
    """Read a web page; `url` is where it was fetched from.

    Hidden text never reaches the article. Raises `ReadError` for a page without article text and
    for one nested so deep that its text could only be read in part.
    """
    if not page.strip():
        raise ReadError(f"{source!r} is an empty page; check that it was saved or fetched whole.")
    tree = _tree(page, source)
    fields = Fields()
    _offer_metadata(fields, tree, url)
    shown = deepcopy(tree)
    remove_hidden(shown)
    _offer_text_date(fields, shown, url)
    paragraphs = _paragraphs(shown)
    if not paragraphs:
        raise ReadError(
            f"No article text was found in {source!r}; save the article, not a list of links."
        )
    heading = shown.find(".//h1")
    if heading is not None:
        fields.offer("title", heading.text_content(), "heading")
    fields.offer("title", file_title(url or source), "file name")
    if normalise(paragraphs[0]) == fields.get("title") and len(paragraphs) > 1:
        paragraphs = paragraphs[1:]
    blocks = tuple(Block(paragraph) for paragraph in paragraphs)
    return RawArticle(source, "html", blocks, fields.metadata(), fields.found)


def _tree(page: str, source: str) -> HtmlElement:
    try:
        tree = parse_page(page)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"{source!r} cannot be parsed as HTML ({error}); save it again.") from error
    if tree is None:
        raise ReadError(
            f"{source!r} is nested too deep to be read in full; save the article as plain text."
        )
    return tree


def _paragraphs(tree: HtmlElement) -> list[str]:
    from trafilatura import bare_extraction  # heavy: 0.5 s

    document: Any = bare_extraction(
        tree, include_comments=False, include_tables=True, with_metadata=False
    )
    if document is None:
        return []
    return paragraphs_of(document.body)


def _offer_metadata(fields: Fields, tree: HtmlElement, url: str | None) -> None:
    from trafilatura.metadata import extract_metadata

    language = tree.get("lang") or tree.get("xml:lang")
    canonical = _canonical(tree, url)
    fields.offer("url", canonical, "canonical link")
    fields.offer("url", url, "address")
    _offer_marked_date(fields, tree)
    # The date is looked for below with other settings: the fast search is enough here.
    known: Any = extract_metadata(
        deepcopy(tree), default_url=url, date_config={"extensive_search": False}
    )
    marked = {normalise(value) for _, value in _meta(tree)}
    for field, value in (
        ("title", known.title),
        ("author", known.author),
        ("outlet", known.sitename),
        ("kind", known.pagetype),
    ):
        if value:
            where = "meta tag" if normalise(str(value)) in marked else "page"
            fields.offer(field, _author_names(value) if field == "author" else value, where)
    fields.offer("language", language, "lang attribute")
    fields.offer("language", dict(_meta(tree)).get("og:locale"), "meta tag")
    fields.offer_extra("description", known.description)
    fields.offer_extra("tags", [*(known.tags or []), *(known.categories or [])])


def _author_names(value: str) -> str:
    return ", ".join(name.strip() for name in value.split(";") if name.strip())


def _meta(tree: HtmlElement) -> list[tuple[str, str]]:
    return [
        (
            (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold(),
            content,
        )
        for meta in tree.iter("meta")
        if (content := meta.get("content"))
    ]


def _canonical(tree: HtmlElement, url: str | None) -> str | None:
    """The canonical link, or og:url, if it lies on the host that the page came from."""
    links = [
        link.get("href")
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").casefold().split()
    ]
    for link in [*links, dict(_meta(tree)).get("og:url")]:
        try:
            address: str = urljoin(url or "", (link or "").strip())
            if _is_address(address) and (url is None or _same_site(address, url)):
                return address
        except ValueError:
            continue
    return None


def _is_address(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _same_site(one: str, other: str) -> bool:
    """Whether one host is the other or a part of it, so that no page can pose as another site."""
    first, second = (
        re.sub(r"^(?:www|m|amp|mobile)\.", "", urlsplit(address).hostname or "")
        for address in (one, other)
    )
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _offer_marked_date(fields: Fields, tree: HtmlElement) -> None:
    """Offer the date of publication from meta tags and JSON-LD; a date-time before a date."""
    named = [published_date(value) for name, value in _meta(tree) if name in _PUBLISHED_NAMES]
    times = [
        published_date(time.get("datetime"))
        for time in tree.iter("time")
        if "datepublished" in (time.get("itemprop") or "").casefold()
    ]
    stated = [date for date in [*named, *_json_ld_dates(tree), *times] if date]
    stated.sort(key=lambda date: "T" not in date)
    if stated:
        fields.offer(
            "published", stated[0], "meta tag" if stated[0] in named else "structured data"
        )


def _json_ld_dates(tree: HtmlElement) -> list[str | None]:
    dates: list[str | None] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").casefold():
            for match in _JSON_LD_DATE.finditer(script.text or ""):
                try:
                    dates.append(published_date(json.loads(match[1])))
                except ValueError:
                    continue
    return dates[:1]


def _article_times(shown: HtmlElement) -> frozenset[str]:
    """The days in time elements of the article itself, not those of the page around it."""
    times = shown.xpath("//article//time/@datetime | //main//time/@datetime")
    days = (published_date(str(time)) for time in times)
    return frozenset(day[:ISO_DAY] for day in days if day)


def _offer_text_date(fields: Fields, shown: HtmlElement, url: str | None) -> None:
    """Ask htmldate: first the markup and the address, then, with less trust, the text.

    From the text, today's date (which pages print at their head) and the first of January (what
    htmldate makes of a mere year) are no date of publication.
    """
    if fields.get("published"):
        return
    from htmldate import find_date

    address = url or fields.get("url")
    marked = find_date(deepcopy(shown), extensive_search=False, original_date=True, url=address)
    now = datetime.now(UTC)
    nearby = {(now + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1)}
    if marked and (marked not in nearby or marked in _article_times(shown)):
        fields.offer("published", marked, "htmldate")
        return
    found = find_date(deepcopy(shown), extensive_search=True, original_date=True, url=address)
    if found and found not in nearby and not found.endswith("-01-01"):
        fields.offer("published", found, "htmldate, from the text")
