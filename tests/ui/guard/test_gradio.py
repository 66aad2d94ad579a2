"""The doors around a page of Gradio's, mounted as it will be."""

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ui.guard.gradio_paths import is_needed, is_uploaded
from ui.guard.guarded import guarded
from ui.readers import reader_of

from .making import ORIGIN, site_with


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that Gradio keeps uploads in."""
    folder = tmp_path_factory.mktemp("uploads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        yield folder


@pytest.fixture(scope="module")
def page(uploads: Path) -> Iterator[TestClient]:
    """A page with one button, which tells who presses it."""

    def who(request: gr.Request) -> str:
        return reader_of(request)

    with gr.Blocks() as blocks:
        told = gr.Textbox()
        gr.Button().click(who, None, told, api_name="who", queue=False)
        gr.Button().click(who, None, told, api_name="queued")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(app, blocks, path="/", run_history=False)
    with TestClient(guarded(app, site_with()), base_url=ORIGIN) as client:
        yield client


def test_the_page_and_its_files_are_served(page: TestClient) -> None:
    answer = page.get("/")
    assert answer.status_code == 200
    assert "gradio" in answer.text
    script = answer.text.split('src="./assets/')[1].split('"')[0]
    assert page.get(f"/assets/{script}").status_code == 200
    assert page.get("/theme.css").status_code == 200


@pytest.mark.parametrize("number", [0, 1])
def test_a_handler_knows_its_reader(page: TestClient, number: int) -> None:
    page.cookies.clear()
    page.get("/")
    first = pressed(page, number)
    assert len(first) == 32
    assert pressed(page, number) == first
    page.cookies.clear()
    assert pressed(page, number) != first


def pressed(page: TestClient, number: int) -> str:
    body = {"data": [], "fn_index": number, "session_hash": "abc"}
    if number == 0:
        told: str = page.post("/gradio_api/run/predict", json=body).json()["data"][0]
        return told
    assert page.post("/gradio_api/queue/join", json=body).status_code == 200
    stream = page.get("/gradio_api/queue/data", params={"session_hash": "abc"}).text
    done = next(line for line in stream.splitlines() if "process_completed" in line)
    return done.split('"data":["')[1].split('"')[0]


@pytest.mark.parametrize(
    "path",
    ["/config", "/config/", "/gradio_api/info", "/gradio_api/info/", "/gradio_api/openapi.json",
     "/gradio_api/proxy=https://x.hf.space/", "/monitoring", "/monitoring/summary", "/login",
     "/logout", "/gradio_api/user", "/gradio_api/token", "/gradio_api/app_id",
     "/gradio_api/runs", "/gradio_api/deep_link", "/gradio_api/queue/status",
     "/gradio_api/dev/reload", "/gradio_api/vibe-code", "/gradio_api/call/who/1", "/pwa_icon/1",
     "/gradio_api/stream/a/b/c/playlist-file", "/gradio_api/file/etc/passwd",
     "/gradio_api/custom_component/a/client/b/c", "/gradio_api", "/gradio_api/"],
)  # fmt: skip
def test_what_the_page_does_not_need_is_not_there(page: TestClient, path: str) -> None:
    answer = page.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "NotFound"


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/call/who", "/gradio_api/api/who", "/gradio_api/component_server",
     "/gradio_api/process_recording", "/gradio_api/vibe-edit", "/login"],
)  # fmt: skip
def test_nor_is_what_would_take_a_form_of_it(page: TestClient, path: str) -> None:
    assert page.post(path, json={"data": []}).status_code == 404


def test_a_file_uploaded_opens_as_text_that_does_nothing(page: TestClient, uploads: Path) -> None:
    files = {"files": ("note.html", b"<script>alert(1)</script>")}
    (path,) = page.post("/gradio_api/upload", files=files).json()
    assert Path(path).is_relative_to(uploads)

    answer = page.get(f"/gradio_api/file={path}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "file",
    ["/etc/passwd", "..%2f..%2fetc/passwd", "pyproject.toml", "{up}/../secret.txt",
     "{up}/%2e%2e/secret.txt", "{up}/..%2fsecret.txt", "{up}/x/../../secret.txt", "{up}",
     "https://example.org/", "http://127.0.0.1:1/", "file:///etc/passwd", "//etc/passwd",
     "{up}/a%00b", "{up}/link", "{up}%2f..%2fsecret.txt", "", ".", "{up}-other/secret.txt"],
)  # fmt: skip
def test_no_other_file_is_opened(page: TestClient, uploads: Path, file: str) -> None:
    secret = uploads.parent / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    other = uploads.parent / f"{uploads.name}-other"
    other.mkdir(exist_ok=True)
    (other / "secret.txt").write_text("secret", encoding="utf-8")
    if not (uploads / "link").is_symlink():
        (uploads / "link").symlink_to(secret)

    answer = page.get("/gradio_api/file=" + file.replace("{up}", str(uploads)))
    assert answer.status_code == 403
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_a_page_elsewhere_is_neither_answered_nor_let_in(page: TestClient) -> None:
    foreign = {"Origin": "http://localhost:3000"}
    body = {"data": [], "fn_index": 0, "session_hash": "abc"}
    assert page.post("/gradio_api/run/predict", json=body, headers=foreign).status_code == 403
    answer = page.get("/", headers={"Origin": "http://localhost:7860"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_root_of_the_page_is_not_the_callers_to_name(page: TestClient) -> None:
    assert page.get("/", headers={"X-Forwarded-Host": "evil.example"}).status_code == 421
    named = page.get("/", headers={"X-Gradio-Server": "https://evil.example"})
    assert "evil.example" not in named.text


def test_addresses_that_are_not_gradios_are_left_alone(uploads: Path) -> None:
    assert is_needed("/v1/ask")
    assert is_needed("/configuration")
    assert is_needed("/gradio_api/heartbeat/abc")
    assert is_uploaded(f"{uploads}/abc/note.txt")
    assert not is_uploaded(f"{uploads}/../note.txt")
