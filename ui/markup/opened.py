"""What stands at an address: the same for a page of its own and for the pane beside an answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from markupsafe import Markup

from rag.errors import NotInLibrary
from rag.highlight import within
from rag.library import catalogue
from rag.library.rows import VersionText
from rag.reply import Citation
from ui import addresses
from ui.dates import readable
from ui.markup.answer import answer_html
from ui.markup.changes import changes_html
from ui.markup.environment import render
from ui.markup.quoted import quoted_html
from ui.markup.source import source_html
from ui.plain import plain
from ui.site import Site
from ui.store.records import Exchange

LARGEST = 2**31 - 1
"""No number in an address is larger: SQLite could not hold it."""

_NUMBER = r"[1-9]\d{0,8}"
_CITED = re.compile(rf"/answers/(?P<id>[^/]+)/(?P<kind>citations|nearest)/(?P<n>{_NUMBER})")
_ANSWER = re.compile(r"/answers/(?P<id>[^/]+)")
_VERSION = re.compile(
    rf"/articles/(?P<id>[^/]+)/versions/(?P<v>{_NUMBER})(?:/paragraphs/(?P<p>{_NUMBER}))?"
)
_CHANGES = re.compile(r"/articles/(?P<id>[^/]+)/changes")


@dataclass(frozen=True, slots=True)
class Opened:
    """A title on one line, and what to show."""

    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens addresses of one site; everything raises NotInLibrary for what is not there.

    `base`: scheme and host for permalinks in texts to copy. `alone`: see `source_html`.
    """

    site: Site
    base: str = ""
    alone: bool = False

    def at(self, address: str) -> Opened:
        """Return what stands at an address of `ui.addresses`."""
        try:
            parts = urlsplit(address)
        except ValueError:
            raise _nothing(address) from None
        if found := _CITED.fullmatch(parts.path):
            nearest = found["kind"] == "nearest"
            return self.citation(unquote(found["id"]), int(found["n"]), nearest=nearest)
        if found := _ANSWER.fullmatch(parts.path):
            return self.answer(unquote(found["id"]))
        if found := _VERSION.fullmatch(parts.path):
            return self.article(unquote(found["id"]), int(found["v"]), int(found["p"] or 1))
        if found := _CHANGES.fullmatch(parts.path):
            pair = [parse_qs(parts.query).get(name, [""])[0] for name in ("from", "to")]
            if all(re.fullmatch(_NUMBER, number) for number in pair):
                return self.changes(unquote(found["id"]), int(pair[0]), int(pair[1]))
        raise _nothing(address)

    def answer(self, exchange_id: str) -> Opened:
        """Return an answer with its question, and below its sources quoted in full."""
        exchange = self._exchange(exchange_id)
        reply = exchange.reply
        shown = render(
            "asked.html.j2",
            question=plain(reply.question),
            asked=readable(exchange.asked_at),
            answer=answer_html(reply, exchange.id, sources=False, acts=False),
            quoted=_quoted(exchange),
        )
        return Opened(plain(reply.question), shown)

    def citation(self, exchange_id: str, number: int, *, nearest: bool = False) -> Opened:
        """Return the source of a citation, or of a paragraph that came nearest."""
        exchange = self._exchange(exchange_id)
        shown = exchange.reply.nearest if nearest else exchange.reply.citations
        cited = next((citation for citation in shown if citation.n == number), None)
        if cited is None:
            raise NotInLibrary(f"This answer has no source of the number {number}.")
        version, newest = self._read(cited.article_id, cited.version)
        inside = within(cited)
        html = source_html(
            version,
            number=cited.paragraph,
            exact=(cited.start, cited.end),
            answer=(cited.start + inside[0], cited.start + inside[1]) if inside else None,
            exchange=exchange,
            citation=number,
            nearest=nearest,
            newest=newest,
            base=self.base,
            alone=self.alone,
        )
        return Opened(plain(version.info.title), html)

    def article(self, article_id: str, version: int, paragraph: int = 1) -> Opened:
        """Return an article with a paragraph framed."""
        found, newest = self._read(article_id, version)
        html = source_html(
            found,
            number=paragraph,
            exact=None,
            exchange=None,
            citation=None,
            newest=newest,
            base=self.base,
            alone=self.alone,
        )
        return Opened(plain(found.info.title), html)

    def changes(self, article_id: str, before: int, after: int) -> Opened:
        """Return the differences of two versions of an article."""
        old, _ = self._read(article_id, before)
        new, _ = self._read(article_id, after)
        return Opened(
            f"What changed: {plain(new.info.title)}", changes_html(old, new, alone=self.alone)
        )

    def _exchange(self, exchange_id: str) -> Exchange:
        found = self.site.store.answer(exchange_id)
        if found is None:
            raise NotInLibrary(
                "There is no answer at this address; it was deleted, or the address is incomplete."
            )
        return found

    def _read(self, article_id: str, version: int) -> tuple[VersionText, int]:
        with self.site.engine.library.reading() as db:
            found = catalogue.read_version(db, article_id, version)
            known = catalogue.list_versions(db, article_id)
        return found, next((info.number for info in known if info.current), found.info.number)


def _quoted(exchange: Exchange) -> Markup:
    reply = exchange.reply
    citations: Sequence[Citation] = reply.citations
    of, heading = addresses.citation, "Sources"
    if reply.status == "abstained":
        citations, of, heading = reply.nearest, addresses.nearest, "The nearest paragraphs"
    if not citations:
        return Markup("")
    return quoted_html(citations, [of(exchange.id, c.n) for c in citations], heading)


def _nothing(address: str) -> NotInLibrary:
    return NotInLibrary(f"There is nothing at the address {address[:200]!r}.")
