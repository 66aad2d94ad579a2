import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.formats.registry import FORMATS, export, import_, score_ranking
from evals.formats.verbatim import MOST_PLACES, Verbatim
from evals.gold.articles import Record
from rag.errors import UsageError

from ..gold.making import PARAGRAPHS, article, record
from .making import follow_up, material, run


def test_which_way_each_goes() -> None:
    assert {name: format_.directions for name, format_ in FORMATS.items()} == {
        "ragas": ("out", "in"),
        "promptfoo": ("out", "in"),
        "beir": ("out", "in"),
        "trec-run": ("out", "in"),
        "trec-qrels": ("out", "in"),
        "inspect": ("out",),
        "nuggetizer": ("in",),
    }


@pytest.mark.parametrize("name", [n for n, f in FORMATS.items() if f.export])
def test_the_same_again_is_the_same_bytes_and_another_file_is_kept(
    tmp_path: Path, name: str
) -> None:
    target = tmp_path / ("out" if name in ("beir", "trec-qrels") else "out.json")
    stored = run() if FORMATS[name].run != "none" else None
    first = export(name, target, material(), stored)
    assert export(name, target, material(), stored) == first
    path = target if target.is_file() else next(p for p in target.rglob("*") if p.is_file())
    path.write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        export(name, target, material(), stored)
    assert path.read_text() == "mine"


def test_nothing_is_written_if_one_file_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        export("beir", tmp_path, material())
    assert [path.name for path in tmp_path.iterdir()] == ["queries.jsonl"]


def test_what_does_not_go_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'csv'; choose from ragas, promptfoo"):
        export("csv", tmp_path, material())
    with pytest.raises(UsageError, match="'nuggetizer' goes in only"):
        export("nuggetizer", tmp_path, material())
    with pytest.raises(UsageError, match="'inspect' goes out only"):
        import_("inspect", tmp_path, record())
    with pytest.raises(UsageError, match="holds no questions"):
        import_("trec-run", tmp_path, record())
    with pytest.raises(UsageError, match="no ranking"):
        score_ranking("ragas", tmp_path, material())
    with pytest.raises(UsageError, match="no split 'all'"):
        import_("ragas", tmp_path, record(), "all")


def test_a_run_must_fit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="made from a stored run"):
        export("trec-run", tmp_path / "r", material())
    with pytest.raises(UsageError, match="leave out the run"):
        export("beir", tmp_path / "b", material(), run())
    other = run()
    changed = other.manifest.model_copy(update={"corpus": "another"})
    with pytest.raises(UsageError, match="other articles"):
        export("ragas", tmp_path / "r", material(), type(other)(Path("x"), changed, other.answers))
    with pytest.raises(UsageError, match="none of these questions"):
        export("ragas", tmp_path / "r", material(), type(other)(Path("x"), other.manifest, {}))
    assert not list(tmp_path.iterdir())


def test_inspect_samples(tmp_path: Path) -> None:
    export("inspect", tmp_path / "s.jsonl", material(follow_up()))
    samples = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text().splitlines()]
    assert samples[0]["id"] == "q-1"
    assert samples[0]["input"] == "how many guards died in damascus"
    assert samples[0]["target"] == ["Seven of them were killed.", "7"]
    assert samples[0]["metadata"]["evidence"][0][0] == {
        "article": "strike",
        "quote": "seven of their members were killed",
    }
    assert samples[2]["target"] == "The articles do not say."
    assert samples[3]["input"] == [
        {"role": "user", "content": "how many died"},
        {"role": "user", "content": "and according to Syria"},
    ]


def test_a_text_is_found_in_whole_words_alone() -> None:
    finder = Verbatim(record())
    assert [span.quote for span in finder.find("a strike hit")] == ["a strike hit"]
    assert finder.find("strike hi") == []
    assert finder.find("") == []


def test_a_text_that_stands_everywhere_says_nothing() -> None:
    copies = Record([article(*PARAGRAPHS, article_id=f"a{n}") for n in range(MOST_PLACES + 1)])
    assert Verbatim(copies).find("a strike hit") == []
    assert [s.article for s in Verbatim(copies).find("a strike hit", "a3")] == ["a3"]


@given(st.data())
def test_any_run_of_words_is_found_where_it_was_taken(data: st.DataObject) -> None:
    paragraph = data.draw(st.sampled_from(PARAGRAPHS))
    words = paragraph.split()
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 3, len(words)))
    quote = " ".join(words[first:last])
    assert quote in {span.quote for span in Verbatim(record()).find(quote)}
