"""Opening a library, good and bad; articles that change, go and come back."""

import sqlite3

import pytest
from sqlalchemy import text

from rag.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryNotFound,
    NotInLibrary,
)
from rag.library import catalogue, integrity
from rag.library.library import open_library
from rag.library.rows import Filters
from rag.library.writer import put_meta


def refusal(kind, folder, **options):
    """The sentence with which opening is refused."""
    with pytest.raises(kind) as caught:
        open_library(folder, **{"embedding": "hashing-64", **options})
    said = str(caught.value)
    assert type(caught.value) is kind
    assert repr(str(folder)) in said
    assert "\n" not in said
    return said


def rewrite(shelf, **notes):
    with shelf.library.transaction() as db:
        for name, value in notes.items():
            put_meta(db, name, value)


class TestOpening:
    def test_no_library(self, tmp_path):
        said = refusal(LibraryNotFound, tmp_path / "none")
        assert f"dateline --library {tmp_path / 'none'} add" in said
        assert not (tmp_path / "none").exists()

    def test_an_empty_folder(self, tmp_path):
        refusal(LibraryNotFound, tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_a_new_library_holds_nothing(self, shelf):
        assert shelf.names() == []
        assert shelf.dense("anything") == []
        assert shelf.lexical("anything") == []
        assert not shelf.publish()
        assert not shelf.library.heal()
        assert shelf.library.stats().articles == 0

    @pytest.mark.parametrize("name", ["a b", "p%20q", "x?y=1", "#1", "کتابخانه", "it's"])
    def test_any_folder_name(self, tmp_path, shelve, name):
        shelf = shelve(tmp_path / name)
        shelf.add("one", publish=True)
        assert shelf.reopen().dense("one")
        assert {p.name for p in tmp_path.iterdir()} == {name}

    def test_another_model(self, shelf):
        shelf.add("one")
        said = refusal(LibraryMismatch, shelf.folder, embedding="hashing-128")
        assert "'hashing-64'" in said
        assert "'hashing-128'" in said
        assert f"dateline --library {shelf.folder} doctor --reembed" in said

    def test_another_model_of_the_same_dimension(self, shelf):
        shelf.add("one")
        refusal(LibraryMismatch, shelf.folder, embedding="hashing-64-other")
        assert shelf.reopen().names() == ["one"]

    def test_a_newer_version(self, shelf):
        shelf.add("one")
        rewrite(shelf, schema=99)
        said = refusal(LibraryMismatch, shelf.folder)
        assert "format 99" in said
        assert "pip install" in said
        rewrite(shelf, schema=1)
        assert shelf.reopen().names() == ["one"]

    @pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough\n" * 40])
    def test_a_catalogue_that_is_none(self, tmp_path, content):
        (tmp_path / "catalogue.db").write_bytes(content)
        assert "is damaged" in refusal(LibraryDamaged, tmp_path)

    def test_a_catalogue_cut_short(self, shelf):
        shelf.add("one", "two")
        shelf.library.checkpoint()
        shelf.library.close()
        path = shelf.folder / "catalogue.db"
        path.write_bytes(path.read_bytes()[:5000])
        assert "is damaged" in refusal(LibraryDamaged, shelf.folder)

    @pytest.mark.parametrize("value", ["not JSON", "null", '"1"'])
    def test_notes_that_say_nothing(self, shelf, value):
        with shelf.library.transaction() as db:
            db.execute(text("UPDATE meta SET value = :v WHERE name = 'schema'"), {"v": value})
        refusal(LibraryDamaged, shelf.folder)

    def test_a_file_in_place_of_the_folder(self, tmp_path):
        (tmp_path / "file").write_text("x")
        assert repr(str(tmp_path / "file")) in refusal(LibraryNotFound, tmp_path / "file")
        refusal(LibraryError, tmp_path / "file", create=True)
        assert (tmp_path / "file").read_text() == "x"

    def test_a_name_too_long(self, tmp_path):
        assert "x" * 300 in refusal(LibraryError, tmp_path / ("x" * 300), create=True)
        assert list(tmp_path.iterdir()) == []

    def test_another_database_of_that_name(self, tmp_path):
        with sqlite3.connect(tmp_path / "catalogue.db") as db:
            db.execute("CREATE TABLE full_text (x)")
        db.close()
        assert "no such table: meta" in refusal(LibraryDamaged, tmp_path)


class TestVersions:
    def test_an_edit_is_found_and_the_old_version_is_readable(self, shelf):
        shelf.add("other")
        shelf.put(shelf.article("one", "Kestrel went out.", "Common ground was reached."))
        shelf.publish()
        with shelf.library.reading() as db:
            old = catalogue.read_version(db, "one")
        cited = old.paragraph(1)
        assert shelf.put(shelf.article("one", "Heron went out.", "Common ground was reached.")) == 2
        assert shelf.lexical("kestrel") == []
        assert shelf.lexical("heron") == ["one"]
        assert shelf.nearest("Heron went out.").version_number == 2
        with shelf.library.reading() as db:
            assert catalogue.read_version(db, "one").text.startswith("Heron")
            before = catalogue.read_version(db, "one", 1)
        assert before.slice(cited) == "Kestrel went out."
        assert not before.info.current
        assert before.info.sha256 == old.info.sha256

    def test_only_what_changed_is_embedded(self, shelf):
        same = [
            "Alder birch cedar dogwood elm fir ginkgo hazel ivy juniper kauri larch maple.",
            "Agate beryl citrine diamond emerald flint gneiss halite iolite jade kyanite lazuli.",
        ]
        shelf.put(shelf.article("one", *same, "Merlin nightjar osprey plover quail raven."))
        before = len(shelf.embedder.embedded)
        assert len(shelf.active()) == before >= 3
        shelf.put(shelf.article("one", *same, "Sparrow tern umbrette vulture wren xenops."))
        assert len(shelf.embedder.embedded) == before + 1
        assert "Sparrow" in shelf.embedder.embedded[-1]
        with shelf.library.reading() as db:
            assert catalogue.last_passage(db) == 2 * before
        assert len(shelf.active()) == before
        assert shelf.dense(shelf.embedder.embedded[0], 1)[0][1] == pytest.approx(1, abs=1e-3)

    @pytest.mark.parametrize("published", [False, True])
    def test_removed_and_restored(self, shelf, published):
        shelf.add("one", "two", "three", publish=published)
        before = shelf.active()
        with shelf.library.writing() as writer:
            writer.remove(["two"])
        assert shelf.names() == ["one", "three"]
        assert shelf.names(removed=True) == ["one", "three", "two"]
        assert shelf.lexical("twoword") == []
        assert len(shelf.dense("twoword")) == 2
        with shelf.library.reading() as db:
            assert catalogue.read_version(db, "two").text == "The word of two is twoword."
        with shelf.library.writing() as writer:
            writer.restore("two")
        assert shelf.active() == before
        assert shelf.lexical("twoword") == ["two"]
        assert sorted(n for n, _ in shelf.dense("twoword")) == before
        assert shelf.faults() == []

    def test_restored_after_the_index_dropped_it(self, shelf):
        shelf.add("one", "two", "three", publish=True)
        with shelf.library.writing() as writer:
            writer.remove(["two"])
            assert writer.publish()
            writer.restore("two")
        assert len(shelf.dense("twoword")) == 3
        assert shelf.library.dense.damage is None
        assert len(shelf.reopen().dense("twoword")) == 3

    def test_removed_then_added_again(self, shelf):
        shelf.add("one", "two", publish=True)
        with shelf.library.writing() as writer:
            writer.remove(["one"])
        assert shelf.put(shelf.article("one", "The hoopoe is new.")) == 2
        assert shelf.names() == ["one", "two"]
        assert shelf.lexical("oneword") == []
        assert shelf.nearest("hoopoe").version_number == 2
        with shelf.library.reading() as db:
            assert [v.number for v in catalogue.list_versions(db, "one")] == [1, 2]

    def test_removing_and_restoring_twice_is_once(self, shelf):
        shelf.add("one")
        for action in ("remove", "remove", "restore", "restore"):
            with shelf.library.writing() as writer:
                getattr(writer, action)(["one"] if action == "remove" else "one")
        assert shelf.lexical("oneword") == ["one"]
        assert shelf.faults() == []

    @pytest.mark.parametrize(("action", "given"), [("remove", ["one", "x"]), ("restore", "x")])
    def test_what_is_not_there(self, shelf, action, given):
        shelf.add("one")
        with shelf.library.writing() as writer, pytest.raises(NotInLibrary, match="'x'"):
            getattr(writer, action)(given)
        assert shelf.names() == ["one"]
        assert shelf.lexical("oneword") == ["one"]

    def test_two_articles_of_one_name(self, shelf):
        shelf.put(shelf.article("one"))
        shelf.put(shelf.article("one", key="/elsewhere/one"))
        assert shelf.names() == ["one", "one-2"]

    def test_the_revision_tells_every_change(self, shelf):
        shelf.add("zero")
        seen = {shelf.library.stats().revision}
        shelf.add("one")
        seen.add(shelf.library.stats().revision)
        shelf.publish()
        seen.add(shelf.library.stats().revision)
        for action, given in (("remove", ["one"]), ("restore", "one")):
            with shelf.library.writing() as writer:
                getattr(writer, action)(given)
            seen.add(shelf.library.stats().revision)
        assert len(seen) == 5


class TestReading:
    def test_articles_by_id_its_beginning_key_and_address(self, shelf):
        shelf.put(shelf.article("one", url="https://example.org/one"))
        shelf.put(shelf.article("only"))
        with shelf.library.reading() as db:
            for name in ("one", "/articles/one", "https://example.org/one"):
                assert catalogue.find_article(db, name).article_id == "one"
            assert catalogue.find_article(db, "onl").article_id == "only"
            with pytest.raises(NotInLibrary, match="names 2 articles"):
                catalogue.find_article(db, "on")
            for name in ("", "%", "xyz"):
                with pytest.raises(NotInLibrary, match="no article"):
                    catalogue.find_article(db, name)
            with pytest.raises(NotInLibrary, match="no version 7"):
                catalogue.read_version(db, "one", 7)

    def test_filters_decide_what_is_searched(self, shelf):
        shelf.put(shelf.article("early", published="2024-04-01", outlet="Gazette"))
        shelf.put(shelf.article("late", published="2024-10-02T08:00:00+00:00", outlet="Herald"))
        shelf.put(shelf.article("undated", published=None, kind="Speech"))
        cases = {
            ("early", "late", "undated"): Filters(),
            ("early",): Filters(as_of="2024-10-01"),
            ("early", "late"): Filters(until="2024-10-02"),
            ("late",): Filters(since="2024-04-02"),
            ("undated",): Filters(kinds=("speech",)),
            (): Filters(speakers=("nobody",)),
        }
        for expected, filters in cases.items():
            with shelf.library.reading() as db:
                among = catalogue.allowed(db, filters)
                vector = shelf.embedder.query("word")
                hits = shelf.library.dense.search(db, vector, 10, among=among)
                words = catalogue.lexical(db, '"word"', limit=10, among=among)
                found = catalogue.load_passages(db, among)
            assert sorted(p.article_id for p in found.values()) == list(expected)
            assert sorted(n for n, _ in hits) == sorted(found) == sorted(n for n, _ in words)


def test_the_full_text_can_be_made_again(shelf):
    shelf.add("one", "two", "three")
    with shelf.library.transaction() as db:
        db.execute(text("DELETE FROM full_text WHERE rowid = 2"))
    with shelf.library.reading() as db:
        assert integrity.full_text_faults(db) == ["1 passages are missing from it"]
    assert shelf.lexical("twoword") == []
    with shelf.library.writing() as writer:
        assert writer.rebuild_full_text() == 3
    assert shelf.lexical("twoword") == ["two"]
    assert shelf.faults() == []


def test_a_catalogue_with_words_that_are_no_text(shelve, tmp_path):
    """SQLite quotes a broken statement in its message, which Python then cannot read."""
    shelf = shelve(tmp_path / "library")
    shelf.add("report")
    shelf.library.checkpoint()
    shelf.library.close()
    path = tmp_path / "library" / "catalogue.db"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE T\xbeBLE"))
    with pytest.raises(LibraryDamaged, match="damaged"):
        shelve(tmp_path / "library")
