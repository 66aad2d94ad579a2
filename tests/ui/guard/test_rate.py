"""How many requests somebody may send."""

import json

import pytest

from ui.guard.rate import READERS_AN_ADDRESS, address_of

from .making import Client, client


def cookie(asked: Client) -> str:
    return asked.get("/").cookies[0].partition(";")[0]


def test_a_reader_who_asks_too_often_is_told_when_to_come_again() -> None:
    asked = client(requests_per_minute=3)
    mine = cookie(asked)
    statuses = [asked.get("/v1/ask", cookie=mine).status for _ in range(4)]
    refused = asked.get("/v1/ask", cookie=mine)

    assert statuses == [200, 200, 429, 429]  # the first gave the cookie
    assert json.loads(refused.body)["error"]["type"] == "TooManyRequests"
    assert int(refused.header("retry-after") or 0) in {19, 20}
    assert asked.get("/v1/ask", cookie=cookie(asked)).status == 200


def test_files_of_the_page_do_not_count() -> None:
    asked = client(requests_per_minute=1)
    mine = cookie(asked)
    assert {asked.get("/assets/a.js", cookie=mine).status for _ in range(50)} == {200}


def test_throwing_the_cookie_away_does_not_help_for_ever() -> None:
    asked = client(requests_per_minute=1)
    statuses = [asked.get("/v1/ask").status for _ in range(READERS_AN_ADDRESS + 1)]
    assert statuses == [200] * READERS_AN_ADDRESS + [429]
    elsewhere = Client(asked.app, client=("192.0.2.1", 1))
    assert elsewhere.get("/v1/ask").status == 200


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 1), "2001:db8:1:2::/64"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_an_address_is_a_subscriber(client: tuple[str, int] | None, address: str) -> None:
    assert address_of({"type": "http", "client": client}) == address
