"""The service does what its description says, whatever is sent: schemathesis."""

from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient

EXAMPLES = 10
"""Requests of each operation and kind."""

MEANT = "positive_data_acceptance"
"""The one check left out: a date, a name or a question can be none without the schema knowing."""


BOUNDS = {"pattern", "maxLength", "maxItems"}
"""Left out of the description: they are tried by hand, and make examples twenty times slower."""


def unbounded(described: Any) -> Any:
    """Return the description without the bounds of texts and lists."""
    if isinstance(described, dict):
        return {k: unbounded(v) for k, v in described.items() if k not in BOUNDS}
    return [unbounded(v) for v in described] if isinstance(described, list) else described


@pytest.fixture
def operations(app: FastAPI) -> list[Any]:
    load_all_checks()
    app.openapi_schema = unbounded(app.openapi())
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [each.ok() for each in schema.get_all_operations()]


def examine(operation: Any, mode: GenerationMode, **fixed: Any) -> None:
    """Send requests to an operation; every check but one is made of each answer."""
    left_out = [CHECKS.get_one(MEANT)]

    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def examined(case: Any) -> None:
        case.call_and_validate(excluded_checks=left_out)

    examined()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation(operations: list[Any], mode: GenerationMode) -> None:
    assert len(operations) > 15
    for operation in operations:
        can_be_wrong = operation.body or operation.query
        if mode is GenerationMode.POSITIVE or can_be_wrong:
            examine(operation, mode)


def test_operations_on_what_is_there(operations: list[Any], client: TestClient) -> None:
    article = client.get("/v1/articles").json()["articles"][0]["article_id"]
    conversation = client.post("/v1/conversations", json={"title": "A"}).json()["id"]
    known = {"article": article, "conversation": conversation, "version": 1, "paragraph": 2}
    examined = 0
    for operation in operations:
        names = [parameter.name for parameter in operation.path_parameters]
        if names and set(names) <= set(known) and operation.method != "delete":
            fixed = {name: known[name] for name in names}
            examine(operation, GenerationMode.POSITIVE, path_parameters=fixed)
            examined += 1
    assert examined > 4
