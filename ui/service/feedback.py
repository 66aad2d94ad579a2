"""/v1/feedback: what a reader says of an answer, of a sentence or of a citation."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from ui.readers import reader_of
from ui.service.errors import told
from ui.service.texts import Comment, Given, Id, Told
from ui.site import Site
from ui.store.records import Feedback, Verdict


class FeedbackGiven(Given):
    """What is said; newer words on the same place take the place of the older."""

    exchange: Id = Field(description="the id of a stored answer")
    verdict: Verdict
    sentence: int | None = Field(default=None, ge=1, le=10_000, description="counted from 1")
    citation: int | None = Field(
        default=None, ge=1, le=10_000, description="its number in the reply"
    )
    comment: Comment = ""


class Of(Given):
    """Of which answer."""

    exchange: Id


class FeedbackFound(Told):
    """What the reader said of an answer, the latest first."""

    feedback: list[Feedback]


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["feedback"], responses=told(404, 422, 423, 507))

    @router.post(
        "/v1/feedback", summary="Say what an answer is worth", status_code=204, responses=told(400)
    )
    def say(request: Request, given: FeedbackGiven) -> None:
        site.store.say(reader_of(request), Feedback(**given.model_dump()))

    @router.get("/v1/feedback", summary="What you said of an answer")
    def found(request: Request, typed: Annotated[Of, Query()]) -> FeedbackFound:
        found = site.store.feedback(typed.exchange, reader=reader_of(request))
        return FeedbackFound(feedback=[feedback for feedback, _ in found])

    @router.delete("/v1/feedback", summary="Take back what you said", status_code=204)
    def take_back(request: Request, typed: Annotated[Of, Query()]) -> None:
        site.store.take_back(reader_of(request), typed.exchange)

    return router
