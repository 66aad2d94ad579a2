"""What was done with what is counted: fired, killed, freed, and the like."""

import re
from typing import Literal

Action = Literal["fire", "kill", "wound", "free", "hold", "stop", "arrive", "vote"]

GROWING: frozenset[Action] = frozenset({"kill", "wound", "free", "stop"})
"""A later count of these may be higher and still agree with an earlier one."""

FIXED: frozenset[Action] = frozenset({"fire", "vote"})
"""What was done on a day is over with it: its count does not change any more."""

_WORDS: tuple[tuple[Action, str], ...] = (
    (
        "stop",
        r"intercept\w*|shot down|shoot(?:ing)? down|brought down|downed|downing|destroy\w*"
        r"|stopped|repelled|thwarted|foiled|neutrali[sz]ed",
    ),
    ("fire", r"fir(?:e|ed|es|ing)|launch\w*|lobbed|shot at|came from|sent towards"),
    (
        "kill",
        r"kill(?:ed|s|ing|ings)?|dead|died|die|dies|dying|deaths?|fatalit\w+|slain"
        r"|slaughtered|murdered|massacred|perished|lost their lives|death toll|martyred|toll",
    ),
    ("wound", r"wound(?:ed|s|ing)?|injur(?:ed|ies|y|ing)|hurt"),
    ("free", r"fre(?:ed|eing)|releas(?:ed|es|ing|e)|(?:come|came) (?:home|out)|returned|liberated"),
    ("hold", r"held|holding|abducted|kidnapped|seized|still in|captured|taken|took|remain\w*"),
    (
        "arrive",
        r"hits?|struck|landed|fell|fallen|got through|get through|come through|came through"
        r"|reached|impact\w*|crashed|failed",
    ),
    ("vote", r"turnout|voted|votes?|ballots?|participation"),
)
ACTION = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _WORDS) + r")\b", re.IGNORECASE
)


def action_of(match: re.Match[str]) -> Action:
    """Return the action that a match of `ACTION` names."""
    return next(name for name, _ in _WORDS if match[name] is not None)


def actions(text: str) -> frozenset[Action]:
    """Return every action that a text names."""
    return frozenset(action_of(match) for match in ACTION.finditer(text))
