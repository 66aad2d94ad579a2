"""Who says it: the people to whom a text attributes its statements."""

import re

from rag.analysis import stem, words
from rag.names import Name, find_names

_SAYING = (
    r"(?:said|says|say|told|tells|stated|states|announced|announces|claimed|claims|argued|argues"
    r"|warned|warns|added|adds|noted|notes|declared|declares|insisted|insists|wrote|writes"
    r"|tweeted|explained|explains|admitted|admits|confirmed|confirms|denied|denies|replied"
    r"|acknowledged|answered|answers|asserted|repeated|repeats|responded|responds|suggested|called|vowed|promised|condemned|accused)"
)
_VERB = re.compile(rf"\b{_SAYING}\b", re.IGNORECASE)
_ACCORDING = re.compile(r"\b(?:according to|in the words of)\b", re.IGNORECASE)
_MARK = re.compile(
    r"^(?P<who>[A-Z][A-Z.’'\-]*(?: [A-Z][A-Z.’'\-]*){0,5}"
    r"|[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+){0,3}):\s"
)
_ASIDE = re.compile(r",[^,]{1,80},\s*$")
_BETWEEN = re.compile(r"(?: (?:also|later|has|had|then|again|repeatedly))*")
_BEFORE, _AFTER = 90, 60
_BODIES = frozenset(
    """
    house department ministry council army guards guard pentagon congress senate parliament court
    agency commission committee union nations un government police office embassy party press
    news times post reuters afp bbc cnn army force forces command centcom idf irgc corps pentagon
    hezbollah hamas houthis iran israel america us states kingdom uk britain france germany russia
    china qatar egypt syria iraq lebanon yemen jordan turkey tehran washington jerusalem moscow
    beirut damascus agency nato eu g7 g20 iaea company group organization organisation foundation
    center centre university institute school hospital inc
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)
_BODY_TERMS = frozenset(stem(word) for word in _BODIES)


def claimed_speaker(claim: str) -> Name | None:
    """Return the person to whom a claim attributes what it says, or None.

    "Kirby said …", "…, Kirby said", "according to Kirby"; bodies and countries are no persons,
    for anyone may speak for them.
    """
    verb = _VERB.search(claim)
    people = [name for name in find_names(claim) if name.last not in _BODY_TERMS]
    if (source := _ACCORDING.search(claim)) is not None:
        after = [n for n in people if 0 <= n.start - source.end() <= _AFTER]
        return after[0] if after else None
    if verb is None:
        return None
    before = _ASIDE.sub(" ", claim[: verb.start()]).rstrip()
    subject = [n for n in people if n.end <= len(before)]
    return subject[-1] if subject and _BETWEEN.fullmatch(before[subject[-1].end :]) else None


def speakers(sentence: str) -> frozenset[str]:
    """Return the index forms of the names to which a sentence attributes what it says.

    Every name near the verb of saying counts, so that "White House spokesman John Kirby said"
    gives `hous` and `kirbi`; a transcript's mark (`MR. KIRBY:`) gives its name.
    """
    found: set[str] = set()
    if (mark := _MARK.match(sentence)) is not None:
        found |= {stem(word) for word in words(mark["who"])}
    names: list[Name] | None = None
    for verb in (*_VERB.finditer(sentence), *_ACCORDING.finditer(sentence)):
        names = find_names(sentence) if names is None else names
        first, last = verb.start() - _BEFORE, verb.end() + _AFTER
        for name in names:
            if first <= name.start and name.end <= last:
                found |= {stem(word) for word in words(name.written)}
    return frozenset(found)


def same_person(name: Name, known: str) -> bool:
    """Whether a name's last word is in the full name of a known speaker."""
    return name.last in {stem(word) for word in words(known)}
