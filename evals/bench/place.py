"""Where a run of the bench reads and writes, and how much of it is asked for."""

from dataclasses import dataclass
from pathlib import Path

from rag.errors import DatelineError

SEED = 20241001
KILLS, QUICK_KILLS = 100, 10
DAMAGES, QUICK_DAMAGES = 50, 5

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_SHARED = REPOSITORY.parent / "shared"


class DataMissing(DatelineError):
    """What a figure is measured on is not on this machine; the figure is skipped."""


@dataclass(frozen=True, slots=True)
class Place:
    """One run: `shared` holds corpus and benchmarks, `folder` is scratch; hashable for caches."""

    shared: Path
    folder: Path
    quick: bool = False
    kills: int = KILLS
    damages: int = DAMAGES

    def data(self, *parts: str) -> Path:
        """The path of shared data; raises `DataMissing` if it is not there."""
        path = self.shared.joinpath(*parts)
        if not path.exists():
            raise DataMissing(
                f"{'/'.join(parts)!r} is not in {str(self.shared)!r};"
                " name the folder that holds it with --shared."
            )
        return path

    def scratch(self, *parts: str) -> Path:
        """A folder of this run, made if it is not there."""
        path = self.folder.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path
