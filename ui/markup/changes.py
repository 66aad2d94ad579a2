"""What became of an article between two versions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup

from rag.library.rows import VersionText
from ui import addresses
from ui.dates import readable
from ui.markup.environment import render
from ui.plain import plain
from ui.versions import Change, changes

CHANGES = 200
"""Changes shown."""

WORD_BY_WORD = 4_000
"""Characters up to which two paragraphs are compared word by word."""

PARAGRAPH_CHARACTERS = 20_000
"""Characters shown of one paragraph."""

ALIKE = 0.4
"""Paragraphs less alike than this are not compared word by word: it would be hard to read."""

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    number: int
    address: str
    runs: Sequence[_Run]
    cut: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Sequence[_Paragraph]
    new: Sequence[_Paragraph]


@dataclass(frozen=True, slots=True)
class _Side:
    number: int
    address: str
    title: str
    added: str | None


def changes_html(old: VersionText, new: VersionText, *, alone: bool = False) -> Markup:
    """Return the paragraphs that differ, old beside new, with the words that changed marked.

    `alone`: on a page of its own.
    """
    found = changes(old, new)
    return render(
        "changes.html.j2",
        level="h1" if alone else "h2",
        title=plain(new.info.title).strip() or plain(new.info.source),
        old=_side(old),
        new=_side(new),
        pairs=[_pair(old, new, change) for change in found[:CHANGES]],
        more=max(0, len(found) - CHANGES),
    )


def _side(version: VersionText) -> _Side:
    info = version.info
    address = addresses.article(info.article_id, info.number)
    return _Side(info.number, address, plain(info.title), readable(info.added_at))


def _pair(old: VersionText, new: VersionText, change: Change) -> _Pair:
    if len(change.old) == len(change.new):
        texts = zip(change.old, change.new, strict=True)
        runs = [word_runs(before, after) for (_, before), (_, after) in texts]
        befores, afters = [before for before, _ in runs], [after for _, after in runs]
    else:
        befores = [[_Run(text, changed=False)] for _, text in change.old]
        afters = [[_Run(text, changed=False)] for _, text in change.new]
    return _Pair(
        old=[_paragraph(old, n, part) for (n, _), part in zip(change.old, befores, strict=True)],
        new=[_paragraph(new, n, part) for (n, _), part in zip(change.new, afters, strict=True)],
    )


def _paragraph(version: VersionText, number: int, runs: Sequence[_Run]) -> _Paragraph:
    kept = list(_bounded(runs))
    return _Paragraph(
        number=number,
        address=addresses.paragraph(version.info.article_id, version.info.number, number),
        runs=kept,
        cut=sum(len(run.text) for run in kept) < sum(len(run.text) for run in runs),
    )


def _bounded(runs: Sequence[_Run]) -> Iterator[_Run]:
    left = PARAGRAPH_CHARACTERS
    for run in runs:
        if left > 0:
            yield _Run(run.text[:left], run.changed)
        left -= len(run.text)


def word_runs(before: str, after: str) -> tuple[list[_Run], list[_Run]]:
    """Return two paragraphs in runs of words that the other has or has not."""
    whole = [_Run(before, changed=False)], [_Run(after, changed=False)]
    if max(len(before), len(after)) > WORD_BY_WORD:
        return whole
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return whole
    steps = matcher.get_opcodes()
    return (
        [_Run("".join(old[a:b]), kind != "equal") for kind, a, b, _, _ in steps if a < b],
        [_Run("".join(new[c:d]), kind != "equal") for kind, _, _, c, d in steps if c < d],
    )
