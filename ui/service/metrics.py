"""Figures of the running service, for Prometheus; no label holds what a reader typed."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import LibraryError
from rag.library.library import Library
from rag.reply import Reply
from ui.service.turnstile import Turnstile

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
"""Upper bounds of the answers' histogram."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """What one server counts, in a registry of its own."""

    def __init__(self, library: Library, turnstile: Turnstile) -> None:
        """Count for an open library and the queue before it."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "dateline_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.answers = Counter(
            "dateline_answers",
            "Answers by generator and status.",
            ("generator", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "dateline_answer_seconds",
            "Seconds of each stage of an answer.",
            ("generator", "stage"),
            buckets=SECONDS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_State(library, turnstile))

    def count(self, reply: Reply) -> None:
        """Count an answer."""
        self.answers.labels(reply.generator, reply.status).inc()
        for stage, milliseconds in reply.timings_ms.model_dump().items():
            self.seconds.labels(reply.generator, stage).observe(milliseconds / 1000)


class _State(Collector):
    """What is read when it is asked for: the queue, and how much the library holds."""

    def __init__(self, library: Library, turnstile: Turnstile) -> None:
        self._library = library
        self._turnstile = turnstile

    def describe(self) -> Iterator[Metric]:
        yield from self._queue()

    def collect(self) -> Iterator[Metric]:
        yield from self._queue()
        try:
            stats = self._library.stats()
        except LibraryError:  # /healthz tells; the other figures are still worth having
            return
        yield GaugeMetricFamily("dateline_articles", "Articles searched.", stats.articles)
        yield GaugeMetricFamily("dateline_paragraphs", "Paragraphs searched.", stats.paragraphs)

    def _queue(self) -> Iterator[Metric]:
        held = self._turnstile
        yield GaugeMetricFamily("dateline_in_flight", "Questions being answered.", held.working)
        yield GaugeMetricFamily("dateline_waiting", "Questions that wait.", held.waiting)
        yield CounterMetricFamily("dateline_refused", "Questions turned away.", held.refused)


class CountRequests:
    """ASGI middleware that counts each request by the template of its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Count what `app` answers."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(_route(scope), method, str(status)).inc()


def _route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else "other"
