"""`dateline doctor`: what is set, what is well, what is not, and how it is mended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rag.doctor import Check, examine, is_healthy, repair
from rag.errors import UsageError
from rag.settings import Settings
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.progress import Meter, meter

MARKS = {"ok": "ok  ", "warn": "note", "bad": "BAD "}


def run(invocation: Invocation, *, repair: bool, reembed: bool) -> int:
    """Mend what is asked for, examine, and return 1 if anything is broken."""
    if repair and reembed:
        raise UsageError("--reembed makes the index anew as well; give it alone.")
    settings, origins = invocation.settings_and_origins()
    with meter() as shown:
        if repair:
            _repair(settings, shown)
        if reembed:
            _reembed(settings, shown)
    checks = examine(settings, origins)
    if invocation.json:
        write_json(_json(settings, origins, checks))
    else:
        _print(settings, origins, checks)
    return 0 if is_healthy(checks) else 1


def _repair(settings: Settings, shown: Meter) -> None:
    repair(settings, lambda done, total: shown.update("Indexing", done, total, "passages"))
    complain("The full text and the vector index have been made anew from the catalogue.")


def _reembed(settings: Settings, shown: Meter) -> None:
    from ingest.reembed import reembed
    from rag.models.load import load_embedder

    embedder = load_embedder(settings)
    count = reembed(
        settings.library,
        embedder,
        passage_tokens=settings.passage_tokens,
        lock_seconds=settings.lock_seconds,
        progress=shown.update,
    )
    complain(f"{count} articles have been embedded again with {embedder.identity}.")


def _json(
    settings: Settings, origins: Mapping[str, str], checks: Sequence[Check]
) -> dict[str, object]:
    values = settings.public()
    return {
        "settings": {n: {"value": values[n], "origin": origins[n]} for n in origins},
        "checks": [asdict(check) for check in checks],
        "healthy": is_healthy(checks),
    }


def _print(settings: Settings, origins: Mapping[str, str], checks: Sequence[Check]) -> None:
    values = settings.public()
    longest = max(map(len, origins))
    write_line("Settings")
    for name, origin in origins.items():
        value = "(not set)" if values[name] is None else values[name]
        write_line(
            f"  {name.ljust(longest)}  {value}" + ("" if origin == "default" else f"  ({origin})")
        )
    write_line()
    write_line("Checks")
    longest = max(len(check.name) for check in checks)
    for check in checks:
        write_line(f"  {MARKS[check.state]}  {check.name.ljust(longest)}  {check.detail}")
        if check.state != "ok" and check.remedy:
            write_line(f"        {' ' * longest}  {check.remedy}")
