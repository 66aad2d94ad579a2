"""The file of users."""

from pathlib import Path

import pytest

from rag.errors import UsageError
from ui.guard import users
from ui.guard.users import Users, line_for

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "N", 2)
    monkeypatch.setattr(users, "P", 1)


def test_a_line_lets_in_who_knows_the_password() -> None:
    known = Users(["# the desk", "", line_for("anna b", PASSWORD)])

    assert known.verify("anna b", PASSWORD)
    assert not known.verify("anna b", PASSWORD + "!")
    assert not known.verify("anna b", "")
    assert not known.verify("ben", PASSWORD)
    assert not known.verify("", "")


def test_two_lines_for_one_password_differ_and_hide_it() -> None:
    first, second = line_for("anna", PASSWORD), line_for("anna", PASSWORD)
    assert first != second
    assert PASSWORD not in first
    assert first.startswith("anna:scrypt$2$8$1$")


def test_any_unicode_will_do() -> None:
    known = Users([line_for("سمیرا", "پسوورد طولانی 🗞")])
    assert known.verify("سمیرا", "پسوورد طولانی 🗞")


def test_an_unknown_name_costs_a_check_too(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Users([line_for("anna", PASSWORD)])
    made: list[tuple[object, ...]] = []
    scrypt = users._scrypt

    def counted(*given: object) -> bytes:
        made.append(given[2:])
        return scrypt(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(users, "_scrypt", counted)
    known.verify("anna", "wrong")
    known.verify("nobody", "wrong")
    assert len(made) == 2
    assert made[0] == made[1]


def test_the_mark_changes_with_the_password() -> None:
    first, second = (Users([line_for("anna", PASSWORD)]) for _ in range(2))
    assert first.mark("anna") not in {None, second.mark("anna")}
    assert first.mark("ben") is None


@pytest.mark.parametrize(
    "line",
    [
        "anna",
        "anna:secret word",
        "anna:scrypt$3$8$1$AAAA$AAAA",
        "anna:scrypt$2$8$1$A$AAAA",
        "anna:scrypt$99999999$999$1$AAAA$AAAA",
        "anna:scrypt$2$8$1$AAAA$",
        ":scrypt$2$8$1$AAAA$AAAA",
        "*:scrypt$2$8$1$AAAA$AAAA",
    ],
)
def test_a_wrong_line_is_named_by_its_number_alone(line: str) -> None:
    with pytest.raises(UsageError, match="Line 2 of") as caught:
        Users([line_for("ben", PASSWORD), line])
    assert "secret" not in str(caught.value)


def test_a_name_stands_once_and_somebody_must_stand_there() -> None:
    with pytest.raises(UsageError, match="'anna' again"):
        Users([line_for("anna", PASSWORD), line_for("anna", PASSWORD)])
    with pytest.raises(UsageError, match="no user"):
        Users(["# nobody"])


def test_a_file_is_read_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "users"
    with pytest.raises(UsageError, match="users"):
        Users.read(path)
    path.write_text(line_for("anna", PASSWORD) + "\n", encoding="utf-8")
    assert Users.read(path).verify("anna", PASSWORD)


@pytest.mark.parametrize("name", ["", " anna", "anna ", "a:b", "a\nb", "#a", "*", "a" * 101])
def test_a_name_that_no_line_can_hold_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        line_for(name, PASSWORD)


def test_a_short_password_is_refused_without_telling_it() -> None:
    with pytest.raises(UsageError, match="at least 8") as caught:
        line_for("anna", "hunter2")
    assert "hunter2" not in str(caught.value)
