"""A store in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ui.store.store import FILE, Store, open_store

from .making import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library" / FILE


@pytest.fixture
def opened(clock: Clock) -> Iterator[Callable[[Path], Store]]:
    """Open a store; closed after the test."""
    stores: list[Store] = []

    def open_it(path: Path) -> Store:
        stores.append(open_store(path, clock=clock))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[Path], Store], path: Path) -> Store:
    return opened(path)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB; skips where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    may = sys.platform == "linux" and os.geteuid() == 0
    if not may or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted only by root, on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
