"""What is written to a file: a conversation, and when and where it was read."""

from dataclasses import dataclass
from datetime import date

from ui import addresses
from ui.export.web import web_address
from ui.store.records import Conversation, Exchange

NOTHING_ASKED = "Nothing has been asked in this conversation yet."
NOTHING_CITED = "No article is cited in this conversation."


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation; `accessed` is the day of the export, `base_url` the server's own address."""

    conversation: Conversation
    exchanges: tuple[Exchange, ...]
    accessed: date
    base_url: str | None = None

    def permalink(self, exchange: Exchange) -> str | None:
        """Return the whole address of an answer, or None where the server's is not known."""
        if not self.base_url:
            return None
        return web_address(self.base_url.rstrip("/") + addresses.answer(exchange.id))
