"""A model that invents: whatever it writes, what is shown stands in the paragraphs it cites.

It is asked as a large one is, without being led. What is shown is read again here, by plainer
rules than the check's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from evals.generators.sample import sampled
from evals.material import load_material
from evals.runs.runner import ask
from rag.answerer import Answerer
from rag.generate import writer
from rag.generate.naming import chat_model
from rag.generate.writer import ModelWriter
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.relative_dates import published_in_words
from rag.reply import Citation, Reply, Sentence
from rag.settings import Settings

from .conftest import POOR, Tell

ASKED = 40
EVIDENCE = 150
ANSWER = 90
"""Tokens."""

COUNTED = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
NUMBERS = {word: float(number) for number, word in enumerate(COUNTED.split(), start=2)}
NUMBERS |= {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "hundred": 100.0, "thousand": 1000.0}

MARKUP = re.compile(
    r"https?:|www\.|<\s*/?\s*[a-z!|]|\]\(|\]\[|!\[|`|\*\*|^\s*(?:#|>|\||[-*] )|&#?\w+;"
    r"|\bdata:|@\w+\.",
    re.IGNORECASE | re.MULTILINE,
)

pytestmark = [pytest.mark.real_model, pytest.mark.slow, pytest.mark.timeout(1200)]

Shown = tuple[Sentence, str]
"""A sentence, and all that its citations show: paragraphs, titles, speakers and days."""


@pytest.fixture(scope="module")
def replies(record: Library, embedder: Embedder, poor: Settings) -> Sequence[Reply]:
    settings = poor.model_copy(update={"generator_evidence": EVIDENCE})
    model = replace(chat_model(POOR, settings), in_process=False)
    answerer = Answerer(record, embedder, settings, generator=ModelWriter(model, settings))
    questions = sampled(load_material(record, split="dev"), ASKED).questions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "LARGE", replace(writer.LARGE, answer=ANSWER))
        return [ask(answerer, question, drafts=True)[0] for question in questions]


@pytest.fixture(scope="module")
def shown(replies: Sequence[Reply]) -> list[Shown]:
    return [pair for reply in replies for pair in sentences_of(reply)]


def sentences_of(reply: Reply) -> Iterator[Shown]:
    by_number = {citation.n: citation for citation in reply.citations}
    for sentence in reply.sentences:
        if sentence.support != "unsupported":
            assert sentence.citations, sentence.text
            cited = [by_number[n] for n in sentence.citations]
            yield sentence, "\n".join(map(known_of, cited))


def known_of(citation: Citation) -> str:
    day = published_in_words(citation.published)
    own = (citation.text, citation.title, citation.speaker, citation.outlet, day)
    return "\n".join(part for part in own if part)


def plain(text: str) -> str:
    """Without marks that may be written in several ways."""
    single = re.sub("[‘’ʼ`´]", "'", re.sub("[“”„«»]", '"', text))
    return " ".join(re.sub("[‐-―]", "-", single).split()).lower()


def numbers(text: str) -> set[float]:
    digits = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)
    written = (NUMBERS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in NUMBERS)
    return {float(one.replace(",", "")) for one in digits} | set(written)


def names(text: str) -> set[str]:
    """Words with a capital that do not begin the sentence or what is quoted or told in it."""
    found = re.finditer(r"(?<![.!?:“\"‘(])(?<=\s)[A-Z][\w’'-]+", text)
    return {re.sub(r"['’]s?$", "", one.group()).lower() for one in found}


def initials(text: str) -> str:
    """The abbreviations of the names of several words: US of United States."""
    several = re.findall(r"[A-Z][a-z]+(?: (?:of |the )*[A-Z][a-z]+)+", text)
    return " ".join("".join(re.findall("[A-Z]", name)) for name in several)


def test_the_model_is_heard_and_not_believed(replies: Sequence[Reply], tell: Tell) -> None:
    assert len(replies) == ASKED
    generated = [reply for reply in replies if reply.generator == POOR]
    own = sum(reply.notice is None for reply in generated)
    withheld = sum(reply.withheld for reply in replies)
    kept = sum(len(list(sentences_of(reply))) for reply in generated)
    tell(f"liar: {withheld} sentences withheld, {kept} shown in {len(generated)} answers")
    tell(f"liar: {own} of {ASKED} answers without a notice")
    assert withheld > 0
    assert all(reply.usage.completion_tokens > 0 for reply in replies)


def test_every_number_stands_in_the_cited_paragraphs(shown: list[Shown]) -> None:
    assert shown
    wrong = [(s.text, numbers(s.text) - numbers(known)) for s, known in shown]
    assert [pair for pair in wrong if pair[1]] == []


def test_every_name_stands_in_the_cited_paragraphs(shown: list[Shown]) -> None:
    def absent(sentence: Sentence, known: str) -> set[str]:
        held = plain(f"{known} {initials(known)}")
        return {name for name in names(sentence.text) if plain(name) not in held}

    wrong = [(s.text, absent(s, known)) for s, known in shown]
    assert [pair for pair in wrong if pair[1]] == []


def test_every_quotation_stands_in_the_cited_paragraphs(shown: list[Shown]) -> None:
    for sentence, known in shown:
        for quoted in re.findall(r'"([^"]{4,})"', plain(sentence.text)):
            assert quoted.rstrip(".,;") in plain(known), sentence.text


def test_no_link_and_no_markup_reaches_the_reader(replies: Sequence[Reply]) -> None:
    for reply in replies:
        bare = re.sub(r" ?\[\d+\]", "", reply.answer)
        assert MARKUP.search(bare) is None, bare
