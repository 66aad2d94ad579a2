"""Names that can stand for one another in a sentence: people of one office, countries, cities."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "president": (
        "Joe Biden", "Donald Trump", "Ebrahim Raisi", "Masoud Pezeshkian", "Emmanuel Macron",
        "Vladimir Putin", "Recep Tayyip Erdogan", "Isaac Herzog",
    ),
    "prime minister": (
        "Benjamin Netanyahu", "Naftali Bennett", "Keir Starmer", "Najib Mikati", "Rishi Sunak",
        "Giorgia Meloni", "Yair Lapid", "Mohammed Shia al-Sudani",
    ),
    "minister": (
        "Antony Blinken", "Lloyd Austin", "Yoav Gallant", "Abbas Araghchi", "Marco Rubio",
        "Hossein Amir-Abdollahian", "Pete Hegseth", "Israel Katz", "David Lammy",
    ),
    "spokesman": (
        "John Kirby", "Karine Jean-Pierre", "Matthew Miller", "Jake Sullivan", "Daniel Hagari",
        "Nasser Kanaani", "Karoline Leavitt", "Pat Ryder", "Esmail Baghaei",
    ),
    "commander": (
        "Ismail Haniyeh", "Hassan Nasrallah", "Yahya Sinwar", "Mohammed Deif", "Fuad Shukr",
        "Qassem Soleimani", "Mohammad Reza Zahedi", "Hossein Salami", "Ahmad Vahidi",
    ),
}  # fmt: skip

_KINDS: Mapping[str, tuple[str, ...]] = {
    "country": (
        "Iran", "Israel", "Lebanon", "Syria", "Iraq", "Yemen", "Jordan", "Egypt", "Qatar",
        "Turkey", "Saudi Arabia", "Russia", "China", "France", "Germany", "Italy", "Oman",
        "Kuwait", "Bahrain", "Pakistan", "the United States", "the United Kingdom",
    ),
    "nationality": (
        "Iranian", "Israeli", "Lebanese", "Syrian", "Iraqi", "Yemeni", "Jordanian", "Egyptian",
        "Qatari", "Turkish", "Saudi", "Russian", "Chinese", "French", "German", "British",
        "American",
    ),
    "group": ("Hamas", "Hezbollah", "Islamic Jihad", "Fatah", "the Houthis"),
    "city": (
        "Tehran", "Jerusalem", "Tel Aviv", "Beirut", "Damascus", "Baghdad", "Isfahan", "Cairo",
        "Doha", "Haifa", "Rafah", "Khan Younis", "Natanz", "Fordow", "Geneva", "Vienna",
        "Washington", "New York", "Riyadh", "Ankara", "Moscow", "Sanaa", "Muscat",
    ),
}  # fmt: skip

AGENTS = frozenset({"country", "group", *_PEOPLE})
"""Kinds of what can act."""


@dataclass(frozen=True, slots=True)
class Known:
    """A name of a known kind where a text writes it; `end` is before a possessive's mark."""

    written: str
    kind: str
    start: int
    end: int


def _listed() -> dict[str, tuple[str, str]]:
    """Map each written form to its kind; a person's last name is a kind apart from the whole."""
    forms = {name: kind for kind, names in _KINDS.items() for name in names}
    found = {name: (kind, name) for name, kind in forms.items()}
    for kind, names in _PEOPLE.items():
        for name in names:
            found[name] = (kind, name)
            found[_last(name)] = (f"{kind}'s last name", name)
    del found["Katz"]  # anybody's
    return found


def _last(name: str) -> str:
    return name if name.startswith("the ") else name.rpartition(" ")[2]


_FORMS = _listed()
_KNOWN = re.compile(
    r"(?<![\w’'-])(?:"
    + "|".join(
        re.sub(r"^the\\ ", r"(?:[Tt]he\\ )", re.escape(form))
        for form in sorted(_FORMS, key=len, reverse=True)
    )
    + r")(?![\w-])"
)
_CAPITAL_BEFORE = re.compile(r"(?:\b[A-Z][\w’'-]*|[A-Z]\.|\bof|[&/-])\s?$")
_TITLE_BEFORE = re.compile(
    r"\b(?:President|Minister|Secretary|General|Gen\.|Mr\.?|Ms\.?|Spokesman|Adviser|Advisor|Leader"
    r"|Commander|Chief|Admiral|Adm\.|On|In|The|And|But|When|While|After|Before|For|As|If|Since"
    r"|From|Both|That|Then|Although|Though|Because|Under|Against|Between|With|By)\s$"
)
_CAPITAL_AFTER = re.compile(r"^(?:\s[A-Z]|-[A-Za-z]|[’']s [A-Z]|/)")


def find_known(text: str) -> list[Known]:
    """Return the names of known kinds, in order, that stand by themselves.

    Part of a longer name is none: "State of Israel", "Bank of America", "Iran International". A
    nationality may stand before a name.
    """
    return list(_found(text))


def names_of(kind: str) -> tuple[str, ...]:
    """Return all the names of a kind, as they are written in that kind."""
    return tuple(form for form, (of, _) in _FORMS.items() if of == kind)


def _found(text: str) -> Iterator[Known]:
    for match in _KNOWN.finditer(text):
        written = match.group()
        form = f"t{written[1:]}" if written.startswith("The ") else written
        kind = _FORMS[form][0]
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() :][:6]
        part = _CAPITAL_BEFORE.search(before) and not _TITLE_BEFORE.search(before)
        if part or (kind != "nationality" and _CAPITAL_AFTER.match(after)):
            continue
        yield Known(form, kind, *match.span())
