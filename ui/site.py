"""What one server serves: the engine and the store, handed to every page and every route."""

from dataclasses import dataclass

from rag.settings import Settings
from ui.engine import Engine
from ui.store.store import Store


@dataclass(frozen=True, slots=True)
class Site:
    """The engine answers, the store remembers."""

    engine: Engine
    store: Store

    @property
    def settings(self) -> Settings:
        """The settings that the server was started with."""
        return self.engine.settings

    def close(self) -> None:
        """Close both."""
        self.store.close()
        self.engine.close()
