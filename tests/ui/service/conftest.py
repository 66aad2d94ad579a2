"""A site on a small library, and clients of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.settings import load_settings
from ui.engine import Engine
from ui.site import Site
from ui.store.store import FILE, open_store

from ..scripted import NAME, Scripted, chooser
from .making import application

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeSite]:
    """Open a site with settings of one's own; with `scripted`, that writes the answers."""
    made: list[Site] = []

    def make(scripted: Scripted | None = None, **values: object) -> Site:
        if scripted is not None:
            monkeypatch.setattr("rag.generate.choice.generator_of", chooser(scripted))
            values.setdefault("generator", NAME)
        settings, _ = load_settings(**{"generator": "extractive"} | values)
        made.append(Site(Engine(settings), open_store(settings.library / FILE)))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site()


@pytest.fixture
def app(site: Site) -> FastAPI:
    return application(site)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)
