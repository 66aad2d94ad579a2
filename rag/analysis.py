"""Words of a text as the full-text index and the word overlaps see them."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before
    being below between both but by can could did do does doing down during each few for from
    further had happen happened has have having he her here hers herself him himself his how i
    if in into is it its itself just let me more most my myself no nor not now of off on once
    only or other our ours out over own please same say said says she should so some such tell
    than that the their theirs them themselves then there these they this those through to too
    under until up upon us very was we were what when where which while who whom whose why will
    with would you your yours
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*(?:['’][^\W_]+)?")
_TYPES = re.compile(r"[0-9]{1,3}s")
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_FOLDS = {"’": "'", "ك": "ک", "ي": "ی", "ة": "ه"}

# One name, several spellings in the press.
_SPELLINGS = {
    "hizbollah": "hezbollah", "hizballah": "hezbollah", "hezballah": "hezbollah",
    "hizbullah": "hezbollah", "haniya": "haniyeh", "haniyah": "haniyeh", "hania": "haniyeh",
    "khamenai": "khamenei", "khameini": "khamenei", "pezeshkiyan": "pezeshkian",
    "nasrollah": "nasrallah", "nasralla": "nasrallah", "houthi": "houthis", "huthi": "houthis",
    "huthis": "houthis", "esfahan": "isfahan", "natanz": "natanz", "teheran": "tehran",
    "araqchi": "araghchi", "araghci": "araghchi", "qasem": "qassem", "ghasem": "qassem",
    "soleymani": "soleimani", "suleimani": "soleimani", "sinvar": "sinwar",
    "raeesi": "raisi", "netanyahus": "netanyahu", "bibi": "netanyahu", "isil": "isis",
    "israelis": "israeli", "iranians": "iranian", "americans": "american",
}  # fmt: skip

_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
    "hundred": "100", "thousand": "1000",
}  # fmt: skip


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the index form of one lower-case word: one spelling, digits, stem."""
    word = "".join(_FOLDS.get(letter, letter) for letter in word)
    word = word.removesuffix("'s").replace("'", "")
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
    word = _NUMBERS.get(word, _SPELLINGS.get(word, word))
    if word[:1].isdigit():
        plain = word.replace(",", "")
        # The plural of a type's number: B-2s, F-35s; a decade (1980s) is no plural of its year.
        return plain[:-1] if _TYPES.fullmatch(plain) else plain
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


def words(text: str) -> list[str]:
    """Return the words of a text, lower case, acronyms such as U.S. as one word."""
    joined = _ACRONYM.sub(lambda m: m.group().replace(".", ""), text)
    return [match.group().lower() for match in _WORD.finditer(joined)]


def terms(text: str) -> list[str]:
    """Return the index form of every word, stop words kept: this is what the index stores."""
    return [stem(word) for word in words(text)]


_KEPT_ACRONYMS = re.compile(r"\b(?:US|U\.S\.?|IT|WHO)\b")


def content_terms(text: str) -> list[str]:
    """Return the index form of the words that carry meaning, in order, each once.

    `US` and `U.S.` count, `us` does not.
    """
    kept = {m.group().replace(".", "").lower() for m in _KEPT_ACRONYMS.finditer(text)}
    chosen = (w for w in words(text) if w in kept or w not in STOP_WORDS)
    return list(dict.fromkeys(stem(w) for w in chosen))


def overlap(wanted: Iterable[str], present: Iterable[str], weight: dict[str, float]) -> float:
    """Return the share, by weight, of the wanted terms that are present, in [0, 1]."""
    there = set(present)
    wanted = list(wanted)
    total = sum(weight.get(term, 1.0) for term in wanted)
    return sum(weight.get(term, 1.0) for term in wanted if term in there) / total if total else 0.0
