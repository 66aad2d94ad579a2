"""What a citation number stands for in the articles, if it stands for anything."""

from collections.abc import Iterable, Sequence

from evals.case import Case, Place
from evals.gold.articles import ArticleText, Record
from rag.library.records import Paragraph
from rag.relative_dates import explain_relative_dates, published_in_words
from rag.reply import Citation


def touched(article: ArticleText, start: int, end: int) -> list[Paragraph]:
    """Return the paragraphs that have a character of `start` to `end`."""
    return [p for p in article.paragraphs if p.start < end and start < p.end]


def cited_paragraphs(citation: Citation, record: Record) -> list[Place]:
    """Return the paragraphs that a citation's quotation stands in; empty if it does not resolve.

    It resolves if its article is in the record, its quote is the slice of that article's text,
    and the paragraphs that it names and shows are those in which the quote stands.
    """
    article = record.find(citation.article_id)
    start, end = citation.start, citation.end
    if article is None or not 0 <= start < end <= len(article.text):
        return []
    if article.text[start:end] != citation.quote:
        return []
    found = touched(article, start, end)
    numbers = [paragraph.number for paragraph in found]
    if not found or citation.paragraphs != numbers or citation.paragraph != numbers[0]:
        return []
    if citation.text != article.slice(found[0]):
        return []
    return [Place(article.article_id, p.start, p.end) for p in found]


def retrieved_paragraphs(case: Case) -> list[Place]:
    """Return the paragraphs that the retrieved passages touch, each once, best first."""
    places = [
        Place(article.article_id, paragraph.start, paragraph.end)
        for passage in case.retrieved
        if (article := case.record.find(passage.article)) is not None
        for paragraph in touched(article, passage.start, passage.end)
    ]
    return list(dict.fromkeys(places))


def premise_of(places: Iterable[Place], record: Record) -> str:
    """Return paragraphs as a support function reads them, each once, under their heading.

    The heading is speaker, title and day, for an answer may name these; the article's relative
    dates are followed by the day that they mean.
    """
    return "\n\n".join(_headed(place, record) for place in dict.fromkeys(places))


def _headed(place: Place, record: Record) -> str:
    article = record.articles[place.article]
    paragraph = article.paragraph_at(place.start, place.end)
    speaker = paragraph.speaker if paragraph else None
    heading = [speaker, article.title, published_in_words(article.published)]
    text = explain_relative_dates(article.text[place.start : place.end], article.published)
    return f"{', '.join(part for part in heading if part)}\n{text}"


class Cited:
    """The citations of one case, resolved: `Cited(case).paragraphs(1)`."""

    def __init__(self, case: Case) -> None:
        """Resolve all of them; a number that stands for two citations resolves to none.

        The nearest paragraphs of a reply that abstained are numbered too, and may be named.
        """
        self._record = case.record
        listed: Sequence[Citation] = case.reply.citations
        if case.abstained and not listed:
            listed = case.reply.nearest
        self._places: dict[int, list[Place]] = {}
        for citation in listed:
            twice = citation.n in self._places
            places = [] if twice else cited_paragraphs(citation, case.record)
            self._places[citation.n] = places

    def paragraphs(self, *numbers: int) -> list[Place]:
        """Return the paragraphs that these numbers cite, each once, in order."""
        found = (place for n in numbers for place in self._places.get(n, ()))
        return list(dict.fromkeys(found))

    def premise(self, *numbers: int) -> str:
        """Return the text of these paragraphs together; empty if none resolves."""
        return premise_of(self.paragraphs(*numbers), self._record)
