"""The readable name behind a transcript's label, taken only from the document itself."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Self

DOMINANT = 3
LOOK_BACK = 60
MAX_GIVEN = 2
MAX_TEXT = 1_000_000

_COURTESY = re.compile(r"(?:MR|MRS|MS|DR)\.? ", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_GIVEN = re.compile(r"(?:[A-ZÀ-Þ][^\W\d_]*[a-zà-ÿ][\w’'-]*|[A-Z]\.)$")
_PARTICLES = frozenset(
    ["of", "the", "and", "von", "van", "der", "de", "da", "del", "la", "bin", "ibn", "al", "el"]
)
_SMALL = frozenset(["of", "the", "and", "von", "van", "der", "de", "da", "del", "la", "bin", "ibn"])
# Words in capitals before a surname that are an office, a courtesy or a link, never a given name.
_NOT_GIVEN_WORDS = (
    "mr mrs ms dr president vice prime minister secretary ambassador senator representative "
    "congressman congresswoman chair chairman chairwoman administrator general admiral colonel "
    "major captain commander sergeant chancellor king queen prince princess emir sheikh sultan "
    "speaker leader governor mayor director commissioner professor judge justice rabbi reverend "
    "pastor father bishop pope imam ayatollah spokesman spokeswoman spokesperson coordinator "
    "envoy press attorney lady gentleman adviser advisor deputy acting assistant under first "
    "second foreign defense defence crown senior national security chief former majority "
    "minority state the and but for with by from thank thanks so as if when what hey hi good in "
    "on at to of with communications strategic white house council homeland energy treasury "
    "interior a an i january february march april may june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday israel iran "
    "united states administration official officer military intelligence department officials"
)
_NOT_GIVEN = frozenset(_NOT_GIVEN_WORDS.split())
_LINKS = frozenset(("of", "for", "the", "to", "House", "Council"))
# Words of a headline that end a name: "Remarks by President Lee Before Departure".
_HEADLINE = re.compile(
    r"\w+ing|before|after|at|on|in|to|and|with|from|aboard|upon|address(?:es)?|remarks|signs|hosts|"
    r"meets|holds|speaks|delivers|gives|departs|arrives|departure|arrival|announces|participates|"
    r"state|press|joint|welcomes|honors|marks|celebrates",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVX]{2,}")
_QUESTION_LABELS = {"Q": "Question", "QUESTION": "Question", "A": "Answer", "ANSWER": "Answer"}


@dataclass(frozen=True)
class DocumentNames:
    """The title and the text in which names are looked up."""

    title: str
    text: str

    @classmethod
    def of(cls, title: str | None, paragraphs: Sequence[str]) -> Self:
        """Gather the title and the normalised paragraphs of one document."""
        return cls(title or "", "\n".join(paragraphs)[:MAX_TEXT])

    @cached_property
    def _lower_words(self) -> frozenset[str]:
        return frozenset(word for word in _WORD.findall(self.text) if word.islower())

    def is_name(self, label: str) -> bool:
        """Whether no word of the label is an ordinary word here (one that occurs in lower case)."""
        words = [word.casefold() for word in _WORD.findall(label)]
        return bool(words) and all(
            word in _PARTICLES or word not in self._lower_words for word in words
        )

    def titled(self, label: str) -> bool:
        """Whether the last word of the label stands in the title."""
        return label.rsplit(maxsplit=1)[-1].casefold() in self.title.casefold()

    def spelled(self, words: str) -> str | None:
        """`words` as the document writes them in mixed case, or None."""
        pattern = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
        for place in (self.title, self.text):
            found = Counter(
                match[0]
                for match in pattern.finditer(place)
                if match[0] not in (words, words.lower())
            )
            if found:
                return found.most_common(1)[0][0]
        return None

    def following(self, word: str, office: str) -> int:
        """How often the word directly follows the office or `Mr.` in the text."""
        return self.text.count(f"{office} {word}") + self.text.count(f"Mr. {word}")

    def given_names(self, surname: str, *, in_title: bool = False) -> Iterator[tuple[str, str]]:
        """Yield (the words before, given name) for each time the surname follows a given name."""
        place = self.title if in_title else self.text
        for match in re.finditer(rf" (?={re.escape(surname)}(?!\w|-))", place):
            words = (
                place[max(0, match.start() - LOOK_BACK) : match.start()].rsplit("\n")[-1].split()
            )
            given: list[str] = []
            while words and len(given) <= MAX_GIVEN and self._may_be_given(words[-1]):
                given.insert(0, words.pop())
            full = [word for word in given if not word.endswith(".")]
            if full:
                # In "Chief of Staff Ann Lee" or "Public Affairs Ann Lee" only the last is hers.
                alone = len(full) > MAX_GIVEN or (words and words[-1] in _LINKS)
                before = " ".join([*words, *full[:-1]] if alone else words)
                yield before, full[-1] if alone else " ".join(full)

    def _may_be_given(self, word: str) -> bool:
        bare = word.casefold().rstrip(".")
        return (
            _GIVEN.match(word) is not None
            and bare not in _NOT_GIVEN
            and (len(bare) == 1 or bare not in self._lower_words or f"{word} " in self.title)
        )


def spoken_name(label: str, names: DocumentNames, labels: Collection[str]) -> str:
    """The readable speaker of a label: `MR. KIRBY` is John Kirby where the document names him.

    `THE PRESIDENT` is the one president whom the title, else the text, names and who has no label
    of his own in `labels`; "The President" where that is not clear.
    """
    if label.upper() in _QUESTION_LABELS:
        return _QUESTION_LABELS[label.upper()]
    if not label.isupper():
        return label
    courtesy = _COURTESY.match(label)
    if courtesy:
        return _full_name(label[courtesy.end() :], None, names)
    if label in ("THE PRESIDENT", "THE VICE PRESIDENT", "THE PRIME MINISTER"):
        return _holder(label.removeprefix("THE "), names, labels)
    office, name = _split_office(label)
    if name and (office or names.is_name(label)):
        return _full_name(name, office, names)
    return _title_case(label)


def _holder(office: str, names: DocumentNames, labels: Collection[str]) -> str:
    """The one holder of the office who is named; others who speak under their own name are out."""
    readable = _title_case(office)
    pattern = re.compile(
        rf"(?<![Ff]ormer )(?<!Vice )\b{readable} ((?:[A-Z][\w’'-]+|[A-Z]\.)"
        r"(?: (?:[A-Z][\w’'-]+|[A-Z]\.))*)"
    )
    for place in (names.title, names.text):
        surnames = {_surname(match[1], readable, names) for match in pattern.finditer(place)}
        surnames = {name for name in surnames if f"{office} {name.upper()}" not in labels}
        if len(surnames) == 1:
            return _full_name(surnames.pop().upper(), office, names)
        if surnames:
            break
    return f"The {readable}"


def _surname(run: str, office: str, names: DocumentNames) -> str:
    """The surname in the capitalised words after an office (`Joe Biden`, `Trump Signs`).

    It is the word that most often follows the office, or `Mr.`, directly; else the last one.
    """
    name = list(takewhile(lambda word: not _HEADLINE.fullmatch(word), run.split()))
    words = [word.removesuffix("’s").removesuffix("'s") for word in name if word[-1] != "."]
    named = [word for word in words if names.is_name(word)] or words or [run]
    counts = [names.following(word, office) for word in named]
    best = max(counts)
    return named[counts.index(best)] if best else named[-1]


def _split_office(label: str) -> tuple[str, str]:
    """Split `PRIME MINISTER NETANYAHU` into office and name; the name is empty for a mere role."""
    words = label.split()
    for count, word in enumerate(words):
        if word.casefold().rstrip(".") not in _NOT_GIVEN:
            return " ".join(words[:count]), " ".join(words[count:])
    return label, ""


def _full_name(surname: str, office: str | None, names: DocumentNames) -> str:
    """Given name and surname where the document gives one clear answer, else what the label says.

    Before a surname with an office only a given name that itself follows that office counts, so
    that a relative of the same name is never taken for the speaker.
    """
    spelling = names.spelled(surname) or _title_case(surname, inside=office is not None)
    if _is_whole(surname):
        return spelling
    readable_office = _title_case(office) if office else ""
    plain = f"{readable_office} {spelling}".strip()
    for in_title in (True, False):
        found = Counter(
            given
            for before, given in names.given_names(spelling, in_title=in_title)
            if not office or _follows_office(before, readable_office)
        )
        if not in_title:  # two given names once in the text are as likely those of a relative
            found = Counter({name: n for name, n in found.items() if n > 1 or " " not in name})
        ranked = found.most_common(2)
        if ranked and (len(ranked) == 1 or ranked[0][1] >= DOMINANT * ranked[1][1]):
            return f"{ranked[0][0]} {spelling}"
    return plain


def _follows_office(before: str, office: str) -> bool:
    """Whether words end with the office, or with one such as `Secretary of Agriculture`."""
    return re.search(rf"\b{office}(?: (?:of|for)(?: (?!and\b)[\w’]+){{1,4}})?$", before) is not None


def _is_whole(name: str) -> bool:
    """Whether a label's name already has a given name: `DOUGLAS EMHOFF`, not `ABDULLAH II`."""
    words = name.split()
    return (
        len(words) > 1 and words[0].casefold() not in _PARTICLES and not _ROMAN.fullmatch(words[-1])
    )


def _title_case(words: str, *, inside: bool = False) -> str:
    return " ".join(
        word.lower() if (at or inside) and word.casefold() in _SMALL else _capitalised(word)
        for at, word in enumerate(words.split())
    )


def _capitalised(word: str) -> str:
    if _ROMAN.fullmatch(word):
        return word
    joined = "".join(part.capitalize() for part in re.split(r"([-’'])", word.lower()))
    return re.sub(r"^Mc([a-z])", lambda match: f"Mc{match[1].upper()}", joined)
