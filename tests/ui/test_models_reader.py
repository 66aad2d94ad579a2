"""`dateline models` tells of the reader, which is shipped with the project."""

import json
from pathlib import Path

import pytest

from rag.models import registry as registry_module
from rag.models.registry import ModelCard, PackageSource
from rag.reader.card import FILE, NAME, entry_of
from tests.ui.conftest import Dateline
from ui import models

PACKAGE = "package_with_some_reader"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    file = folder / FILE
    file.write_bytes(b"x" * 22_600_000)
    source = PackageSource("dateline", PACKAGE, FILE)
    card = ModelCard(name=NAME, **(entry_of(file) | {"sources": (source,)}))
    monkeypatch.syspath_prepend(tmp_path)
    for module in (registry_module, models):
        monkeypatch.setattr(module, "registry", lambda: {NAME: card})
    return file


def test_it_is_listed(dateline: Dateline, shipped: Path) -> None:
    told = dateline("models", "list")
    assert told.out == f"{NAME}  reader  23 MB  Apache-2.0  here\n  {shipped}\n"


def test_it_is_verified(dateline: Dateline, shipped: Path) -> None:
    told = dateline("models", "verify", NAME)
    assert (told.code, told.out) == (0, f"ok   {NAME}: {shipped}\n")
    shipped.write_bytes(b"y")
    told = dateline("models", "verify", "--json")
    assert told.code == 1
    assert json.loads(told.out)["state"] == "bad"


def test_it_stays(dateline: Dateline, shipped: Path) -> None:
    told = dateline("models", "remove", NAME)
    assert told.code == 1
    assert shipped.is_file()
