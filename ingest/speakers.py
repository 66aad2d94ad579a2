"""Who speaks in a transcript: labels such as `MR. KIRBY:` and `Q`, carried to the next label."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.names import DocumentNames, spoken_name

MIN_TURNS = 3
MAX_LABEL = 60
MAX_SPEAKERS = 200
MIN_INTERVIEW_TURNS = 4
MIN_INTERVIEW_SHARE = 0.3
MIN_QUESTIONS = 2
EARLY = 8

_QUESTION = re.compile(r"Q(?:[:.]|\s|$)")
_LABELLED = re.compile(rf"([^:\n]{{1,{MAX_LABEL}}}):(?=\s|$)")
_ASIDE = re.compile(r"\s*\([^)]*\)\s*")
_OFFICES = (
    "PRESIDENT|PRIME MINISTER|SECRETARY(?:[- ]GENERAL)?|AMBASSADOR|SENATOR|REPRESENTATIVE|"
    "CONGRESS(?:MAN|WOMAN)|CHAIR(?:MAN|WOMAN|PERSON)?|ADMINISTRATOR|GENERAL|ADMIRAL|COLONEL|MAJOR|"
    "CAPTAIN|COMMANDER|SERGEANT|CHANCELLOR|KING|QUEEN|PRINCE|PRINCESS|EMIR|SHEIKH|SULTAN|MINISTER|"
    "SPEAKER|LEADER|GOVERNOR|MAYOR|DIRECTOR|COMMISSIONER|PROFESSOR|JUDGE|JUSTICE|RABBI|REVEREND|"
    "PASTOR|FATHER|BISHOP|POPE|IMAM|AYATOLLAH|SPOKES(?:MAN|WOMAN|PERSON)|COORDINATOR|ENVOY|"
    "PRESS SECRETARY|ATTORNEY GENERAL|LADY|GENTLEMAN|ADVIS[OE]R|OFFICIAL|OFFICER"
)
_RANK = (
    "VICE|DEPUTY|ACTING|ASSISTANT|UNDER|FIRST|SECOND|FOREIGN|DEFEN[CS]E|CROWN|SENIOR|NATIONAL|"
    "SECURITY|CHIEF|FORMER|MAJORITY|MINORITY|ADMINISTRATION|MILITARY|INTELLIGENCE|STATE|"
    "DEPARTMENT|LIEUTENANT|BRIGADIER|PRESS"
)
_TITLED = re.compile(
    rf"(?:(?:MR|MRS|MS|DR|GEN|LT|ADM|SEN|REP|GOV|COL|SEC)\.? |(?:THE )?(?:(?:{_RANK})[ -])*"
    rf"(?:{_OFFICES})\b|THE PRESID\w+$)"
)
_ROLE = re.compile(
    r"(?:(?:THE )?(?:MODERATOR|OPERATOR|INTERPRETER|TRANSLATOR|AIDE|STAFF(?:ER)?|AUDIENCE|CROWD|"
    r"AUDIENCE MEMBERS?|PARTICIPANTS?|REPORTERS?|QUESTION(?:ER)?|ANSWER|INTERVIEWER|HOST|ANCHOR|"
    r"ANNOUNCER|NARRATOR|WITNESS|EVERYONE|VOICE|(?:MULTIPLE|SEVERAL) SPEAKERS|"
    r"UNIDENTIFIED \w+)|(?:[A-Z]+ ){1,4}(?:MEMBER|SPEAKER|PARTICIPANT)) ?[#\d]*"
)
_NAME_WORD = r"[A-ZÀ-Þ][\w.’'-]*"
_TITLE_CASE = re.compile(rf"{_NAME_WORD}(?: (?:{_NAME_WORD}|al|bin|de|der|van|von|la)){{0,4}}|[QA]")
_CAPITALS = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ’'. -]*[A-ZÀ-Þ.]")
_CLOCK = re.compile(
    r"(?:END\b.{0,20})?\(?\d{1,2}[:.]\d{2}\s*(?:[AaPp]\.?\s?[Mm]\.?)?(?:\s*\(?[A-Z]{1,4}T?\)?)?\)?"
    r"(?:\s*END)?\.?"
)
_EVENT = re.compile(
    r"\b(?:remarks|briefing|gaggle|interview|transcript|call|speech|address|conference|q&a|"
    r"conversation|statement|toast|press)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A paragraph that opens with a label; `strong` when the label alone shows a speaker."""

    label: str
    strong: bool


def turn_of(paragraph: str) -> Turn | None:
    """The label that opens a normalised paragraph, or None."""
    if question := _QUESTION.match(paragraph):
        return Turn("Q", strong=question[0] != "Q.")
    match = _LABELLED.match(paragraph)
    if match is None:
        return None
    label = _ASIDE.sub(" ", match[1]).strip()
    if label.isupper() and _CAPITALS.fullmatch(label):
        strong = bool(_TITLED.match(label) or _ROLE.fullmatch(label))
        return Turn(label, strong)
    return Turn(label, strong=False) if _TITLE_CASE.fullmatch(label) else None


def assign_speakers(paragraphs: Sequence[str], *, title: str | None = None) -> list[str | None]:
    """Name the speaker of each normalised paragraph; all None where this is no transcript.

    A label's speaker is carried to the next label. Stage directions in parentheses, headings
    before the first label and lines that give only the time carry none.
    """
    turns = [turn_of(paragraph) for paragraph in paragraphs]
    names = DocumentNames.of(title, paragraphs)
    labels = _accepted(turns, paragraphs, names)
    if not labels or len(labels) > MAX_SPEAKERS:
        return [None] * len(paragraphs)
    readable = {label: spoken_name(label, names, labels) for label in labels}
    speakers: list[str | None] = []
    current: str | None = None
    for paragraph, turn in zip(paragraphs, turns, strict=True):
        if turn and turn.label in labels:
            current = readable[turn.label]
        elif _CLOCK.fullmatch(paragraph):
            current = None
        speakers.append(None if is_direction(paragraph) else current)
    return speakers


def is_direction(paragraph: str) -> bool:
    """Whether the whole paragraph is one aside in parentheses or brackets."""
    pairs = {"(": ")", "[": "]"}
    closing = pairs.get(paragraph[:1])
    return (
        closing is not None
        and paragraph.rstrip(".").find(closing) == len(paragraph.rstrip(".")) - 1
    )


def _accepted(
    turns: Sequence[Turn | None], paragraphs: Sequence[str], names: DocumentNames
) -> frozenset[str]:
    """The labels to believe: those of a transcript, else those of an interview, else none."""
    strong = Counter(turn.label for turn in turns if turn and turn.strong)
    weak = Counter(turn.label for turn in turns if turn and not turn.strong)
    if _is_transcript(strong, turns, names.title):
        surnames = {label.split()[-1] for label in strong}
        return frozenset(strong) | {
            label
            for label, count in weak.items()
            if label.isupper()
            and (count > 1 or label.split()[-1] in surnames or names.titled(label))
            and names.is_name(label)
        }
    return _interview(strong + weak, turns, paragraphs, names)


def _is_transcript(strong: Counter[str], turns: Sequence[Turn | None], title: str) -> bool:
    """Three turns show a transcript; one or two do at the head of what is titled as one.

    Headings such as `PRESIDENT TRUMP DELIVERS:` stand once each, so a label must recur or be a
    question, or the title must speak of remarks.
    """
    if not strong:
        return False
    titled = _EVENT.search(title) is not None
    if strong.total() >= MIN_TURNS and (titled or max(strong.values()) > 1):
        return True
    return titled and any(turn and turn.strong and turn.label != "Q" for turn in turns[:EARLY])


def _interview(
    counts: Counter[str],
    turns: Sequence[Turn | None],
    paragraphs: Sequence[str],
    names: DocumentNames,
) -> frozenset[str]:
    """Two or more recurring names that take a good share of the paragraphs and ask questions."""
    labels = {
        label
        for label, count in counts.items()
        if count >= MIN_QUESTIONS and (label in ("Q", "A") or names.is_name(label))
    }
    spoken = [
        paragraph
        for paragraph, turn in zip(paragraphs, turns, strict=True)
        if turn and turn.label in labels
    ]
    questions = sum(paragraph.endswith(("?", "?”", '?"')) for paragraph in spoken)
    enough = len(spoken) >= max(MIN_INTERVIEW_TURNS, MIN_INTERVIEW_SHARE * len(paragraphs))
    if len(labels) > 1 and enough and questions >= MIN_QUESTIONS:
        return frozenset(labels)
    return frozenset()
