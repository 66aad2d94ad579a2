"""`/v1/articles`: articles in, out, and back."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, BinaryIO, cast

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile

from ingest.report import Item, Outcome
from rag.errors import UsageError
from rag.library.rows import VersionInfo
from ui.ingestion import Added, Upload, add_articles
from ui.removal import remove_article, restore_article
from ui.service.errors import told
from ui.site import Site

MOST_PARTS = 1000
"""Files or addresses of one request that are looked at; more is a wrong request."""


class Addresses(BaseModel):
    """Web addresses to fetch: of articles, or of feeds of articles."""

    model_config = ConfigDict(extra="forbid")

    urls: list[str] = Field(min_length=1, max_length=MOST_PARTS)


class ArticleAdded(BaseModel):
    """What became of one article, file or address; `why` of what was skipped or failed.

    `source` is the file's name or the address as given, `found` where each fact about the article
    was found, `copy_of` the first article of the same story.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    outcome: Outcome
    source: str
    article_id: str | None = None
    title: str | None = None
    version: int | None = None
    paragraphs: int = 0
    copy_of: str | None = None
    found: dict[str, str] = {}
    why: str | None = None


class Addition(BaseModel):
    """The report of one adding; `notice` tells why it ended early, if it did."""

    model_config = ConfigDict(extra="forbid")

    kept: int
    counts: dict[Outcome, int]
    items: list[ArticleAdded]
    notice: str | None = None


class ArticleState(BaseModel):
    """Whether an article is searched."""

    model_config = ConfigDict(extra="forbid")

    article_id: str
    title: str
    removed: bool


_FILES = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "urls": {"type": "array", "items": {"type": "string"}},
    },
}
_BODY: Mapping[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": Addresses.model_json_schema()},
        "multipart/form-data": {"schema": _FILES},
    },
}


def routes(site: Site) -> APIRouter:
    """Return the routes by which articles come and go."""
    router = APIRouter(prefix="/v1/articles", tags=["articles"])

    @router.post(
        "",
        response_model=Addition,
        responses=told(400, 403, 422, 423, 507),
        openapi_extra={"requestBody": _BODY},
    )
    async def add(request: Request) -> Addition:
        """Add files (multipart, `files`) and web addresses (`urls`, multipart or JSON).

        The others are added whatever is wrong with one of them: the report tells.
        """
        if _media_type(request) != "multipart/form-data":
            return await _add(site, [], await _addresses(request))
        async with request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS) as form:
            uploads, addresses = _parts(form.multi_items())
            return await _add(site, uploads, addresses)

    @router.delete("/{article}", responses=told(403, 404, 423, 507))
    def remove(article: str) -> ArticleState:
        """Take an article out of the answers; what cites it stays readable."""
        return _state(remove_article(site.engine, article))

    @router.post("/{article}/restore", responses=told(403, 404, 423, 507))
    def restore(article: str) -> ArticleState:
        """Bring a removed article back."""
        return _state(restore_article(site.engine, article))

    return router


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _addresses(request: Request) -> list[str]:
    if _media_type(request) != "application/json":
        raise UsageError(
            f"The body cannot be of type {_media_type(request)!r}; send multipart/form-data with "
            "files, or application/json with urls."
        )
    try:
        return Addresses.model_validate_json(await request.body()).urls
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            why = error.errors()[0]["msg"]
            raise UsageError(f"The body cannot be read as JSON ({why}); send urls.") from error
        wrong = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from error


def _parts(parts: list[tuple[str, UploadFile | str]]) -> tuple[list[Upload], list[str]]:
    uploads: list[Upload] = []
    addresses: list[str] = []
    for name, value in parts:
        if name == "files" and isinstance(value, UploadFile):
            uploads.append(Upload(value.filename or "", cast("Any", _Again(value.file))))
        elif name == "urls" and isinstance(value, str):
            addresses.append(value.strip())
        else:
            raise UsageError(
                f"The part {name!r} is not read; send files in 'files' and addresses in 'urls'."
            )
    return uploads, addresses


class _Again:
    """Gives a file that is open already, from its beginning."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __call__(self) -> BinaryIO:
        self._file.seek(0)
        return self._file


async def _add(site: Site, uploads: list[Upload], addresses: list[str]) -> Addition:
    """Add in a daemon thread: a slow page elsewhere must not hold up the server's end."""
    adding: Future[Added] = Future()

    def add() -> None:
        try:
            adding.set_result(add_articles(site.engine, uploads, addresses))
        except BaseException as error:  # noqa: BLE001 (raised where it is waited for)
            adding.set_exception(error)

    adding.set_running_or_notify_cancel()
    threading.Thread(target=add, name="adding", daemon=True).start()
    return _told(await asyncio.wrap_future(adding))


def _told(added: Added) -> Addition:
    return Addition(
        kept=added.kept,
        counts=dict(added.counts()),
        items=[_item(item) for item in added.items],
        notice=added.notice,
    )


def _item(item: Item) -> ArticleAdded:
    return ArticleAdded.model_validate(item)


def _state(info: VersionInfo) -> ArticleState:
    return ArticleState(article_id=info.article_id, title=info.title, removed=info.removed)
