"""Passages and a chat model that is none, for the tests of the reader's rows."""

import threading
from collections.abc import Callable, Sequence

from evals.reader.places import Place
from evals.reader.writers import Message

FERRY = (
    "Coast guard chief Mira Olsen told reporters on Tuesday that 41 passengers had been rescued. "
    "The ferry Sandvik sank near Port Lorne on 3 May 2024 because its doors had been left open."
)
INQUIRY = "The minister, Jon Hale, promised an inquiry into the ferry within the month of June."


def place(
    text: str = FERRY,
    *,
    article: str = "ferry",
    ordinal: int = 0,
    shipped: bool = False,
    neighbours: Sequence[str] = (INQUIRY,),
) -> Place:
    return Place(article, "Ferry disaster", "2024-05-04", ordinal, text, shipped, tuple(neighbours))


class FakeWriter:
    """Replies by a function of the last message; remembers what it was asked."""

    def __init__(self, reply: Callable[[str], str]) -> None:
        self.asked: list[str] = []
        self.stopped = threading.Event()
        self._reply = reply

    def write(self, messages: Sequence[Message]) -> str:
        self.asked.append(messages[-1]["content"])
        return self._reply(messages[-1]["content"])

    def stop(self) -> None:
        self.stopped.set()
