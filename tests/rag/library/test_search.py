"""Dense search: the index and what came after it, against comparing everything."""

import sys

import numpy as np
import pytest

from rag.errors import LibraryError
from rag.library import catalogue, indexing, vectors
from rag.library import dense as dense_module
from rag.library.dense import published


def clustered(count, dimension, *, clusters, seed=7):
    """Unit vectors around centres, as passages of the same story are."""
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((clusters, dimension))
    spread = chance.standard_normal((count, dimension)) * 0.5
    found = centres[chance.integers(clusters, size=count)] + spread
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def exact(shelf, vector, k):
    with shelf.library.reading() as db:
        numbers, values = catalogue.vectors(db)
    return numbers[np.argsort(-(values @ vector), kind="stable")[:k]].tolist()


def search(shelf, vector, k, **options):
    with shelf.library.reading() as db:
        return [n for n, _ in shelf.library.dense.search(db, vector, k, **options)]


def index_of(shelf):
    with shelf.library.reading() as db:
        return published(db)


class TestApproximateSearch:
    def test_recall(self, shelf, vector_article):
        values = clustered(3000, 32, clusters=60)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values))
            writer.publish()
        questions = clustered(100, 32, clusters=60, seed=8)
        found = [len({*search(shelf, q, 10)} & {*exact(shelf, q, 10)}) for q in questions]
        assert shelf.library.dense.damage is None
        assert np.mean(found) / 10 >= 0.95

    def test_more_passages_than_one_call_takes(self, shelf, vector_article):
        values = clustered(6000, 16, clusters=6000)
        told = []
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values))
            assert writer.publish(progress=lambda done, total: told.append((done, total)))
        assert told == [(5000, 6000), (6000, 6000)]
        assert index_of(shelf).count == 6000
        for place in (0, 4999, 5000, 5461, 5999):
            assert search(shelf, values[place], 1) == [place + 1]
        assert shelf.library.dense.damage is None

    def test_hits_are_enough_though_the_nearest_were_removed(self, shelf, vector_article):
        near, far = np.eye(16, dtype=np.float32)[0], clustered(9000, 16, clusters=9000)
        gone = np.repeat(near[np.newaxis], 150, axis=0)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("gone", gone))
            writer.put(*vector_article("here", far))
            writer.publish()
            writer.remove(["gone"])
            assert not writer.publish()
        found = search(shelf, near, 40)
        assert len(found) == 40
        assert len({*found} & {*exact(shelf, near, 40)}) >= 38

    def test_among_reaches_into_index_and_tail(self, shelf, vector_article, monkeypatch):
        monkeypatch.setattr(dense_module, "EXACT_UP_TO", 0)
        values = clustered(600, 16, clusters=600)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values[:500]))
            writer.publish()
            writer.put(*vector_article("two", values[500:]))
        among = np.arange(3, 600, 3)
        with shelf.library.reading() as db:
            numbers, held = catalogue.vectors(db, ids=among.tolist())
        for question in values[:20]:
            best = numbers[np.argsort(-(held @ question), kind="stable")[:10]]
            assert search(shelf, question, 10, among=among) == best.tolist()
        assert search(shelf, values[0], 10, among=np.zeros(0, np.int64)) == []


class TestPublishing:
    def test_little_that_changed_waits(self, shelf, vector_article):
        values = clustered(400, 16, clusters=400)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values[:300]))
            assert writer.publish()
            first = index_of(shelf)
            writer.put(*vector_article("two", values[300:306]))
            assert not writer.publish()
            assert index_of(shelf) == first
            assert search(shelf, values[303], 1) == [304]
            writer.put(*vector_article("three", values[306:]))
            assert writer.publish()
        assert index_of(shelf).through == 400
        assert index_of(shelf).count == 400
        assert [search(shelf, v, 1) for v in values[::50]] == [[n] for n in range(1, 401, 50)]

    def test_what_was_dropped_once_is_not_dropped_again(self, shelf, vector_article):
        values = clustered(200, 16, clusters=200)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values[:100]))
            writer.put(*vector_article("two", values[100:]))
            writer.publish()
            writer.remove(["one"])
            assert writer.publish()
            assert index_of(shelf).count == 100
            assert not writer.publish()
        assert search(shelf, values[0], 200) == exact(shelf, values[0], 100)

    def test_a_single_passage_needs_no_index(self, shelf):
        shelf.add("one", publish=True)
        assert not shelf.publish(force=True)
        assert index_of(shelf) is None
        assert [shelf.reopen().nearest("oneword").article_id for _ in range(2)] == ["one", "one"]
        assert shelf.library.dense.damage is None

    @pytest.mark.parametrize("force", [True, False])
    def test_everything_removed_and_something_new(self, shelf, force):
        shelf.add("one", "three", publish=True)
        with shelf.library.writing() as writer:
            writer.remove(["one", "three"])
            assert writer.publish(force=force)
        assert shelf.dense("oneword") == []
        shelf.add("two", "four", publish=True)
        assert index_of(shelf).count == 2
        assert shelf.nearest("twoword").article_id == "two"
        assert shelf.reopen().nearest("twoword").article_id == "two"

    def test_extending_equals_building(self, shelf):
        names = [f"report{n}" for n in range(12)]
        for name in names:
            shelf.add(name, publish=True)
        with shelf.library.writing() as writer:
            writer.remove(names[:3])
            writer.publish()
        extended = [shelf.dense(f"{name}word") for name in names]
        assert shelf.publish(force=True)
        rebuilt = [shelf.dense(f"{name}word") for name in names]
        assert [[n for n, _ in hits] for hits in extended] == [
            [n for n, _ in hits] for hits in rebuilt
        ]
        assert sorted(n for n, _ in rebuilt[0]) == shelf.active()

    def test_two_generations_are_kept_at_most(self, shelf):
        for name in ("one", "two", "three", "four"):
            shelf.add(name, publish=True)
        assert len(list((shelf.folder / "chroma").iterdir())) == 2
        assert shelf.nearest("fourword").article_id == "four"


class TestFailureWhileBuilding:
    @pytest.mark.parametrize("name", ["_upsert", "_finished"])
    @pytest.mark.parametrize("error", [RuntimeError("broken"), OSError(5, "Input/output error")])
    @pytest.mark.parametrize("force", [True, False])
    def test_the_old_generation_answers(self, shelf, monkeypatch, name, error, force):
        shelf.add("one", "two", publish=True)
        before = index_of(shelf)

        def fail(*_args, **_kwargs):
            raise error

        shelf.add("three")
        monkeypatch.setattr(indexing, name, fail)
        with pytest.raises(LibraryError, match="the articles are kept") as caught:
            shelf.publish(force=force)
        assert "doctor --repair" in str(caught.value)
        assert index_of(shelf) == before
        assert [path.name for path in (shelf.folder / "chroma").iterdir()] == [before.name]
        assert shelf.nearest("threeword").article_id == "three"
        assert shelf.library.dense.damage is None
        monkeypatch.undo()
        assert shelf.publish(force=force)
        assert index_of(shelf).count == 3

    def test_in_the_middle(self, shelf, vector_article):
        values = clustered(5200, 8, clusters=5200)
        with shelf.library.writing() as writer:
            writer.put(*vector_article("one", values[:100]))
            writer.publish()
            before = index_of(shelf)
            writer.put(*vector_article("two", values[100:]))
            with pytest.raises(KeyboardInterrupt):
                writer.publish(progress=interrupt)
        assert index_of(shelf) == before
        assert len(list((shelf.folder / "chroma").iterdir())) == 1
        assert search(shelf, values[5100], 1) == [5101]

    def test_an_index_that_lost_rows_is_not_published(self, shelf, monkeypatch):
        shelf.add("one", "two", publish=True)
        before = index_of(shelf)
        whole = indexing._upsert
        monkeypatch.setattr(indexing, "_upsert", lambda c, n, v, p: whole(c, n[:1], v[:1], p))
        with pytest.raises(LibraryError, match="1 of 2 passages"):
            shelf.publish(force=True)
        assert index_of(shelf) == before

    def test_an_index_of_wrong_vectors_is_not_published(self, shelf, monkeypatch):
        shelf.add("one", "two", publish=True)
        before = index_of(shelf)
        whole = indexing._upsert
        monkeypatch.setattr(indexing, "_upsert", lambda c, n, v, p: whole(c, n, v[:, ::-1], p))
        with pytest.raises(LibraryError, match="does not find passage"):
            shelf.publish(force=True)
        assert index_of(shelf) == before
        assert shelf.nearest("twoword").article_id == "two"


def interrupt(_done, _total):
    raise KeyboardInterrupt


class TestAnotherChroma:
    """An index made by another version of chromadb is opened in a child process first."""

    @pytest.fixture
    def older(self, shelf, monkeypatch):
        with monkeypatch.context() as patch:
            import chromadb

            patch.setattr(chromadb, "__version__", "0.0.1")
            shelf.add("one", "two", publish=True)
        return shelf.reopen()

    def test_it_is_used_if_the_child_could(self, older, monkeypatch):
        probed = []
        probe = vectors.probe
        monkeypatch.setattr(vectors, "probe", lambda folder: (probed.append(folder), probe(folder)))
        monkeypatch.setenv("PYTHONPATH", ":".join(p for p in sys.path if p))
        assert older.nearest("twoword").article_id == "two"
        assert older.library.dense.damage is None
        assert len(probed) == 1

    @pytest.mark.parametrize(
        ("change", "said"),
        [(("sys.executable", "false"), "cannot be opened"), (("PROBE_SECONDS", 0), "not answer")],
    )
    def test_it_is_not_used_if_the_child_could_not(self, older, monkeypatch, change, said):
        name, value = change
        monkeypatch.setattr(f"rag.library.vectors.{name}", value)
        assert older.nearest("twoword").article_id == "two"
        assert said in older.library.dense.damage
        assert older.library.heal()
        assert older.nearest("twoword").article_id == "two"
        assert older.library.dense.damage is None

    def test_it_is_never_extended(self, older, monkeypatch):
        monkeypatch.setattr(vectors, "probe", lambda _folder: None)
        opened = []
        client = indexing.open_client
        monkeypatch.setattr(indexing, "open_client", lambda f: (opened.append(f), client(f))[1])
        older.add("three", publish=True)
        assert len(opened) == 1  # the new one, built from nothing
        assert index_of(older).chromadb != "0.0.1"
        assert older.nearest("threeword").article_id == "three"
