"""The bench: its statistics, its readers, and that its durability figure sees what it looks for."""

import json
import math
import random
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.bench import __main__ as bench
from evals.bench import beir, children, damage, durability, ranking, retrieval
from evals.bench.beir import Benchmark, Document
from evals.bench.children import ChildFailed
from evals.bench.damage import Kind, harm, shared
from evals.bench.documents import body, spread
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.generated import PARAGRAPHS, Generator
from evals.bench.inspection import read_reply, read_search
from evals.bench.intervals import bootstrap, percentile
from evals.bench.kills import acknowledged, after_kill, killed
from evals.bench.place import DataMissing, Place
from evals.bench.prepared import prepared
from evals.bench.questions import every_question, questions
from evals.bench.ranking import documents_of
from rag.errors import DatelineError

SHARED = Path(__file__).parents[2] / "../shared"
TOY = Path(__file__).with_name("toy_dateline.py")


class TestFigure:
    @pytest.mark.parametrize(
        ("bound", "value", "met"),
        [
            (Bound.AT_LEAST, 4.5, True),
            (Bound.AT_LEAST, 4.49, False),
            (Bound.AT_MOST, 4.5, True),
            (Bound.AT_MOST, 4.51, False),
        ],
    )
    def test_a_budget_has_a_good_side(self, bound: Bound, value: float, met: bool) -> None:
        assert Check("ratio", value, bound, 4.5).met is met

    def test_the_line_says_values_ratio_budget_and_verdict(self) -> None:
        check = Check("ratio", 4.0, Bound.AT_LEAST, 4.5, interval=(3.9, 4.1))
        line = Figure("ingest", "dateline 80 000 characters/s", (check,)).line()
        assert line == (
            "ingest: dateline 80 000 characters/s; ratio 4 [3.90, 4.10] (at least 4.50): not met"
        )

    def test_skipped_is_met_and_failed_is_not(self) -> None:
        assert Figure("warm", skipped="no corpus").met
        assert not Figure("warm", failed="it broke").met

    @pytest.mark.parametrize(
        ("value", "text"), [(19600.4, "19 600"), (4.617, "4.62"), (0.6431, "0.643"), (0, "0")]
    )
    def test_numbers_keep_the_digits_that_matter(self, value: float, text: str) -> None:
        assert number(value) == text


class TestStatistics:
    @given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 100))
    def test_percentile_agrees_with_numpy(self, values: list[float], percent: float) -> None:
        expected = float(np.percentile(values, percent))
        assert percentile(values, percent) == pytest.approx(expected, abs=1e-6)

    def test_percentile_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            percentile([], 50)

    def test_bootstrap_holds_the_mean_and_is_repeatable(self) -> None:
        values = [float(place % 2) for place in range(400)]
        low, high = bootstrap(values, seed=1)
        # The normal approximation gives 0.5 ± 1.96 · 0.5 / √400.
        assert low == pytest.approx(0.451, abs=0.01)
        assert high == pytest.approx(0.549, abs=0.01)
        assert bootstrap(values, seed=1) == (low, high)


class TestDocuments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("---\ntitle: a\n---\n\nBody.\n", "\nBody.\n"),
            ("Body.\n\n---\n\nMore.\n", "Body.\n\n---\n\nMore.\n"),
            ("---\nnever closed\n", "---\nnever closed\n"),
        ],
    )
    def test_body_is_what_follows_front_matter(self, text: str, expected: str) -> None:
        assert body(text) == expected

    @given(st.integers(0, 400), st.integers(1, 50))
    def test_spread_keeps_order_and_count(self, size: int, count: int) -> None:
        chosen = spread(range(size), count)
        assert chosen == sorted(set(chosen))
        assert len(chosen) == min(size, count)

    def test_missing_data_skip_a_figure(self, tmp_path: Path) -> None:
        place = Place(shared=tmp_path / "none", folder=tmp_path)
        with pytest.raises(DataMissing, match="--shared"):
            place.data("corpus")
        figure = bench.measured("retrieval", place)
        assert figure.skipped is not None
        assert "benchmarks/time" in figure.line()


class TestQuestions:
    def test_there_are_enough_different_ones(self) -> None:
        drawn = questions(205)
        assert len(set(drawn)) == 205
        assert drawn == questions(205)
        assert len(set(every_question())) == len(every_question())


def write_benchmark(folder: Path, *, judgement: str = "q1\td1\t1") -> Path:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "T", "text": "one\u2028line"}\n{"_id": "d#2", "text": "two"}\n'
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "first?"}\n{"_id": "q2", "text": "not judged"}\n'
    )
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judgement}\n")
    return folder


class TestBenchmark:
    def test_judged_queries_and_all_documents_are_read(self, tmp_path: Path) -> None:
        found = beir.read(write_benchmark(tmp_path / "small"))
        assert found.documents == {"d1": Document("T", "one\u2028line"), "d#2": Document("", "two")}
        assert found.queries == {"q1": "first?"}
        assert found.judgements == {"q1": {"d1": 1}}

    @pytest.mark.parametrize("judgement", ["q9\td1\t1", "q1\td1", "q1\td1\tx"])
    def test_a_judgement_that_cannot_be_is_refused(self, tmp_path: Path, judgement: str) -> None:
        with pytest.raises(DatelineError, match="fetch"):
            beir.read(write_benchmark(tmp_path / "small", judgement=judgement))

    def test_a_broken_line_is_named(self, tmp_path: Path) -> None:
        folder = write_benchmark(tmp_path / "small")
        (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "first?"}\n{"_id":\n')
        with pytest.raises(DatelineError, match=r"Line 2 of 'queries\.jsonl'"):
            beir.read(folder)

    def test_a_sample_keeps_judgements_with_their_queries(self) -> None:
        queries = {str(n): f"question {n}" for n in range(50)}
        whole = Benchmark("b", {"d": Document("", "")}, queries, {n: {"d": 1} for n in queries})
        drawn = whole.sample(10, seed=3)
        assert drawn == whole.sample(10, seed=3)
        assert len(drawn.queries) == 10
        assert drawn.queries.keys() == drawn.judgements.keys()
        assert whole.sample(50, seed=3) is whole

    @pytest.mark.parametrize(
        ("name", "documents", "queries", "judgements"),
        [("time", 423, 83, 324), ("squad2-a", 636, 3019, 3019)],
    )
    def test_the_shared_ones_are_complete(
        self, name: str, documents: int, queries: int, judgements: int
    ) -> None:
        folder = SHARED / "benchmarks" / name
        if not folder.exists():
            pytest.skip(f"{name} is not beside the repository")
        found = beir.read(folder)
        assert (len(found.documents), len(found.queries)) == (documents, queries)
        assert sum(map(len, found.judgements.values())) == judgements


class TestRanking:
    def test_a_document_stands_where_its_best_passage_stands(self) -> None:
        assert documents_of(["b", "a", "b", "c", "a"]) == ["b", "a", "c"]

    def test_figures_agree_with_the_textbook(self) -> None:
        judgements = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}}
        found = ranking.scores({"q1": ["x", "a", "y"], "q2": ["c"]}, judgements)
        ideal = 1 + 1 / math.log2(3)
        assert found.ndcg == pytest.approx({"q1": 1 / math.log2(3) / ideal, "q2": 1, "q3": 0})
        assert found.recall == pytest.approx({"q1": 0.5, "q2": 1, "q3": 0})

    def test_only_the_first_ten_count(self) -> None:
        ranked = [f"x{place}" for place in range(10)] + ["a"]
        found = ranking.scores({"q": ranked}, {"q": {"a": 1}})
        assert (found.ndcg["q"], found.recall["q"]) == (0, 0)

    def test_urls_lead_back_to_documents(self, tmp_path: Path) -> None:
        benchmark = beir.read(write_benchmark(tmp_path / "small"))
        addresses = retrieval.write_corpus(benchmark, tmp_path / "out.jsonl")
        first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().split("\n")[:2])
        assert (first["title"], first["text"]) == ("T", "one\u2028line")
        printed = json.dumps({"id": "q1", "urls": [second["url"], first["url"], second["url"]]})
        assert retrieval.read_rankings(printed + "\n", addresses) == {"q1": ["d#2", "d1"]}


class TestChildren:
    def test_output_time_and_memory_are_of_the_command(self) -> None:
        ballast = [b"x" * 2**20 for _ in range(64)]  # must not count towards the child
        small = children.run([sys.executable, "-c", "print('done')"])
        large = children.run([sys.executable, "-c", "print(len(b'x' * (96 * 2**20)))"])
        assert len(ballast) == 64
        assert small.output == "done\n"
        assert 0 < small.printed_s <= small.wall_s
        assert small.peak_bytes < 60 * 2**20 < 96 * 2**20 < large.peak_bytes

    def test_a_failure_is_told_with_its_last_words(self) -> None:
        run = children.run([sys.executable, "-c", "import sys; sys.exit('no such thing')"])
        with pytest.raises(ChildFailed, match="exit code 1: 'no such thing'"):
            run.succeeded()

    def test_a_command_that_hangs_is_ended(self) -> None:
        with pytest.raises(ChildFailed, match=r"0\.3 s"):
            children.run([sys.executable, "-c", "input_ = open('/dev/zero').read()"], timeout_s=0.3)

    def test_settings_of_the_user_do_not_reach_a_child(self) -> None:
        given_environment = children.environment({"DATELINE_LIBRARY": "x", "PATH": "y"})
        assert "DATELINE_LIBRARY" not in given_environment
        assert given_environment["PATH"] == "y"


class TestGenerated:
    def test_every_word_is_in_its_paragraph_and_nowhere_else(self) -> None:
        articles = Generator(1).articles(40)
        assert articles == Generator(1).articles(40)
        everything = " ".join(p for article in articles for p in article.paragraphs)
        counted = everything.replace(".", " ").split()
        for article in articles:
            assert len(article.paragraphs) == PARAGRAPHS
            for word, paragraph in zip(article.words, article.paragraphs, strict=True):
                assert word in paragraph
                assert counted.count(word) == 1

    def test_the_next_articles_are_others(self) -> None:
        generator = Generator(1)
        first, second = generator.articles(5), generator.articles(5)
        assert not {a.name for a in first} & {a.name for a in second}
        assert not {w for a in first for w in a.words} & {w for a in second for w in a.words}


class TestReading:
    def test_a_reply_shows_citations_then_what_is_near(self) -> None:
        hit = {"article_id": "a", "paragraph": 2, "text": "Two. "}
        near = {"article_id": "b", "paragraph": 1, "text": "One."}
        size = {"articles": 3, "paragraphs": 18}
        reply = read_reply(json.dumps({"citations": [hit], "nearest": [near], "library": size}))
        assert reply.spots == (("a", 2), ("b", 1))
        assert reply.article_with("Two.") == "a"
        assert reply.article_with("Tw") is None

    @pytest.mark.parametrize("wrap", [lambda h: {"results": h}, lambda h: h])
    def test_search_results_are_found_in_any_frame(
        self, wrap: Callable[[list[object]], object]
    ) -> None:
        results: list[object] = [
            {"article_id": "a", "paragraphs": [3, 4]},
            {"article_id": "b", "paragraph": 1},
        ]
        assert read_search(json.dumps(wrap(results))) == (("a", 3), ("b", 1))
        assert read_search("\n".join(map(json.dumps, results))) == (("a", 3), ("b", 1))

    def test_only_whole_lines_acknowledge(self) -> None:
        output = (
            '{"event": "committed", "article_id": "a"}\n{"event": "skipped", "article_id": "b"}\n'
            '{"event": "committed", "article_id": "c"}'
        )
        assert acknowledged(output) == ("a",)


class TestDamage:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_every_kind_leaves_another_file(self, tmp_path: Path, kind: Kind) -> None:
        path = tmp_path / "file"
        path.write_bytes(bytes(range(1, 251)) * 8)
        harm(path, kind, random.Random(2))
        assert not path.exists() or path.read_bytes() != bytes(range(1, 251)) * 8
        assert path.exists() is (kind is not Kind.DELETE)

    def test_the_share_of_equal_results(self) -> None:
        assert shared([("a", 1), ("b", 1)], [("b", 1), ("c", 1)]) == 0.5
        assert shared([], [("a", 1)]) == 0
        assert shared([], []) == 1


class TestKilled:
    def test_what_was_printed_before_the_kill_counts(self, tmp_path: Path) -> None:
        program = (
            "import json, signal\n"
            "print(json.dumps({'event': 'committed', 'article_id': 'a'}), flush=True)\n"
            "signal.pause()\n"
        )
        was = killed([sys.executable, "-S", "-c", program], tmp_path / "log", 1.0)
        assert was.acknowledged == ("a",)
        assert not was.ended

    def test_a_command_that_ends_before_the_kill_is_told_apart(self, tmp_path: Path) -> None:
        assert killed([sys.executable, "-S", "-c", "pass"], tmp_path / "log", 30.0).ended


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Place]:
    """A run of the bench on a stand-in engine with a given fault."""

    def command(library: Path, *arguments: str) -> list[str]:
        return [sys.executable, "-S", str(TOY), "--library", str(library), *arguments]

    def place(fault: str) -> Place:
        monkeypatch.setattr(children, "dateline", command)
        monkeypatch.setenv("TOY_FAULT", fault)
        monkeypatch.setattr("evals.bench.prepared.BATCH", 12)
        return Place(tmp_path, tmp_path, kills=2, damages=4)

    return place


class TestDurability:
    def test_a_sound_engine_meets_every_count(self, toy: Callable[[str], Place]) -> None:
        figure = durability.measure(toy(""))
        assert figure.met, figure.line()
        assert figure.said.startswith("2 kills of add")
        assert "4 damaged index files (1 delete, 1 flip, 1 truncate, 1 zero)" in figure.said

    def test_trust_in_a_damaged_index_is_seen(self, toy: Callable[[str], Place]) -> None:
        trials = damage.damages(toy("trusting"))
        assert sum(trial.wrong for trial in trials) > 0

    @pytest.mark.parametrize("fault", ["forgetful", "halving"])
    def test_an_unsound_engine_is_seen_before_any_kill(
        self, toy: Callable[[str], Place], fault: str
    ) -> None:
        with pytest.raises(ChildFailed, match="Without any fault"):
            prepared(toy(fault))

    @pytest.mark.parametrize(
        ("harm_done", "expected"),
        [
            ("select 1", (0, False)),
            ("delete from article where id = 'article-00017'", (1, False)),
            ("update article set paragraphs = '[]' where id = 'article-00024'", (0, True)),
        ],
    )
    def test_what_a_kill_left_is_told(
        self, toy: Callable[[str], Place], harm_done: str, expected: tuple[int, bool]
    ) -> None:
        ready = prepared(toy(""))
        with sqlite3.connect(ready.after / "catalogue.db") as database:
            database.execute(harm_done)
        database.close()
        ids = [Path(article.name).stem for article in ready.batch[:-1]]
        assert after_kill(ready, ready.after, ready.standing, ids, 0) == expected


class TestCommand:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        def slow(_: Place) -> Figure:
            return Figure("cold", "5 s", (Check("ratio", 3, Bound.AT_LEAST, 4),))

        def broken(_: Place) -> Figure:
            raise KeyError("citations")

        result = tmp_path / "build" / "bench.json"
        monkeypatch.setattr(bench, "RESULT", result)
        monkeypatch.setattr(bench, "FIGURES", {"cold": slow, "warm": broken})
        return result

    @pytest.mark.parametrize(("options", "code"), [(["cold"], 1), (["cold", "--report-only"], 0)])
    def test_a_missed_budget_fails_the_run(
        self, small: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int
    ) -> None:
        assert bench.main(options) == code
        printed = capsys.readouterr().out.splitlines()
        assert printed[0].startswith("machine: ")
        assert "chromadb " in printed[1]
        assert printed[2:] == ["cold: 5 s; ratio 3 (at least 4): not met"]
        record = json.loads(small.read_text(encoding="utf-8"))
        assert record["met"] is False
        assert record["figures"][0]["checks"][0]["value"] == 3

    def test_a_figure_that_breaks_off_does_not_stop_the_others(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert bench.main(["warm", "cold"]) == 1
        printed = capsys.readouterr().out.splitlines()
        assert printed[2] == "warm: not met: KeyError: 'citations'"
        assert printed[3].startswith("cold: ")

    def test_an_unknown_figure_is_wrong_usage(self) -> None:
        with pytest.raises(SystemExit) as stopped:
            bench.main(["cool"])
        assert stopped.value.code == 2
