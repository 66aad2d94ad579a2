from rag.verify.extract import SupportChecker, verbatim

__all__ = ["SupportChecker", "verbatim"]
