"""A command line run in this process, and a small library to run it on."""

import io
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ui.command import main

KIRBY = """\
---
title: Press briefing by John Kirby
published: 2024-04-15
outlet: The White House
kind: briefing
url: https://example.org/briefing
---

MR. KIRBY: The attack failed because Israel and its partners defeated it. Iran launched more than
three hundred drones and missiles.

Q: Will Israel strike back?

MR. KIRBY: The President has been clear that we do not seek a wider war with Iran.
"""

CONSULATE = """\
---
title: Strike on the consulate in Damascus
published: 2024-04-02
outlet: Dateline brief
kind: report
---

An air strike destroyed the consular building of Iran in Damascus on 1 April 2024.

Seven officers of the Revolutionary Guards were killed, among them General Zahedi.
"""

HOSTILE = """\
---
title: "[bold]Markup[/bold] and \\x1b[31mescapes"
published: 2024-10-02
outlet: "[link=https://evil.example]Evil[/link]"
kind: report
---

The [bold red]zeppelin[/bold red] of Isfahan was [link=evil]seen[/link] by a farmer, who told
:smile: nobody.
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str


Dateline = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test has its own library, model cache and no settings of the machine's."""
    for name in [name for name in os.environ if name.startswith("DATELINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATELINE_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DATELINE_EMBEDDING", "hashing")
    # The hashed words of the test double say little: answer whatever is found.
    monkeypatch.setenv("DATELINE_ABSTAIN_BELOW", "0")
    # The reader is trained on real words, ranks by them, and takes a moment to load.
    monkeypatch.setenv("DATELINE_READER", "false")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def dateline(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Run a command line: `dateline("ask", "Who?", stdin=b"…")`."""

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three articles."""
    place = tmp_path / "articles"
    place.mkdir()
    texts = {"briefing.md": KIRBY, "consulate.md": CONSULATE, "hostile.md": HOSTILE}
    for name, text in texts.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {"folder": tmp_path_factory.mktemp("made")}


@pytest.fixture
def filled(dateline: Dateline, folder: Path, tmp_path: Path, _made: dict[str, Path]) -> Path:
    """A library with the three articles; made once and copied for each test."""
    library = tmp_path / "library"
    kept = _made["folder"] / "library"
    if not kept.exists():
        assert dateline("add", str(folder)).code == 0
        shutil.copytree(library, kept)
    elif not library.exists():
        shutil.copytree(kept, library)
    return library
