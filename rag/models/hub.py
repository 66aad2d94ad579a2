"""Repositories of models on Hugging Face: fetched whole at one commit, without code or pickles.

Of a repository of chat models, which holds one model in many forms, one file alone is fetched.

`HF_ENDPOINT`, `HF_HOME`, `HF_TOKEN` and `HF_HUB_OFFLINE` are the client's own and are honoured.
"""

import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from rag.errors import ModelError
from rag.models.attempt import NO_SPACE, Report, SourceFailed, append, require_room
from rag.models.registry import GenerationCard, HubSource

WANTED = (
    "*.safetensors",
    "*.json",
    "*.txt",
    "*sentencepiece*.model",
    "*spiece.model",
    "*tokenizer.model",
    "*bpe.codes",
)
"""What a model is loaded from; pickled weights and Python files are never among it."""

UNWANTED = ("onnx/*", "openvino/*")
"""Other forms of the same weights."""

NO_SPACE_WARNING = "Not enough free disk space"
"""How the client's warning begins; it comes before the download."""

NOT_ALLOWED = {401, 403}
NOT_FOUND = 404
LONGEST_REASON = 200

# Besides errors of the network and of files, the client raises ValueError for what is no JSON,
# KeyError and TypeError for JSON of another shape, RuntimeError out of its accelerator.
_FAILURES = (
    OSError,
    httpx.HTTPError,
    httpx.InvalidURL,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    UserWarning,
)


def is_repository(name: str) -> bool:
    """Whether the name has the form of a repository, `owner/name`."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError:
        return False
    return name.count("/") == 1


def commit_of(repository: str) -> str | None:
    """Return the commit of the copy on this machine; None for a folder or if there is none."""
    from huggingface_hub import try_to_load_from_cache

    if Path(repository).exists() or not is_repository(repository):
        return None
    for file in ("modules.json", "config.json"):
        found = try_to_load_from_cache(repository, file)
        if isinstance(found, str):
            return Path(found).relative_to(_storage(Path(found)) / "snapshots").parts[0]
    return None


def fetch(repository: str, *, progress: bool) -> Path:
    """Fetch what `WANTED` names at the newest commit and return its folder, named by the commit.

    Files that are there already are not fetched again. The copy is not the one that is loaded
    before `publish`. Raises ModelError with what went wrong.
    """
    from huggingface_hub import HfApi, constants, snapshot_download
    from huggingface_hub.utils import disable_progress_bars

    constants.HF_HUB_DISABLE_TELEMETRY = True  # the client reads it at every request
    if not progress:
        disable_progress_bars()
    try:
        info = HfApi().model_info(repository, timeout=constants.HF_HUB_ETAG_TIMEOUT)
        _refuse_without_safetensors(repository, info)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=NO_SPACE_WARNING)
            return Path(
                snapshot_download(
                    repository,
                    revision=info.sha,
                    allow_patterns=list(WANTED),
                    ignore_patterns=list(UNWANTED),
                )
            )
    except _FAILURES as error:
        raise ModelError(_sentence(repository, error)) from error


def publish(snapshot: Path) -> None:
    """Make this commit the one that is loaded by the repository's name without a network.

    The client's own record of what `main` was is left as it was until all files are there.
    """
    reference = _storage(snapshot) / "refs" / "main"
    written = reference.with_suffix(".new")
    try:
        reference.parent.mkdir(exist_ok=True)
        written.write_text(snapshot.name, encoding="utf-8")
        written.replace(reference)
    except OSError as error:
        raise ModelError(f"{reference} cannot be written: {error.strerror}.") from error


def discard(file: Path) -> None:
    """Remove a file of a snapshot, and the stored bytes that it may only point to."""
    file.resolve().unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def fetch_file(card: GenerationCard, source: HubSource, folder: Path, report: Report) -> Path:
    """Fetch the card's file into the folder and return it, its digest not yet checked.

    What an interrupted pull left of it is kept and the rest asked for: the client itself starts
    again from nothing. Raises SourceFailed, OSError, and ModelError if the disk has no room.
    """
    partial = folder / f"{card.file}.hub.part"
    with partial.open("ab") as out:
        require_room(folder, card.bytes - out.tell())
        if out.tell() < card.bytes:
            chunks = _file_from(source.repository, card.file, out.tell())
            append(_told(chunks, out.tell(), card.bytes, report), out, card.bytes)
        out.flush()
        os.fsync(out.fileno())
    return partial


def _told(chunks: Iterable[bytes], at: int, total: int, report: Report) -> Iterator[bytes]:
    from huggingface_hub import constants

    for chunk in chunks:
        yield chunk
        at += len(chunk)
        report(at, total, constants.ENDPOINT)


def _file_from(repository: str, file: str, at: int) -> Iterator[bytes]:
    """Yield a file from a place on; a connection that breaks off amid it is made again."""
    while True:
        began = at
        try:
            for chunk in _answer_from(repository, file, at):
                at += len(chunk)
                yield chunk
            return
        except _FAILURES as error:
            if not isinstance(error, httpx.TransportError) or at == began:
                raise SourceFailed(_sentence(repository, error)) from error


def _answer_from(repository: str, file: str, at: int) -> Iterator[bytes]:
    from huggingface_hub import constants, get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    constants.HF_HUB_DISABLE_TELEMETRY = True  # the client reads it at every request
    headers = {**build_hf_headers(), "Accept-Encoding": "identity", "Range": f"bytes={at}-"}
    url = hf_hub_url(repository, file, endpoint=constants.ENDPOINT)
    patience = constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", url, headers=headers, timeout=patience) as response:
        hf_raise_for_status(response)
        # A server that knows no ranges sends all of it.
        unwanted = at if response.status_code == httpx.codes.OK else 0
        for chunk in response.iter_bytes():
            wanted, unwanted = chunk[unwanted:], max(0, unwanted - len(chunk))
            if wanted:
                yield wanted


def _storage(inside: Path) -> Path:
    """Return the repository's folder in the client's cache: refs, snapshots, blobs."""
    return next(folder.parent for folder in inside.parents if folder.name == "snapshots")


def _refuse_without_safetensors(repository: str, info: Any) -> None:  # noqa: ANN401 (untyped)
    if not any(file.rfilename.endswith(".safetensors") for file in info.siblings or ()):
        raise ModelError(
            f"The repository {repository!r} has no weights in the safetensors format, and no "
            "other is loaded. Choose another model."
        )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it: the client wraps refusals in others."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _sentence(repository: str, error: Exception) -> str:
    """Say what went wrong and what to do, from the first cause that tells it."""
    for cause in _causes(error):
        told = _local_trouble(repository, cause) or _answer(repository, cause)
        if told:
            return told
    reason = " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
    return f"{repository!r} could not be fetched: {reason.rstrip('.')}. Run the command again."


def _local_trouble(repository: str, cause: BaseException) -> str | None:
    """What this machine or the way to the server is at fault for."""
    from huggingface_hub import constants
    from huggingface_hub.errors import OfflineModeIsEnabled

    if isinstance(cause, OfflineModeIsEnabled):
        return (
            f"{repository!r} is not fetched: HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set. "
            "Unset it and run the command again."
        )
    if str(cause).startswith(NO_SPACE_WARNING) or getattr(cause, "errno", None) in NO_SPACE:
        return (
            f"No space is left for {repository!r} in {constants.HF_HUB_CACHE}. Make room, or set "
            "HF_HOME to a folder on another disk."
        )
    if isinstance(cause, httpx.TransportError | httpx.InvalidURL):
        return (
            f"{repository!r} could not be fetched, {constants.ENDPOINT} cannot be reached: "
            f"{cause or type(cause).__name__}. Check the network, or set HF_ENDPOINT to a mirror."
        )
    return None


def _answer(repository: str, cause: BaseException) -> str | None:
    """What the server said."""
    from huggingface_hub import constants
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, RepositoryNotFoundError

    at = constants.ENDPOINT
    status = getattr(getattr(cause, "response", None), "status_code", None)
    if status is None:
        return None
    if isinstance(cause, GatedRepoError):
        return (
            f"{repository!r} is given only to those who accept its terms: do so at "
            f"{at}/{repository} and set HF_TOKEN."
        )
    if isinstance(cause, EntryNotFoundError):
        return f"The repository {repository!r} at {at} has no such file."
    if isinstance(cause, RepositoryNotFoundError) or status == NOT_FOUND:
        return (
            f"There is no repository {repository!r} at {at}, or it is private. Check the "
            "spelling, or set HF_TOKEN."
        )
    if status in NOT_ALLOWED:
        return f"{at} refuses {repository!r} ({status}). Set HF_TOKEN to a token that may read it."
    return f"{at} answered {status} for {repository!r}. Run the command again later."
