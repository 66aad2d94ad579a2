"""The shipped reader: found, verified, and left out where it is not wanted or not there."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import registry as registry_module
from rag.models.registry import ModelCard, PackageSource, registry
from rag.reader.card import FILE, NAME, entry_of, register, registry_file, shipped_file
from rag.reader.load import begin_loading, load_reader
from rag.reader.reader import Reader
from rag.settings import Settings

from .making import Graph

PACKAGE = "package_with_a_reader"


@pytest.fixture
def shipped(tmp_path: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that ships the small reader, and its card as the whole registry."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    file = graph.save(folder / FILE)
    entry = entry_of(file)
    source = PackageSource("dateline", PACKAGE, FILE)
    card = ModelCard(name=NAME, **(entry | {"sources": (source,)}))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry_module, "registry", lambda: {NAME: card})
    return file


def test_the_shipped_file_is_opened(shipped: Path) -> None:
    reader = load_reader(Settings(reader=True))
    assert isinstance(reader, Reader)
    assert len(reader.read("Who?", [("Iran", "No one.")])) == 1


def test_what_has_begun_to_load_is_waited_for(shipped: Path) -> None:
    assert isinstance(begin_loading(Settings(reader=True))(), Reader)
    shipped.unlink()
    waiting = begin_loading(Settings(reader=True))
    with pytest.raises(ModelError, match="is not there"):
        waiting()


def test_a_setting_does_without_it(shipped: Path) -> None:
    assert load_reader(Settings(reader=False)) is None


def test_another_file_is_refused(shipped: Path) -> None:
    shipped.write_bytes(shipped.read_bytes() + b"\n")
    with pytest.raises(ModelError, match=NAME) as refused:
        load_reader(Settings(reader=True))
    assert str(shipped) in str(refused.value)


def test_a_file_that_is_gone_is_told_with_what_to_do(shipped: Path) -> None:
    shipped.unlink()
    with pytest.raises(ModelError, match=r"'reader.onnx', is not there.*DATELINE_READER=false"):
        load_reader(Settings(reader=True))
    assert load_reader(Settings(reader=False)) is None


def test_without_its_card_there_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "registry", dict)
    assert load_reader(Settings(reader=True)) is None


def test_the_card_is_there_with_the_file_and_right() -> None:
    file = shipped_file()
    assert (NAME in registry()) == file.is_file(), "run: python -m rag.reader.card"
    if file.is_file():
        assert json.loads(registry_file().read_text(encoding="utf-8"))[NAME] == entry_of(file)
        assert isinstance(load_reader(Settings(reader=True)), Reader)


def test_the_card_is_written_beside_the_others(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(registry_file().read_text(encoding="utf-8"))
    before.pop(NAME, None)
    copy = tmp_path / "registry.json"
    copy.write_text(json.dumps(before), encoding="utf-8")
    register(file, copy)
    register(file, copy)
    after = json.loads(copy.read_text(encoding="utf-8"))
    assert after == before | {NAME: entry_of(file)}
    assert after[NAME]["bytes"] == file.stat().st_size
    monkeypatch.setattr(registry_module, "files", lambda _: tmp_path)
    card = registry.__wrapped__()[NAME]
    assert type(card) is ModelCard
    assert card.purpose == "reader"
    assert card.sources == (PackageSource("dateline", "rag.reader", FILE),)
