"""A chat model behind an OpenAI-compatible address; the package langchain-openai is needed."""

from typing import Any

from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import PrivateAttr, SecretStr

from rag.errors import ModelError
from rag.generate.guard import guarded_client

NO_KEY = "none"
"""Sent where there is no key: the client insists on one, and a local server ignores it."""


class ServedChat(BaseChatOpenAI):  # type: ignore[misc]
    """A model of such a server; without a name, the first that the server lists when asked."""

    _first: str | None = PrivateAttr(default=None)

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        payload: dict[str, Any] = super()._get_request_payload(*args, **kwargs)
        if not payload.get("model"):
            self._first = self._first or self._listed()
            payload["model"] = self._first
        return payload

    def _listed(self) -> str:
        """Return the first model that the server lists; raises ModelError if it lists none."""
        for model in self.root_client.models.list().data or ():
            return str(model.id)
        raise ModelError(
            f"{self.openai_api_base} lists no model: name one behind the address, as in "
            f"{self.openai_api_base}#NAME"
        )


def served_chat(
    address: str, model: str, *, key: str | None, loopback: bool, seconds: float, most_tokens: int
) -> ServedChat:
    """Return the model of an address without fragment; an empty `model` is the first listed.

    No other key is sent than the one given, and none is looked for.
    """
    return ServedChat(
        base_url=address,
        model=model,
        api_key=SecretStr(key or NO_KEY),
        temperature=0.0,
        max_tokens=most_tokens,
        max_retries=0,
        timeout=seconds,
        cache=False,
        stream_usage=True,
        use_responses_api=False,
        http_client=guarded_client(seconds, loopback=loopback),
    )
