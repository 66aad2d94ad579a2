"""What is kept of an exchange as JSON: how it was asked, and the reply."""

import json

from pydantic import BaseModel, ConfigDict

from rag.reply import Reply
from ui.store.records import Asked
from ui.store.schema import fit


class Content(BaseModel):
    """How a question was put, and its reply.

    Reading refuses, with pydantic's ValidationError, what another version of Dateline wrote with
    fields that this one does not know.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    asked: Asked
    reply: Reply

    def to_json(self) -> str:
        """Return it as JSON that a database keeps, whatever characters it has."""
        # Not pydantic's own: that gives up at a lone surrogate.
        return fit(json.dumps(self.model_dump(), ensure_ascii=False))
