from pathlib import Path

import pytest

from evals.reader.places import MOST_AN_ARTICLE, is_on_subject, places
from rag.models.hashing import HashingEmbedder

ON_SUBJECT = " ".join(
    f"On day {n} the army of Israel said that Hamas had fired {n} rockets at the town of Sderot."
    for n in range(5)
)
OFF_SUBJECT = " ".join(
    f"On day {n} Senator Smith of Norland voted on {n} bills of the Senate." for n in range(9)
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    articles, corpus = tmp_path / "articles", tmp_path / "corpus"
    for folder in (articles, corpus / "deep"):
        folder.mkdir(parents=True)
    (articles / "one.md").write_text(
        f"---\ntitle: One\npublished: 2024-05-01\n---\n\n{OFF_SUBJECT}"
    )
    body = "\n\n".join(f"{ON_SUBJECT} Part {n}." for n in range(40))
    (corpus / "deep" / "many.md").write_text(f"---\ntitle: Many\ndate: 2024-06-01\n---\n\n{body}")
    (corpus / "off.md").write_text(f"---\ntitle: Off\n---\n\n{OFF_SUBJECT}")
    (corpus / "README.md").write_text(ON_SUBJECT)
    return articles, corpus


def test_all_of_the_shipped_and_some_of_each_document(folders: tuple[Path, Path]) -> None:
    embedder = HashingEmbedder(window=256)
    found = places(embedder, articles=folders[0], corpus=folders[1], seed=1)
    shipped = [place for place in found if place.shipped]
    assert [(p.article, p.title, p.published) for p in shipped] == [("one", "One", "2024-05-01")]
    others = [place for place in found if not place.shipped]
    assert {place.article for place in others} == {"many"}
    assert len(others) == MOST_AN_ARTICLE
    assert all(place.neighbours and place.text not in place.neighbours for place in others)
    assert found == places(embedder, articles=folders[0], corpus=folders[1], seed=1)
    assert found != places(embedder, articles=folders[0], corpus=folders[1], seed=2)


def test_a_folder_that_is_not_there_gives_none(tmp_path: Path) -> None:
    embedder = HashingEmbedder(window=256)
    assert places(embedder, articles=tmp_path / "a", corpus=tmp_path / "b") == []
    assert places(embedder, articles=tmp_path / "a", corpus=None) == []


def test_what_is_on_the_subject() -> None:
    assert is_on_subject(ON_SUBJECT)
    assert not is_on_subject(OFF_SUBJECT)
    assert not is_on_subject("Israel said that Hamas had fired 3 rockets.")  # too short
