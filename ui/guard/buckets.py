"""Token buckets: how often something may happen."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0
MOST = 10_000
"""Buckets kept; the one that was least lately asked for is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """For every key so many a minute, all at once or spread out; used from one thread."""

    def __init__(
        self,
        per_minute: int,
        *,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow `per_minute` for each key; `clock` tells seconds."""
        self._full = float(per_minute)
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> float:
        """Take one and return 0.0, or return the seconds until there is one again."""
        bucket = self._filled(key)
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) * MINUTE / self._full

    def give_back(self, key: str) -> None:
        """Put back one that was taken for what did not count."""
        bucket = self._filled(key)
        bucket.left = min(self._full, bucket.left + 1)

    def _filled(self, key: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(self._full, now))
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        bucket.left = min(self._full, bucket.left + (now - bucket.at) * self._full / MINUTE)
        bucket.at = now
        return bucket
