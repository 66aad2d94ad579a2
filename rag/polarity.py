"""Whether a statement affirms or denies, by clauses, and what a sentence denies."""

import re
from collections.abc import Iterator

from rag.analysis import content_terms

_CLAUSE = re.compile(
    r"[,;:—–()]|\b(?:and|but|while|whereas|although|though|which|who|because)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|cannot|den(?:y|ies|ied|ial|ying)"
    r"|false|untrue|\w+n['’]t)\b",
    re.IGNORECASE,
)
# What denies the thing that follows it at a little distance, and what denies the next verb.
_OF_A_THING = (
    r"no|without|none|neither|nor|nobody|nothing|den(?:y|ies|ied|ial|ying)|lack(?:s|ed|ing)?"
    r"|reject(?:s|ed|ing)?|rul(?:es?|ed|ing) out"
)
_OF_A_VERB = (
    r"not|never|cannot|\w+n['’]t|declin(?:e|es|ed|ing)|refus(?:e|es|ed|ing|al)|fail(?:s|ed|ing)?"
    r"|unable|yet to|rarely|hardly|barely|false|untrue"
)
_DENIAL = re.compile(
    rf"\b(?:(?P<thing>{_OF_A_THING})|(?P<verb>{_OF_A_VERB}))\b"
    r"(?![-.]| (?:only|just|merely|more than|less than|fewer than|later than|one|matter)\b)",
    re.IGNORECASE,
)
# What is said stands apart from who says it: "Kirby told reporters that Iran did not …".
_SAID_BY = re.compile(r"^.*\b(?:that|said|says|told \w+|added|claimed|stated)\b", re.IGNORECASE)
_ADVERB = re.compile(r"\b\w+ly\b", re.IGNORECASE)
_REACH = {"thing": 2, "verb": 1}


def clauses(sentence: str) -> Iterator[str]:
    """Yield the stretches of a sentence between commas and conjunctions."""
    position = 0
    for cut in _CLAUSE.finditer(sentence):
        yield sentence[position : cut.start()]
        position = cut.start()
    yield sentence[position:]


def is_negative(text: str) -> bool:
    """Whether a statement denies something: it has a negation."""
    return _NEGATION.search(text) is not None


def denials(sentence: str) -> dict[str, frozenset[str]]:
    """Return the index terms that a sentence denies, each with the terms of its clause.

    Of "did not warn Turkey" it is `warn`, the next word that carries meaning; of "no American
    warning" both words are. A word beyond the end of the clause is not denied.
    """
    if _DENIAL.search(sentence) is None:
        return {}
    found: dict[str, frozenset[str]] = {}
    for clause in clauses(sentence):
        for denial in _DENIAL.finditer(clause):
            after = content_terms(_ADVERB.sub(" ", clause[denial.end() :]))
            before = _SAID_BY.sub("", clause[: denial.start()])
            around = f"{before} {clause[denial.end() :]}"
            for term in after[: _REACH["thing" if denial["thing"] else "verb"]]:
                found[term] = frozenset(content_terms(around))
    return found
