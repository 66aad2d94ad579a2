"""Cut what a model streams into complete sentences with their citation markers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.sentences import sentence_spans
from rag.verify.line import content, is_bullet, is_listed, kind_of
from rag.verify.markers import ends_in_half, unmarked, without_half, without_reference
from rag.verify.object import ObjectText, begins, may_begin
from rag.verify.turn import Turn

LONGEST = 1000
"""Characters after which a sentence that does not end is cut."""

QUOTED = 600
"""Characters of a quotation whose full stops end no sentence."""

_ENDED = re.compile(r"[.!?…][\"”’»)\]*_]*\s*$")
_MAY_END = re.compile(r"[.!?…][^\w\s]*(?:\d{1,2}[^\w\s]*)?\s|[\]】)]\s*\w")
_TWO_WORDS = re.compile(r"\S*\w\S*\s+\S*\w\S*\s")
_SHORTENED = re.compile(r"\b(?:approx|ca|vs|est|incl|e\.g|i\.e|cf|Nos?|Gen|Col|Lt|Sgt|Capt)\.$")
_SAYS_THAT = re.compile(r"(?:states|says|reports|notes|mentions|indicates|confirms) that ")
_HOUR = re.compile(r"\b[ap]\.m\.$")
_ZONE = re.compile(
    r"(?:[A-Z]\w+ (?:\w+ )?time\b|[A-Z]{2,4}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\()"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, and the numbers that it cites, in order, each once.

    `complete` is false where the output broke off or the sentence was cut for its length.
    """

    text: str
    markers: tuple[int, ...]
    complete: bool


class SentenceCutter:
    """Cuts a stream: `feed` pieces of any size, then `close`; each returns the sentences settled.

    A sentence is settled when what follows shows that it has ended and that no marker of it is to
    come. However the text is cut into pieces, the drafts are the same. Bullets, headings, tables,
    fences, JSON, template tags and a list of sources at the end are no sentences.
    """

    def __init__(self) -> None:
        """Begin before the first piece."""
        self._turn = Turn()
        self._object: ObjectText | None = None
        self._line = ""
        self._held: str | None = None
        self._gap = False
        self._sources = False

    @property
    def ended(self) -> bool:
        """Whether the model has closed its turn: nothing more will come of this stream."""
        return self._turn.ended

    def feed(self, piece: str) -> list[Draft]:
        """Return the sentences that this piece settles."""
        return [
            draft
            for character in piece
            for text in self._turn.feed(character)
            for draft in self._take(text)
        ]

    def close(self) -> list[Draft]:
        """Return what is left at the end of the stream."""
        drafts = [draft for text in self._turn.close() for draft in self._take(text)]
        if self._object is not None:
            text, self._object = self._object.text(), None
            drafts += [draft for one in text for draft in self._prose(one)]
        last = without_half(self._line)
        drafts += self._end_line(last)
        held, self._held = self._held, None
        if held is not None:
            drafts += _draft(held, complete=not last.strip() or _is_ended(held))
        return drafts

    def _take(self, character: str) -> Iterator[Draft]:
        if self._object is None and character in '{["' and may_begin(self._line):
            line = self._line + character
            if begins(line):
                self._object, self._line = ObjectText(), ""
                for one in line[:-1]:
                    self._object.feed(one)
        if self._object is None:
            yield from self._prose(character)
        elif (text := self._object.feed(character)) is not None:
            self._object = None
            for one in text:
                yield from self._prose(one)

    def _prose(self, character: str) -> Iterator[Draft]:
        """Take a character of text; only a space or the end of a line settles anything."""
        if character == "|" and (not self._line.strip() or self._line.startswith("|")):
            yield from self._end_line(self._line)
            self._line = "|"
        elif character == "\n":
            self._gap = self._gap or not self._line.strip()
            yield from self._end_line(self._line)
            self._line = ""
        else:
            self._line += character
            if character.isspace() or len(self._line) > LONGEST:
                yield from self._settled()

    def _settled(self) -> Iterator[Draft]:
        line = self._line
        if kind_of(line) != "prose" or (self._sources and is_listed(line)):
            self._line = line[: LONGEST + 1]
            return
        yield from self._release(line)
        if len(line) <= LONGEST and (not _MAY_END.search(line) or ends_in_half(line)):
            return
        whole, rest = _cut(_opened(self._line))
        if not whole and len(rest) > LONGEST:
            part, rest = _shortened(rest)
            yield from _draft(part, complete=False)
        for sentence in whole:
            yield from _draft(sentence, complete=True)
        self._line = rest if whole or len(line) > LONGEST else self._line

    def _release(self, line: str) -> Iterator[Draft]:
        """Give out the last sentence of the lines before, once this line is no marker of it."""
        if self._held is None or not _says(line) or ends_in_half(line):
            return
        held, self._held = self._held, None
        if self._goes_on(held, line):
            self._line = f"{held} {line.lstrip()}"
        else:
            yield from _draft(held, complete=True)

    def _goes_on(self, held: str, line: str) -> bool:
        """Whether a line only wraps the sentence before."""
        if self._gap or is_bullet(line) or _ENDED.search(held) or held.endswith((":", "]")):
            return False
        return line.lstrip()[:1].islower()

    def _end_line(self, line: str) -> list[Draft]:
        text = content(line.lstrip("|"))
        kind = kind_of(line.lstrip("|"))
        if not line.strip() or kind == "nothing":
            return []
        if kind in ("sources", "reference") or (self._sources and is_listed(line)):
            self._sources = self._sources or kind == "sources"
            return []
        self._sources = False
        if not _says(text):
            if self._held is not None and unmarked(text).markers:
                self._held = f"{self._held} {text}"
            return []
        if kind == "heading" and not (_ENDED.search(text) or unmarked(text).markers):
            text = ""
        self._line = text
        drafts = list(self._release(text))
        if self._held is not None:  # the line ended before anything else could be seen
            held, self._held = self._held, None
            drafts += _draft(held, complete=True)
        *whole, last = _sentences(_opened(self._line)) or [""]
        for sentence in whole:
            drafts += _draft(sentence, complete=True)
        while len(last) > LONGEST:
            part, last = _shortened(last)
            drafts += _draft(part, complete=False)
        self._held, self._gap = last.strip() or None, False
        return drafts


def _opened(line: str) -> str:
    return without_reference(content(line))


def _is_ended(raw: str) -> bool:
    """Whether a sentence has its full stop, or a marker where one would be."""
    found = unmarked(raw.rstrip())
    marked = not found.origin or found.origin[-1] + 1 < len(raw.rstrip())
    return marked or _ENDED.search(found.text) is not None


def _says(line: str) -> bool:
    """Whether a line holds words besides markers."""
    return re.search(r"\w", unmarked(content(line)).text) is not None


def _draft(raw: str, *, complete: bool) -> list[Draft]:
    found = unmarked(without_reference(raw))
    text = " ".join(found.text.split()).lstrip("|").strip()
    if (said := _SAYS_THAT.match(text)) is not None:
        text = text[said.end() :][:1].upper() + text[said.end() + 1 :]
    return [Draft(text, found.markers, complete)] if re.search(r"\w", text) else []


def _cut(raw: str) -> tuple[list[str], str]:
    """Return the sentences that are settled, and the rest."""
    sentences = _sentences(raw)
    for count in range(len(sentences) - 1, 0, -1):
        rest = "".join(sentences[count:])
        if _TWO_WORDS.match(unmarked(rest).text) and not _is_open("".join(sentences[:count])):
            return sentences[:count], rest
    return [], raw


def _sentences(raw: str) -> list[str]:
    """Return the sentences of a line, each with its markers and the space behind it."""
    found = unmarked(raw)
    starts = [start for start, _ in sentence_spans(found.text)][1:]
    bounds = [s for s in starts if not _joins(found.text[:s].rstrip(), found.text[s:])]
    bounds = _outside_quotations(found.text, bounds)
    cuts = [0, *(found.origin[b] for b in bounds), len(raw)]
    return [raw[a:b] for a, b in pairwise(cuts) if raw[a:b].strip()]


def _joins(before: str, after: str) -> bool:
    if _HOUR.search(before):
        return _ZONE.match(after) is not None
    return (
        _SHORTENED.search(before) is not None or re.fullmatch(r"\W*\d{1,2}[.)]", before) is not None
    )


def _outside_quotations(text: str, bounds: list[int]) -> list[int]:
    kept: list[int] = []
    begin = 0
    for bound in bounds:
        if _is_open(text[begin:bound]) and _closes(text[bound : begin + QUOTED]):
            continue
        kept.append(bound)
        begin = bound
    return kept


def _is_open(text: str) -> bool:
    """Whether a quotation has begun and not ended, and not gone on too long."""
    at = max(text.rfind("“"), text.rfind('"') if text.count('"') % 2 else -1)
    return at > text.rfind("”") and len(text) - at < QUOTED


def _closes(text: str) -> bool:
    return "”" in text or '"' in text


def _shortened(raw: str) -> tuple[str, str]:
    """Cut what is too long at a space outside a marker."""
    found = unmarked(raw)
    whole = without_half(found.text[:LONGEST])
    at = whole.rfind(" ") if " " in whole.strip() else len(whole) or LONGEST
    place = found.origin[at] if at < len(found.origin) else len(raw)
    return raw[:place], raw[place:].lstrip()
