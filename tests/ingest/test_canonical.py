"""One spelling for every address."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.canonical import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://News.Example", "https://news.example/"),
        ("https://news.example:443/A", "https://news.example/A"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("HTTP://news.example:80/a", "http://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example./a#top", "https://news.example/a"),
        ("https://u:p@news.example/a", "https://news.example/a"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://[2606:4700::1]/a", "http://[2606:4700::1]/a"),
        (
            "https://news.example/a?utm_source=x&b=2&fbclid=1&a=1&UTM_Medium=y",
            "https://news.example/a?a=1&b=2",
        ),
        ("https://news.example/a?gclid=1&mc_cid=2&mc_eid=3", "https://news.example/a"),
        ("https://news.example/a?utm%5Fsource=x", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/a?p=2&p=1&id=3", "https://news.example/a?id=3&p=2&p=1"),
        ("https://news.example/a?q=%26x&flag", "https://news.example/a?flag&q=%26x"),
        ("https://news.example/b/../a", "https://news.example/a"),
        (" https://news.example/a\n", "https://news.example/a"),
        ("/home/reader/a.html", "/home/reader/a.html"),
        ("http://", "http://"),
    ],
)
def test_spellings_of_one_address(url, canonical):
    assert canonical_url(url) == canonical


PARTS = st.text("abAB019%&=?#/:@._-+ ü\t", max_size=20)


@given(st.one_of(st.text(), st.builds("http://{}/{}?{}#{}".format, PARTS, PARTS, PARTS, PARTS)))
def test_twice_changes_nothing_more(url):
    once = canonical_url(url)
    assert canonical_url(once) == once


@given(
    st.lists(st.sampled_from(["a=1", "b=2", "b=1", "utm_source=x", "fbclid=y"]), unique=True),
    st.randoms(use_true_random=False),
)
def test_the_order_of_parameters_and_tracking_do_not_matter(pairs, random):
    shuffled = sorted(pairs, key=lambda _: random.random())
    # Those of one name keep their order, which may mean something.
    shuffled.sort(key=lambda pair: pair == "b=1")
    pairs = sorted(pairs, key=lambda pair: pair == "b=1")
    one, other = (f"https://h.example/a?{'&'.join(p)}" for p in (pairs, shuffled))
    assert canonical_url(one) == canonical_url(other)
    assert b"utm" not in httpx.URL(canonical_url(one)).query
