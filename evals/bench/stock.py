"""The stock chain, as LangChain's documentation writes it: what Dateline is measured against.

`python -m evals.bench.stock ingest --model DIR --store DIR FILE…` and
`python -m evals.bench.stock search --model DIR --store DIR QUESTION`. The documentation's tutorial
on semantic search is the source of the parts and of their numbers: 1 000 characters a chunk, 200
of them shared with the next one, four chunks an answer.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from evals.bench.documents import read_body

CHUNK_SIZE = 1000
CHUNK_OVERLAP = 200
RESULTS = 4


def ingest(paths: Sequence[Path], *, model: Path, store: Path) -> dict[str, float]:
    """Split, embed and store `paths`; `seconds` begins after imports and model loading."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(model))
    started = time.perf_counter()
    documents = [
        Document(page_content=read_body(path), metadata={"source": str(path)}) for path in paths
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP)
    splits = splitter.split_documents(documents)
    Chroma.from_documents(documents=splits, embedding=embeddings, persist_directory=str(store))
    return {"seconds": time.perf_counter() - started, "passages": len(splits)}


def search(question: str, *, model: Path, store: Path) -> str:
    """The four nearest chunks to `question`, from a store that was made before."""
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=str(model))
    vector_store = Chroma(persist_directory=str(store), embedding_function=embeddings)
    results = vector_store.similarity_search(question, k=RESULTS)
    return "\n\n".join(f"{hit.metadata['source']}\n{hit.page_content}" for hit in results)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one of the two commands and print what it returns."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.stock", description=__doc__)
    parser.add_argument("command", choices=("ingest", "search"))
    parser.add_argument("--model", type=Path, required=True, help="folder of the embedding model")
    parser.add_argument("--store", type=Path, required=True, help="folder of the vector store")
    parser.add_argument("values", nargs="+", metavar="FILE or QUESTION")
    given = parser.parse_args(arguments)
    if given.command == "ingest":
        paths = [Path(value) for value in given.values]
        printed = json.dumps(ingest(paths, model=given.model, store=given.store))
    else:
        printed = search(" ".join(given.values), model=given.model, store=given.store)
    sys.stdout.write(printed + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
