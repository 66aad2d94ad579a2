"""The shipped articles: their front matter, their length, their sources, their own words."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ARTICLES = sorted((ROOT / "data" / "articles").glob("*.md"))
CORPUS = ROOT / ".." / "shared" / "corpus"
FIELDS = {
    "title", "published", "compiled", "outlet", "kind", "event_dates", "places", "people",
    "based_on",
}  # fmt: skip
KINDS = {
    "report", "statement digest", "transcript digest", "chronology", "profile", "explainer",
    "contested account",
}  # fmt: skip
RUN = 12
LONGEST_QUOTATION = 25

needs_corpus = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the documents that the articles rest on are not beside the project"
)
each_article = pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)


def parts(path: Path) -> tuple[dict[str, object], list[str]]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), [p for p in body.split("\n\n") if p.strip()]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "'"))


def quotations(text: str) -> list[str]:
    return re.findall(r'[“"]([^”"]+)[”"]', text)


@cache
def known_urls() -> frozenset[str]:
    found = set()
    for path in (CORPUS / "whitehouse").glob("*.md"):
        front = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n", 2)[1])
        found.add(front["source_url"])
    return frozenset(found)


@cache
def runs_of_the_corpus() -> frozenset[tuple[str, ...]]:
    runs: set[tuple[str, ...]] = set()
    for path in CORPUS.rglob("*"):
        if path.suffix in {".md", ".txt"}:
            found = words(path.read_text(encoding="utf-8"))
            runs.update(zip(*(found[i:] for i in range(RUN)), strict=False))
    return frozenset(runs)


def test_there_are_at_least_seventy_and_ten_set_out_a_contested_point() -> None:
    assert len(ARTICLES) >= 70
    kinds = [parts(path)[0]["kind"] for path in ARTICLES]
    assert kinds.count("contested account") >= 10
    assert set(kinds) == KINDS


@each_article
def test_front_matter_and_length(path: Path) -> None:
    front, paragraphs = parts(path)
    assert set(front) == FIELDS
    assert front["kind"] in KINDS
    assert front["outlet"] == "Dateline brief"
    assert 8 <= len(paragraphs) <= 20
    based_on = front["based_on"]
    assert isinstance(based_on, list)
    assert based_on
    for source in based_on:
        assert {"title", "publisher", "date"} <= set(source)
        assert set(source) <= {"title", "publisher", "date", "url"}


@each_article
def test_nothing_is_later_than_the_day_it_is_published(path: Path) -> None:
    front, _ = parts(path)
    based_on, events = front["based_on"], front["event_dates"]
    assert isinstance(based_on, list)
    assert isinstance(events, list)
    published = str(front["published"])
    days = [str(source["date"]) for source in based_on] + [str(day) for day in events]
    assert [day for day in days if day > published[: len(day)]] == []
    assert published <= str(front["compiled"])


@each_article
def test_no_quotation_is_long(path: Path) -> None:
    for paragraph in parts(path)[1]:
        assert all(len(q.split()) < LONGEST_QUOTATION for q in quotations(paragraph))


@needs_corpus
@each_article
def test_every_address_is_a_document_we_have(path: Path) -> None:
    based_on = parts(path)[0]["based_on"]
    assert isinstance(based_on, list)
    assert {source["url"] for source in based_on if "url" in source} <= known_urls()


@needs_corpus
@each_article
def test_no_run_of_words_is_copied_outside_a_quotation(path: Path) -> None:
    for paragraph in parts(path)[1]:
        own = re.sub(r'[“"][^”"]+[”"]', " | ", paragraph)
        for piece in own.split("|"):
            found = words(piece)
            runs = zip(*(found[i:] for i in range(RUN)), strict=False)
            assert not [run for run in runs if run in runs_of_the_corpus()]


def disagreements() -> list[tuple[str, str]]:
    """(article, what it says), from the table of data/README.md."""
    table = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    rows = [re.split(r" *\| *", line.strip("| ")) for line in table.splitlines() if "|" in line]
    return [pair for row in rows[2:] for pair in ((row[1], row[2]), (row[3], row[4]))]


def test_at_least_six_pairs_of_articles_disagree_as_the_table_says() -> None:
    found = disagreements()
    assert len(found) >= 2 * 6
    for name, says in found:
        text = " ".join(parts(ROOT / "data" / "articles" / f"{name}.md")[1])
        assert says in text, (name, says)
