"""Requests and answers in the shape of OpenAI's chat completions."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag.errors import UsageError
from rag.reply import Reply
from ui.service.texts import WITHOUT_NUL

Content = Annotated[str, StringConstraints(max_length=1_000_000, pattern=WITHOUT_NUL)]


class _Open(BaseModel):
    """What OpenAI's clients may send more of than we know."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(_Open):
    """A part of a message; only text can be read."""

    type: Content
    text: Content = ""


class Message(_Open):
    """A message of the conversation."""

    role: Content
    content: Content | Annotated[list[Part], Field(max_length=1000)] | None = None

    def text(self) -> str:
        """Return the message's text; raises UsageError for what is no text."""
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type != "text":
                raise UsageError(
                    f"A message holds a part of type {part.type[:40]!r}; only text can be read."
                )
        return "\n".join(part.text for part in self.content)


class StreamOptions(_Open):
    """What a stream tells beside the text."""

    include_usage: bool | None = None


class ChatGiven(_Open):
    """A chat completion asked for; parameters that mean nothing here are ignored."""

    model: Content = Field(examples=["dateline"])
    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)] = Field(
        examples=[[{"role": "user", "content": "Who condemned the attack of April 2024?"}]]
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is to end with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


class Model(BaseModel):
    """Something that can write answers."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "dateline"


class Models(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[Model]


class Written(BaseModel):
    """A message of ours."""

    role: Literal["assistant"] = "assistant"
    content: str


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: Written
    finish_reason: Literal["stop"] = "stop"


class Piece(BaseModel):
    """What a stream adds to the answer."""

    index: int = 0
    delta: dict[str, str]
    finish_reason: Literal["stop"] | None = None


class TokenUsage(BaseModel):
    """Tokens of the chat model that wrote the answer, if one did."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A chat completion; `dateline` holds the reply that it was made from."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: TokenUsage
    dateline: Reply


class Chunk(BaseModel):
    """A part of a streamed completion; `dateline` is in the one that finishes the answer."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[Piece]
    usage: TokenUsage | None = None
    dateline: Reply | None = None


class OpenAIError(BaseModel):
    """One sentence, and what OpenAI's clients tell errors by."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class OpenAIErrorBody(BaseModel):
    """The body of an error."""

    error: OpenAIError

    @classmethod
    def of(cls, message: str, status: int, code: str | None) -> "OpenAIErrorBody":
        """Return the body for a status."""
        kind = {429: "rate_limit_error"}.get(
            status,
            "invalid_request_error" if status < 500 else "server_error",  # noqa: PLR2004
        )
        return cls(error=OpenAIError(message=message, type=kind, code=code))
