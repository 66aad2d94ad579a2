"""`dateline models`: what models there are, whether their files are right, and fetching one."""

import sys
from collections.abc import Sequence

from rag.errors import ModelError, UsageError
from rag.models.registry import ModelCard, locate, registry
from ui.invocation import Invocation
from ui.output import write_json, write_line

MEGABYTE = 1_000_000


def _state(card: ModelCard) -> tuple[str, str]:
    """Return (ok or bad, where it is or why not)."""
    try:
        return "ok", str(locate(card) / card.file)
    except ModelError as error:
        return "bad", str(error)


def _line(card: ModelCard) -> str:
    size = f"{card.bytes / MEGABYTE:.0f} MB"
    return f"{card.name}  {card.purpose}  {size}  {card.licence}  sha256 {card.sha256}"


def _json(card: ModelCard, state: str, told: str) -> dict[str, object]:
    return {
        "name": card.name,
        "purpose": card.purpose,
        "bytes": card.bytes,
        "licence": card.licence,
        "sha256": card.sha256,
        "state": state,
        "detail": told,
    }


def run_list(invocation: Invocation) -> int:
    """Print the registry."""
    for card in registry().values():
        state, told = _state(card)
        if invocation.json:
            write_json(_json(card, state, told))
        else:
            write_line(_line(card))
            write_line(f"  {'here: ' if state == 'ok' else ''}{told}")
    return 0


def run_verify(invocation: Invocation, names: Sequence[str]) -> int:
    """Check the named models, or all; exit code 1 if one is missing or not itself."""
    known = registry()
    for name in names:
        if name not in known:
            told = ", ".join(map(repr, known))
            raise UsageError(f"There is no model {name!r}; the registry has {told}.")
    states = {name: _state(known[name]) for name in names or known}
    for name, (state, told) in states.items():
        if invocation.json:
            write_json(_json(known[name], state, told))
        else:
            write_line(f"{state:3}  {name}: {told}")
    return 1 if any(state != "ok" for state, _ in states.values()) else 0


def run_pull(invocation: Invocation, name: str) -> int:
    """Bring a model onto this machine and tell where it is and which commit."""
    from rag.models.pull import pull

    pulled = pull(name, progress=sys.stderr.isatty())
    if invocation.json:
        write_json(
            {
                "name": pulled.name,
                "fetched": pulled.fetched,
                "commit": pulled.commit,
                "sha256": pulled.sha256,
                "folder": str(pulled.folder),
            }
        )
        return 0
    state = f"fetched at commit {pulled.commit}" if pulled.fetched else "already on this machine"
    checked = f", its SHA-256 {pulled.sha256} verified" if pulled.sha256 else ""
    write_line(f"{name}: {state}{checked}")
    write_line(f"  here: {pulled.folder}")
    if pulled.sha256 is None:
        write_line(f"  use it: dateline --embedding {name} add PATH")
    return 0
