"""Many readers who ask at once: requests a second, waiting times, refusals and errors."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from time import perf_counter

import httpx

REFUSED = 429
OK = 200
_TIMEOUT_S = 60.0


@dataclass(slots=True)
class Crowd:
    """What happened: seconds of every answer, and how often each status or failure came."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    lasted_s: float = 0.0

    @property
    def answers_per_second(self) -> float:
        """How many answers were given in a second."""
        return len(self.seconds) / self.lasted_s if self.lasted_s else 0.0

    @property
    def errors(self) -> int:
        """Requests that were neither answered nor told to come again."""
        fine = {str(OK), str(REFUSED)}
        return sum(count for status, count in self.statuses.items() if status not in fine)


def crowd(address: str, questions: Sequence[str], *, readers: int, seconds: float) -> Crowd:
    """Let so many readers ask, each the next question as soon as the last is answered."""
    return asyncio.run(_crowd(address, questions, readers, seconds))


async def _crowd(address: str, questions: Sequence[str], readers: int, seconds: float) -> Crowd:
    seen = Crowd()
    began = perf_counter()
    await asyncio.gather(
        *(
            _reader(seen, address, islice(cycle(questions), n, None), began + seconds)
            for n in range(readers)
        )
    )
    seen.lasted_s = perf_counter() - began
    return seen


async def _reader(seen: Crowd, address: str, questions: "islice[str]", until: float) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S) as client:
        for question in questions:
            asked = perf_counter()
            if asked >= until:
                return
            try:
                answer = await client.post("/v1/ask", json={"question": question})
            except httpx.HTTPError as error:
                seen.statuses[type(error).__name__] += 1
                continue
            seen.statuses[str(answer.status_code)] += 1
            if answer.status_code == OK:
                seen.seconds.append(perf_counter() - asked)
            elif answer.status_code == REFUSED:
                await asyncio.sleep(min(1.0, float(answer.headers.get("retry-after", 1))))
