"""Who gives a figure or makes a statement: the person or body to whom a clause attributes it."""

import re

from rag.analysis import content_terms
from rag.names import find_names
from rag.sentences import sentence_spans

MOST_CHARACTERS = 90
"""Of a party's name as it is shown."""

SAYING = (
    r"said|says|told|tells|stated|states|announced|announces|claimed|claims|argued|argues|warned"
    r"|added|adds|noted|notes|declared|declares|insisted|insists|wrote|writes|confirmed|confirms"
    r"|replied|acknowledged|asserted|asserts|reported|reports|counted|counts|gave|gives|put|puts"
    r"|spoke|speaks|estimated|estimates|maintains|maintained|accused(?!,)|accuses|blamed|held that"
    r"|were quoted|was quoted|denied|denies|rejected|rejects|disputed|disputes|contradicted"
    r"|came from|called"
)
_VERB = re.compile(rf"\b(?:{SAYING})\b")
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of|by the (?:count|account|figures) of) (?P<who>[^,;:.()—]+)",
    re.IGNORECASE,
)
_BY_COUNT = re.compile(
    r"\b(?:by|in) (?P<who>(?:the )?[A-Z][\w’' -]{1,60}?)(?:’s|'s)?"
    r" (?:count|own count|account|figures?|estimates?|tally|reckoning|statements|words)\b"
)
_TIME = re.compile(
    r"^(?:(?:and|but|also|then|so|yet|while|whereas|that)[, ]+)*"
    r"(?:(?:[Aa]lso |[Ee]arly |[Ll]ate )?(?:[Oo]n|[Ii]n|[Bb]y|[Aa]t|[Aa]fter|[Dd]uring) "
    r"[^,;:]{0,60}?(?:(?:19|20)\d\d|(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)(?! \d)|(?:day|evening|morning|night|time)(?! of| on))(?:,? )"
    r"(?:the \w+ day, |(?:in|at|and|beside|before) [^,]{1,60}, )?)*",
)
_REPORT = re.compile(r", in (?:its|his|her|their|a) (?:\w+ )?(?:report|statement|letter|speech)$")
_AUXILIARY = re.compile(
    r"[, ]+(?:(?:had|has|have|also|later|then|again|repeatedly|itself|himself|herself|first|once"
    r"|both|still|publicly|at first|now|that (?:same )?(?:day|night|evening)|never|soon)[, ]*)+$"
)
_DATED = re.compile(
    r",? (?:on|in|of) (?:the )?(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December)(?: \d{4})?,?$"
)
_POINTING = re.compile(
    r"^(?:[^.;“”]{0,80}, )?(?:[Hh]e|[Ss]he|[Tt]hey|(?:[Ii]ts|[Tt]heir) (?P<what>military|army"
    r"|government|foreign ministry|health ministry|interior ministry|Revolutionary Guards))"
    rf"(?: also| then| later)? (?:{SAYING})\b"
)
_PRONOUN = re.compile(
    r"^(?:he|she|it|they|this|that|these|those|his|her|its|their|who|which|there|we|i|you|neither|nobody|nor|no|(?:both|two|some|others?|many|much|most)$"
    r"|a news analysis|the (?:first|second|latter|former|other|same|count|number|figure|toll"
    r"|total|ministry|commission|official|minister|spokesman|president|statement|article))\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[“”\"«»?<>{}|*_`#@\[\]()]|://|\bwww\.|\b(?:he|she|it|they|had|has|is|are|was|were|that|whether|if|nor|how|what|this|not)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-Z]")


def party_of(clause: str, before: str = "") -> str | None:
    """Return the party to whom a clause attributes what it says, or None.

    Where the clause only points at it ("he said", "its military said"), the sentence right before
    may tell who is meant: `before` is the text before the clause. A name guessed wrongly would
    put words into somebody's mouth, so nothing further is tried.
    """
    if (party := _named(clause)) is not None or not before.strip():
        return party
    last = last_sentence(before)
    pointing = _POINTING.search(clause)
    if pointing is None:
        return None
    if pointing["what"] is None:
        return _named(last)
    owner = [name for name in find_names(last) if name.start == 0]
    return f"{owner[0].written}’s {pointing['what']}" if owner else None


def _named(clause: str) -> str | None:
    for pattern in (_ACCORDING, _BY_COUNT):
        if (found := pattern.search(clause)) is not None:
            return subject_of(found["who"])
    verb = _VERB.search(clause)
    return subject_of(clause[: verb.start()]) if verb else None


def last_sentence(text: str) -> str:
    """Return the last sentence of a text, "" of an empty one."""
    bare = text.strip()
    spans = sentence_spans(bare)
    return bare[spans[-1][0] : spans[-1][1]] if spans else ""


def same_party(one: str, other: str) -> bool:
    """Whether two names of parties may mean the same: one's words are all in the other."""
    first, second = set(content_terms(one)), set(content_terms(other))
    return first <= second or second <= first


def subject_of(words: str) -> str | None:
    """Return the subject before a verb without its dates, or None if it names nobody."""
    text = words.strip(' ,;:—“”"')
    text = _TIME.sub("", text)
    previous = None
    while previous != text:
        previous = text
        text = _REPORT.sub("", _DATED.sub("", _AUXILIARY.sub("", text))).strip(" ,;:—")
    unclear = _PRONOUN.match(text) or _NO_NAME.search(text) or not _CAPITAL.search(text)
    return None if unclear or len(text) > MOST_CHARACTERS else text
