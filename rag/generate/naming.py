"""What `--generator NAME` names: a provider's model, a server's address, or a model on disk."""

import ipaddress
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from rag.errors import UsageError
from rag.generate.redaction import redacted
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

SECONDS = 60.0
"""How long a model may take over one answer."""

MOST_TOKENS = 1024
"""How long an answer it may write."""

SERVER_KEY = "DATELINE_GENERATOR_KEY"
"""Variable with the key of an OpenAI-compatible address."""

KEYS = {
    "anthropic": "ANTHROPIC_API_KEY",
    "cohere": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "fireworks": "FIREWORKS_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "together": "TOGETHER_API_KEY",
    "xai": "XAI_API_KEY",
}
"""Providers' variables, for those who lack one; the providers' own packages read them."""

_OPENAI_HOST = "api.openai.com"
_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN)\b")
_PACKAGE = re.compile(r"pip install (?:-U )?[`'\"]?([\w.-]+\w)")


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A chat model, and the name that was given for it.

    `local`: what it reads stays on this machine and costs nothing. `in_process`: it is one of the
    registry's, small, and takes a grammar. `key`: the environment variable
    that its key is in, if it takes one.
    """

    name: str
    chat: "BaseChatModel" = field(repr=False)
    local: bool
    key: str | None = None
    in_process: bool = False


def chat_model(
    name: str,
    settings: Settings,
    *,
    seconds: float | None = None,
    most_tokens: int = MOST_TOKENS,
) -> ChatModel:
    """Return the chat model of a name; nothing is sent or loaded yet.

    `PROVIDER:MODEL` is what `langchain.chat_models.init_chat_model` takes (openai:gpt-4.1-mini),
    `http(s)://HOST/v1#MODEL` an OpenAI-compatible server, without `#MODEL` the first that it
    lists; all else is a local model. Keys are the environment's; a model is asked at temperature
    0, without retries of its client's own, for `seconds` (the settings' unless given). Raises
    UsageError for a name that is none, a package that is not installed and a key that is not set,
    and for an address that holds a password or a query, since names are shown and kept.
    """
    name = name.strip()
    seconds = settings.generator_seconds if seconds is None else seconds
    if "://" in name:
        return _served(name, seconds, most_tokens)
    if ":" in name:
        return _provided(name, seconds, most_tokens)
    from rag.generate.local import local_model

    chat = local_model(name, settings)
    return ChatModel(chat.name or name, chat, local=True, in_process=True)


def _served(name: str, seconds: float, most_tokens: int) -> ChatModel:
    parts = _address(name)
    host = parts.hostname or ""
    loopback = is_loopback(host)
    # A provider's key is for that provider: no other address is ever sent it.
    key = KEYS["openai"] if host == _OPENAI_HOST else SERVER_KEY
    address = parts._replace(fragment="", path=parts.path.rstrip("/")).geturl()
    try:
        from rag.generate.served import served_chat
    except ImportError:
        raise _no_package(name, "langchain-openai") from None
    chat = served_chat(
        address,
        unquote(parts.fragment),
        key=os.environ.get(SERVER_KEY) or os.environ.get(key),
        loopback=loopback,
        seconds=seconds,
        most_tokens=most_tokens,
    )
    return ChatModel(name, chat, local=loopback, key=key)


def _address(name: str) -> SplitResult:
    try:
        parts = urlsplit(name)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port or an IPv6 address that is none
        known = False
    if not known:
        raise UsageError(
            "The generator's address cannot be used: write it as http://HOST:PORT/v1 or "
            "https://HOST/v1#MODEL."
        )
    if parts.username is not None or parts.password is not None or parts.query:
        raise UsageError(
            f"The generator's address at {parts.hostname!r} holds a password or a query, which "
            f"would be shown and kept: leave it out, and set {SERVER_KEY} to the key."
        )
    return parts


def is_loopback(host: str) -> bool:
    """Return whether a host of a URL is this machine."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _provided(name: str, seconds: float, most_tokens: int) -> ChatModel:
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    provider = provider.replace("-", "_").lower()
    if not provider or not model.strip():
        raise _unnamed(name)
    variable = KEYS.get(provider)
    try:
        chat: BaseChatModel = init_chat_model(
            model, model_provider=provider, **_options(provider, seconds, most_tokens)
        )
    except Exception as error:  # noqa: BLE001 (any provider's; its text may hold the key)
        failed = _unusable(name, variable, error)
    else:
        if not variable or os.environ.get(variable):
            return ChatModel(name, chat, local=_on_this_machine(provider, model), key=variable)
        failed = _no_key(name, variable)  # some clients notice only when they are asked
    raise failed  # outside of the handler: the provider's exception goes no further


def _options(provider: str, seconds: float, most_tokens: int) -> dict[str, Any]:
    options: dict[str, Any] = {"temperature": 0.0, "cache": False}
    if provider == "ollama":
        return options | {"num_predict": most_tokens, "client_kwargs": {"timeout": seconds}}
    options |= {"max_tokens": most_tokens, "timeout": seconds, "max_retries": 0}
    if provider == "openai":
        from rag.generate.guard import guarded_client

        options |= {"stream_usage": True, "http_client": guarded_client(seconds)}
    return options


def _on_this_machine(provider: str, model: str) -> bool:
    """Ollama also serves other machines' models, and those of its own cloud."""
    if provider != "ollama" or model.endswith(("-cloud", ":cloud")):
        return False
    host = os.environ.get("OLLAMA_HOST", "").strip() or "localhost"
    try:
        return is_loopback(urlsplit(host if "://" in host else f"//{host}").hostname or "")
    except ValueError:
        return False


def _unusable(name: str, variable: str | None, error: Exception) -> UsageError:
    said = str(error)
    if isinstance(error, ImportError):
        package = _PACKAGE.search(said)
        return _no_package(name, package.group(1) if package else None)
    if isinstance(error, ValueError) and said.startswith("Unsupported provider"):
        return _unnamed(name)
    missing = variable or next(iter(_VARIABLE.findall(said)), None)
    if missing and not os.environ.get(missing):
        return _no_key(name, missing)
    return UsageError(
        redacted(
            f"The generator {name!r} cannot be used ({type(error).__name__}): check its name, and "
            "that its provider's key is in the environment."
        )
    )


def _no_package(name: str, package: str | None) -> UsageError:
    what = f"pip install {package}" if package else "install its provider's package"
    return UsageError(redacted(f"The generator {name!r} needs a package that is missing: {what}"))


def _no_key(name: str, variable: str) -> UsageError:
    return UsageError(
        redacted(f"The generator {name!r} needs a key: set {variable} in the environment.")
    )


def _unnamed(name: str) -> UsageError:
    return UsageError(
        redacted(
            f"The generator {name!r} names no provider that is known: write it as PROVIDER:MODEL, "
            "such as openai:gpt-4.1-mini or ollama:qwen3."
        )
    )
