"""All settings in one class, and where each value came from.

Precedence: command line, environment `DATELINE_*`, `dateline.toml` in the library, defaults.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from rag.errors import UsageError

DEFAULT_EMBEDDING = "all-MiniLM-L6-v2"
ENV_PREFIX = "DATELINE_"
FILE_NAME = "dateline.toml"


def default_library() -> Path:
    """The user's data folder of this platform."""
    return user_data_path("dateline", appauthor=False) / "library"


def default_cache() -> Path:
    """Where models made or fetched once are kept."""
    return user_cache_path("dateline", appauthor=False)


class Settings(BaseSettings):
    """What can be set; every field has a default that works on a laptop without a network.

    Build it with `load_settings`, which reads the library's own file and names bad values.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        extra="forbid",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,  # it may be a secret
    )

    library: Path = Field(default_factory=default_library, description="folder of the library")
    cache: Path = Field(default_factory=default_cache, description="folder of models made once")
    embedding: str = Field(
        DEFAULT_EMBEDDING, description="embedding model: the default, or any sentence-transformers"
    )
    generator: str = Field(
        "auto",
        description="what writes the answer: auto, extractive, local, local-small, or a chat "
        "model such as openai:NAME, ollama:NAME or http://HOST:PORT/v1",
    )
    generator_seconds: float = Field(
        60.0, gt=0, le=3600, description="how long a chat model may take over one answer"
    )
    generator_evidence: int | None = Field(
        None, ge=50, le=100_000, description="tokens of evidence that a chat model reads"
    )
    generator_price_in: float | None = Field(
        None, ge=0, description="USD for a million tokens read, where the price is not known"
    )
    generator_price_out: float | None = Field(
        None, ge=0, description="USD for a million tokens written"
    )
    threads: int = Field(
        default_factory=lambda: min(8, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="threads that embed and read",
    )

    passage_tokens: int = Field(
        160, ge=32, le=512, description="aim for the length of a passage, in the model's tokens"
    )

    dense_candidates: int = Field(50, ge=1, le=1000, description="passages from the vectors")
    lexical_candidates: int = Field(50, ge=0, le=1000, description="passages from the full text")
    fusion_k: int = Field(10, ge=1, le=1000, description="k of reciprocal rank fusion")
    date_factor: float = Field(2.0, ge=1, le=10, description="factor for the time a question names")
    sentence_weight: float = Field(1.0, ge=0, le=10, description="weight of the best sentence")
    neighbour_weight: float = Field(0.1, ge=0, le=1, description="share of the neighbour's score")
    article_passages: int = Field(
        5, ge=1, le=200, description="passages of one article before those of others"
    )
    results: int = Field(10, ge=1, le=200, description="passages that a search returns")

    answer_sentences: int = Field(3, ge=1, le=10, description="sentences of an extractive answer")
    answer_passages: int = Field(8, ge=1, le=50, description="passages that they are taken from")
    abstain_below: float = Field(
        0.4, ge=0, le=1, description="confidence under which the answer is withheld"
    )
    reader: bool = Field(
        default=True, description="rank by the trained reader, where its file is there"
    )

    question_characters: int = Field(4000, ge=10, description="longest question accepted")
    lock_seconds: float = Field(3.0, ge=0, le=5, description="how long a second writer waits")

    allow_private_addresses: bool = Field(
        default=False, description="fetch from loopback and private networks too"
    )
    fetch_seconds: float = Field(30.0, gt=0, description="deadline of one fetch")
    fetch_bytes: int = Field(20 * 2**20, gt=0, description="most decoded bytes of one fetch")
    log_level: Literal["debug", "info", "warning", "error"] = "warning"

    host: str = Field("127.0.0.1", description="address that the web page is served on")
    port: int = Field(7860, ge=0, le=65535, description="port of it; 0 for any that is free")
    hosts: tuple[str, ...] = Field(
        (), description="host names that readers may use for it, beside its own address"
    )
    api_token: SecretStr | None = Field(
        None, min_length=16, description="token that lets a reader in, as a key or in the page"
    )
    users: Path | None = Field(None, description="file of the readers who may sign in")
    editors: tuple[str, ...] = Field(
        (), description="readers, by name, who see what all readers said of answers"
    )
    readers_may_add: bool = Field(
        default=True, description="let readers of the page add and remove articles"
    )
    secure_cookies: bool = Field(
        default=False, description="send cookies over HTTPS alone; set it behind a TLS proxy"
    )
    answers_at_once: int = Field(
        default_factory=lambda: min(8, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="questions that the service answers at the same time",
    )
    answers_waiting: int = Field(
        64, ge=0, le=10_000, description="questions that may wait for their turn"
    )
    requests_per_minute: int = Field(
        600, ge=1, le=1_000_000, description="requests of one reader in a minute"
    )
    request_bytes: int = Field(2**20, ge=1024, description="most bytes of a request's body")
    upload_bytes: int = Field(20 * 2**20, ge=1024, description="most bytes of a file given")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (named by pydantic-settings)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing from .env or secret files: the four sources named above are all."""
        return (init_settings, env_settings)

    def public(self) -> dict[str, Any]:
        """Every value as plain JSON; secrets only as set or not set."""
        values = self.model_dump(mode="json")
        for name in filter(_is_secret, values):
            values[name] = None if getattr(self, name) is None else "(set)"
        return values


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and field.annotation == SecretStr | None


def _file_values(library: Path) -> dict[str, Any]:
    path = library / FILE_NAME
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"{path} is not a readable TOML file: {error}. Mend or remove it."
        ) from error


def _reason(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "extra_forbidden":
        return f"There is no setting {name!r} (from {origins.get(name, 'environment')})."
    value = "that value" if _is_secret(name) else repr(first["input"])
    return (
        f"Setting {name!r} cannot be {value} "
        f"(from {origins.get(name, 'environment')}): {first['msg']}."
    )


def load_settings(**overrides: Any) -> tuple[Settings, dict[str, str]]:  # noqa: ANN401
    """Return the settings and, for each name, where its value came from.

    `overrides` are the command line's values; None means not given. Raises UsageError with the
    name, value and origin of the first bad one.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    variables = {name.upper() for name in os.environ}  # pydantic-settings takes either case
    environment = {name for name in Settings.model_fields if ENV_PREFIX + name.upper() in variables}
    origins = dict.fromkeys(given, "command line")
    origins |= {
        name: f"environment {ENV_PREFIX}{name.upper()}" for name in environment - set(given)
    }
    try:
        library = Settings(**given).library
        values = _file_values(library)
        from_file = {k: v for k, v in values.items() if k not in given and k not in environment}
        origins |= dict.fromkeys(from_file, str(library / FILE_NAME))
        settings = Settings(**given, **from_file)
    except ValidationError as error:
        raise UsageError(_reason(error, origins)) from error
    return settings, {name: origins.get(name, "default") for name in Settings.model_fields}
