"""Who asks: the browser by its cookie, a program by its token."""

import hashlib
import json

import pytest

from ui.guard.reader import reader_of_cookie

from .making import Answer, Client, client


def reader(answer: Answer) -> str:
    found: str = json.loads(answer.body)["reader"]
    return found


def value(answer: Answer) -> str:
    (cookie,) = answer.cookies
    name, _, rest = cookie.partition("=")
    assert name == "dateline"
    return rest.partition(";")[0]


def test_a_new_browser_is_given_a_random_cookie() -> None:
    asked = client()
    first, second = asked.get("/"), asked.get("/")

    assert len(value(first)) == 43  # 256 bits
    assert value(first) != value(second)
    assert reader(first) == hashlib.sha256(value(first).encode()).hexdigest()[:32]
    attributes = first.cookies[0].split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes


def test_the_cookie_names_the_reader_from_then_on() -> None:
    asked = client()
    first = asked.get("/")
    again = asked.get("/v1/ask", cookie=f"other=1; dateline={value(first)}")

    assert reader(again) == reader(first)
    assert again.cookies == []


def test_the_cookie_is_kept_to_https_where_set() -> None:
    assert "Secure" in client(secure_cookies=True).get("/").cookies[0].split("; ")


@pytest.mark.parametrize("forged", ["x", "a" * 44, "user:anna", '"' + "a" * 42, "a" * 42 + "é"])
def test_what_is_no_cookie_of_ours_is_replaced(forged: str) -> None:
    answer = client().get("/", cookie=f"dateline={forged}")
    assert reader(answer) == reader_of_cookie(value(answer))


def test_a_program_without_cookie_is_known_by_its_token() -> None:
    asked = client()
    one, two = (asked.get("/v1/ask", authorization=f"Bearer {t}") for t in ("one", "two"))

    assert one.cookies == two.cookies == []
    assert reader(one) != reader(two)
    assert reader(one) == reader(asked.get("/v1/search", authorization="bearer one"))
    assert "one" not in reader(one)


def test_the_cookie_counts_before_the_token() -> None:
    asked = client()
    cookie = f"dateline={value(asked.get('/'))}"
    both = asked.get("/", cookie=cookie, authorization="Bearer one")
    assert reader(both) == reader(asked.get("/", cookie=cookie))


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/assets/a.js", "/static/a.svg"])
def test_what_belongs_to_nobody_sets_no_cookie(path: str) -> None:
    assert client().get(path).cookies == []


def test_what_the_server_keeps_of_all_requests_is_left_as_it_is() -> None:
    asked = client()
    shared = {"pool": 1}
    scope = asked.scope("GET", "/", {})
    scope["state"] = shared
    from asyncio import run as wait

    from .making import run

    assert reader(wait(run(asked.app, scope, [b""])))
    assert shared == {"pool": 1}


def test_two_readers_are_two() -> None:
    asked = client()
    readers = {reader(Client(asked.app).get("/")) for _ in range(20)}
    assert len(readers) == 20
