"""What stands before the command: which library, which models, how to speak."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Invocation:
    """The global options of one run."""

    library: Path | None = None
    embedding: str | None = None
    json: bool = False
    debug: bool = False
    generator: str | None = None

    def after(self, *, json: bool = False, generator: str | None = None) -> "Invocation":
        """Return this with what is typed after the command, which counts before this."""
        return replace(
            self,
            json=self.json or json,
            generator=self.generator if generator is None else generator,
        )

    def settings_and_origins(self, **more: object) -> "tuple[Settings, dict[str, str]]":
        """Return the settings and where each came from; raises UsageError for a bad one."""
        from rag.settings import load_settings

        own = {
            "library": self.library,
            "embedding": self.embedding,
            "generator": self.generator,
        }
        settings, origins = load_settings(**own | more)
        from ui.edge import set_log_level

        set_log_level(settings.log_level)
        return settings, origins

    def settings(self, **more: object) -> "Settings":
        """Return the settings alone; `more` are given on the command line too."""
        return self.settings_and_origins(**more)[0]


def invocation_of(
    ctx: "typer.Context", *, json: bool = False, generator: str | None = None
) -> Invocation:
    """Return what stands before a command together with what is typed after it."""
    given: Invocation = ctx.obj
    return given.after(json=json, generator=generator)
