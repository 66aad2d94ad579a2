"""Pages of other sites may link here, and do nothing else."""

import pytest

from .making import HOST, ORIGIN, client

FOREIGN = [
    "null",
    "https://evil.example",
    "http://127.0.0.1:3000",
    "http://127.0.0.1",
    "http://localhost:7861",
    "http://127.0.0.1:7860.evil.example",
    "file://",
    "http://[",
    "chrome-extension://abcdef",
    "ftp://127.0.0.1:7860",
]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "GET", "OPTIONS"])
def test_a_foreign_origin_is_refused(origin: str, method: str) -> None:
    assert client().ask(method, "/v1/ask", origin=origin).status == 403


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:7860", "http://[::1]:7860"])
def test_our_own_origin_may_post(origin: str) -> None:
    assert client().post("/v1/ask", origin=origin).status == 200


def test_the_port_counts_where_none_is_told() -> None:
    named = client(hosts=("news.example",))
    assert named.post("/", host="news.example", origin="https://news.example").status == 200
    assert named.post("/", host="news.example:443", origin="https://news.example").status == 200
    assert named.post("/", host="news.example", origin="https://news.example:8443").status == 403


def test_behind_a_proxy_the_origin_is_where_the_reader_is() -> None:
    named = client(hosts=("news.example",))
    proxied = {"host": HOST, "origin": "https://news.example"}
    assert named.post("/", x_forwarded_host="news.example", **proxied).status == 200
    assert named.post("/", **proxied).status == 403


def test_a_program_that_names_no_origin_may_post() -> None:
    assert client().post("/v1/ask").status == 200


def test_cross_site_requests_are_refused_but_a_link_may_be_followed() -> None:
    asked = client()
    cross = {"sec_fetch_site": "cross-site"}
    link = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert asked.post("/v1/ask", **cross).status == 403
    assert asked.post("/sign-in", **cross, **link).status == 403
    assert asked.get("/gradio_api/queue/data", sec_fetch_mode="no-cors", **cross).status == 403
    assert asked.get("/gradio_api/heartbeat/x", sec_fetch_mode="cors", **cross).status == 403
    assert asked.get("/", **cross, **link).status == 200
    assert asked.get("/", sec_fetch_mode="navigate", sec_fetch_dest="iframe", **cross).status == 403
    assert asked.get("/", sec_fetch_site="none", **link).status == 200
    assert asked.get("/gradio_api/queue/data", sec_fetch_site="same-origin").status == 200


def test_web_sockets_from_elsewhere_are_closed() -> None:
    asked = client()
    assert asked.socket("/", origin="https://evil.example").messages[0]["type"] == "websocket.close"
    assert asked.socket("/", origin=ORIGIN).messages[0]["type"] == "websocket.accept"
