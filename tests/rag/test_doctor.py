"""What the doctor sees, and what it mends."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import doctor
from rag.doctor import Check, examine, is_healthy, repair
from rag.errors import LibraryLocked, LibraryNotFound, ModelError
from rag.library import catalogue, vectors
from rag.library.database import FILE
from rag.library.dense import published
from rag.library.identity import REEMBEDDING
from rag.library.library import Library, open_library
from rag.library.lock import writer_lock
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings, load_settings
from tests.rag.conftest import fill, write_article

ARTICLES = 6


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of six articles; every test works on a copy."""
    sources = tmp_path_factory.mktemp("sources")
    for number in range(ARTICLES):
        text = f"Paragraph one of article {number}.\n\nParagraph two speaks of drone {number * 7}."
        write_article(sources / f"{number}.md", text, title=f"Article {number}")
    folder = tmp_path_factory.mktemp("made") / "library"
    fill(folder, HashingEmbedder(), sources).close()
    return folder


@pytest.fixture
def given(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Settings, dict[str, str]]:
    shutil.copytree(made, tmp_path / "library")
    monkeypatch.setenv("DATELINE_LOCK_SECONDS", "0")
    return load_settings(
        library=tmp_path / "library", cache=tmp_path / "cache", embedding="hashing"
    )


Given = tuple[Settings, dict[str, str]]


def found(given: Given) -> dict[str, Check]:
    return {check.name: check for check in examine(*given)}


def broken(given: Given) -> set[str]:
    return {check.name for check in examine(*given) if check.state == "bad"}


def execute(given: Given, *statements: str) -> None:
    with sqlite3.connect(given[0].library / FILE) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def search(given: Given) -> list[int]:
    """The nearest passages to one of the texts, by every way there is."""
    library = open_library(given[0].library, embedding="hashing-64")
    try:
        with library.reading() as db:
            vector = HashingEmbedder().query("Paragraph two speaks of drone 14.")
            hits = [number for number, _ in library.dense.search(db, vector, 3)]
            return hits + [number for number, _ in catalogue.lexical(db, '"drone"', limit=3)]
    finally:
        library.close()


def test_a_healthy_library(given: Given) -> None:
    checks = examine(*given)
    assert {check.state for check in checks} == {"ok"}, checks
    assert is_healthy(checks)
    assert found(given)["catalogue"].detail == (
        f"{ARTICLES} articles, {2 * ARTICLES} paragraphs, {ARTICLES} passages"
    )


def test_it_changes_nothing(given: Given) -> None:
    library = given[0].library
    before = {path.relative_to(library) for path in library.rglob("*")}
    examine(*given)
    after = {path.relative_to(library) for path in library.rglob("*")}
    assert after - before <= {Path(f"{FILE}-wal"), Path(f"{FILE}-shm")}


def test_no_library_is_a_note(given: Given) -> None:
    shutil.rmtree(given[0].library)
    checks = examine(*given)
    assert checks[-1].name == "library"
    assert checks[-1].state == "warn"
    assert is_healthy(checks)


def test_settings_tell_their_origin_and_no_secret(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_API_TOKEN", "hunter2-and-more-of-it")
    (given[0].library / "dateline.toml").write_text("results = 7\n")
    told = examine(*load_settings(library=given[0].library, embedding="hashing"))[0].detail
    assert "embedding = hashing (command line)" in told
    assert "api_token = (set) (environment DATELINE_API_TOKEN)" in told
    assert "results = 7" in told
    assert "dateline.toml" in told
    assert "hunter2-and-more-of-it" not in told


def test_a_missing_package_is_told(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    check = found(given)["versions"]
    assert check.state == "bad"
    assert "no-such-package" in str(check.remedy)


def test_a_reader_whose_file_is_gone_is_told(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(given)["reader"].state == "ok"

    def gone() -> Path:
        raise ModelError("The reader's file is not there.")

    monkeypatch.setattr(doctor, "reader_file", gone)
    check = found(given)["reader"]
    assert (check.state, check.detail) == ("bad", "The reader's file is not there.")
    assert "DATELINE_READER=false" in str(check.remedy)
    settings, origins = given
    off = {c.name: c for c in examine(settings.model_copy(update={"reader": False}), origins)}
    assert off["reader"].state == "ok"
    assert "switched off" in off["reader"].detail


def test_little_room_is_a_note(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(given[0].library)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**20))
    assert found(given)["disk"].state == "warn"


class TestModel:
    def test_is_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(doctor, "locate", lambda _: tmp_path)
        check = found(load_settings(library=tmp_path, cache=tmp_path))["model"]
        assert check.state == "ok"
        assert "will be made at the next use" in check.detail

    def test_is_not_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(card: object) -> Path:
            raise ModelError("The model is not on this machine.")

        monkeypatch.setattr(doctor, "locate", missing)
        assert broken(load_settings(library=tmp_path, cache=tmp_path)) == {"model"}

    def test_of_another_library(self, given: Given) -> None:
        execute(given, "UPDATE meta SET value = '\"other-8\"' WHERE name = 'embedding'")
        check = found(given)["embedding"]
        assert check.state == "bad"
        assert "'other-8'" in check.detail
        assert "--reembed" in str(check.remedy)


FAULTS: dict[str, tuple[str, list[str]]] = {
    "another text": ("texts", ["UPDATE versions SET text = text || 'x' WHERE id = 2"]),
    "a shorter text": ("texts", ["UPDATE versions SET text = substr(text, 1, 20) WHERE id = 2"]),
    "a paragraph beyond the text": (
        "texts", ["UPDATE paragraphs SET end = 9999 WHERE version = 1"]),
    "a paragraph that ends first": (
        "texts", ["UPDATE paragraphs SET start = end + 1 WHERE version = 1 AND number = 1"]),
    "a paragraph less": ("texts", ["DELETE FROM paragraphs WHERE version = 1 AND number = 1"]),
    "no paragraph": ("texts", ["DELETE FROM paragraphs WHERE version = 1"]),
    "a passage before the text": ("texts", ["UPDATE passages SET start = -1 WHERE id = 1"]),
    "a passage of no paragraph": ("texts", ["UPDATE passages SET last = 9 WHERE id = 1"]),
    "a row that points nowhere": (
        "catalogue", ["UPDATE passages SET version = 99 WHERE id = 1"]),
    "no current version": ("catalogue", ["UPDATE articles SET current = 9 WHERE id = 1"]),
    "a vector cut short": (
        "stored vectors", ["UPDATE passages SET vector = substr(vector, 1, 9) WHERE id = 1"]),
    "sentences without vectors": (
        "stored vectors", ["UPDATE passages SET sentence_vectors = x'' WHERE id = 1"]),
    "a passage missing from the full text": (
        "full text", ["DELETE FROM full_text WHERE rowid = 1"]),
    "a passage too many in the full text": (
        "full text", ["INSERT INTO full_text(rowid, body, header) VALUES (999, 'a', 'b')"]),
    "a full text that is not the one indexed": (
        "full text", ["UPDATE full_text_content SET c0 = 'other words' WHERE id = 1"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_catalogue_is_found(given: Given, fault: str) -> None:
    name, statements = FAULTS[fault]
    execute(given, *statements)
    assert name in broken(given)
    assert found(given)[name].remedy


def test_a_broken_database_is_told_not_raised(given: Given) -> None:
    path = given[0].library / FILE
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = bytes(len(content) // 2 - 4096)
    path.write_bytes(content)
    assert broken(given) & {"catalogue", "library"}


def test_what_is_no_database_is_told(given: Given) -> None:
    (given[0].library / FILE).write_text("no database " * 1000)
    assert "library" in broken(given)


def index_files(given: Given) -> list[Path]:
    files = (given[0].library / "chroma").rglob("*")
    return [path for path in files if path.is_file() and path.stat().st_size]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 255
    path.write_bytes(content)


HARMS: dict[str, Callable[[Path], None]] = {
    "cut": cut,
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "flipped": flip,
    "removed": Path.unlink,
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_is_not_opened_and_is_repaired(
    given: Given, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = search(given)
    native = [path for path in index_files(given) if not path.name.startswith("chroma.sqlite3")]
    HARMS[harm](max(native, key=lambda path: path.stat().st_size))
    with monkeypatch.context() as patch:
        patch.setattr(vectors, "open_client", lambda _: pytest.fail("it was opened"))
        patch.setattr(vectors, "probe", lambda _: pytest.fail("it was probed"))
        assert broken(given) == {"vector index"}
    repair(given[0])
    assert not broken(given)
    assert search(given) == before


def test_an_index_that_crashes_a_child_is_not_opened(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(folder: Path) -> None:
        raise vectors.IndexDamagedError(f"{folder.name} cannot be opened (code -11)")

    monkeypatch.setattr(vectors, "probe", crash)
    monkeypatch.setattr(vectors, "open_client", lambda _: pytest.fail("it was opened"))
    assert "code -11" in found(given)["vector index"].detail


def test_no_index_is_a_note(given: Given) -> None:
    execute(given, "DELETE FROM meta WHERE name = 'index'")
    assert found(given)["vector index"].state == "warn"
    repair(given[0])
    assert found(given)["vector index"].state == "ok"


REPAIRABLE = [
    ["DELETE FROM full_text WHERE rowid < 4"],
    ["UPDATE full_text_content SET c0 = 'other words' WHERE id = 1"],
    ["DELETE FROM full_text_data WHERE id > 1"],
    ["UPDATE full_text_data SET block = x'00ff'"],
]


@pytest.mark.parametrize("statements", REPAIRABLE)
def test_a_damaged_full_text_is_made_anew(given: Given, statements: list[str]) -> None:
    before = search(given)
    execute(given, *statements)
    assert "full text" in broken(given)
    repair(given[0])
    assert not broken(given)
    assert search(given) == before


def test_repair_tells_how_far_it_is(given: Given) -> None:
    told: list[tuple[int, int]] = []
    repair(given[0], lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def test_repair_sweeps_what_was_left_behind(given: Given) -> None:
    chroma = given[0].library / "chroma"
    for name in ("g1", "g2"):
        (chroma / name).mkdir()
    (given[0].library / f"{FILE}.new").write_bytes(b"half")
    check = found(given)["leftovers"]
    assert check.state == "warn"
    assert f"{FILE}.new" in check.detail
    repair(given[0])
    assert found(given)["leftovers"].state == "ok"
    assert len(list(chroma.iterdir())) == 1
    assert not (given[0].library / f"{FILE}.new").exists()


def test_a_generation_kept_for_readers_is_no_leftover(given: Given) -> None:
    (given[0].library / "chroma" / "g1").mkdir()
    assert found(given)["leftovers"].state == "ok"


def test_while_another_process_writes(given: Given) -> None:
    for name in ("g1", "g2"):
        (given[0].library / "chroma" / name).mkdir()
    with writer_lock(given[0].library, wait=0):
        assert "another process is writing" in found(given)["leftovers"].detail
        with pytest.raises(LibraryLocked):
            repair(given[0])
    assert (given[0].library / "chroma" / "g1").exists()


def test_an_interrupted_reembedding_is_told(given: Given) -> None:
    (given[0].library / REEMBEDDING).write_bytes(b"")
    check = found(given)["leftovers"]
    assert check.state == "warn"
    assert "--reembed" in str(check.remedy)


def test_a_repair_cut_short_leaves_what_was_there(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = search(given)

    def die(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("rag.library.indexing.build", die)
        with pytest.raises(KeyboardInterrupt):
            repair(given[0])
    assert search(given) == before
    assert not broken(given)


def test_repair_needs_a_library(tmp_path: Path) -> None:
    settings, _ = load_settings(library=tmp_path / "nowhere", embedding="hashing")
    with pytest.raises(LibraryNotFound):
        repair(settings)


def test_repair_does_not_need_the_model_of_the_library(given: Given) -> None:
    execute(given, "UPDATE meta SET value = '\"other-8\"' WHERE name = 'embedding'")
    repair(given[0])
    assert broken(given) == {"embedding"}


def test_repair_publishes_another_generation(given: Given) -> None:
    def name() -> str:
        library = Library(given[0].library, embedding="hashing-64")
        try:
            with library.reading() as db:
                generation = published(db)
                assert generation is not None
                return generation.name
        finally:
            library.close()

    before = name()
    repair(given[0])
    assert name() != before
