"""The answer as it grows: what stood up to the check, its citations in order of their use."""

from collections.abc import Collection, Iterator, Mapping
from time import perf_counter

from rag.asked import SentenceEvent
from rag.cite import citation
from rag.compose import introduction
from rag.generate.source import Source
from rag.relative_dates import explain_relative_dates
from rag.reply import Citation, Sentence
from rag.verify.claims import Checked, ClaimChecker
from rag.verify.draft import Draft
from rag.verify.plain import plain

_Place = tuple[str, int, int, int]


class Page:
    """Takes drafts, shows what may be shown: `for event in page.take(draft): …`.

    A sentence that is supported only in part waits until a supported one comes, and is left out
    if none does. With `only`, what rests on other sources than those is left out too.
    """

    def __init__(
        self,
        sources: Mapping[int, Source],
        claims: ClaimChecker,
        *,
        drafts: bool = False,
        only: Collection[int] | None = None,
    ) -> None:
        """Begin with nothing written."""
        self._sources, self._claims, self._drafts = sources, claims, drafts
        self._only = None if only is None else {_paragraph(sources[n]) for n in only}
        self._numbers: dict[_Place, int] = {}
        self._waiting: list[Checked] = []
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self.withheld = 0
        self.declines = False
        self.seconds = 0.0

    @property
    def loops(self) -> bool:
        """Whether the model says the same again and again."""
        return self._claims.loops

    @property
    def is_empty(self) -> bool:
        """Whether nothing has stood up to the check."""
        return not self.citations

    def take(self, draft: Draft) -> Iterator[SentenceEvent]:
        """Check a draft; yield what may now be shown."""
        began = perf_counter()
        checked = self._claims.check(draft)
        self.seconds += perf_counter() - began
        self.declines = self.declines or checked.kind == "declines"
        if not draft.complete or checked.support == "unsupported" or self._strays(checked):
            yield from self._withhold(checked)
        elif checked.support == "partial" and self.is_empty:
            self._waiting.append(checked)
        else:
            yield self._show(checked)
            while self._waiting:
                yield self._show(self._waiting.pop(0))

    def close(self) -> None:
        """Leave out what has waited in vain."""
        self.withheld += len(self._waiting)
        self._waiting.clear()

    def quote(self, source: Source) -> Iterator[SentenceEvent]:
        """Show a source's own sentence, with who said it and when, unless it is cited already.

        It is shown as plain text, as all else: an article holds links, and numbers in brackets.
        An order to machines is no answer, though it is the article's own.
        """
        sentence = source.shown[0]
        if any(_covers(c, source) for c in self.citations):
            return
        if not self._claims.may_quote(source.text):  # it holds a link, an order, or no word
            return
        words = plain(explain_relative_dates(source.text, source.published))
        by = plain(introduction(source.version, source.speaker) or "")
        cited = self._cite(source, (sentence.start, sentence.end))
        shown = Sentence(
            text=f"{by}: {words}" if by else words,
            citations=[cited.n],
            support="supported",
            score=1.0,
        )
        self.sentences.append(shown)
        yield SentenceEvent(shown, (cited,))

    def _strays(self, checked: Checked) -> bool:
        """Whether a sentence rests on nothing that was chosen to answer the question."""
        if self._only is None:
            return False
        return not any(_paragraph(self._sources[n]) in self._only for n in checked.cited)

    def _withhold(self, checked: Checked) -> Iterator[SentenceEvent]:
        if checked.kind in {"meta", "declines"} or not checked.text:
            return  # says nothing of the world
        self.withheld += checked.kind != "repeat"
        if self._drafts and checked.kind != "repeat":
            draft = Sentence(
                text=checked.text, citations=[], support="unsupported", score=checked.score
            )
            self.sentences.append(draft)
            yield SentenceEvent(draft)

    def _show(self, checked: Checked) -> SentenceEvent:
        before = len(self.citations)
        cited = [
            self._cite(self._sources[n], span)
            for n, span in zip(checked.cited, checked.quotes, strict=True)
        ]
        sentence = Sentence(
            text=checked.text,
            citations=list(dict.fromkeys(c.n for c in cited)),
            support=checked.support,
            score=checked.score,
        )
        self.sentences.append(sentence)
        return SentenceEvent(sentence, tuple(self.citations[before:]))

    def _cite(self, source: Source, span: tuple[int, int]) -> Citation:
        info = source.version.info
        place = (info.article_id, info.number, *span)
        if place not in self._numbers:
            self._numbers[place] = len(self.citations) + 1
            self.citations.append(citation(self._numbers[place], source.version, *span))
        return self.citations[self._numbers[place] - 1]


def _paragraph(source: Source) -> tuple[str, int, int]:
    info = source.version.info
    return info.article_id, info.number, source.paragraph.number


def _covers(cited: Citation, source: Source) -> bool:
    sentence = source.shown[0]
    same = (cited.article_id, cited.version) == _paragraph(source)[:2]
    return same and cited.start <= sentence.start and sentence.end <= cited.end
