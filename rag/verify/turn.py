"""What a chat model writes around its answer: the tags of templates, and its thoughts."""

import re

LONGEST_TAG = 60

_TAG = re.compile(r"<[|｜][^<>\n]{1,50}[|｜]>|</?[A-Za-z][^<>\n]{0,50}>")
_END = re.compile(
    r"<[|｜](?:im_end|end|eo[tm]_id|end_?of_?text|end▁of▁sentence|end▁of▁text|eos)[|｜]>|</s>"
    r"|<end_of_turn>|<eos>",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"<[|｜].*[|｜]>|<(?:s|bos|pad|unk|start_of_turn)>"
    r"|</?(?:answer|response|output|assistant|user|system|final)>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table)\b[^<>]*>", re.IGNORECASE)
_THINKING = re.compile(r"<(think(?:ing)?|reasoning|scratchpad)>", re.IGNORECASE)
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n") | {ord("\r"): None}


class Turn:
    """The model's own turn of what streams in: `feed` one character, get back what is text.

    The tags of chat templates become line ends and thoughts in `<think>` nothing. After the tag
    that ends the turn nothing is text any more: what a model writes there is somebody else's part.
    """

    def __init__(self) -> None:
        """Begin before the first character."""
        self._tag = ""
        self._thinking = ""
        self._begun = False
        self.ended = False

    def feed(self, character: str) -> str:
        """Return the text that this character completes, perhaps none."""
        if self.ended:
            return ""
        character = character.translate(_BREAKS)
        if not self._tag and character != "<":
            return self._shown(character)
        if character == "<" or not character:
            text, self._tag = self._tag, character or self._tag
            return self._shown(text) if character else ""
        self._tag += character
        return self._decided()

    def close(self) -> str:
        """Return what was held back as the beginning of a tag, unless a template's."""
        text, self._tag = self._tag, ""
        return "" if text.startswith(("<|", "<｜")) else self._shown(text)

    def _decided(self) -> str:
        tag = self._tag
        if tag[-1] == ">":
            self._tag = ""
            return self._read(tag)
        opens = re.match(r"<(?:$|/?$|/?[A-Za-z]|[|｜])", tag)
        if opens and len(tag) <= LONGEST_TAG and tag[-1] != "\n":
            return ""
        self._tag = ""
        return self._shown(tag)

    def _read(self, tag: str) -> str:
        if self._thinking:
            self._thinking = "" if tag.lower() == f"</{self._thinking}>" else self._thinking
            return ""
        if (thought := _THINKING.fullmatch(tag)) is not None:
            self._thinking = thought[1].lower()
            return "\n"
        if _TAG.fullmatch(tag) is None:
            return self._shown(tag)
        if _END.fullmatch(tag):
            self.ended = self._begun
            return "\n"
        return "\n" if _TEMPLATE.fullmatch(tag) or _BLOCK.fullmatch(tag) else self._shown(tag)

    def _shown(self, text: str) -> str:
        if self._thinking:
            return ""
        self._begun = self._begun or bool(text.strip())
        return text
