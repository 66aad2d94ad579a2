"""Which URLs and which network addresses may be fetched, decided before a connection is opened.

One parser (`httpx.URL`) reads a URL for the check and for the request, and the addresses that
are checked here are the ones that `ingest.transport` connects to.
"""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import httpx

from rag.errors import FetchError, FetchRefused

Resolver = Callable[[str, int], Sequence[str]]

DEFAULT_PORTS = {"http": 80, "https": 443}
PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})
HIGHEST_PORT = 65_535
LONGEST_HOST = 253

_HOST_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_NUMBER_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\\]")

# Python's is_global knows none of these on every version that Dateline runs on.
_METADATA: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("169.254.169.254"),
    IPv4Network("168.63.129.16"),
    IPv4Network("100.100.100.200"),
    IPv6Network("fd00:ec2::254"),
)
_RESERVED: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)
_OWN_NETWORK: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("100.64.0.0/10"),
    IPv6Network("fc00::/7"),
)
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")

_ALLOWED_ON_OWN_NETWORK = frozenset({"loopback", "private"})


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL with the checked addresses of its host, the only ones to connect to."""

    url: httpx.URL
    addresses: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Scheme, host and port, written out."""
        return f"{self.url.scheme}://{authority(self.url)}"

    @property
    def port(self) -> int:
        """The port of the URL, or its scheme's."""
        return self.url.port or DEFAULT_PORTS[self.url.scheme]


def authority(url: httpx.URL) -> str:
    """Host and port as they stand in a Host header, without credentials."""
    return url.netloc.decode("ascii")


def shown(url: httpx.URL | str) -> str:
    """A URL fit for messages and logs: no credentials, no fragment, and `?…` for a query."""
    text = str(url)
    bare, mark, _ = text.partition("#")[0].partition("?")
    bare = re.sub(r"//[^/]*@", "//…@", bare)
    return repr(f"{bare}?…" if mark else bare)


def check_url(text: str, *, allow_private: bool = False) -> httpx.URL:
    """Parse a URL that may be fetched, without its fragment.

    Without `allow_private` the port is 80, 443, 8080 or 8443; with it, any.
    Raises FetchRefused for another scheme, credentials, a malformed host or a forbidden port.
    """
    url = parse_url(text)
    if url.userinfo:
        raise FetchRefused(
            f"{shown(url)} carries a name or password, which Dateline never sends; "
            "remove the part before the @."
        )
    _check_host(url)
    port = url.port if url.port is not None else DEFAULT_PORTS[url.scheme]
    if not 0 < port <= HIGHEST_PORT or (not allow_private and port not in PUBLIC_PORTS):
        raise FetchRefused(
            f"{shown(url)} names port {port}, and only {', '.join(map(str, sorted(PUBLIC_PORTS)))} "
            "are fetched; set allow_private_addresses = true for a server of your own network."
        )
    return url


def parse_url(text: str) -> httpx.URL:
    """Parse an absolute http or https URL; its fragment and a final dot of its host go."""
    before_query = re.split(r"[?#]", text, maxsplit=1)[0]
    if _FORBIDDEN.search(text.replace("\\", "")) or "\\" in before_query:
        raise FetchRefused(
            f"{shown(text)} contains a control character or a backslash, which no web address "
            "does; check how it was copied."
        )
    try:
        url = httpx.URL(text).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchRefused(
            f"{shown(text)} is not a valid URL ({error}); check how it was copied."
        ) from error
    if url.scheme not in DEFAULT_PORTS:
        scheme = f"the scheme {url.scheme!r}" if url.scheme else "no scheme"
        raise FetchRefused(
            f"{shown(url)} has {scheme}, and only http and https are fetched; "
            "save the page as a file and add the file."
        )
    return _without_final_dot(url)


def _without_final_dot(url: httpx.URL) -> httpx.URL:
    host = url.raw_host.decode("ascii")
    if not host.endswith(".") or host == ".":
        return url
    try:
        return url.copy_with(host=host[:-1])
    except httpx.InvalidURL as error:
        raise FetchRefused(f"{shown(url)} is not a valid URL ({error}); check it.") from error


def _check_host(url: httpx.URL) -> None:
    host = url.raw_host.decode("ascii")
    if not host:
        raise FetchRefused(f"{shown(url)} names no host; write it as https://host/path.")
    literal = as_address(host)
    if isinstance(literal, IPv6Address) and literal.scope_id is not None:
        raise FetchRefused(f"{shown(url)} carries an IPv6 zone; write the address without it.")
    if literal is not None:
        return
    # What inet_aton reads as a number (2130706433, 0177.1, 0x7f.1) browsers and resolvers read
    # differently from URL parsers: only the dotted quad of four decimal numbers is an address.
    if _NUMBER_LABEL.fullmatch(host.rpartition(".")[2]):
        raise FetchRefused(
            f"{shown(url)} writes an IP address in another form than 203.0.113.7; "
            "write it out or use the host's name."
        )
    if len(host) > LONGEST_HOST or not _HOST_NAME.fullmatch(host):
        raise FetchRefused(
            f"{shown(url)} has a host name {host!r} that cannot exist; check how it was copied."
        )


def as_address(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is written as, or None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def kind_of(address: IPv4Address | IPv6Address) -> str:
    """What an address is for: `public`, `loopback`, `private`, `metadata` and so on.

    Addresses that carry an IPv4 address (IPv4-mapped, and NAT64 after RFC 6052) are judged by
    it; the tunnels 6to4 and Teredo are reserved whatever they carry. After the IANA
    special-purpose address registries.
    """
    carried = _carried(address)
    if carried is not None:
        return kind_of(carried)
    if any(address in network for network in _METADATA):
        return "metadata"
    for kind in ("unspecified", "loopback", "multicast", "link_local"):
        if getattr(address, f"is_{kind}"):
            return kind.replace("_", "-")
    if any(address in network for network in _OWN_NETWORK):
        return "private"
    reserved = any(address in network for network in _RESERVED)
    outside = isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST
    return "reserved" if reserved or outside or not address.is_global else "public"


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


def check_addresses(
    host: str, addresses: Iterable[str], *, allow_private: bool = False
) -> tuple[str, ...]:
    """Return the addresses of a host if every one of them may be connected to.

    With `allow_private` loopback and private networks (RFC 1918, RFC 6598, RFC 4193) may be;
    metadata services, link-local, multicast, reserved and unspecified addresses never.
    Raises FetchRefused naming the first that may not, FetchError if there is none.
    """
    checked = tuple(dict.fromkeys(addresses))
    if not checked:
        raise FetchError(f"The host {host!r} has no address; check how it is spelled.")
    for text in checked:
        address = as_address(text)
        kind = "malformed" if address is None else kind_of(address)
        if kind == "public" or (allow_private and kind in _ALLOWED_ON_OWN_NETWORK):
            continue
        advice = (
            "set allow_private_addresses = true if that server is yours"
            if kind in _ALLOWED_ON_OWN_NETWORK
            else "no setting allows it, so save the page as a file and add the file; "
            "allow_private_addresses opens only loopback and private networks"
        )
        article = "an" if kind[0] in "aeiou" else "a"
        raise FetchRefused(
            f"The host {host!r} leads to {text}, {article} {kind} address, which Dateline does "
            f"not fetch from; {advice}."
        )
    return checked


def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of a host as the operating system gives them, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def resolve(resolver: Resolver, host: str, port: int, seconds: float) -> Sequence[str]:
    """Ask the resolver once, for at most `seconds`; raises FetchError if it fails or is slow."""
    if as_address(host) is not None:
        return [host]
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # getaddrinfo takes no time limit; a daemon thread neither holds the fetch nor the exit.
    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise FetchError(
            f"The address of {host!r} was not found within {seconds:.0f} s; "
            "check the network connection."
        ) from None
    if isinstance(answer, Exception):
        raise FetchError(
            f"The address of {host!r} was not found ({answer}); "
            "check how it is spelled and the network connection."
        ) from answer
    return answer
