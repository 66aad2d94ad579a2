import pytest

from ui.markup.web_address import host_of, web_address


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c#d", "http://example.org", "https://خبر.example/گزارش"]
)
def test_web_addresses_can_be_linked(address: str) -> None:
    assert web_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None, "", "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)",
        "java\tscript:alert(1)", "data:text/html,x", "//example.org", "/a", "file:///etc/passwd",
        "https://", "http://[", "https://exam\u202eple.org", "https://example.org/a b",
        "https://example.org/\x00",
    ],
)  # fmt: skip
def test_nothing_else_can(address: str | None) -> None:
    assert web_address(address) is None


def test_the_host_is_told() -> None:
    assert host_of("https://user@example.org:8080/x") == "example.org"
