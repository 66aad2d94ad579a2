"""The fetcher against a real server on loopback, and an outer world made up for it."""

import gzip
import itertools
import logging
import ssl
import threading
import tracemalloc
import zlib

import brotli
import httpcore
import pytest
import trustme
import zstandard

from ingest.fetch import FakeFetcher, FetchLimits, Network, Page, SafeFetcher
from rag.errors import FetchError, FetchRefused

PUBLIC = "93.184.216.34"
OTHER = "198.51.45.7"
MIB = 1024 * 1024
NEWS = "http://news.example/a.html"


def redirect(to: str, make_answer, status: str = "302 Found") -> bytes:
    return make_answer(b"", status, location=to)


# What a fetch returns


def test_returns_the_page_with_its_type_charset_and_body(world, website, make_answer):
    website.answers["/a.html?q=1"] = make_answer(
        "Ünited".encode("cp1252"), content_type="Text/HTML; charset=Windows-1252"
    )
    page = world.fetcher().fetch("http://news.example/a.html?q=1#part")
    assert page == Page(
        url="http://news.example/a.html?q=1#part",
        final_url="http://news.example/a.html?q=1",
        content_type="text/html",
        charset="windows-1252",
        body="Ünited".encode("cp1252"),
        status=200,
    )


def test_asks_with_the_host_name_and_its_own_agent(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x")
    world.fetcher().fetch("http://news.example:8080/a.html")
    _, headers = website.requests[-1]
    assert headers["host"] == "news.example:8080"
    assert headers["user-agent"].startswith("Dateline/")
    assert world.dialled[-1] == (PUBLIC, 8080)


def test_keeps_no_cookies(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x", set_cookie="id=1; Path=/")
    fetcher = world.fetcher()
    fetcher.fetch(NEWS)
    fetcher.fetch(NEWS)
    assert all("cookie" not in headers for _, headers in website.requests)


def test_ignores_the_proxies_of_the_environment(world, website, make_answer, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    website.answers["/a.html"] = make_answer(b"x")
    assert world.fetcher().fetch(NEWS).body == b"x"


def test_loopback_by_its_own_address_needs_the_setting(website, make_answer):
    website.answers["/a.html"] = make_answer(b"x")
    with pytest.raises(FetchRefused, match="allow_private_addresses"):
        SafeFetcher().fetch("http://127.0.0.1/a.html")
    assert SafeFetcher(allow_private=True).fetch(website.url()).body == b"x"


def test_logs_neither_credentials_nor_query_strings(world, website, make_answer, caplog):
    caplog.set_level(logging.DEBUG)
    website.answers["/a.html?key=secret"] = redirect("/b.html?token=secret", make_answer)
    website.answers["/b.html?token=secret"] = make_answer(b"x", set_cookie="secret=1")
    world.fetcher().fetch("http://news.example/a.html?key=secret")
    with pytest.raises(FetchRefused) as refused:
        world.fetcher().fetch("http://user:secret@news.example/a.html?key=secret")
    assert "news.example/b.html" in caplog.text
    assert "secret" not in caplog.text + str(refused.value)


# Where a connection may go


def test_connects_to_the_address_that_was_checked(world, website, make_answer):
    # DNS rebinding: the second answer for the name is loopback.
    world.names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    website.answers["/a.html"] = make_answer(b"x")
    assert world.fetcher().fetch(NEWS).body == b"x"
    assert world.asked == ["news.example"]
    assert {address for address, _ in world.dialled} == {PUBLIC}


def test_resolves_once_a_hop_and_refuses_what_has_changed(world, website, make_answer):
    world.names["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    website.answers["/a.html"] = redirect("/b.html", make_answer)
    with pytest.raises(FetchRefused, match=r"127\.0\.0\.1, a loopback address"):
        world.fetcher().fetch(NEWS)
    assert world.asked == ["news.example"] * 2
    assert website.paths == ["/a.html"]


def test_one_private_address_among_public_ones_is_enough_to_refuse(world):
    world.names["news.example"] = [[PUBLIC, "10.0.0.8"]]
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.8, a private address.*allow_private_addr"):
        world.fetcher().fetch(NEWS)
    assert world.dialled == []


def test_tries_the_next_checked_address_if_one_does_not_answer(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x")
    world.names["news.example"] = [[OTHER, PUBLIC]]
    reach = world.dial

    def dial(address, port, seconds):
        if address == OTHER:
            world.dialled.append((address, port))
            raise httpcore.ConnectError("refused")
        return reach(address, port, seconds)

    world.dial = dial
    assert world.fetcher().fetch(NEWS).body == b"x"
    assert world.dialled[-2:] == [(OTHER, 80), (PUBLIC, 80)]


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://inside.example/",
        "//inside.example/",
        "file:///etc/passwd",
        "http://user:pw@news.example/",
        "http://news.example:22/",
        "http://news.example\\@127.0.0.1/",
        "http://[::1",
    ],
)
def test_every_redirect_is_checked_anew(to, world, website, make_answer):
    world.names["inside.example"] = [["192.168.1.1"]]
    website.answers["/a.html"] = redirect(to, make_answer)
    with pytest.raises(FetchRefused):
        world.fetcher().fetch(NEWS)
    assert website.paths == ["/a.html"]


def test_metadata_is_refused_even_on_the_own_network(world):
    world.names["news.example"] = [["169.254.169.254"]]
    with pytest.raises(FetchRefused, match=r"metadata address.*no setting allows it"):
        world.fetcher(allow_private=True).fetch(NEWS)


def test_a_name_without_an_address_is_an_error(world):
    world.names["news.example"] = [[]]
    with pytest.raises(FetchError, match="has no address"):
        world.fetcher().fetch(NEWS)

    def unknown(*_):
        raise OSError(-2, "Name or service not known")

    with pytest.raises(FetchError, match=r"was not found.*Name or service not known"):
        SafeFetcher(network=Network(unknown)).fetch(NEWS)


# Redirects


def test_follows_redirects_and_says_where_they_ended(world, website, make_answer):
    website.answers["/a.html"] = redirect("b/../c.html#x", make_answer, "301 Moved")
    website.answers["/c.html"] = redirect("http://www.other.example/d.html", make_answer)
    website.answers["/d.html"] = make_answer(b"x")
    page = world.fetcher().fetch(NEWS)
    assert page.url == NEWS
    assert page.final_url == "http://www.other.example/d.html"


def test_a_circle_is_named(world, website, make_answer):
    website.answers["/a.html"] = redirect("/b.html", make_answer)
    website.answers["/b.html"] = redirect("/a.html", make_answer)
    with pytest.raises(FetchError, match=r"in a circle, back to 'http://news\.example/a\.html'"):
        world.fetcher().fetch(NEWS)


@pytest.mark.parametrize(("hops", "works"), [(5, True), (6, False)])
def test_at_most_five_redirects(hops, works, world, website, make_answer):
    for hop in range(hops):
        website.answers[f"/{hop}.html"] = redirect(f"/{hop + 1}.html", make_answer)
    website.answers[f"/{hops}.html"] = make_answer(b"end")
    fetcher = world.fetcher()
    if works:
        assert fetcher.fetch("http://news.example/0.html").body == b"end"
    else:
        with pytest.raises(FetchError, match="more than 5 times"):
            fetcher.fetch("http://news.example/0.html")


# TLS


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def secure(world, website, authority):
    """The website behind TLS, with a certificate for news.example."""
    website.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(website.tls)
    world.tls = ssl.create_default_context()
    authority.configure_trust(world.tls)
    return world


def test_the_certificate_is_checked_against_the_name(secure, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x")
    assert secure.fetcher().fetch("https://news.example/a.html").body == b"x"
    assert secure.dialled[-1] == (PUBLIC, 443)
    with pytest.raises(FetchError, match=r"https://other\.example could not prove who it is"):
        secure.fetcher().fetch("https://other.example/a.html")


def test_the_certificates_of_the_system_are_honoured(
    secure, make_answer, authority, monkeypatch, tmp_path
):
    secure.website.answers["/a.html"] = make_answer(b"x")

    def fetch():
        network = Network(secure.resolve, secure.dial, secure)
        return SafeFetcher(network=network).fetch("https://news.example/a.html")

    with pytest.raises(FetchError, match="could not prove"):
        fetch()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert fetch().body == b"x"


def test_no_redirect_from_https_to_http(secure, website, make_answer):
    website.answers["/a.html"] = redirect("http://news.example/b.html", make_answer)
    with pytest.raises(FetchRefused, match="from https to"):
        secure.fetcher().fetch("https://news.example/a.html")
    assert website.paths == ["/a.html"]


# Limits


def chunks(body):
    """A chunked body without an end of its own."""
    yield (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + next(body)
    )
    yield from body


def endless(part=b"x" * 1024):
    return chunks(itertools.repeat(b"%x\r\n%s\r\n" % (len(part), part)))


def test_a_body_over_the_limit_is_refused_by_its_length(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"", content_length=str(2 * MIB))
    with pytest.raises(FetchError, match=r"larger than the 1 MiB allowed"):
        world.fetcher(FetchLimits(body_bytes=MIB)).fetch(NEWS)


def test_an_endless_body_ends_at_the_limit(world, website):
    website.answers["/a.html"] = endless
    with pytest.raises(FetchError, match=r"larger than the 1 MiB allowed"):
        world.fetcher(FetchLimits(body_bytes=MIB)).fetch(NEWS)


def test_a_body_of_just_the_limit_is_taken(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x" * 1000)
    assert len(world.fetcher(FetchLimits(body_bytes=1000)).fetch(NEWS).body) == 1000


BOMBS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda zeros: brotli.compress(zeros, quality=5),
    "zstd": zstandard.compress,
    "gzip, gzip": lambda zeros: gzip.compress(gzip.compress(zeros)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_never_sits_in_memory(encoding, world, website, make_answer):
    body = BOMBS[encoding](bytes(64 * MIB))
    website.answers["/a.html"] = make_answer(body, content_encoding=encoding)
    fetcher = world.fetcher(FetchLimits(body_bytes=MIB))
    tracemalloc.start()
    with pytest.raises(FetchError, match="larger than the 1 MiB allowed"):
        fetcher.fetch(NEWS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MIB


def test_an_endless_stream_that_stands_for_nothing_is_counted(world, website):
    # Empty stored blocks: bytes come in, none come out.
    start = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    block = b"\x00\x00\x00\xff\xff" * 1000

    def body():
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
            b"Connection: close\r\n\r\n"
        )
        return itertools.chain([head + start], itertools.repeat(block))

    website.answers["/a.html"] = body
    with pytest.raises(FetchError, match="larger than"):
        world.fetcher(FetchLimits(body_bytes=MIB)).fetch(NEWS)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"no gzip at all"), ("br", b"\xff\xff"), ("zstd", b"zzzz"), ("rot13", b"uryyb")],
)
def test_a_body_that_cannot_be_unpacked_is_an_error(encoding, body, world, website, make_answer):
    website.answers["/a.html"] = make_answer(body, content_encoding=encoding)
    with pytest.raises(FetchError, match="could not be unpacked"):
        world.fetcher().fetch(NEWS)


def test_one_deadline_for_a_body_that_drips(world, website):
    website.answers["/a.html"] = lambda: endless(b"x")
    fetcher = world.fetcher()
    world.tick = 0.1
    with pytest.raises(FetchError, match="not received within 30 s"):
        fetcher.fetch(NEWS)


def test_one_deadline_for_headers_that_drip(world, website):
    website.answers["/a.html"] = lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X: " + b"y" * 1000)
    )
    fetcher = world.fetcher(FetchLimits(seconds=3))
    world.tick = 0.2
    with pytest.raises(FetchError, match="not received within 3 s"):
        fetcher.fetch(NEWS)


def test_a_silent_server_is_left_at_the_deadline(website):
    done = threading.Event()

    def silence():
        done.wait(5)
        return b""

    website.answers["/robots.txt"] = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
    website.answers["/a.html"] = silence
    fetcher = SafeFetcher(FetchLimits(seconds=0.3), allow_private=True)
    with pytest.raises(FetchError, match=r"not received within 0\.3 s"):
        fetcher.fetch(website.url())
    done.set()


def test_a_slow_resolver_is_left_at_the_deadline():
    done = threading.Event()

    def slow(*_):
        done.wait(5)
        return [PUBLIC]

    with pytest.raises(FetchError, match=r"address of 'news\.example' was not found within"):
        SafeFetcher(FetchLimits(seconds=0.1), network=Network(slow)).fetch(NEWS)
    done.set()


@pytest.mark.parametrize("size", [70_000, 400_000])
def test_headers_over_the_limit_are_refused(size, world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x", x_padding="y" * size)
    with pytest.raises(FetchError, match=r"bytes of headers|broke off"):
        world.fetcher().fetch(NEWS)


def test_a_body_that_breaks_off_is_an_error(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"half", content_length="1000")
    with pytest.raises(FetchError, match="broke off"):
        world.fetcher().fetch(NEWS)


def test_what_is_not_http_is_an_error(world, website):
    website.answers["/a.html"] = b"SSH-2.0-OpenSSH_9.2\r\n"
    with pytest.raises(FetchError, match="did not speak HTTP"):
        world.fetcher().fetch(NEWS)


# Content types and statuses


@pytest.mark.parametrize(
    ("path", "sent", "taken"),
    [
        ("/a", "text/html", "text/html"),
        ("/a", "application/xhtml+xml", "application/xhtml+xml"),
        ("/a", "application/rss+xml; charset=utf-8", "application/rss+xml"),
        ("/a", "application/atom+xml", "application/atom+xml"),
        ("/a", "text/xml", "text/xml"),
        ("/a", "text/plain", "text/plain"),
        ("/a", "application/pdf", "application/pdf"),
        ("/a", "application/x-ndjson", "application/x-ndjson"),
        ("/a.pdf", "application/octet-stream", "application/pdf"),
        ("/A.PDF?x=1", "binary/octet-stream", "application/pdf"),
        ("/a.md", "", "text/markdown"),
        ("/a.exe", "application/octet-stream", None),
        ("/a", "application/octet-stream", None),
        ("/a", "", None),
        ("/a.html", "image/png", None),
        ("/a", "video/mp4", None),
        ("/a", "text/css", None),
    ],
)
def test_only_what_can_be_an_article_is_taken(path, sent, taken, world, make_answer):
    world.website.answers[path] = make_answer(b"x", content_type=sent)
    if taken:
        assert world.fetcher().fetch(f"http://news.example{path}").content_type == taken
    else:
        with pytest.raises(FetchError, match="cannot be read as an article"):
            world.fetcher().fetch(f"http://news.example{path}")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("404 Not Found", r"404 \(Not Found\); check the address"),
        ("403 Forbidden", "save the page"),
        ("500 Oops", "try again later"),
        ("206 Partial Content", "206"),
        ("302 Found", "302"),
        ("599 Odd", "answered 599; try again later"),
    ],
)
def test_a_status_that_is_no_page_is_an_error(status, advice, world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"x", status)
    with pytest.raises(FetchError, match=advice):
        world.fetcher().fetch(NEWS)


@pytest.mark.parametrize("status", ["429 Too Many", "503 Busy"])
@pytest.mark.parametrize(
    "wait",
    [
        {"retry_after": "3"},
        {
            "retry_after": "Sun, 06 Nov 1994 08:49:40 GMT",
            "date": "Sun, 06 Nov 1994 08:49:37 GMT",
        },
    ],
)
def test_comes_back_once_when_asked_to(status, wait, world, website, make_answer):
    answers = iter([make_answer(b"", status, **wait), make_answer(b"x")])
    website.answers["/a.html"] = lambda: next(answers)
    assert world.fetcher().fetch(NEWS).body == b"x"
    assert world.slept == [3.0]


@pytest.mark.parametrize("wait", [{"retry_after": "60"}, {"retry_after": "soon"}, {}])
def test_does_not_wait_for_long_or_for_an_unknown_time(wait, world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"", "503 Busy", **wait)
    with pytest.raises(FetchError, match="503"):
        world.fetcher().fetch(NEWS)
    assert world.slept == []
    assert website.paths == ["/a.html"]


def test_comes_back_no_second_time(world, website, make_answer):
    website.answers["/a.html"] = make_answer(b"", "503 Busy", retry_after="1")
    with pytest.raises(FetchError, match="503"):
        world.fetcher().fetch(NEWS)
    assert website.paths == ["/a.html"] * 2


# The fetcher of tests


def test_the_fake_fetcher_gives_what_it_was_given():
    page = Page("u", "f", "text/plain", "utf-8", b"t")
    fake = FakeFetcher(
        {"http://a/": b"<p>", "http://a/x.pdf": b"%PDF", "p": page, "e": FetchRefused("no")}
    )
    assert fake.fetch("http://a/").content_type == "text/html"
    assert fake.fetch("http://a/x.pdf").content_type == "application/pdf"
    assert fake.fetch("p") is page
    with pytest.raises(FetchRefused, match="no"):
        fake.fetch("e")
    with pytest.raises(FetchError, match="404"):
        fake.fetch("http://a/none")
    assert fake.asked == ["http://a/", "http://a/x.pdf", "p", "e", "http://a/none"]
