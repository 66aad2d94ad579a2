"""What a claim says more strongly, or of others, than the sentences that support it."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.analysis import content_terms, stem, words
from rag.names import Name, find_names, is_named
from rag.polarity import clauses

# Words that need their like in the text.
_STRONG: tuple[tuple[str, str], ...] = (
    (
        r"(?<!\bin )(?<!\bat )(?<!above )(?<!\bafter )\ball\b(?!-)|\b(?:every|entire|entirely"
        r"|completely|fully|totally|always)\b",
        r"\b(?:all|every|each|entire|entirely|complete\w*|fully|full|total\w*|always|whole|both"
        r"|everything|everyone|none|100 ?(?:%|per ?cent))\b",
    ),
    (r"(?<!not )\b(?:only|solely|exclusively)\b", r"\b(?:only|solely|exclusively|alone|just)\b"),
    (r"\bfirst\b", r"\b(?:first|unprecedented|never before|new)\b"),
    (
        r"\b(?:largest|biggest|deadliest|worst|greatest|heaviest)\b",
        r"\b(?:largest|biggest|deadliest|worst|greatest|heaviest|most|unprecedented)\b",
    ),
    (
        r"\bmost(?: of)?\b(?! \w+(?:ed|ive|ous|ful|al|ant|ent)\b)|\bmajority\b",
        r"\b(?:most|majority|(?:nearly|almost|virtually) all|bulk|all|largely|mainly)\b"
        r"|\b[5-9]\d(?:\.\d+)? ?(?:%|per ?cent)",
    ),
    (
        r"\b(?:prov(?:ed|es|en)|proof|definitely|certainly|undoubtedly|conclusively)\b",
        r"\b(?:prov(?:ed|es|en)|proof|definite\w*|certain\w*|undoubted\w*|conclusive\w*)\b",
    ),
    (r"\b(?:claim|t[ao]k|took)\w* responsibility", r"\b(?:claim|t[ao]k|took|accept)\w* respons"),
    (r"\badmit(?:s|ted)\b|\bconfess(?:es|ed)\b", r"\b(?:admi|confess|acknowledg|conced)\w*"),
    (
        r"\bconfirm(?:s|ed)\b",
        r"\b(?:confirm|verif|acknowledg|admit|announc|publicly|corroborat)\w*",
    ),
    (
        r"\b(?:killed|kills|dead|died|deaths?|fatalities)\b",
        r"\b(?:kill|dead|die|death|fatal|assassinat|slain|lives|perish|casualt|massacr|murder"
        r"|toll|shot)\w*",
    ),
    (r"\b(?:injur|wound)\w+", r"\b(?:injur|wound|hurt|casualt|harm|burn)\w*"),
)
_NEEDS = tuple((re.compile(a, re.I), re.compile(b, re.I)) for a, b in _STRONG)

_DENYING = re.compile(
    r"\b(?:not|neither|never|nor|no|without|\w+n['’]t|declined to|refused to)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:reportedly|allegedly|alleged|alleges|purportedly|unconfirmed|unverified|rumou?red"
    r"|suspected|claim(?:ed|s)|(?:may|might|could) (?:well )?have|possibl[ey]|perhaps|probably"
    r"|likely|appear(?:s|ed) to|seem(?:s|ed) to|believed|believes|presumably|threaten(?:ed|s)"
    r"|plan(?:ned|s) to|intend(?:ed|s) to|expect(?:ed|s) to|accus(?:ed|es)|denied|denies)\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:said|says|told|stated|states|reported|reports|wrote|writes|announced|according"
    r"|may|might|could|would|should|described|called|warned|argued|noted|added|account|quoted"
    r"|thinks?|judged?|spoke|accus\w+|claim\w*|den(?:y|ies|ied|ial)|threat\w*|plans?|planned"
    r"|intend\w*|expect\w*)\b",
    re.IGNORECASE,
)
_JUDGING = (
    r"(?:condemn|denounc|decri|descri|label|brand|dismiss|characteri[sz]|criticis|hail|prais"
    r"|portray|depict|regard)\w*"
)
_JUDGED = re.compile(
    rf"\b{_JUDGING} [^;]*?\bas (?P<as>[^,;.]+)"
    r"|\bcall(?:ed|s) (?:it|this|that|them|him|her|[^,;.]*?\ban?\b) (?P<name>[^,;.]+)",
    re.IGNORECASE,
)
_JUDGES = re.compile(rf"\b(?:{_JUDGING}|saw|sees|view\w*|consider\w*)\b", re.IGNORECASE)
_HALF = 0.5
_VERB = re.compile(r"\w{3,}ed|struck|hit|shot|told|met|sent|gave|took|beat|fought|won|held|bombs")
_FOLLOWS = re.compile(
    r"['’]?s?(?: (?:had|has|also|then|later|again))* "
    r"(\w{3,}ed|struck|hit|shot|sent|gave|took|won|sank)\b(?! by\b)"
)
_BY = re.compile(r"\bby\b(?: the)?\s*$|\b(?:was|were|been|being|is|are)\b.*\bby\b")


def stronger(claim: str, text: str) -> str | None:
    """Return a word of the claim that says more than the text: all, only, first, proved, killed."""
    for strong, enough in _NEEDS:
        found = strong.search(claim)
        if found is None or not _affirmed(claim, found):
            continue
        if not any(_affirmed(text, m) for m in enough.finditer(text)):
            return found.group()
    return None


def _affirmed(text: str, match: re.Match[str]) -> bool:
    return _DENYING.search(text[max(0, match.start() - 30) : match.start()]) is None


def unhedged(claim: str, best: Sequence[str]) -> str | None:
    """Return the word by which the nearest clause of the text holds back what is claimed flatly."""
    if _HEDGE.search(claim) or _SAID.search(claim):
        return None
    wanted = set(content_terms(claim))
    parts = [clause for sentence in best for clause in clauses(sentence)]
    nearest = max(parts, key=lambda part: len(wanted & set(content_terms(part))), default="")
    found = _HEDGE.search(nearest)
    return found.group() if found else None


def unattributed(claim: str, sentences: Sequence[str]) -> str | None:
    """Return the words of a party's judgement that the claim has as a fact: nobody says it there.

    "Iraq condemned the strike as a violation" does not say that the strike was one.
    """
    if _SAID.search(claim) or _JUDGES.search(claim):
        return None
    claimed = set(content_terms(claim))
    for sentence in sentences:
        for judged in _JUDGED.finditer(sentence):
            judgement = judged["as"] or judged["name"]
            terms = set(content_terms(judgement))
            if terms and len(terms & claimed) > _HALF * len(terms):
                return judged.group()
    return None


def turned_round(claim: str, sentences: Sequence[str]) -> str | None:
    """Return the verb whose doer and object the claim exchanges, if a sentence shows it."""
    for doer, verb, other in _deeds(claim):
        other_way = False
        for sentence in sentences:
            for d, v, o in _deeds(sentence):
                if v != verb:
                    continue
                if _same(d, doer) and _same(o, other):
                    return None
                other_way = other_way or (_same(d, other) and _same(o, doer))
        if other_way:
            return verb
    return None


def other_doer(claim: str, sentences: Sequence[str]) -> str | None:
    """Return who did what the claim says that another did, where one sentence names both."""
    for doer, verb in _doers(claim):
        others: list[str] = []
        for sentence in sentences:
            found = [name for name, done in _doers(sentence) if done == verb]
            if any(_same(name, doer) for name in found):
                return None
            if any(_same(name, doer) for name in find_names(sentence)):
                others += [name.written for name in found]
        if others:
            return others[0]
    return None


def _doers(sentence: str) -> Iterator[tuple[Name, str]]:
    """Yield each name with the verb that follows it at once, in the active voice."""
    for name in find_names(sentence):
        after = _FOLLOWS.match(sentence[name.end :])
        if after is not None:
            yield name, stem(after[1].lower())


def _deeds(sentence: str) -> Iterator[tuple[Name, str, Name]]:
    """Yield (doer, verb, other) for each two names with a verb between; passives turned."""
    names = find_names(sentence)
    for one, other in pairwise(names):
        between = sentence[one.end : other.start]
        passive = _BY.search(between) is not None
        for word in words(between):
            if _VERB.fullmatch(word):
                yield (other, stem(word), one) if passive else (one, stem(word), other)


def _same(one: Name, other: Name) -> bool:
    return is_named(one, frozenset({other.last}))
