"""What stands before the command: which library, which model, how to speak."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Invocation:
    """The global options of one run."""

    library: Path | None = None
    embedding: str | None = None
    json: bool = False
    debug: bool = False

    def settings_and_origins(self, **more: object) -> "tuple[Settings, dict[str, str]]":
        """Return the settings and where each came from; raises UsageError for a bad one."""
        from rag.settings import load_settings

        given = {"library": self.library, "embedding": self.embedding, **more}
        settings, origins = load_settings(**given)
        from ui.edge import set_log_level

        set_log_level(settings.log_level)
        return settings, origins

    def settings(self, **more: object) -> "Settings":
        """Return the settings alone; `more` are given on the command line too."""
        return self.settings_and_origins(**more)[0]
