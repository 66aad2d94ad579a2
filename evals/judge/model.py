"""The chat model that judges: any that LangChain can name, or one that is passed in."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.judge.budget import MOST_OUTPUT
from evals.judge.failure import failure_of
from evals.judge.prompt import Prompt
from rag.errors import UsageError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage

SECONDS = 60.0
"""How long a judge may take over one reply."""


@dataclass(frozen=True, slots=True)
class JudgeModel:
    """A chat model and the name that its verdicts go by.

    `without_temperature` makes the same model with the temperature left as the provider has it,
    for those that take no other.
    """

    name: str
    chat: "BaseChatModel"
    without_temperature: "Callable[[], BaseChatModel] | None" = None


@dataclass(frozen=True, slots=True)
class Said:
    """A reply, and the tokens read and written where the provider tells."""

    text: str
    tokens: tuple[int, int] | None = None


def load_model(name: str, *, seconds: float = SECONDS) -> JudgeModel:
    """Return the model of a name such as `openai:gpt-4.1-mini`, at temperature 0 if it takes that.

    Its key is the provider's own environment variable, which is read there and nowhere kept. The
    client makes no second attempt of its own: every call counts. Raises UsageError if there is no
    such provider, its package is not installed, or it has no key.
    """
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {
        "timeout": seconds, "max_retries": 0, "max_tokens": MOST_OUTPUT, "cache": False
    }  # fmt: skip

    if not name.strip():
        raise _unnamed(name)

    def make(temperature: float | None = None) -> "BaseChatModel":
        given = {} if temperature is None else {"temperature": temperature}
        try:
            made: BaseChatModel = init_chat_model(name, **(options | given))
        except Exception as error:  # noqa: BLE001 (any provider's; its text may hold the key)
            raise _unusable(name, error) from None
        return made

    return JudgeModel(name, make(temperature=0.0), make)


def passed_model(chat: "BaseChatModel", name: str | None = None) -> JudgeModel:
    """Return a chat model made elsewhere, as it is; it is named after itself if not named."""
    own = (getattr(chat, attribute, None) for attribute in ("model_name", "model"))
    found = name or next((n for n in own if isinstance(n, str) and n), None)
    return JudgeModel(found or type(chat).__name__, chat)


def ask(chat: "BaseChatModel", prompt: Prompt, seconds: float = SECONDS) -> Said:
    """Return the model's reply; raises Failure, with a reason that holds no secret.

    The time limit holds for clients that know none: their call is left to itself in a thread that
    does not keep the program from ending.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    messages = [SystemMessage(prompt.system), HumanMessage(prompt.human)]
    found: list[Said | Exception] = []
    done = threading.Event()

    def call() -> None:
        try:
            found.append(_said(chat.invoke(messages)))
        except Exception as error:  # noqa: BLE001 (handed to the caller's thread)
            found.append(error)
        finally:
            done.set()

    threading.Thread(target=call, name="judge", daemon=True).start()
    # Somewhat longer than the client's own limit, which can still tell what was going on.
    result = found[0] if done.wait(seconds * 1.1 + 0.1) and found else TimeoutError()
    if isinstance(result, Exception):
        raise failure_of(result, seconds) from None
    return result


def _said(message: "AIMessage") -> Said:
    used = message.usage_metadata
    tokens = (used["input_tokens"], used["output_tokens"]) if used else None
    return Said(str(message.text), tokens)


def _unusable(name: str, error: Exception) -> UsageError:
    if isinstance(error, ImportError):
        package = re.search(r"pip install ([\w.-]+)", str(error))
        what = f"install {package.group(1)}" if package else "install its provider's package"
        return UsageError(f"The judge {name!r} cannot be used before its package is there; {what}.")
    if isinstance(error, ValueError) and "infer model provider" in str(error):
        return _unnamed(name)
    return UsageError(
        f"The judge {name!r} cannot be used ({type(error).__name__}); check its name, and that its "
        "provider's key is in the environment."
    )


def _unnamed(name: str) -> UsageError:
    return UsageError(
        f"The judge {name!r} names no provider; write it as PROVIDER:MODEL, such as "
        "openai:gpt-4.1-mini or ollama:qwen3."
    )
