"""Attributions to a source itself: "Reuters reported on 14 April 2024 that …"."""

import re
from dataclasses import dataclass

from rag.analysis import STOP_WORDS, content_terms, stem, words
from rag.attribution import claimed_speaker, same_person
from rag.generate.source import Source
from rag.names import TITLES, Name, find_names, is_named
from rag.numbers import find_numbers
from rag.periods import MONTHS, Period, find_periods, without_periods
from rag.reading import Reading

_SAYING = (
    r"(?:reported|reports|said|says|stated|states|wrote|writes|announced|noted|notes|added"
    r"|told reporters|confirmed|claimed|warned|declared|explained|described)"
)
_DAY = (
    r"(?:(?:on|in|of|dated) )?(?:the )?(?:\d{1,2}(?:st|nd|rd|th)? )?"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{1,2}(?:st|nd|rd|th)?)?(?:,? (?:19|20)\d\d)?"
)
_ISO = r"(?:(?:on|of|dated) )?(?:19|20)\d\d-\d\d-\d\d"
_WHEN = rf"(?:{_DAY}|{_ISO})"
_COMMA = r",\s+(?!(?:19|20)\d\d\b)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"^(?:[Aa]ccording to|[Ii]n) (?P<who>.{{2,160}}?){_COMMA}(?P<rest>.+)$",
        rf"^(?:(?P<when>(?:On|In) {_WHEN}),? )?(?P<who>.{{2,120}}?),? (?:also |later )?{_SAYING}"
        rf"(?: (?P<then>{_WHEN}))?,? that (?P<rest>.+)$",
        r"^(?P<rest>.+?), according to (?P<who>.{2,160}?)\.?$",
        rf"^(?P<rest>.+?), (?P<who>[^,]{{2,100}}?) {_SAYING}(?: (?P<then>{_WHEN}))?\.?$",
    )
)
_GENERIC = frozenset(
    content_terms(
        "statement report article text publication outlet news release transcript readout letter"
        " remarks speech briefing account summary dated published press agency newspaper"
        " spokesman spokeswoman spokesperson president minister prime foreign defence secretary"
        " general senior official coordinator adviser mr mrs ms dr"
    )
)
_ANYBODY = frozenset(
    """
    officials reporters media sources analysts authorities reports leaders experts diplomats
    critics witnesses residents police both others one another
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)
_OPENERS = frozenset(
    """
    about additionally afterwards almost along alongside although amid among another around at
    beyond but by consequently despite during earlier elsewhere every finally first for from
    further furthermore hence however initially instead later like likewise many meanwhile
    moreover most near never next none nonetheless nothing nobody on one otherwise over overall
    per plus previously prior regarding several similarly since some soon still subsequently such
    the then therefore though throughout thus today together tonight toward towards two unlike
    until upon via when whereas whether while within without yesterday yet altogether
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)
_OPENS = re.compile(r"(?:ly|ing|ed)$")
_PRONOUN = re.compile(r"^(?:[Hh]e|[Ss]he)\b|[”\"],? (?:he|she) (?:said|added)\b")
_STATEMENTS = ("statement", "readout", "letter", "remarks", "speech")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to have said or printed it, when, and what it is (a sentence)."""

    who: str
    when: tuple[Period, ...]
    rest: str


def attribution(claim: str) -> Attribution | None:
    """Return what a claim attributes to whom, or None if it does not."""
    for form in _FORMS:
        match = form.match(claim)
        if match is None:
            continue
        found = match.groupdict()
        named = " ".join(filter(None, (found.get("when"), found.get("then"), found["who"])))
        rest = found["rest"]
        return Attribution(
            without_periods(found["who"]),
            tuple(f.period for f in find_periods(named)),
            f"{rest[:1].upper()}{rest[1:].rstrip(',. ')}.",
        )
    return None


def is_of(said: Attribution, claim: str, source: Source) -> bool:
    """Whether who is named is the outlet, author or speaker of a source, or its titled statement.

    A person must be its speaker or author, or stand in the title of a statement: a report's title
    may name anybody.
    """
    wanted = frozenset(content_terms(said.who)) - _GENERIC
    info = source.version.info
    person = claimed_speaker(claim) is not None
    states = any(word in (info.kind or "").lower() for word in _STATEMENTS)
    facts = [source.speaker, info.author]
    if not person:
        facts += [info.outlet, f"{info.outlet or ''} {info.kind or ''}"]
    if states and "digest" not in (info.kind or "").lower():
        facts.append(f"{info.title} {info.outlet or ''}")
    return bool(wanted) and any(wanted <= set(content_terms(fact)) for fact in facts if fact)


def is_dated(said: Attribution, source: Source) -> bool:
    """Whether every date named is the source's own, as far as both are given."""
    parts = re.findall(r"\d+", (source.published or "")[:10])
    year, month, day = (*(int(p) for p in parts), None, None, None)[:3]
    return all(
        (p.year is None or p.year == year)
        and (p.month is None or p.month == month)
        and (p.day is None or p.day == day)
        for p in said.when
    )


def unnamed(said: Attribution, text: Reading) -> str | None:
    """Return in words the name of who is said to have said it, if the text lacks it."""
    for word in re.findall(r"(?<![\w’'-])[A-Z][\w’']+", said.who):
        plain = word.lower().removesuffix("’s").removesuffix("'s")
        name = Name(word, stem(plain), 0, 0)
        if plain in STOP_WORDS or name.last in _GENERIC or plain in _ANYBODY:
            continue
        if not is_named(name, text.words_apart, text.initials):
            return f"no source has “{word}”"
    return None


def opening_name(claim: str, text: Reading, speaker: str | None) -> str | None:
    """Return in words the claim's first word if it may be a name and the text lacks it.

    Where a sentence opens, a capital shows nothing: so whatever it opens with must be in the text,
    unless it is a word of English that states nothing by itself.
    """
    first = re.match(r"[“\"(]*([A-Z][\w’'-]+)", claim)
    if first is None:
        return None
    plain = words(first[1])[0].removesuffix("’s").removesuffix("'s")
    name = Name(first[1], stem(plain), 0, 0)
    known = STOP_WORDS | TITLES | _ANYBODY | _OPENERS | frozenset(MONTHS)
    if plain in known or _OPENS.search(plain) or find_numbers(plain):
        return None
    if (speaker and same_person(name, speaker)) or stem(plain) in text.terms:
        return None
    found = is_named(name, text.words_apart, text.initials)
    return None if found else f"no source has “{first[1]}”"


def told_by_pronoun(text: Reading, claim: str) -> str | None:
    """Return the person whom a claim names for what the text gives as "he said", if it is so.

    The sentence nearest to the claim must say it by a pronoun and name no other person, and the
    one before it must name that person, and nobody else as speaking.
    """
    name = claimed_speaker(claim)
    if name is None or not text.sentences:
        return None
    wanted = set(content_terms(claim))
    shares = [len(wanted & s.terms) for s in text.sentences]
    at = shares.index(max(shares))
    if at == 0 or not _PRONOUN.search(text.sentences[at].text):
        return None
    before = text.sentences[at - 1]
    people = [n.last for n in find_names(before.text) if n.last in before.speakers]
    named = name.last in {n.last for n in find_names(before.text)}
    return name.written if named and set(people) <= {name.last} else None
