"""Readers: a file or a page in, articles with their metadata out."""

from ingest.readers.dispatch import MAX_BYTES, ReadResult, read_bytes, read_file
from ingest.readers.kinds import SUFFIXES

__all__ = ["MAX_BYTES", "SUFFIXES", "ReadResult", "read_bytes", "read_file"]
