"""Names in running text: who and what a sentence names, and whether another text names them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.analysis import STOP_WORDS, stem, words
from rag.periods import MONTHS

TITLES = frozenset(
    """
    president vice prime minister foreign defence defense secretary mr mrs ms dr sir general gen
    lt lieutenant col colonel maj major brig brigadier admiral adm capt captain sgt sergeant rear
    senator sen representative rep congressman congresswoman governor gov mayor ambassador judge
    justice king queen prince princess sheikh ayatollah imam pope professor prof supreme leader
    chief commander deputy former spokesman spokeswoman spokesperson chairman chairwoman
    director press adviser advisor national security officer detective lord lady dame st
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)
"""Words before a name that say what somebody is, not who."""

_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905
_WORD = r"(?:(?:[A-Z]\.){2,}|[A-Z][^\W_]*(?:['’-][^\W_]+)*)"
_SHORT = "Gen Lt Col Maj Brig Adm Capt Sgt Sen Rep Gov Prof Mr Mrs Ms Dr Sr Jr St [A-Z]".split()  # noqa: SIM905
_SHORTENED = "|".join(rf"(?<=\b{word})" for word in _SHORT)
_RUN = re.compile(
    rf"(?<![\w'’]){_WORD}"
    rf"(?:(?:(?:{_SHORTENED})\.)? (?:(?:of|bin|ibn|al|el|de|von|van|the) ){{0,2}}{_WORD})*"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_OPENING = re.compile(r"(?:^|[.!?:;(\n•*-]|\d\.)[\s\"“”‘'’(\[]*$")
_VERB_NEXT = re.compile(
    r"^(?:['’]s\b| (?:also |then |later |never |has |had |have |was |is |will |would |did |does )*"
    r"(?:\w{2,}ed|said|says|told|was|is|has|had|will|would|did|does|made|gave|took|went|met|held"
    r"|spoke|wrote|left|won|lost|fell|shot|hit|knew|thought|became|came|saw)\b)"
)
_COMMON_END = re.compile(
    r"(?:s|ing|ly|ed|ion|ment|ness|ity|one|body|thing|ers?|ship|ism|ance|ence)$"
)
_COMMON = frozenset(
    """
    police people nobody fighting support congress government parliament army congress media
    staff water food oil money work research data evidence news music traffic weather fire
    troop public video footage someone much little additional one another part half yes
    """.split()  # noqa: SIM905
)
_SAME = {
    "us": ("unit", "america", "american"), "usa": ("unit", "america", "american", "us"),
    "america": ("us", "american"), "american": ("us", "america"), "unit": ("us", "uk", "un", "uae"),
    "state": ("us", "america", "american"), "uk": ("unit", "britain", "british"),
    "britain": ("uk", "british"), "british": ("uk", "britain"), "kingdom": ("uk", "britain"),
    "un": ("nation",), "nation": ("un",), "eu": ("european",), "union": ("eu",),
    "franc": ("french",), "french": ("franc",), "germani": ("german",), "german": ("germani",),
    "spain": ("spanish",), "spanish": ("spain",), "china": ("chines",), "chines": ("china",),
    "palestin": ("palestinian",), "palestinian": ("palestin",), "leban": ("lebanes",),
    "lebanes": ("lebanon",), "lebanon": ("lebanes",), "emir": ("uae",), "tehran": (),
}  # fmt: skip
_STEM_SHARED = 4
_DEMONYM_ENDINGS = ("i", "n", "an", "ian", "ese", "ish", "s", "es", "ic")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, without titles; `last` is the index form of its last word."""

    written: str
    last: str
    start: int
    end: int


def find_names(text: str) -> list[Name]:
    """Return the names of a text in order.

    Titles, months and weekdays are no names; the first word of a sentence is one only where more
    of a name follows, or where a verb or a possessive does and the word does not look common.
    """
    return [name for run in _RUN.finditer(text) if (name := _name(text, run)) is not None]


def is_named(name: Name, terms: frozenset[str], initials: frozenset[str] = frozenset()) -> bool:
    """Whether the last word of a name is among the terms of a text, as such or as its adjective.

    `initials` are the acronyms that the names of that text would make.
    """
    last = name.last
    if last in terms or last in initials or any(same in terms for same in _SAME.get(last, ())):
        return True
    return len(last) >= _STEM_SHARED and any(_is_demonym(last, term) for term in terms)


def initials_of(text: str) -> frozenset[str]:
    """Return the acronyms of the runs of capitalised words: `iaea` of the atomic agency's name."""
    return frozenset(_acronyms(text))


def _acronyms(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        found = [word for word in run.group().split() if word[0].isupper()]
        # "The International Atomic Energy Agency" at the beginning of a sentence is the IAEA.
        for named in (found, [word for word in found if word.lower() not in STOP_WORDS]):
            if len(named) > 1:
                yield stem("".join(word[0] for word in named).lower())


def _name(text: str, run: re.Match[str]) -> Name | None:
    start, end = run.span()
    parts = _POSSESSIVE.sub("", run.group()).split()
    opens = _OPENING.search(text[max(0, start - 8) : start]) is not None
    if opens and len(parts) == 1 and not _stands_for_a_name(parts[0], text[start:], end - start):
        return None
    while parts and _is_no_name(parts[0]):
        parts = parts[1:]
    while parts and (_bare(parts[-1]) in _WEEKDAYS or _bare(parts[-1]) in MONTHS):
        parts = parts[:-1]
    found = words(" ".join(parts))
    if not found or found[-1].isdigit():
        return None
    return Name(" ".join(parts), stem(found[-1]), start, end)


def _stands_for_a_name(word: str, rest: str, length: int) -> bool:
    if len(word) > 1 and word.isupper():
        return True
    lower = _bare(word)
    if lower in STOP_WORDS or lower in _COMMON or _COMMON_END.search(lower):
        return False
    return _POSSESSIVE.search(rest[:length]) is not None or bool(_VERB_NEXT.match(rest[length:]))


def _bare(word: str) -> str:
    return word.lower().strip(".,'’")


def _is_no_name(word: str) -> bool:
    bare = _bare(word)
    if word in {"US", "U.S.", "U.S", "IT", "WHO"}:
        return False
    return bare in TITLES or bare in STOP_WORDS or bare in MONTHS or bare in _WEEKDAYS


def _is_demonym(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 3 or not other or one[0] != other[0]:  # noqa: PLR2004
        return False
    short, long = sorted((one, other), key=len)
    if len(short) < _STEM_SHARED:
        return False
    whole = long.startswith(short) and long[len(short) :] in _DEMONYM_ENDINGS
    stem_only = len(short) > _STEM_SHARED and long.startswith(short[:-1])
    return whole or (stem_only and long[len(short) - 1 :] in _DEMONYM_ENDINGS)
