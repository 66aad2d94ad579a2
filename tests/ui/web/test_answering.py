"""A question of the page from Enter to the stored answer, without a browser."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.asked import Ask
from rag.errors import DatelineError, DiskFull, LibraryDamaged, NotInLibrary
from rag.settings import load_settings
from ui.engine import Engine
from ui.service.desk import desk_of
from ui.site import Site
from ui.store.records import Asked
from ui.store.store import FILE, Store, open_store
from ui.web import offers as offering
from ui.web.answering import Picture, Question, pictures
from ui.web.offers import Offers

from ..scripted import NAME, Scripted, chooser
from ..service.making import Gate

DRONES = "What did Iran launch at Israel?"


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def site(filled: Path, monkeypatch: pytest.MonkeyPatch, gate: Gate) -> Iterator[Site]:
    """A site whose model writes one sentence and waits, one question at a time."""
    monkeypatch.setattr("rag.generate.choice.generator_of", chooser(Scripted(["One.", gate])))
    settings, _ = load_settings(generator=NAME, answers_at_once=1)
    made = Site(Engine(settings), open_store(filled / FILE))
    yield made
    gate.opened.set()
    made.close()


def shown(site: Site, question: Question) -> list[Picture]:
    async def scene() -> list[Picture]:
        return [picture async for picture in pictures(site, Offers(site), question)]

    return asyncio.run(scene())


def asked(text: str = DRONES, conversation: str = "") -> Question:
    return Question("ada", text, conversation, Asked(generator="extractive"))


def last(found: list[Picture]) -> str:
    return found[-1].messages[-1]["content"]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DiskFull("/srv/library is full"), "the server&#39;s disk is full"),
        (NotInLibrary("gone"), "its conversation has changed meanwhile"),
        (LibraryDamaged("/srv"), "the server&#39;s file of conversations cannot be used"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_shown(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: DatelineError, why: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Store, "put", fail)
    found = shown(site, asked())
    assert found[-1].is_last
    assert not found[-1].failed
    assert "three hundred drones" in last(found)
    assert f"This answer could not be kept ({why}); copy what you need of it." in last(found)
    assert "/srv" not in last(found)
    assert "/answers/" not in last(found)
    assert "/paragraphs/" in last(found)


def test_a_store_that_cannot_be_read_is_told_in_the_chat(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LibraryDamaged("The file of conversations is damaged.")

    monkeypatch.setattr(Store, "exchanges", fail)
    (picture,) = shown(site, asked(conversation="c"))
    assert picture.is_last
    assert picture.failed
    assert "The file of conversations is damaged." in last([picture])


def test_a_library_that_is_removed_meanwhile_is_told_in_the_chat(site: Site, filled: Path) -> None:
    conversation = shown(site, asked())[-1].conversation
    assert conversation
    shutil.rmtree(filled)
    found = shown(site, asked("What was destroyed in Damascus?", conversation))
    assert found[-1].is_last
    assert "Traceback" not in last(found)
    assert "Unexpected" not in last(found)


def test_closing_stops_the_model(site: Site, gate: Gate) -> None:
    async def scene() -> None:
        question = Question("ada", DRONES, "", Asked())
        found = pictures(site, Offers(site), question)
        while "One." not in (await anext(found)).messages[-1]["content"]:
            pass
        await asyncio.to_thread(gate.wait)
        await found.aclose()

    asyncio.run(scene())
    assert gate.stopped.wait(20)


def test_nobody_waits_for_offers_while_models_write(
    site: Site, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "PATIENCE", 0.01)
    offers = Offers(site)
    events = desk_of(site).events(Ask(DRONES))
    next(events)
    gate.wait()
    assert offers.first() == ()
    gate.opened.set()
    list(events)
    monkeypatch.setattr(offering, "PATIENCE", 20.0)
    assert offers.first()
