"""Open one index folder, query it once, and exit: run in a process that may crash."""

import sys
from pathlib import Path

from rag.library.vectors import COLLECTION, open_client


def main(folder: str) -> None:
    """Query the collection with one of its own vectors."""
    client = open_client(Path(folder))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    sample = collection.get(limit=1, include=["embeddings"])
    vectors = sample["embeddings"]
    if vectors is not None and len(vectors):
        collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
    client.close()


if __name__ == "__main__":
    main(sys.argv[1])
