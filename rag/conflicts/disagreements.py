"""Find where the evidence gives figures that cannot both hold for what a question asks."""

from collections.abc import Sequence

from rag.conflicts.accounts import Account, accounts, can_differ
from rag.conflicts.asked import Asked, asked_measure
from rag.conflicts.denials import find_denials
from rag.conflicts.figures import PEOPLE
from rag.conflicts.parties import same_party
from rag.conflicts.positions import Disagreement, Side
from rag.library.rows import VersionText
from rag.question import Question
from rag.relative_dates import published_in_words
from rag.select import Candidate

MOST_POSITIONS = 4

_DONE = {
    "fire": "fired", "kill": "killed", "wound": "wounded", "free": "freed", "hold": "held",
    "stop": "stopped", "arrive": "that got through", "vote": "",
}  # fmt: skip
_UNNAMED = {PEOPLE: "people"}


def find_disagreements(question: Question, ranked: Sequence[Candidate]) -> tuple[Disagreement, ...]:
    """Return the disagreements of the evidence on what the question asks; mostly there is none."""
    if asked_measure(question) is not None:
        return find_opposed_figures(question, ranked)
    return find_denials(question, ranked)


def find_opposed_figures(
    question: Question, ranked: Sequence[Candidate]
) -> tuple[Disagreement, ...]:
    """Return at most one disagreement: on the count that the question asks for."""
    asked = asked_measure(question)
    if asked is None:
        return ()
    found = [a for rank, c in enumerate(ranked) for a in accounts(question, asked, c, rank)]
    chosen = _opposed(sorted(found, key=lambda a: a.order), question, asked)
    return (Disagreement(_topic(chosen, asked), _sides(chosen)),) if chosen else ()


def _opposed(found: Sequence[Account], question: Question, asked: Asked) -> list[Account]:
    """Return accounts every two of which disagree: the nearest pair, and what else does."""
    times = {
        "timed": bool(question.periods),
        "dated": any(period.day for period in question.periods),
    }
    pairs = [
        (one, other)
        for i, one in enumerate(found)
        for other in found[i + 1 :]
        if can_differ(one, other, asked, **times)
    ]
    if not pairs:
        return []
    nearest = min(pairs, key=lambda p: (p[0].rank + p[1].rank, p[0].order, p[1].order))
    chosen = [*nearest]
    for account in found:
        if len(chosen) == MOST_POSITIONS:
            break
        if _adds(account, chosen) and any(can_differ(account, c, asked, **times) for c in chosen):
            chosen.append(account)
    return chosen


def _adds(account: Account, chosen: Sequence[Account]) -> bool:
    """Whether an account gives another figure than those chosen, and for another party."""
    given = {(c.figure.value, c.figure.high is None) for c in chosen}
    parties = [c.party for c in chosen if c.party]
    own = (account.figure.value, account.figure.high is None)
    return own not in given and not (
        account.party and any(same_party(account.party, party) for party in parties)
    )


def _sides(chosen: Sequence[Account]) -> tuple[Side, ...]:
    outlets = [account.version.info.outlet for account in chosen]
    named = None not in outlets and len(set(outlets)) == len(outlets)
    parties = [a.party or _source(a.version, by_outlet=named) for a in chosen]
    return tuple(
        Side(party, a.claim, a.version, a.start, a.end)
        for party, a in zip(parties, chosen, strict=True)
    )


def _source(version: VersionText, *, by_outlet: bool) -> str:
    info = version.info
    name = (info.outlet if by_outlet else None) or info.title
    day = published_in_words(info.published)
    return f"{name}, {day}" if day else name


def _topic(chosen: Sequence[Account], asked: Asked) -> str:
    """Return what is counted in the words of the articles, the fewest there are."""
    if asked.action == "vote" and asked.percent:
        return "turnout"
    named = [account.figure.named for account in chosen if account.figure.named]
    thing = min(named, key=len) if named else _UNNAMED.get(asked.thing, asked.named)
    return f"{thing} {_DONE[asked.action] if asked.action else ''}".strip()
