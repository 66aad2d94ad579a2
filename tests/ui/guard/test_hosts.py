"""The server answers under its own names alone."""

import json

import pytest

from ui.guard.hosts import AllowedHosts, Netloc, netloc_of

from .making import Client, client


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:7860", "localhost:7860", "localhost", "[::1]:7860", "LOCALHOST:1", "localhost."],
)
def test_own_names_are_answered_on_whatever_port(host: str) -> None:
    assert client().get("/", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", "localhost@evil.example",
     "localhost:80:80", "10.0.0.1:7860", "0.0.0.0", "127.0.0.1:99999999", "a b", "[::1"],
)  # fmt: skip
def test_another_name_is_misdirected(host: str) -> None:
    answer = client().get("/", host=host)

    assert answer.status == 421
    assert json.loads(answer.body)["error"]["type"] == "UnknownHost"


def test_no_host_and_two_hosts_are_refused() -> None:
    guarded = client()
    assert Client(guarded.app, headers={}).get("/").status == 421
    scope = guarded.scope("GET", "/", {})
    scope["headers"].append((b"host", b"localhost"))
    from asyncio import run as wait

    from .making import run

    assert wait(run(guarded.app, scope, [b""])).status == 421


def test_names_in_the_settings_are_answered_also_behind_a_proxy() -> None:
    named = client(hosts=("news.example", "https://desk.example:8443/"))
    assert named.get("/", host="news.example").status == 200
    assert named.get("/", host="desk.example:8443").status == 200
    assert named.get("/", x_forwarded_host="news.example").status == 200
    assert named.get("/", x_forwarded_host="evil.example").status == 421
    assert named.get("/", host="other.example").status == 421


def test_bound_to_every_address_the_one_arrived_at_is_a_name() -> None:
    everywhere = client(host="0.0.0.0")
    everywhere.server = ("192.0.2.7", 7860)
    assert everywhere.get("/", host="192.0.2.7:7860").status == 200
    assert everywhere.get("/", host="192.0.2.8:7860").status == 421
    everywhere.server = ("rebound.example", 7860)  # no number: it could be anybody's
    assert everywhere.get("/", host="rebound.example").status == 421


def test_bound_to_one_address_another_one_is_not_a_name() -> None:
    bound = client(host="192.0.2.7")
    bound.server = ("192.0.2.8", 7860)
    assert bound.get("/", host="192.0.2.7:7860").status == 200
    assert bound.get("/", host="192.0.2.8:7860").status == 421


def test_web_sockets_are_asked_for_their_host_too() -> None:
    assert client().socket("/").messages[0]["type"] == "websocket.accept"
    refused = client().socket("/", host="evil.example").messages[0]
    assert refused["type"] == "websocket.close"


def test_a_host_is_read_with_its_port() -> None:
    assert netloc_of("News.Example.:8443") == Netloc("news.example", 8443)
    assert netloc_of("[2001:db8::1]:1") == Netloc("[2001:db8::1]", 1)
    assert netloc_of("https://news.example") is None
    assert AllowedHosts("::1").allows(Netloc("[::1]", None), {"type": "http"})
