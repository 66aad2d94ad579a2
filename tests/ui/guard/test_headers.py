"""What every response tells the browser."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ui.guard.headers import ALWAYS, FILE_POLICY, PAGE_POLICY, TEXT_POLICY

from .making import client


async def open_to_all(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Credentials": "true",
        "X-Frame-Options": "ALLOWALL",
    }
    await PlainTextResponse("hello", headers=headers)(scope, receive, send)


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", PAGE_POLICY),
        ("/assets/index-1.js", PAGE_POLICY),
        ("/answers/abc", TEXT_POLICY),
        ("/v1/ask", TEXT_POLICY),
        ("/articles/a/versions/1", TEXT_POLICY),
        ("/conversations/c/export", TEXT_POLICY),
        ("/somewhere", TEXT_POLICY),
        ("/gradio_api/file=/etc/passwd", FILE_POLICY),
    ],
)
def test_the_policy_goes_by_the_address(path: str, policy: str) -> None:
    assert client().get(path).all("content-security-policy") == [policy]


def test_a_policy_allows_scripts_to_the_page_alone_and_nothing_from_elsewhere() -> None:
    assert "script-src" not in TEXT_POLICY
    assert "default-src 'none'" in TEXT_POLICY
    for policy in (TEXT_POLICY, PAGE_POLICY):
        assert "frame-ancestors 'none'" in policy
        assert "http" not in policy
        assert "*" not in policy


@pytest.mark.parametrize("path", ["/", "/v1/ask", "/config", "/sign-in"])
def test_every_response_has_the_headers_refusals_too(path: str) -> None:
    for answer in (client().get(path), client().get(path, host="evil.example")):
        for name, value in ALWAYS.items():
            assert answer.all(name) == [value]


def test_what_opens_a_response_to_other_sites_is_taken_away() -> None:
    answer = client(open_to_all).get("/", origin="http://localhost:7860")

    assert not [k for k, _ in answer.messages[0]["headers"] if k.startswith(b"access-control")]
    assert answer.all("x-frame-options") == ["DENY"]


def test_what_is_personal_is_kept_nowhere() -> None:
    asked = client()
    assert asked.get("/").header("cache-control") == "no-store"
    assert asked.get("/answers/abc").header("cache-control") == "no-store"
    assert asked.get("/assets/index-1.js").header("cache-control") is None


def test_a_route_may_be_stricter() -> None:
    async def strict(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Content-Security-Policy": "sandbox", "Cache-Control": "no-cache"}
        await PlainTextResponse("hello", headers=headers)(scope, receive, send)

    answer = client(strict).get("/")
    assert answer.all("content-security-policy") == ["sandbox"]
    assert answer.all("cache-control") == ["no-cache"]
