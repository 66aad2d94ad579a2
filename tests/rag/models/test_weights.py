"""The files of chat models on this machine: verified once, and removed whole."""

import os
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import weights
from rag.models.registry import GenerationCard
from rag.models.weights import (
    folder_of,
    is_pulled,
    path_of,
    remove,
    sole_use,
    verify_weights,
    weights_file,
)

from .making import NAME, WEIGHTS, chat_card, register


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> GenerationCard:
    return register(monkeypatch, chat_card())


@pytest.fixture
def path(card: GenerationCard, tmp_path: Path) -> Path:
    """The model's file, put there by hand."""
    path = path_of(card, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(WEIGHTS)
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are hashed from now on."""
    files: list[Path] = []
    really = weights.sha256_of

    def counted(file: Path) -> str:
        files.append(file)
        return really(file)

    monkeypatch.setattr(weights, "sha256_of", counted)
    return files


def test_a_model_that_is_not_here_says_how_to_get_it(card: GenerationCard, tmp_path: Path) -> None:
    assert not is_pulled(NAME, tmp_path)
    with pytest.raises(ModelError, match=r"dateline models pull tiny$"):
        weights_file("tiny", tmp_path)


@pytest.mark.parametrize("ask", [weights_file, is_pulled, remove])
def test_an_unknown_model_is_refused_by_name(card: GenerationCard, tmp_path: Path, ask) -> None:
    with pytest.raises(ModelError, match="'GPT'"):
        ask("GPT", tmp_path)


def test_the_digest_is_read_once(path: Path, tmp_path: Path, hashed: list[Path]) -> None:
    assert weights_file(NAME, tmp_path) == weights_file("tiny", tmp_path) == path
    assert hashed == [path]


@pytest.mark.parametrize("change", ["time", "inode", "record", "garbled"])
def test_it_is_read_again_after_a_change(
    path: Path, tmp_path: Path, hashed: list[Path], change: str
) -> None:
    weights_file(NAME, tmp_path)
    record = path.with_name(f"{path.name}.verified.json")
    if change == "time":
        os.utime(path, ns=(1, 1))
    elif change == "inode":
        stat = path.stat()
        copy = path.with_name("copy")
        copy.write_bytes(WEIGHTS)
        os.utime(copy, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        copy.replace(path)
    elif change == "record":
        record.unlink()
    else:
        record.write_text("{")
    weights_file(NAME, tmp_path)
    weights_file(NAME, tmp_path)
    assert len(hashed) == 2


def test_another_file_is_refused_each_time(path: Path, tmp_path: Path) -> None:
    weights_file(NAME, tmp_path)
    path.write_bytes(WEIGHTS[::-1])
    os.utime(path, ns=(1, 1))
    for _ in range(2):
        with pytest.raises(ModelError, match="its SHA-256 is") as refused:
            weights_file(NAME, tmp_path)
    assert f"dateline models pull {NAME}" in str(refused.value)


def test_a_file_of_another_length_is_not_even_read(
    path: Path, tmp_path: Path, hashed: list[Path]
) -> None:
    path.write_bytes(WEIGHTS[:-1])
    assert not is_pulled(NAME, tmp_path)
    with pytest.raises(ModelError, match="bytes, not"):
        weights_file(NAME, tmp_path)
    assert not hashed


def test_verifying_reads_anew(path: Path, card: GenerationCard, hashed: list[Path]) -> None:
    verify_weights(path, card)
    verify_weights(path, card)
    assert len(hashed) == 2


def test_a_cache_that_cannot_be_written_to_costs_only_time(
    path: Path, tmp_path: Path, hashed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(weights, "write_whole", refused)
    assert weights_file(NAME, tmp_path) == weights_file(NAME, tmp_path) == path
    assert len(hashed) == 2


def test_removing_takes_all_away(path: Path, card: GenerationCard, tmp_path: Path) -> None:
    weights_file(NAME, tmp_path)
    (path.parent / f"{path.name}.hub.part").write_bytes(b"12345")
    (path.parent / "wheel-x").mkdir()
    (path.parent / "wheel-x/a.whl").write_bytes(b"123")
    there = sum(file.stat().st_size for file in path.parent.rglob("*") if file.is_file())
    assert remove("tiny", tmp_path) == there > len(WEIGHTS) + 8
    assert not folder_of(card, tmp_path).exists()
    assert remove(NAME, tmp_path) == 0


def test_removing_follows_no_link(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (path.parent / "wheel-x").symlink_to(elsewhere)
    remove(NAME, tmp_path)
    assert (elsewhere / "kept").exists()


def test_nothing_is_removed_while_it_is_fetched(
    path: Path, card: GenerationCard, tmp_path: Path
) -> None:
    with sole_use(card, tmp_path), pytest.raises(ModelError, match="Another process"):
        remove(NAME, tmp_path)
    assert path.exists()
