"""YAML front matter at the head of a Markdown file."""

import re
from collections.abc import Mapping

import yaml

from rag.errors import ReadError

MAX_CHARACTERS = 64 * 1024

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"[\w-]+[ \t]*:(?:\s|$)")


def split_front_matter(text: str, *, source: str) -> tuple[Mapping[object, object], str]:
    """Return the front matter, empty where there is none, and the text after it.

    A line of dashes that no `name: value` follows is a rule, not front matter. Raises `ReadError`
    with the line for front matter that is never closed, too long, or not valid YAML.
    """
    opening = _OPENING.match(text)
    if opening is None or not _KEY.match(text[opening.end() :].lstrip("\n")):
        return {}, text
    closing = _CLOSING.search(text, opening.end(), opening.end() + MAX_CHARACTERS)
    if closing is None:
        raise ReadError(
            f"The front matter of {source!r} opens in line 1 and is not closed; end it with '---'."
        )
    values = _load(text[opening.end() : closing.start()], source)
    return values, text[closing.end() :]


def _load(front: str, source: str) -> Mapping[object, object]:
    try:
        values = yaml.safe_load(front)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 2
        raise ReadError(
            f"The front matter of {source!r} is not valid YAML in line {line}"
            f" ({error.problem or 'syntax'}); correct that line."
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise ReadError(
            f"The front matter of {source!r} is not valid YAML, in line"
            f" {_culprit(front)} or near it ({error}); correct it."
        ) from error
    if not isinstance(values, Mapping):
        raise ReadError(
            f"The front matter of {source!r} is not a list of names and values from line 2 on;"
            " write one 'name: value' a line."
        )
    return values


def _culprit(front: str) -> int:
    """The first line that YAML refuses when it is read alone, as a line of the file."""
    for number, line in enumerate(front.splitlines(), start=2):
        try:
            yaml.safe_load(line)
        except yaml.MarkedYAMLError:
            continue  # the start of something that ends in a later line
        except (yaml.YAMLError, ValueError, RecursionError, TypeError):
            return number
    return 2
