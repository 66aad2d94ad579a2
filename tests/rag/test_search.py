"""Passages as people and LangChain's chains get them."""

import asyncio

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import Filters
from rag.models.embedder import Embedder
from rag.retriever import LibraryRetriever
from rag.search import search_passages
from rag.settings import Settings


def test_passages_lead_back_to_their_version(
    record: Library, embedder: Embedder, settings: Settings
) -> None:
    found = search_passages(record, embedder, settings, "killing of Haniyeh in Tehran", limit=4)
    assert 1 <= len(found) <= 4
    assert "Haniyeh" in found[0].title
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    with record.reading() as db:
        for one in found:
            version = catalogue.read_version(db, one.article_id, one.version)
            assert one.text == version.text[one.start : one.end]
            first, last = (version.paragraph(number) for number in one.paragraphs)
            assert first.start <= one.start < one.end <= last.end


def test_filters_and_the_setting_count(record: Library, embedder: Embedder) -> None:
    few = Settings(results=2)
    assert len(search_passages(record, embedder, few, "missiles")) == 2
    until = Filters(until="2024-04-30")
    found = search_passages(record, embedder, few, "missiles", filters=until)
    assert found
    assert all((one.published or "9") <= "2024-04-30" for one in found)


def test_the_retriever_serves_a_langchain_chain(
    record: Library, embedder: Embedder, settings: Settings
) -> None:
    retriever = LibraryRetriever(library=record, embedder=embedder, settings=settings, limit=3)
    documents = retriever.invoke("Who was killed in Tehran?")
    assert len(documents) == 3
    found = search_passages(record, embedder, settings, "Who was killed in Tehran?", limit=3)
    assert [document.page_content for document in documents] == [one.text for one in found]
    assert documents[0].metadata["article_id"] == found[0].article_id
    assert documents[0].metadata["paragraphs"] == found[0].paragraphs
    prompt = ChatPromptTemplate.from_template("{question}\n{context}")
    chain = (
        {
            "context": retriever | RunnableLambda(lambda d: "\n".join(x.page_content for x in d)),
            "question": RunnablePassthrough(),
        }
        | prompt
        | RunnableLambda(lambda value: value.to_string())
        | StrOutputParser()
    )
    written = chain.invoke("Who was killed in Tehran?")
    assert "Who was killed in Tehran?" in written
    assert found[0].text in written
    assert asyncio.run(retriever.ainvoke("Who was killed in Tehran?")) == documents
    assert retriever.batch(["Who was killed in Tehran?"]) == [documents]
