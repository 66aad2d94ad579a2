import stat
from pathlib import Path

import pytest

from ui.guard.users import Users

from .conftest import Dateline

SECRET = "correct horse battery"


def let_in(dateline: Dateline, file: Path, name: str, secret: str = SECRET) -> int:
    return dateline("user", str(file), name, stdin=f"{secret}\n".encode()).code


def test_a_reader_may_sign_in_with_the_password_alone(dateline: Dateline, tmp_path: Path) -> None:
    file = tmp_path / "readers"
    assert let_in(dateline, file, "mina") == 0
    assert let_in(dateline, file, "david") == 0
    lines = file.read_text(encoding="utf-8")
    assert SECRET not in lines
    assert Users.read(file).verify("mina", SECRET)
    assert Users.read(file).verify("david", SECRET)
    assert not Users.read(file).verify("mina", SECRET[:-1])
    assert not Users.read(file).verify("nobody", SECRET)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_password_takes_the_place_of_the_old(dateline: Dateline, tmp_path: Path) -> None:
    file = tmp_path / "readers"
    let_in(dateline, file, "mina")
    assert let_in(dateline, file, "mina", "another long secret") == 0
    assert not Users.read(file).verify("mina", SECRET)
    assert Users.read(file).verify("mina", "another long secret")


def test_a_reader_is_taken_out(dateline: Dateline, tmp_path: Path) -> None:
    file = tmp_path / "readers"
    let_in(dateline, file, "mina")
    let_in(dateline, file, "david")
    assert dateline("user", str(file), "mina", "--remove").code == 0
    assert not Users.read(file).verify("mina", SECRET)
    again = dateline("user", str(file), "mina", "--remove")
    assert again.code == 2
    assert "no reader 'mina'" in again.err


@pytest.mark.parametrize(
    ("name", "secret", "told"),
    [
        ("mi:na", SECRET, "none a colon"),
        (" ", SECRET, "cannot be called"),
        ("mina", "short", "at least 8 characters"),
    ],
)
def test_what_is_no_reader_is_refused(
    dateline: Dateline, tmp_path: Path, name: str, secret: str, told: str
) -> None:
    file = tmp_path / "readers"
    ran = dateline("user", str(file), name, stdin=f"{secret}\n".encode())
    assert ran.code == 2
    assert told in ran.err
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_told(dateline: Dateline, tmp_path: Path) -> None:
    told = dateline("user", str(tmp_path / "no" / "readers"), "mina", stdin=f"{SECRET}\n".encode())
    assert told.code == 2
    assert "cannot be written (no such file or directory)" in told.err
