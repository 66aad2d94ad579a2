"""Words that turn a statement round when the one stands in the place of the other."""

import re
from collections.abc import Iterator

_PAIRS = """
    condemned praised, condemns praises, condemning praising, rose fell, rises falls,
    rising falling,
    increased decreased, increases decreases, increasing decreasing, accepted rejected,
    accepts rejects, accepting rejecting, confirmed denied, confirms denies,
    supported opposed,
    supports opposes, supporting opposing, began ended, begins ends, started stopped,
    allowed barred,
    allows bars, welcomed deplored, welcomes deplores, succeeded failed, strengthened weakened,
    strengthens weakens, encouraged discouraged, encourages discourages, lifted imposed,
    imposed lifted, approved vetoed, captured released, seized released, opened closed,
    reopened closed, expanded reduced, expands reduces, advanced retreated, won lost, gained lost,
    arrived left, entered left, joined left, resumed suspended, suspended resumed, raised lowered,
    agreed refused, pledged refused, vowed refused, refused agreed, declined agreed, before after,
    earlier later, largest smallest, highest lowest, most fewest, north south, northern southern,
    east west, eastern western, first last, above below, public secret, direct indirect,
    directly indirectly, possible impossible, likely unlikely, legal illegal, lawful unlawful,
    effective ineffective, successful unsuccessful, strong weak, safe unsafe, safer riskier,
    escalated eased, escalate ease, increase decrease, condemn praise,
    support oppose, accept reject, confirm deny, allow bar, strengthen weaken, expand reduce,
    release capture, lift impose, before after, all none, always never, won lost
"""
_ONE_WAY = frozenset({"all", "always", "first", "most", "public", "strong", "largest", "highest"})
_TOGETHER = re.compile(
    r"\b(?:more than|fewer than|less than|at least|at most)(?= (?:a |an )?(?:\d|[a-z]+))",
)
_OF_TOGETHER = {
    "more than": "fewer than", "fewer than": "more than", "less than": "more than",
    "at least": "at most", "at most": "at least",
}  # fmt: skip


def _pairs() -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _PAIRS.split(","):
        one, other = pair.split()
        found.setdefault(one, other)
        if one not in _ONE_WAY:
            found.setdefault(other, one)
    for lost in ("left", "none", "never", "closed", "refused", "released", "ended", "stopped"):
        found.pop(lost, None)  # what it is the contrary of depends
    found["refused"] = "agreed"
    return found


OPPOSITES = _pairs()
# "To" must follow where the contrary needs it; "east" and "west" may be part of a name.
_TO = frozenset({"agreed", "refused", "pledged", "vowed", "declined"})
# These are nouns too: only "to support", "will support".
_NOUNS = frozenset({
    "support", "release", "lift", "increase", "decrease", "bar", "ease", "capture", "escalate",
    "praise", "supports", "strengthen", "expand", "reduce", "allow", "deny", "increases",
    "decreases", "closed", "left",
})  # fmt: skip
_VERB_BEFORE = re.compile(r"\b(?:to|will|would|could|should|can|must|not|may|might|it|which) $")
_BEFORE_A_FACT = frozenset({"all", "most", "first", "always"})
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(OPPOSITES, key=len, reverse=True))})(?![\w-])")
_PART = re.compile(r"^ [A-Z]|^ (?:up|down|out|off|over|in which|of all|that day)\b")


def turned(sentence: str) -> Iterator[str]:
    """Yield the sentence with one word, or one bound of a number, turned to its contrary."""
    for match in _WORD.finditer(sentence):
        word, after = match.group(), sentence[match.end() :]
        if word in _TO and not after.startswith(" to "):
            continue
        if word in _NOUNS and not _VERB_BEFORE.search(sentence[: match.start()]):
            continue
        if word in _BEFORE_A_FACT or _PART.match(after):
            continue
        yield sentence[: match.start()] + OPPOSITES[word] + after
    for match in _TOGETHER.finditer(sentence):
        other = _OF_TOGETHER[match.group()]
        yield sentence[: match.start()] + other + sentence[match.end() :]


_AUXILIARY = re.compile(
    r"(?<=[\w,”\")] )(?P<word>is|are|was|were|will|would|could|should|must|can|(?:has|have|had)"
    r"(?= (?:\w+ed|been|begun|said|made|taken|seen|given|held|met|won|lost|sent|done|gone)\b))"
    r"(?= (?!(?:not|never|no|to|n[o’']t|only|also|hardly|none|neither)\b)[a-z])"
)
_NOT = re.compile(
    r"\b(?P<word>is|are|was|were|will|would|could|should|must|can|has|have|had|did|do|does)"
    r"(?: not|(?<!wo)n[’']t) (?!only\b|just\b|merely\b|yet\b|to\b|any|at all)"
)
_CANNOT = re.compile(r"\bcannot\b|\bcan[’']t\b")
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|any)\b|n[’']t\b", re.I
)
_ONLY_DENIED = re.compile(r"\b(?:at all|either|yet|anymore|any longer|but)\b", re.IGNORECASE)
_NOT_A_VERB = re.compile(r"\b(?:what|which|who|where|that|whether|if) $", re.IGNORECASE)


def negated(sentence: str) -> str | None:
    """Return the sentence with *not* put in behind its first auxiliary; None where it denies."""
    if _NEGATIVE.search(sentence):
        return None
    for match in _AUXILIARY.finditer(sentence):
        if not _NOT_A_VERB.search(sentence[: match.start()]):
            joined = "not" if match["word"] == "can" else " not"
            return f"{sentence[: match.end()]}{joined}{sentence[match.end() :]}"
    return None


def affirmed(sentence: str) -> str | None:
    """Return the sentence without the *not* of its only denial; None if it has another number."""
    if len(_NEGATIVE.findall(sentence)) != 1 or _ONLY_DENIED.search(sentence):
        return None
    if _CANNOT.search(sentence):
        return _CANNOT.sub("can", sentence)
    found = _NOT.search(sentence)
    if found is None:
        return None
    return f"{sentence[: found.start()]}{found['word']} {sentence[found.end() :]}"
