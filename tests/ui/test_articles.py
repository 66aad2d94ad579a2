"""`search`, `show`, `list` and `remove`."""

import json
from pathlib import Path

import pytest

from tests.ui.conftest import Dateline

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"
BRIEFING = "2024-04-15-press-briefing-by-john-kirby"

pytestmark = pytest.mark.usefixtures("filled")


class TestSearch:
    def test_people_see_place_text_and_how_to_open_it(self, dateline: Dateline) -> None:
        told = dateline("search", "consular", "building", "in", "Damascus", "-k", "1")
        assert told.code == 0
        assert told.out.startswith(
            "1. Strike on the consulate in Damascus, Dateline brief, 2 April 2024, paragraph"
        )
        assert "An air strike destroyed" in told.out
        assert f"dateline show {CONSULATE}#p1" in told.out
        assert "\n2. " not in told.out

    def test_programs_get_all_of_it(self, dateline: Dateline) -> None:
        told = json.loads(dateline("search", "consular building", "--json", "-k", "2").out)
        assert told["query"] == "consular building"
        best = told["results"][0]
        assert best["article_id"] == CONSULATE
        assert best["paragraphs"][0] == 1
        assert best["score"] >= told["results"][1]["score"]

    def test_no_words_is_wrong_usage(self, dateline: Dateline) -> None:
        assert dateline("search", " ").code == 2

    def test_filters_that_nothing_passes(self, dateline: Dateline) -> None:
        told = dateline("search", "Damascus", "--until", "2001")
        assert told.code == 0
        assert told.out == "No passage passes these filters.\n"


class TestShow:
    def test_the_whole_article_with_numbers_and_speakers(self, dateline: Dateline) -> None:
        told = dateline("show", BRIEFING)
        assert told.code == 0
        assert told.out.startswith("Press briefing by John Kirby, The White House, 15 April 2024\n")
        assert f"{BRIEFING}, version 1, 3 paragraphs" in told.out
        assert "\n[2] Question: " in told.out
        assert "more than three hundred drones" in told.out

    def test_one_paragraph_with_its_neighbours(self, dateline: Dateline) -> None:
        told = dateline("show", f"{BRIEFING}#p1").out
        assert "[1] " in told
        assert "[2] " in told
        assert "[3] " not in told

    @pytest.mark.parametrize("name", [CONSULATE, "2024-04-02", "{folder}/consulate.md"])
    def test_by_any_name(self, dateline: Dateline, folder: Path, name: str) -> None:
        told = dateline("show", name.format(folder=folder), "--json")
        if told.code:  # the path is that of the library's own making
            sources = [json.loads(line) for line in dateline("list", "--json").out.splitlines()]
            path = next(s["source"] for s in sources if s["article_id"] == CONSULATE)
            told = dateline("show", path, "--json")
        assert json.loads(told.out)["article_id"] == CONSULATE

    def test_by_url_and_paragraph(self, dateline: Dateline) -> None:
        told = json.loads(dateline("show", "https://example.org/briefing#p3", "--json").out)
        (paragraph,) = told["paragraphs"]
        assert paragraph["number"] == 3
        assert "wider war" in paragraph["text"]
        assert paragraph["end"] - paragraph["start"] == len(paragraph["text"])

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("nonsense-xyz", "There is no article 'nonsense-xyz'"),
            ("2024-04-02-strike-on-consulate", f"did you mean '{CONSULATE}'"),
            (f"{CONSULATE}#p3", "no paragraph 3; it has 1 to 2"),
            (f"{CONSULATE}#p0", "no paragraph 0"),
            ("", "There is no article ''"),
        ],
    )
    def test_what_is_not_there(self, dateline: Dateline, name: str, words: str) -> None:
        told = dateline("show", name)
        assert told.code == 1
        assert words in told.err

    def test_an_unknown_version(self, dateline: Dateline) -> None:
        told = dateline("show", CONSULATE, "--version", "4")
        assert told.code == 1
        assert "no version 4" in told.err

    def test_hostile_text(self, dateline: Dateline) -> None:
        told = dateline("show", "2024-10-02")
        assert "[bold red]zeppelin[/bold red]" in told.out
        assert "\x1b" not in told.out


@pytest.fixture
def changed(dateline: Dateline, tmp_path: Path) -> str:
    path = tmp_path / "changing.md"
    body = "---\ntitle: Changing\npublished: 2024-05-01\n---\n\nFirst.\n\n{}\n\nThird.\n"
    path.write_text(body.format("Two were killed."))
    assert dateline("add", str(path)).code == 0
    path.write_text(body.format("Three were killed.\n\nOne was wounded."))
    assert dateline("add", str(path)).out.startswith("1 updated.")
    return "2024-05-01-changing"


class TestVersions:
    def test_are_listed(self, dateline: Dateline, changed: str) -> None:
        told = dateline("show", changed, "--versions").out.splitlines()
        assert [line.split()[:2] for line in told] == [["1", "older"], ["2", "current"]]
        lines = dateline("show", changed, "--versions", "--json").out.splitlines()
        assert [json.loads(line)["version"] for line in lines] == [1, 2]

    def test_an_older_one_stays_readable(self, dateline: Dateline, changed: str) -> None:
        told = dateline("show", changed, "--version", "1").out
        assert "Two were killed." in told
        assert "not the current one" in told

    def test_differ_by_paragraphs(self, dateline: Dateline, changed: str) -> None:
        told = dateline("show", changed, "--diff").out
        assert told == (
            f"{changed}, version 1 to 2\n\n"
            "- [2] Two were killed.\n"
            "+ [2] Three were killed.\n"
            "+ [3] One was wounded.\n"
        )
        (change,) = json.loads(dateline("show", changed, "--diff", "--json").out)["changes"]
        assert [p["number"] for p in change["new"]] == [2, 3]

    def test_one_version_has_no_difference(self, dateline: Dateline) -> None:
        told = dateline("show", CONSULATE, "--diff")
        assert told.code == 1
        assert "one version only" in told.err

    def test_the_same_paragraphs(self, dateline: Dateline, changed: str, tmp_path: Path) -> None:
        path = tmp_path / "changing.md"
        path.write_text(path.read_text().replace("2024-05-01", "2024-05-02"))
        dateline("add", str(path))
        assert "paragraphs are the same" in dateline("show", changed, "--diff").out


class TestList:
    def test_is_a_table(self, dateline: Dateline) -> None:
        head, *rows = dateline("list").out.splitlines()
        assert head.split() == ["id", "date", "outlet", "paragraphs", "versions", "title"]
        assert [row.split()[0][:10] for row in rows] == ["2024-10-02", "2024-04-15", "2024-04-02"]
        assert rows[1].split() == [BRIEFING, "2024-04-15", "The", "White", "House", "3", "1",
                                   "Press", "briefing", "by", "John", "Kirby"]  # fmt: skip

    def test_how_many_by_year_and_kind(self, dateline: Dateline) -> None:
        head, *rows = (line.split() for line in dateline("list", "--count").out.splitlines())
        assert head == ["kind", "2024", "all"]
        assert ["briefing", "1", "1"] in rows
        assert rows[-1] == ["all", "3", "3"]
        counted = map(json.loads, dateline("list", "--count", "--json").out.splitlines())
        assert sum(row["articles"] for row in counted) == 3

    def test_words_filter_it(self, dateline: Dateline) -> None:
        assert len(dateline("list", "DAMASCUS", "brief", "--json").out.splitlines()) == 1
        assert "None of the 3 articles" in dateline("list", "Damascus", "zebra").out
        assert dateline("list", "zebra", "--json").out == ""

    def test_needs_no_model(self, dateline: Dateline, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATELINE_EMBEDDING", "another")
        assert dateline("list").code == 0
        assert dateline("show", CONSULATE).code == 0


class TestRemove:
    def test_takes_an_article_out_and_brings_it_back(self, dateline: Dateline) -> None:
        told = dateline("remove", CONSULATE)
        assert told.code == 0
        assert f"Removed {CONSULATE} (Strike on the consulate" in told.out
        assert f"dateline remove --undo {CONSULATE}" in told.out
        assert CONSULATE not in dateline("list").out
        assert CONSULATE in dateline("list", "--removed").out
        assert "removed from the answers" in dateline("show", CONSULATE).out
        found = json.loads(dateline("search", "consular building Damascus", "--json").out)
        assert CONSULATE not in {hit["article_id"] for hit in found["results"]}
        assert f"Brought back {CONSULATE}" in dateline("remove", "--undo", CONSULATE).out
        found = json.loads(dateline("search", "consular building Damascus", "--json").out)
        assert found["results"][0]["article_id"] == CONSULATE

    def test_all_or_none(self, dateline: Dateline) -> None:
        assert dateline("remove", CONSULATE, "zebra-qqq").code == 1
        assert CONSULATE in dateline("list").out

    def test_twice_is_told(self, dateline: Dateline) -> None:
        dateline("remove", CONSULATE)
        assert "removed already" in dateline("remove", CONSULATE).err
        assert "has not been removed" in dateline("remove", "--undo", BRIEFING).err

    def test_json(self, dateline: Dateline) -> None:
        lines = dateline("remove", CONSULATE, BRIEFING, CONSULATE, "--json").out.splitlines()
        assert [json.loads(line)["event"] for line in lines] == ["removed", "removed"]

    def test_nothing_left_is_said(self, dateline: Dateline) -> None:
        dateline("remove", CONSULATE, BRIEFING, "2024-10-02")
        assert "holds no article yet" in dateline("list").out
        assert dateline("ask", "Who?").code == 1
