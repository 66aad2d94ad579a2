"""`dateline models`: what models there are, whether their files are right, fetching, removing."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rag.errors import ModelError, UsageError
from rag.models.registry import (
    GenerationCard,
    ModelCard,
    PackageSource,
    installed_file,
    locate,
    named,
    registry,
)
from rag.models.weights import is_pulled, path_of, remove, verify_weights
from ui.invocation import Invocation
from ui.output import write_json, write_line

MEGABYTE = 1_000_000

State = tuple[str, str]
"""`ok`, `bad` or `absent`, and where the file is or what is wrong."""


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:.0f} MB"


def _absent(card: ModelCard) -> State:
    return "absent", f"fetch it with: dateline models pull {card.name}"


def _verified(card: ModelCard, cache: Path) -> State:
    """Say whether the file is there and, read anew, the right one."""
    try:
        if not isinstance(card, GenerationCard):
            return "ok", str(locate(card) / card.file)
        path = path_of(card, cache)
        if not path.exists():
            return _absent(card)
        verify_weights(path, card)
    except ModelError as error:
        return "bad", str(error)
    return "ok", str(path)


def _listed(card: ModelCard, cache: Path) -> State:
    """Say whether the file is there; a chat model's is not read, which would take seconds."""
    if not isinstance(card, GenerationCard):
        return _verified(card, cache)
    return ("ok", str(path_of(card, cache))) if is_pulled(card.name, cache) else _absent(card)


def _line(card: ModelCard, state: str) -> str:
    called = f" ({card.alias})" if isinstance(card, GenerationCard) and card.alias else ""
    here = "here" if state == "ok" else "not here"
    size = _megabytes(card.bytes)
    return f"{card.name}{called}  {card.purpose}  {size}  {card.licence}  {here}"


def _json(card: ModelCard, state: str, told: str) -> dict[str, object]:
    return {
        "name": card.name,
        "alias": card.alias if isinstance(card, GenerationCard) else None,
        "purpose": card.purpose,
        "bytes": card.bytes,
        "licence": card.licence,
        "sha256": card.sha256,
        "state": state,
        "detail": told,
    }


def run_list(invocation: Invocation) -> int:
    """Print the registry."""
    cache = invocation.settings().cache
    for card in registry().values():
        state, told = _listed(card, cache)
        if invocation.json:
            write_json(_json(card, state, told))
        else:
            write_line(_line(card, state))
            write_line(f"  {told}")
    return 0


def _known(name: str) -> ModelCard:
    card = named(name)
    if card is None:
        told = ", ".join(map(repr, registry()))
        raise UsageError(f"There is no model {name!r}; the registry has {told}.")
    return card


def run_verify(invocation: Invocation, names: Sequence[str]) -> int:
    """Check the named models, or all; exit code 1 if one is not itself or, if named, missing."""
    cards = [_known(name) for name in names] or list(registry().values())
    cache = invocation.settings().cache
    accepted = {"ok"} if names else {"ok", "absent"}
    code = 0
    for card in cards:
        state, told = _verified(card, cache)
        if state not in accepted:
            code = 1
        if invocation.json:
            write_json(_json(card, state, told))
        else:
            write_line(f"{state:3}  {card.name}: {told}")
    return code


def run_remove(invocation: Invocation, name: str) -> int:
    """Delete a chat model's file and what unfinished pulls of it left."""
    card = _known(name)
    if not isinstance(card, GenerationCard):
        raise ModelError(_not_ours(card))
    freed = remove(name, invocation.settings().cache)
    if invocation.json:
        write_json({"name": card.name, "bytes_freed": freed})
    elif freed:
        write_line(f"{card.name}: removed, {freed} bytes freed")
    else:
        write_line(f"{card.name}: it was not on this machine, nothing is removed")
    return 0


def _not_ours(card: ModelCard) -> str:
    packages = [source for source in card.sources if isinstance(source, PackageSource)]
    installed = next((p.package for p in packages if installed_file(p) is not None), None)
    if installed is None:
        return f"{card.name!r} is not a chat model, and no others are removed by this command."
    return (
        f"{card.name!r} came with the package {installed}, which Dateline needs; nothing is "
        "removed."
    )


def run_pull(invocation: Invocation, name: str) -> int:
    """Bring a model onto this machine and tell where it is and what it came from."""
    from rag.models.pull import pull
    from ui.progress import meter

    def report(done: int, total: int, detail: str) -> None:
        bar.update(f"Fetching {name}, MB", done // MEGABYTE, total // MEGABYTE, detail)

    cache = invocation.settings().cache
    with meter() as bar:
        pulled = pull(name, cache, progress=sys.stderr.isatty(), report=report)
    if invocation.json:
        write_json(
            {
                "name": pulled.name,
                "fetched": pulled.fetched,
                "commit": pulled.commit,
                "source": pulled.source,
                "sha256": pulled.sha256,
                "folder": str(pulled.folder),
            }
        )
        return 0
    origin = f"at commit {pulled.commit}" if pulled.commit else f"from {pulled.source}"
    state = f"fetched {origin}" if pulled.fetched else "already on this machine"
    checked = f", its SHA-256 {pulled.sha256} verified" if pulled.sha256 else ""
    write_line(f"{name}: {state}{checked}")
    write_line(f"  here: {pulled.folder}")
    if pulled.sha256 is None:
        write_line(f"  use it: dateline --embedding {name} add PATH")
    return 0
