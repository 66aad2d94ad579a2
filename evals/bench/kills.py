"""Kills at random moments of `dateline add`, each followed by a look and by the same command."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import children
from evals.bench.children import ChildFailed
from evals.bench.generated import PARAGRAPHS, GeneratedArticle
from evals.bench.inspection import TIMEOUT_S, inspect
from evals.bench.place import REPOSITORY, SEED, Place
from evals.bench.prepared import Prepared, copy, prepared

# How many of the articles that stood there before are looked up again after a kill.
STANDING_SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Killed:
    """What the killed command had acknowledged, and whether it had already ended by itself."""

    acknowledged: tuple[str, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One kill: `lost` counts articles that had been acknowledged or stood there before.

    `half` is whether an article was there in part, `finished` whether the same command then
    completed the folder, `trouble` the sentence of a command that failed on the way.
    """

    moment_s: float
    acknowledged: int
    ended: bool
    lost: int = 0
    half: bool = False
    finished: bool = True
    trouble: str | None = None


def kills(place: Place) -> list[Trial]:
    """`place.kills` trials: even ones into a new library, odd ones into one that stands already."""
    ready = prepared(place)
    chance = random.Random(SEED)
    library = place.scratch("durability", "kills") / "library"
    durations = {standing: _duration(ready, library, standing) for standing in (False, True)}
    trials: list[Trial] = []
    for number in range(place.kills):
        standing = bool(number % 2)
        # Evenly spread, then shifted within the share of each trial.
        moment = durations[standing] * (number + chance.random()) / place.kills
        _start(ready, library, standing)
        trials.append(_trial(ready, library, standing, moment, number))
    return trials


def acknowledged(output: str) -> tuple[str, ...]:
    """The article ids of the `committed` events among the complete lines of `output`."""
    found: list[str] = []
    for line in output.splitlines(keepends=True):
        if not line.endswith("\n"):
            continue  # cut off by the kill
        event = json.loads(line)
        if isinstance(event, dict) and event.get("event") == "committed":
            found.append(event["article_id"])
    return tuple(found)


def killed(command: Sequence[str], log: Path, moment_s: float) -> Killed:
    """Run `command` and kill it after `moment_s`, as `kill -9` does: the process alone.

    Its output goes to the file `log`, so that a child that outlives it cannot hold us up.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=children.environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.wait(timeout=moment_s)
            ended = True
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            ended = False
    _sweep(process.pid)
    return Killed(acknowledged(log.read_text(encoding="utf-8", errors="replace")), ended)


def _sweep(group: int) -> None:
    """End what the killed process left behind, so that trials do not meet each other."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _add(ready: Prepared, library: Path) -> list[str]:
    return children.dateline(library, "add", str(ready.sources), "--json")


def _start(ready: Prepared, library: Path, standing: bool) -> None:
    copy(ready.before if standing else library.with_name("nothing"), library)


def _duration(ready: Prepared, library: Path, standing: bool) -> float:
    _start(ready, library, standing)
    started = time.perf_counter()
    children.run(_add(ready, library)).succeeded()
    return time.perf_counter() - started


def _trial(ready: Prepared, library: Path, standing: bool, moment: float, turn: int) -> Trial:
    was = killed(_add(ready, library), library.with_name("events.jsonl"), moment)
    before = ready.standing if standing else ()
    try:
        lost, half = after_kill(ready, library, before, was.acknowledged, turn)
        children.run(_add(ready, library), timeout_s=TIMEOUT_S).succeeded()
        seen = inspect(library, ready.batch, turn)
    except (ChildFailed, json.JSONDecodeError) as error:
        return Trial(moment, len(was.acknowledged), was.ended, trouble=str(error))
    everything = len(before) + len(ready.batch)
    whole = (seen.articles, seen.paragraphs) == (everything, everything * PARAGRAPHS)
    finished = whole and not seen.missing
    return Trial(moment, len(was.acknowledged), was.ended, lost, half, finished)


def after_kill(
    ready: Prepared,
    library: Path,
    before: Sequence[GeneratedArticle],
    ids: Sequence[str],
    turn: int,
) -> tuple[int, bool]:
    """How many articles are lost, and whether one is there in part."""
    if not before and not ids and _nothing_yet(library, ready.batch[0]):
        return 0, False
    sample = random.Random(turn).sample(before, min(STANDING_SAMPLE, len(before)))
    seen = inspect(library, [*sample, *ready.batch], turn)
    gone = {article.name for article in sample} & set(seen.missing)
    lost = len(gone) + len(set(ids) - seen.found)
    at_least = len(before) + len(ids)
    return max(lost, at_least - seen.articles), seen.paragraphs != seen.articles * PARAGRAPHS


def _nothing_yet(library: Path, article: GeneratedArticle) -> bool:
    """Whether a library killed before its first commit holds nothing, and says so properly."""
    run = children.run(
        children.dateline(library, "ask", article.title, "--json"), timeout_s=TIMEOUT_S
    )
    if "Traceback" in run.errors or run.exit_code not in {0, 1}:
        said = children.last_words(run.errors)
        raise ChildFailed(f"A library killed early is met with {said!r}.")
    return run.exit_code == 1
