"""A sentence made shorter by rule: what is left is still said, and still a sentence."""

import re
from collections.abc import Callable, Iterator

from rag.names import find_names
from rag.stated_dates import stated_dates

FEWEST_WORDS = 8

_CONNECTIVE = re.compile(
    r"^(?:And|But|So|Also|Yet|Then|Now|Still|However|Meanwhile|Moreover|Furthermore|In addition"
    r"|Additionally|Again|Of course|At the same time|In fact|In other words|As a result|Instead"
    r"|Finally|Indeed|Nevertheless|Nonetheless|That said|As I said|Second|Third|And so|And then"
    r"|To be clear|As you know|Look|Well)(?:,\s+|\s+(?=(?:the|an?|[A-Z])\b))"
)
_PARENTHESIS = re.compile(r"\s*\([^()]{2,120}\)")
_VERB = (
    r"(?:said|says|told|was|were|is|are|has|have|had|will|would|did|does|made|met|began|gave"
    r"|announced|warned|called|\w{2,}ed)\b"
)
_APPOSITION = re.compile(
    rf"(?<=[a-z]), (?:the|an?|its|his|her|their|Iran[’']s|Israel[’']s|who|which|whose)"
    rf" [^,.;:—]{{3,90}}, (?={_VERB})"
)
_OPENING = re.compile(r"^(?P<time>(?:On|In|During|Since|By|At) [^,;:—]{2,60}), (?=\w)")
_TRAILING = re.compile(
    r"(?:,? (?P<contrast>while|although|though|even though|even as|whereas)"
    r"|, (?:which|who|where|including|adding|noting)) (?P<rest>[^;:“”\"—]{8,160})\.$"
)
_SECOND = re.compile(r", and (?P<rest>(?:the |[A-Z])[^;:“”\"—]{20,160})\.$")
_UNLESS = re.compile(r"\b(?:if|unless|whether|either|both|between|neither)\b", re.IGNORECASE)


def shortened(sentence: str) -> Iterator[str]:
    """Yield what is left of a sentence by each rule that can be applied, the mildest first.

    A leading connective, parentheses, an apposition, a leading date, a trailing clause. Who says
    it is never dropped, nor is a condition.
    """
    for rule in (_without_connective, _without_parentheses, _without_apposition, _undated):
        yield from _kept(rule, sentence)
    yield from _kept(_without_clause, sentence)


def trailing_clause(sentence: str) -> str | None:
    """Return the clause of contrast at a sentence's end, `while …`, that may follow any other."""
    found = _TRAILING.search(sentence)
    if found is None or found["contrast"] not in ("while", "although", "even as"):
        return None
    words = found["rest"].split()
    names = find_names(f"it said {found['rest']}")
    return f"{found['contrast']} {found['rest']}" if len(words) > 3 and names else None  # noqa: PLR2004


def _kept(rule: Callable[[str], str], sentence: str) -> Iterator[str]:
    short = " ".join(rule(sentence).split())
    if short != sentence and len(short.split()) >= FEWEST_WORDS:
        yield short


def _without_connective(sentence: str) -> str:
    return _capital(_CONNECTIVE.sub("", sentence, count=1))


def _without_parentheses(sentence: str) -> str:
    return _PARENTHESIS.sub("", sentence)


def _without_apposition(sentence: str) -> str:
    return _APPOSITION.sub(" ", sentence, count=1)


def _undated(sentence: str) -> str:
    opening = _OPENING.match(sentence)
    if opening is None or not stated_dates(opening["time"]):
        return sentence
    return _capital(sentence[opening.end() :])


def _without_clause(sentence: str) -> str:
    for pattern in (_TRAILING, _SECOND):
        cut = pattern.search(sentence)
        if cut is not None and not _UNLESS.search(sentence[: cut.start()]):
            return f"{sentence[: cut.start()].rstrip(' ,')}."
    return sentence


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
