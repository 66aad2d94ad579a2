"""Claims with the label that follows from how they were made of the sentences of a passage."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from evals.reader.corruptions import RULES, Context, corrupted
from evals.reader.kinds import Known, find_known
from evals.reader.places import Place
from evals.reader.questions import source_of
from evals.reader.respelling import respelt
from evals.reader.rows import Label, SupportRow
from evals.reader.shortening import shortened, trailing_clause
from rag.names import find_names
from rag.numbers import find_numbers
from rag.sentences import sentence_spans
from rag.stated_dates import stated_dates
from rag.support import SupportModel

SENTENCES = 3
"""Sentences of a passage of which claims are made."""

VERBATIM = 0.2
"""Share of the claims that are the sentence itself although it could be put otherwise."""

FEWEST_WORDS, MOST_WORDS = 8, 42
FEWEST_EVIDENCE, MOST_EVIDENCE = 20, 150
"""Words of a paragraph that is evidence by itself; else it is the whole passage."""

_POINTING = re.compile(
    r"\b(?:I|[Ww]e|[Yy]ou|me|[Oo]urs?|[Yy]ours?|[Mm]y|myself|here|us)\b|[’']re\b|[’']ll\b|[’']ve\b|quote,"
)
_OPENS_WITH_PRONOUN = re.compile(
    r"^(?:He|She|They|It|This|That|These|Those|His|Her|Their|Its|There|Both|Neither|Another"
    r"|Yes|No|Yeah|Okay|Thank|So,|Q\b)",
)
_WHOLE = re.compile(r"^[A-Z“\"].*[.”\"]$", re.DOTALL)
_SPEAKER = re.compile(r"^(?:[A-Z][A-Z.’'-]+ ?){1,4}:|^\d|^#|\||—|\[|\]|:$|…|\.\.\.")


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence of a passage that stands by itself, and the text it is to be checked against."""

    text: str
    evidence: str


def usable_sentences(place: Place) -> list[Stated]:
    """Return the sentences of a passage that can be understood alone and say something definite.

    Whole sentences of 8 to 42 words with a name or a number, that do not begin with a pronoun,
    address nobody and ask nothing.
    """
    found = []
    for paragraph in place.text.split("\n\n"):
        alone = FEWEST_EVIDENCE <= len(paragraph.split()) <= MOST_EVIDENCE
        evidence = paragraph if alone else place.text.replace("\n\n", "\n")
        sentences = (paragraph[start:end] for start, end in sentence_spans(paragraph))
        found += [Stated(s, evidence) for s in sentences if _is_usable(s)]
    return found


def sentences_to_reword(places: Sequence[Place], *, seed: int = 0) -> list[str]:
    """Return the sentences of which `claim_rows` makes claims, for `ask_paraphrases`."""
    return [one.text for place in places for one in _chosen(place, seed)]


def claim_rows(
    places: Sequence[Place], paraphrases: Mapping[str, str] | None = None, *, seed: int = 0
) -> list[SupportRow]:
    """Return claims about the passages, as many of each label, the kinds of each in turns.

    Deterministic: the same passages, paraphrases and seed give the same rows. Without paraphrases
    no model is needed.
    """
    maker = _Maker(paraphrases or {}, seed)
    rows = [row for place in places for row in maker.rows(place)]
    return _balanced(list(dict.fromkeys(rows)), random.Random(seed))  # noqa: S311 (a sample)


def _is_usable(sentence: str) -> bool:
    if not FEWEST_WORDS <= len(sentence.split()) <= MOST_WORDS or not _WHOLE.match(sentence):
        return False
    pointing = _POINTING.search(sentence) or _OPENS_WITH_PRONOUN.match(sentence)
    odd = _SPEAKER.search(sentence) or sentence.count("“") != sentence.count("”")
    if pointing or odd or "?" in sentence or sentence.count('"') % 2:
        return False
    return bool(find_names(sentence) or find_numbers(sentence))


def _chosen(place: Place, seed: int) -> list[Stated]:
    """Return the sentences taken of a passage: the same whatever else is asked for."""
    found = usable_sentences(place)
    chance = random.Random(f"{seed} {place.article} {place.ordinal}")  # noqa: S311 (a sample)
    return chance.sample(found, min(len(found), SENTENCES))


class _Maker:
    """Makes the rows of one passage after another; counts the kinds, so that all are made."""

    def __init__(self, paraphrases: Mapping[str, str], seed: int) -> None:
        self._paraphrases, self._seed = paraphrases, seed
        self._model = SupportModel()
        self._made: Counter[str] = Counter()

    def rows(self, place: Place) -> Iterator[SupportRow]:
        chance = random.Random(f"claims {self._seed} {place.article} {place.ordinal}")  # noqa: S311
        texts = (place.text, *place.neighbours)
        near = tuple(known for text in texts for known in find_known(text))
        for stated in _chosen(place, self._seed):
            base, kind = self._base(stated, chance)
            yield _row(place, base, stated, "supported", kind)
            yield from self._contradicted(place, base, stated, near, chance)
            yield from self._unsupported(place, base, stated, chance)

    def _base(self, stated: Stated, chance: random.Random) -> tuple[str, str]:
        """Return what is supported, and how it was made; the false claims are made of the same.

        Else whether a claim is the sentence to the letter would tell the labels apart.
        """
        ways = {
            "paraphrase": [p] if (p := self._paraphrases.get(stated.text)) else [],
            "shortened": self._checked(shortened(stated.text), stated),
            "respelt": self._checked(respelt(stated.text), stated),
        }
        there = [kind for kind, claims in ways.items() if claims]
        if not there or chance.random() < VERBATIM:
            return stated.text, "verbatim"
        kind = there[0] if "paraphrase" in there else chance.choice(there)
        return chance.choice(ways[kind]), kind

    def _checked(self, claims: Iterable[str], stated: Stated) -> list[str]:
        return [c for c in claims if self._support(stated.evidence, c) == "supported"]

    def _contradicted(
        self,
        place: Place,
        base: str,
        stated: Stated,
        near: tuple[Known, ...],
        chance: random.Random,
    ) -> Iterator[SupportRow]:
        # The kind that was made least often comes first.
        for kind in sorted(RULES, key=lambda kind: self._made[kind]):
            made = corrupted(base, kind, Context(stated.evidence, near), chance)
            if made is not None:
                self._made[kind] += 1
                yield _row(place, made, stated, "contradicted", kind)
                return

    def _unsupported(
        self, place: Place, base: str, stated: Stated, chance: random.Random
    ) -> Iterator[SupportRow]:
        beside = _beside(place, stated)
        chance.shuffle(beside)
        ways = [("neighbour", iter(beside)), ("added", _with_detail(base, stated, beside))]
        for kind, claims in sorted(ways, key=lambda way: self._made[way[0]]):
            for claim in claims:
                if self._support(stated.evidence, claim) != "supported":
                    self._made[kind] += 1
                    yield _row(place, claim, stated, "unsupported", kind)
                    return

    def _support(self, evidence: str, claim: str) -> str:
        return self._model.check(evidence, claim).support


def _row(place: Place, claim: str, stated: Stated, label: Label, kind: str) -> SupportRow:
    return SupportRow(claim, stated.evidence, label, source_of(place, kind), place.article)


def _beside(place: Place, stated: Stated) -> list[str]:
    """Return the sentences of neighbouring passages that name somebody whom the evidence names."""
    named = {name.last for name in find_names(stated.evidence)}
    return [
        sentence
        for text in place.neighbours
        for paragraph in text.split("\n\n")
        for sentence in (paragraph[s:e] for s, e in sentence_spans(paragraph))
        if _is_usable(sentence) and named & {name.last for name in find_names(sentence)}
    ]


def _with_detail(base: str, stated: Stated, beside: Sequence[str]) -> Iterator[str]:
    """Yield the claim with a clause, a date or a place of another passage put at its end."""
    if not base.endswith("."):
        return
    body = base.removesuffix(".")
    for sentence in beside:
        clause = trailing_clause(sentence)
        if clause is not None:
            yield f"{body}, {clause}."
    dated = bool(stated_dates(base))
    for sentence in beside:
        days = [d.written for d in stated_dates(sentence) if d.period and d.period.day]
        if days and not dated and days[0] not in stated.evidence and days[0][0].isdigit():
            yield f"{body} on {days[0]}."
        cities = [k.written for k in find_known(sentence) if k.kind == "city"]
        if cities and cities[0] not in stated.evidence and not re.search(r"\bin [A-Z]", base):
            yield f"{body} in {cities[0]}."


def _balanced(rows: list[SupportRow], chance: random.Random) -> list[SupportRow]:
    """Return as many rows of each label, drawn by chance, in the order in which they were made."""
    by_label = {label: [r for r in rows if r.label == label] for label in get_args(Label)}
    fewest = min(map(len, by_label.values()))
    kept = {row for found in by_label.values() for row in chance.sample(found, fewest)}
    return [row for row in rows if row in kept]
