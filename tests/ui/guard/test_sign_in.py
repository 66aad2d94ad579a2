"""Where a token or users are set, nobody comes in without."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import LibraryLocked
from ui.guard import users
from ui.guard.guarded import guarded
from ui.guard.sign_in import local
from ui.guard.users import line_for
from ui.site import Site
from ui.store.store import open_store

from .making import Answer, Client, Sessions, client, site_with, whoami

TOKEN = "a token of sixteen or more"
PASSWORD = "correct horse"
BROWSER = {"accept": "text/html,*/*"}


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with one user, quick to check."""
    monkeypatch.setattr(users, "N", 2)
    monkeypatch.setattr(users, "P", 1)
    path = tmp_path / "people"
    path.write_text(line_for("anna", PASSWORD), encoding="utf-8")
    return path


def enter(asked: Client, **fields: str) -> Answer:
    return asked.post("/sign-in", urlencode(fields).encode())


def session(answer: Answer) -> str:
    return next(c for c in answer.cookies if c.startswith("dateline_session=")).partition(";")[0]


def reader(answer: Answer) -> str:
    found: str = json.loads(answer.body)["reader"]
    return found


def test_without_a_key_the_door_is_open() -> None:
    assert client().get("/v1/ask").status == 200


def test_a_program_without_the_token_is_told_how() -> None:
    asked = client(api_token=TOKEN)
    for header in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        answer = asked.get("/v1/ask", **header)
        assert answer.status == 401
        assert answer.header("www-authenticate") == "Bearer"
        assert json.loads(answer.body)["error"]["type"] == "SignInNeeded"
        assert answer.cookies == []
    assert asked.get("/v1/ask", authorization=f"Bearer {TOKEN}").status == 200


@pytest.mark.parametrize(
    "path", ["/", "/assets/a.js", "/metrics", "/mcp", "/gradio_api/queue/data", "/answers/1"]
)
def test_everything_wants_the_key_but_health(path: str) -> None:
    asked = client(api_token=TOKEN)
    assert asked.get(path).status == 401
    assert asked.get("/healthz").status == 200
    assert asked.get("/sign-in").status == 200


def test_web_sockets_want_it_too() -> None:
    asked = client(api_token=TOKEN)
    assert asked.socket("/").messages[0]["type"] == "websocket.close"
    open_ = asked.socket("/", authorization=f"Bearer {TOKEN}")
    assert open_.messages[0]["type"] == "websocket.accept"


def test_a_browser_is_led_to_the_page_and_back() -> None:
    asked = client(api_token=TOKEN)
    sent = asked.get("/answers/1%20a?x=1&y=2", **BROWSER)
    assert sent.status == 303
    assert sent.header("location") == "/sign-in?next=%2Fanswers%2F1%2520a%3Fx%3D1%26y%3D2"

    page = asked.get(sent.header("location") or "")
    assert page.status == 200
    assert 'value="/answers/1%20a?x=1&amp;y=2"' in page.text
    assert "<script" not in page.text
    assert (page.header("content-security-policy") or "").startswith("default-src 'none'")

    entered = enter(asked, secret=TOKEN, next="/answers/1%20a?x=1&y=2")
    assert entered.status == 303
    assert entered.header("location") == "/answers/1%20a?x=1&y=2"


def test_the_token_signs_a_browser_in_until_it_signs_out() -> None:
    asked = client(api_token=TOKEN)
    entered = enter(asked, secret=TOKEN)
    cookie = session(entered)
    attributes = entered.cookies[0].split("; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert TOKEN not in entered.cookies[0]
    assert asked.get("/", cookie=cookie).status == 200

    out = asked.post("/sign-out", cookie=cookie)
    assert (out.status, out.header("location")) == (303, "/sign-in")
    assert "Max-Age=0" in out.cookies[0]
    assert asked.get("/", cookie=cookie).status == 401


def test_the_store_remembers_who_signed_in(tmp_path: Path) -> None:
    store = open_store(tmp_path / "conversations.db")
    site = Site(site_with(api_token=TOKEN).engine, store)
    cookie = session(enter(Client(guarded(whoami, site)), secret=TOKEN))
    restarted = Client(guarded(whoami, site))
    assert restarted.get("/", cookie=cookie).status == 200
    restarted.post("/sign-out", cookie=cookie)
    assert restarted.get("/", cookie=cookie).status == 401
    store.close()


def test_two_browsers_with_the_token_are_two_readers() -> None:
    asked = client(api_token=TOKEN)
    cookies = [session(enter(asked, secret=TOKEN)) for _ in range(2)]
    readers = {reader(asked.get("/", cookie=cookie)) for cookie in cookies}
    assert len(readers) == 2


def test_a_user_is_the_same_reader_in_every_browser(people: Path) -> None:
    asked = client(users=people)
    for _ in range(2):
        cookie = session(enter(asked, name="anna", secret=PASSWORD))
        answer = asked.get("/", cookie=cookie)
        assert reader(answer) == "user:anna"
        assert answer.cookies == []


def test_unknown_and_wrong_are_told_alike(people: Path) -> None:
    asked = client(users=people)
    answers = [
        enter(asked, name=name, secret=secret)
        for name, secret in [("anna", "wrong"), ("nobody", "wrong"), ("nobody", PASSWORD)]
    ]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.body for answer in answers}) == 1
    assert all(answer.cookies == [] for answer in answers)
    assert "wrong" in answers[0].text
    assert PASSWORD not in answers[2].text


def test_a_token_is_no_password_where_users_sign_in(people: Path) -> None:
    asked = client(users=people, api_token=TOKEN)
    assert enter(asked, name="anna", secret=TOKEN).status == 401
    assert enter(asked, secret=TOKEN).status == 401
    assert asked.get("/v1/ask", authorization=f"Bearer {TOKEN}").status == 200


def test_failures_are_limited_and_successes_are_not(people: Path) -> None:
    asked = client(users=people)
    for _ in range(8):
        assert enter(asked, name="anna", secret=PASSWORD).status == 303
    statuses = [enter(asked, name="anna", secret="wrong").status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    refused = enter(asked, name="anna", secret=PASSWORD)
    assert refused.status == 429
    assert int(refused.header("retry-after") or 0) > 0
    assert enter(asked, name="ben", secret="wrong").status == 401
    elsewhere = Client(asked.app, client=("192.0.2.1", 1))
    assert enter(elsewhere, name="anna", secret=PASSWORD).status == 303


def test_one_address_cannot_try_every_name(people: Path) -> None:
    asked = client(users=people)
    statuses = [enter(asked, name=f"name{n}", secret="wrong").status for n in range(32)]
    assert statuses == [401] * 30 + [429] * 2


def test_a_new_token_or_password_ends_the_sessions(people: Path) -> None:
    kept = Sessions()
    cookie = session(enter(client(sessions=kept, api_token=TOKEN), secret=TOKEN))
    assert client(sessions=kept, api_token=TOKEN).get("/", cookie=cookie).status == 200
    assert client(sessions=kept, api_token=TOKEN + "2").get("/", cookie=cookie).status == 401
    assert client(sessions=kept, users=people).get("/", cookie=cookie).status == 401

    cookie = session(enter(client(sessions=kept, users=people), name="anna", secret=PASSWORD))
    assert client(sessions=kept, users=people).get("/", cookie=cookie).status == 200
    people.write_text(line_for("anna", PASSWORD), encoding="utf-8")
    assert client(sessions=kept, users=people).get("/", cookie=cookie).status == 401


def test_a_form_too_large_or_not_a_form_lets_nobody_in() -> None:
    asked = client(api_token=TOKEN)
    assert asked.post("/sign-in", b"secret=" + b"x" * 20_000).status == 413
    for body in (b"", b"\xff\xfe", b"&" * 30, b"secret"):
        assert asked.post("/sign-in", body).status == 401
    assert asked.ask("PUT", "/sign-in").status == 405
    assert asked.get("/sign-out").status == 405


def test_a_form_of_another_site_is_refused() -> None:
    asked = client(api_token=TOKEN)
    body = urlencode({"secret": TOKEN}).encode()
    assert asked.post("/sign-in", body, origin="https://evil.example").status == 403
    assert asked.post("/sign-out", origin="null").status == 403


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\r\nb", "/\t/e",
     "/sign-in?next=/", "/sign-out", "/é", "javascript:alert(1)"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(address: str) -> None:
    assert local(address) == "/"
    assert enter(client(api_token=TOKEN), secret=TOKEN, next=address).header("location") == "/"


@given(st.text(max_size=40))
def test_what_is_led_to_is_a_path_of_ours(address: str) -> None:
    onwards = local(address)
    assert onwards.startswith("/")
    assert not onwards.startswith(("//", "/\\"))
    assert onwards.isascii()
    assert onwards.isprintable()


class Failing:
    """Sessions whose file is in use."""

    def sign_in(self, user: str) -> str:
        raise LibraryLocked(f"Nobody writes of {user} now. Try again in a moment.")

    def signed_in(self, token: str) -> str | None:
        raise LibraryLocked(f"Nobody reads {len(token)} letters now. Try again in a moment.")

    def sign_out(self, token: str) -> None:
        self.signed_in(token)


def test_a_store_that_fails_is_told_in_a_sentence(people: Path) -> None:
    asked = client(sessions=Failing(), users=people)
    cookie = "dateline_session=abc"
    answers = [
        asked.get("/v1/ask", cookie=cookie),
        asked.post("/sign-out", cookie=cookie),
        enter(asked, name="anna", secret=PASSWORD),
    ]
    for answer in answers:
        assert answer.status == 423
        assert answer.header("retry-after") == "1"
        assert json.loads(answer.body)["error"]["message"].startswith("Nobody ")


def test_a_form_that_does_not_come_whole_is_no_error() -> None:
    asked = client(api_token=TOKEN)
    assert asked.post("/sign-in", []).messages == ()


def test_many_readers_do_not_slow_the_start(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []
    scrypt = users._scrypt

    def counted(*given: Any) -> bytes:
        hashed.append(1)
        return scrypt(*given)

    monkeypatch.setattr(users, "_scrypt", counted)
    users._try.cache_clear()
    line = people.read_text(encoding="utf-8")
    found = users.Users([line.replace("anna", f"anna{number}") for number in range(50)])
    assert len(hashed) == 1
    assert found.verify("anna49", PASSWORD)
