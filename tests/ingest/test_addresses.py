"""URLs and addresses that must and must not be fetched."""

import ipaddress
import socket

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.addresses import (
    as_address,
    check_addresses,
    check_url,
    kind_of,
    resolve,
    shown,
    system_resolver,
)
from rag.errors import FetchError, FetchRefused

BAD_URLS = [
    ("file:///etc/passwd", "scheme 'file'"),
    ("FILE:///etc/passwd", "scheme 'file'"),
    ("ftp://news.example/a", "scheme 'ftp'"),
    ("javascript:alert(1)", "scheme 'javascript'"),
    ("data:text/html,<p>x", "scheme 'data'"),
    ("gopher://news.example/", "scheme 'gopher'"),
    ("ws://news.example/", "scheme 'ws'"),
    ("view-source:http://news.example/", "scheme 'view-source'"),
    ("//news.example/a", "no scheme"),
    ("news.example/a", "no scheme"),
    ("", "no scheme"),
    (" http://news.example/", "no scheme"),
    ("http:news.example", "no host"),
    ("http:/news.example/a", "no host"),
    ("http:///news.example/a", "no host"),
    ("http://?x", "no host"),
    ("http://user@news.example/", "name or password"),
    ("http://user:pw@news.example/", "name or password"),
    ("http://news.example@127.0.0.1/", "name or password"),
    ("http://127.0.0.1#@news.example@a/", None),
    ("http://news.example\\@127.0.0.1/", "backslash"),
    ("http://127.0.0.1\\.news.example/", "backslash"),
    ("http:\\\\news.example\\a", "backslash"),
    ("http://news.example/\ta", "control character"),
    ("http://ne\nws.example/", "control character"),
    ("http://news.example/\x00", "control character"),
    ("http://news.example/\x85", "control character"),
    ("http://news.example/\u2028", "control character"),
    ("http://2130706433/", "another form"),
    ("http://0x7f000001/", "another form"),
    ("http://0x7f.1/", "another form"),
    ("http://017700000001/", "another form"),
    ("http://0177.0.0.1/", "not a valid URL"),
    ("http://127.1/", "another form"),
    ("http://127.0.1/", "another form"),
    ("http://127.0.0.1.1/", "another form"),
    ("http://127.0.0.0x1/", "another form"),
    ("http://127.0.0.1../", "host name"),
    ("http://256.0.0.1/", "not a valid URL"),
    ("http://127%2e0%2e0%2e1/", "host name"),
    ("http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/", "not a valid URL"),
    ("http://ⓔxample.com/", "not a valid URL"),
    ("http://lo\u200bcalhost/", "not a valid URL"),
    ("http://news..example/", "host name"),
    ("http://.news.example/", "host name"),
    ("http://./", "host name"),
    ("http://news.example../", "host name"),
    (f"http://{'a' * 64}.example/", "host name"),
    (f"http://{'a.' * 130}example/", "host name"),
    ("http://news example/", "host name"),
    ("http://news;example/", "host name"),
    ("http://[::1%25eth0]/", "zone"),
    ("http://[fe80::1%eth0]/", "zone"),
    ("http://[::1/", "not a valid URL"),
    ("http://[::1]x/", "not a valid URL"),
    ("http://[v1.x]/", "not a valid URL"),
    ("http://news.example:22/", "port 22"),
    ("http://news.example:0/", "port 0"),
    ("http://news.example:-80/", "port -80"),
    ("http://news.example:99999/", "port 99999"),
    ("http://news.example:x/", "not a valid URL"),
    ("http://news.example:80:80/", "not a valid URL"),
    ("http://news.example/\ud800", "not a valid URL"),
    ("http://a/" + "x" * 70_000, "not a valid URL"),
]


@pytest.mark.parametrize(("url", "reason"), BAD_URLS)
def test_bad_urls_are_refused_with_the_reason(url, reason):
    if reason is None:
        # The fragment goes before anything is read from it: this is a plain loopback URL.
        assert check_url(url).raw_host == b"127.0.0.1"
        return
    with pytest.raises(FetchRefused, match=reason):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://news.example", b"news.example"),
        ("HTTPS://News.Example./a b?x=1#y", b"news.example"),
        ("https://bücher.example/", b"xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/", b"xn--bcher-kva.example"),
        ("https://my_site.example:8443/", b"my_site.example"),
        ("http://93.184.216.34:8080/", b"93.184.216.34"),
        ("http://127。0。0。1/", b"127.0.0.1"),
        ("http://[2606:4700::1111]/", b"2606:4700::1111"),
        ("http://news.example/a?u=http://user:pw@b/\\", b"news.example"),
    ],
)
def test_good_urls_are_read_by_one_parser(url, host):
    checked = check_url(url)
    assert checked.raw_host == host
    assert not checked.fragment


def test_any_port_on_the_own_network():
    assert check_url("http://news.example:8123/", allow_private=True).port == 8123
    with pytest.raises(FetchRefused, match="allow_private_addresses"):
        check_url("http://news.example:8123/")


@given(st.text())
@example("http://[")
@example("http://a:b:c@[::]:1/")
@example("http://xn--a/")
def test_any_text_is_either_refused_or_clean(text):
    for url in (text, f"http://{text}", f"http://{text}.example/", f"https://a.example/{text}"):
        try:
            checked = check_url(url)
        except FetchRefused:
            continue
        assert checked.scheme in {"http", "https"}
        assert not checked.userinfo
        host = checked.raw_host.decode("ascii")
        assert as_address(host) or set(host) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-_")
        assert check_url(str(checked)) == checked


KINDS = [
    ("93.184.216.34", "public"),
    ("2606:4700::1111", "public"),
    ("::ffff:93.184.216.34", "public"),
    ("64:ff9b::93.184.216.34", "public"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("::1", "loopback"),
    ("::ffff:127.0.0.1", "loopback"),
    ("64:ff9b::127.0.0.1", "loopback"),
    ("10.1.2.3", "private"),
    ("172.16.0.1", "private"),
    ("192.168.0.1", "private"),
    ("100.64.0.1", "private"),
    ("fd12::1", "private"),
    ("::ffff:10.0.0.1", "private"),
    ("64:ff9b::10.0.0.1", "private"),
    ("169.254.1.1", "link-local"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local"),
    ("169.254.169.254", "metadata"),
    ("::ffff:169.254.169.254", "metadata"),
    ("fd00:ec2::254", "metadata"),
    ("168.63.129.16", "metadata"),
    ("100.100.100.200", "metadata"),
    ("224.0.0.1", "multicast"),
    ("239.1.1.1", "multicast"),
    ("ff02::1", "multicast"),
    ("0.0.0.0", "unspecified"),
    ("::", "unspecified"),
    ("0.1.2.3", "reserved"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("192.0.2.1", "reserved"),
    ("198.18.0.1", "reserved"),
    ("192.88.99.1", "reserved"),
    ("2001:db8::1", "reserved"),
    ("3fff::1", "reserved"),
    ("2002:7f00:1::", "reserved"),
    ("2002:5db8:d822::1", "reserved"),
    ("2001:0:7f00:1::1", "reserved"),
    ("fec0::1", "reserved"),
    ("5f00::1", "reserved"),
    ("::127.0.0.1", "reserved"),
    ("64:ff9b:1::1", "reserved"),
]


@pytest.mark.parametrize(("address", "kind"), KINDS)
def test_kinds_of_addresses(address, kind):
    assert kind_of(ipaddress.ip_address(address)) == kind
    own = kind in {"loopback", "private"}
    for allow_private in (False, True):
        if kind == "public" or (own and allow_private):
            assert check_addresses("h", [address], allow_private=allow_private) == (address,)
        else:
            with pytest.raises(FetchRefused, match=f"{kind} address.*allow_private_addresses"):
                check_addresses("h", [address], allow_private=allow_private)


@given(st.ip_addresses(v=4))
def test_what_python_holds_for_not_global_is_never_public(address):
    if not address.is_global or address.is_multicast:
        assert kind_of(address) != "public"
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    assert kind_of(mapped) == kind_of(address)


@given(st.ip_addresses(v=6))
def test_no_address_outside_global_unicast_is_public(address):
    if kind_of(address) == "public":
        carried = address.ipv4_mapped or address in ipaddress.ip_network("64:ff9b::/96")
        assert carried or (address.is_global and not address.is_multicast)


@given(
    st.ip_addresses(v=4, network="127.0.0.0/8"),
    st.sampled_from(["{0}", "{0:#x}", "0{0:o}", "0x{1:x}.{2}", "{1}.{2}"]),
)
def test_other_spellings_of_an_address_are_refused_before_they_are_resolved(address, form):
    number = int(address)
    with pytest.raises(FetchRefused):
        check_url("http://" + form.format(number, number >> 24, number & 0xFFFFFF) + "/")


def test_a_malformed_answer_of_the_resolver_is_refused():
    with pytest.raises(FetchRefused, match="a malformed address"):
        check_addresses("h", ["not an address"])


def test_a_literal_address_is_not_looked_up():
    def never(*_):
        raise AssertionError

    assert resolve(never, "93.184.216.34", 80, 1.0) == ["93.184.216.34"]


def test_the_system_is_asked_for_stream_addresses(monkeypatch):
    def answer(host, port, type):
        assert (host, port, type) == ("news.example", 80, socket.SOCK_STREAM)
        return [(0, 0, 0, "", ("93.184.216.34", 80)), (0, 0, 0, "", ("2606:4700::1", 80, 0, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert system_resolver("news.example", 80) == ["93.184.216.34", "2606:4700::1"]


def test_a_name_that_cannot_be_encoded_is_an_error():
    def encode(*_):
        raise UnicodeError("label too long")

    with pytest.raises(FetchError, match="label too long"):
        resolve(encode, "news.example", 80, 1.0)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://a.example/b?key=1#c", "'http://a.example/b?…'"),
        ("http://user:pw@a.example/b", "'http://…@a.example/b'"),
        ("http://a.example/b", "'http://a.example/b'"),
        ("http://a.example/b@c", "'http://a.example/b@c'"),
    ],
)
def test_messages_show_no_secrets(url, text):
    assert shown(url) == text
