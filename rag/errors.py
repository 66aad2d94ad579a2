"""Every error that Dateline raises on purpose, in one tree.

    DatelineError                 exit code 1, one sentence for the reader
    ├── UsageError                exit code 2: a wrong argument, question, date or setting
    ├── LibraryError              the library on disk
    │   ├── LibraryNotFound       there is no library in that folder
    │   ├── LibraryEmpty          it holds no article yet
    │   ├── LibraryLocked         another process is writing to it
    │   ├── LibraryReadOnly       it cannot be written to
    │   ├── LibraryMismatch       made with another embedding model or a newer version
    │   ├── LibraryDamaged        the catalogue itself is not readable
    │   ├── DiskFull              no space left; nothing of the failed article is kept
    │   ├── NotInLibrary          no such article, paragraph, outlet or speaker
    │   └── LibraryClosed         readers may not change it
    ├── ModelError                a model is missing, or its digest differs
    │   └── GeneratorFailed       a chat model gave no text (in rag.generate.failure)
    ├── ReadError                 a file or page that cannot be read as an article
    └── FetchError                a URL that cannot or must not be fetched
        └── FetchRefused          refused by our own rules, before a connection is opened

A message says what was wrong, with the value, and what to do next.
"""


class DatelineError(Exception):
    """Base of all errors that a user may see; `exit_code` is the command line's."""

    exit_code = 1


class UsageError(DatelineError):
    """The request itself is wrong."""

    exit_code = 2


class LibraryError(DatelineError):
    """The library on disk cannot do what was asked."""


class LibraryNotFound(LibraryError):
    """No library in the folder."""


class LibraryEmpty(LibraryError):
    """The library holds no article."""


class LibraryLocked(LibraryError):
    """Another process holds the writer's lock."""


class LibraryReadOnly(LibraryError):
    """The folder or the catalogue cannot be written to."""


class LibraryMismatch(LibraryError):
    """Made with another embedding model, or by a newer version of Dateline."""


class LibraryDamaged(LibraryError):
    """The catalogue is not a readable database."""


class DiskFull(LibraryError):
    """The disk has no space left."""


class NotInLibrary(LibraryError):
    """The article, paragraph, outlet or speaker asked for is not in the library."""


class LibraryClosed(LibraryError):
    """The settings do not let readers change the library."""


class ModelError(DatelineError):
    """A model is missing, incomplete or not the one it claims to be."""


class ReadError(DatelineError):
    """A file or page cannot be read as an article."""


class FetchError(DatelineError):
    """A URL could not be fetched."""


class FetchRefused(FetchError):
    """A URL that must not be fetched, refused before a connection is opened."""
