"""Dateline's retrieval as a LangChain retriever, for any chain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.library.library import Library
from rag.library.rows import NO_FILTERS, Filters
from rag.models.embedder import Embedder
from rag.rerank import PassageReader
from rag.search import PassageFound, search_passages
from rag.settings import Settings


class LibraryRetriever(BaseRetriever):
    """A LangChain retriever over a Dateline library, for any chain.

    `LibraryRetriever(library=library, embedder=embedder, settings=settings).invoke("…")` returns
    documents; their metadata leads back to the paragraphs.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    embedder: Embedder
    settings: Settings
    filters: Filters = NO_FILTERS
    limit: int | None = None
    reader: PassageReader | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (LangChain's)
    ) -> list[Document]:
        found = search_passages(
            self.library, self.embedder, self.settings, query,
            filters=self.filters, limit=self.limit, reader=self.reader,
        )  # fmt: skip
        return [Document(page_content=f.text, metadata=_metadata(f)) for f in found]


def _metadata(found: PassageFound) -> dict[str, object]:
    names = ("article_id", "version", "paragraphs", "start", "end", "title", "outlet",
             "published", "speakers", "url", "source", "score", "before", "after")  # fmt: skip
    return {name: getattr(found, name) for name in names}
