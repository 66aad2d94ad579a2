"""A hub that the client of this process speaks to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from .hub_server import Hub, point, running


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """The folder of the Hugging Face client's cache."""
    return tmp_path / "hub"


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A server that the client of this process speaks to, with an empty cache."""
    with running() as served:
        point(monkeypatch, served.url)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        yield served
        close_session()
