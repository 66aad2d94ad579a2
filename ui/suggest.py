"""Questions that the library can answer, near one that it could not."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain, islice, zip_longest

from rag.errors import NotInLibrary
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import VersionInfo, VersionText
from rag.periods import find_periods
from rag.reply import Citation, Reply
from ui.dates import readable
from ui.plain import plain

MOST_TRIED = 9
"""Questions asked of the engine for one reply, each some ten milliseconds."""

LONGEST_TITLE = 110
"""Characters of a title that is put into a question."""

# A speaker by a mark or a part, not by a name.
_NOBODY = re.compile(
    r"(?:[A-Z]|the press|reporters?|questions?|questioner|answer|moderator|operator|audience|"
    r"participants?|interviewer|host|anchor|interpreter|translator|speaker|voice|staff(?:er)?|"
    r"aide|.*\b(?:unidentified|multiple|several|members?|official|speakers?)\b.*)\W*\d*",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"Profile: (?P<after>.+)|(?P<before>[^:]+): a profile", re.IGNORECASE)
_EXPLAINED = re.compile(r"(?P<what>[A-Z]\S* [A-Z][^:]+?),? explained\b.*")
_LED_BY_ARTICLE = re.compile(r"(?:The|A|An) (?=\w)")
_POSSESSIVE = re.compile(r"[A-Z][\w-]*['’]s? \w")
_ASKS = re.compile(
    r"(?:Did|Does|Do|Is|Are|Was|Were|Has|Have|Can|Will|Who|What|Why|How|When|Where|Which)\b[^?]+\?"
)
_ASKS_INDIRECTLY = re.compile(r"(?:How|What|Who|Why|Where|When|Which|Whether)\b[^?]+")
# Words that make a title a sentence of its own: it is quoted then, not put behind "about".
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|must|do|does|did|be|"
    r"says?|said|tells?|told|warns?|warned|vows?|vowed|denies|denied|claimed|called|struck|"
    r"hits?|attacked|kills?|killed|fires?|fired|launche[sd]|condemn(?:s|ed)|ordered|urges?|urged|"
    r"rejects?|rejected|accept(?:s|ed)|threatens?|threatened|meets?|met|visited|begins?|began|"
    r"ended|won|dies|died|accus(?:es|ed)|agree[sd]?|announc(?:es|ed)|confirm(?:s|ed)|held|"
    r"retaliat(?:es|ed)|reported|destroy(?:s|ed)|returned|becomes?|became|remain(?:s|ed)|fell|"
    r"goes|went)\b"
    r"|\b(?:strikes?|attacks|launch|claims?|calls?|orders?|visits?|ends?|wins?|reports?|returns?|"
    r"falls?)\b(?! (?:on|of|in|from|against|by|to|for)\b)",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b[a-z]+ed\b")
_QUOTES = str.maketrans({"“": "‘", "”": "’", '"': "’", "«": "‘", "»": "’"})


def suggestions(
    library: Library, reply: Reply, *, is_answered: Callable[[str], bool], most: int = 3
) -> list[str]:
    """Return up to `most` questions made from the articles of `reply.nearest`.

    Each has passed `is_answered`, which asks the engine; there are fewer, or none, where the
    articles offer no more. Articles that are removed, or later than the reply's as-of date, offer
    none.
    """
    near = _near(library, reply)
    asked = {_bare(reply.question), _bare(reply.standalone_question)}
    questions = (q for q in dict.fromkeys(_in_turn(near)) if _bare(q) not in asked)
    answered = filter(is_answered, islice(questions, MOST_TRIED))
    return list(islice(answered, most))


def _near(library: Library, reply: Reply) -> list[tuple[VersionText, Sequence[Citation]]]:
    """Return the current versions of the articles that came nearest, each with its citations."""
    ids = dict.fromkeys(citation.article_id for citation in reply.nearest)
    found: list[tuple[VersionText, Sequence[Citation]]] = []
    with library.reading() as db:
        for article_id in ids:
            try:
                version = catalogue.read_version(db, article_id)
            except NotInLibrary:
                continue
            if _counts(version.info, reply.as_of):
                of_it = [c for c in reply.nearest if c.article_id == article_id]
                found.append((version, of_it))
    return found


def _counts(info: VersionInfo, as_of: str | None) -> bool:
    known = as_of is None or (info.published is not None and info.published[:10] <= as_of)
    return known and not info.removed


def _in_turn(near: Sequence[tuple[VersionText, Sequence[Citation]]]) -> Iterator[str]:
    """Yield the questions, first one of each article, then the second of each, and so on."""
    each = [list(_questions(version, citations)) for version, citations in near]
    return (q for q in chain.from_iterable(zip_longest(*each)) if q is not None)


def _questions(version: VersionText, citations: Sequence[Citation]) -> Iterator[str]:
    info = version.info
    for citation in citations:
        if said := _said(info, version, citation):
            yield said
    if titled := about_title(info.title):
        yield titled
    for citation in citations:
        yield from _days(citation.text)
    if titled is None and info.published is None and (quoted := _quoting(info)):
        yield quoted
    elif titled is None and (reported := _reported(info)):
        yield reported


def _said(info: VersionInfo, version: VersionText, citation: Citation) -> str | None:
    """Ask what the speaker of a paragraph said on the day of the article."""
    same = citation.version == info.number and citation.paragraph <= len(version.paragraphs)
    speaker = version.paragraph(citation.paragraph).speaker if same else None
    day = _day(info.published)
    if not speaker or not day or _NOBODY.fullmatch(speaker.strip()):
        return None
    return f"What did {_named(speaker)} say on {day}?"


def _named(speaker: str) -> str:
    """Return a speaker's name as it is written within a sentence."""
    name = " ".join(plain(speaker).split())
    return name.title() if name.isupper() else name


def about_title(title: str) -> str | None:
    """Ask about what a title names; None if it may be a sentence, or a heading of parts.

    A title that asks is asked itself; one that asks indirectly, such as "How many weapons Iran
    fired", may hold a verb.
    """
    head = " ".join(plain(title).split()).rstrip(".")
    if (asked := _ASKS.match(head)) and len(asked[0]) <= LONGEST_TITLE:
        return asked[0]
    if found := _PROFILE.fullmatch(head):
        return _about(found["after"] or found["before"])
    if found := _EXPLAINED.fullmatch(head):
        return _about(found["what"])
    head = head.partition(": ")[0]
    return _about(head) if _is_noun_phrase(head) else None


def _is_noun_phrase(head: str) -> bool:
    """Whether a title, or a clause such as "who warned whom", can surely stand behind "about"."""
    if len(head.split()) == 1:
        return False
    finite = _FINITE.search(head) is not None
    if _ASKS_INDIRECTLY.fullmatch(head):
        return finite or _PAST.search(head) is not None
    return not finite and bool(_LED_BY_ARTICLE.match(head) or _POSSESSIVE.match(head))


def _about(what: str) -> str | None:
    if len(what) > LONGEST_TITLE or not _plain_words(what):
        return None
    small = _LED_BY_ARTICLE.match(what) or _ASKS_INDIRECTLY.fullmatch(what)
    return f"What do the articles say about {what[0].lower() if small else what[0]}{what[1:]}?"


def _plain_words(head: str) -> bool:
    """Whether a title holds words and commas alone: no brackets, quotation marks or addresses."""
    return all(letter.isalnum() or letter in " ,.-–'’" for letter in head)


def _days(text: str) -> Iterator[str]:
    """Ask what happened on the days that a paragraph names."""
    for found in find_periods(text):
        period = found.period
        if period.year and period.month and period.day and period.span():
            yield f"What happened on {period.words()}?"


def _reported(info: VersionInfo) -> str | None:
    """Ask what was reported under a title, which may be of any form."""
    title, day = _quotable(info.title), _day(info.published)
    if not title or not day or not info.outlet:
        return None
    outlet = " ".join(plain(info.outlet).split())
    return f"What did {outlet} report on {day} under the title “{title}”?"


def _quoting(info: VersionInfo) -> str | None:
    title = _quotable(info.title)
    return f"What does the article “{title}” say?" if title else None


def _quotable(title: str) -> str | None:
    words = " ".join(plain(title).translate(_QUOTES).split()).rstrip(".")
    return words if len(words.split()) > 1 and len(words) <= LONGEST_TITLE else None


def _day(published: str | None) -> str | None:
    """Return the day of a date in words; None for a month, a year or nothing."""
    try:
        return readable(date.fromisoformat((published or "")[:10]).isoformat())
    except ValueError:
        return None


def _bare(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.lower()))
