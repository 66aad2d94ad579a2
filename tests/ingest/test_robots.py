"""robots.txt: obeyed, read once, and never a way to slow us down."""

import tracemalloc

import pytest

from ingest.fetch import FetchLimits
from rag.errors import FetchRefused

MIB = 1024 * 1024
NEWS = "http://news.example/a.html"


def redirect(to: str, make_answer) -> bytes:
    return make_answer(b"", "302 Found", location=to)


def test_what_robots_forbid_is_not_asked_for(world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(
        b"User-agent: other\nDisallow: /\n\nUser-agent: dateline\nDisallow: /private/\n",
        content_type="text/plain",
    )
    website.answers["/a.html"] = make_answer(b"x")
    fetcher = world.fetcher()
    assert fetcher.fetch(NEWS).body == b"x"
    with pytest.raises(FetchRefused, match=r"robots\.txt of http://news\.example asks"):
        fetcher.fetch("http://news.example/private/a.html")
    assert [path for path, _ in website.requests] == ["/robots.txt", "/a.html"]


def test_a_redirect_obeys_the_robots_of_where_it_leads(world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(b"User-agent: *\nDisallow: /b\n")
    website.answers["/a.html"] = redirect("/b.html", make_answer)
    with pytest.raises(FetchRefused, match="asks"):
        world.fetcher().fetch(NEWS)
    assert website.paths == ["/a.html"]


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone"])
def test_no_robots_forbid_nothing(status, world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(b"User-agent: *\nDisallow: /", status)
    website.answers["/a.html"] = make_answer(b"x")
    assert world.fetcher().fetch(NEWS).body == b"x"


@pytest.mark.parametrize("robots", ["500 Oops", "503 Busy", None])
def test_robots_that_cannot_be_read_forbid_everything(robots, world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(b"", robots) if robots else b""
    website.answers["/a.html"] = make_answer(b"x")
    with pytest.raises(FetchRefused, match=r"robots\.txt.*nothing is fetched from"):
        world.fetcher().fetch(NEWS)
    assert website.paths == []


def test_robots_may_be_elsewhere_but_not_inside(world, website, make_answer):
    website.answers["/robots.txt"] = redirect("http://127.0.0.1/robots.txt", make_answer)
    with pytest.raises(FetchRefused, match="loopback address"):
        world.fetcher().fetch(NEWS)


def test_robots_over_the_limit_are_read_up_to_it(world, website, make_answer):
    rules = b"User-agent: *\nDisallow: /early\n" + b"# padding\n" * 1000 + b"Disallow: /late\n"
    website.answers["/robots.txt"] = make_answer(rules)
    website.answers["/late.html"] = make_answer(b"x")
    fetcher = world.fetcher(FetchLimits(robots_bytes=1000))
    assert fetcher.fetch("http://news.example/late.html").body == b"x"
    with pytest.raises(FetchRefused, match="asks"):
        fetcher.fetch("http://news.example/early.html")


def test_hostile_robots_cost_little(world, website, make_answer):
    # Agents times rules: minutes and gigabytes if every agent got its own copy of the rules.
    agents = b"".join(b"User-agent: a%d\n" % number for number in range(10_000))
    website.answers["/robots.txt"] = make_answer(agents + b"Disallow: /x\n" * 10_000)
    website.answers["/a.html"] = make_answer(b"x")
    tracemalloc.start()
    assert world.fetcher().fetch(NEWS).body == b"x"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * MIB


@pytest.mark.parametrize(("asked", "slept"), [(b"4", 4.0), (b"3600", 10.0)])
def test_crawl_delay_is_kept_between_requests(asked, slept, world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(b"User-agent: *\nCrawl-delay: " + asked)
    website.answers["/a.html"] = make_answer(b"x")
    fetcher = world.fetcher()
    fetcher.fetch(NEWS)
    assert world.slept == []
    fetcher.fetch(NEWS)
    assert world.slept == [slept]
    world.now += 60
    fetcher.fetch(NEWS)
    assert world.slept == [slept]


def test_waiting_out_of_politeness_does_not_use_the_time_up(world, website, make_answer):
    website.answers["/robots.txt"] = make_answer(b"User-agent: *\nCrawl-delay: 9")
    website.answers["/a.html"] = make_answer(b"x")
    fetcher = world.fetcher(FetchLimits(seconds=5))
    assert [fetcher.fetch(NEWS).body for _ in range(3)] == [b"x"] * 3
