"""The machine and the versions that a figure was measured with."""

import os
import platform
import sqlite3
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "chromadb",
    "langchain-core",
    "langchain-chroma",
    "langchain-huggingface",
    "langchain-text-splitters",
    "sentence-transformers",
    "torch",
    "onnxruntime",
)


def machine() -> dict[str, str | int | float]:
    """CPU, cores that this process may use, memory in GiB, and the system."""
    return {
        "cpu": _cpu(),
        "cores": _cores(),
        "memory_gib": _memory_gib(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """The versions that matter; "not installed" for a package that is missing."""
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def heading(of_machine: dict[str, str | int | float], of_versions: dict[str, str]) -> str:
    """Two lines that stand before the figures."""
    first = (
        f"machine: {of_machine['cpu']}, {of_machine['cores']} cores,"
        f" {of_machine['memory_gib']} GiB, {of_machine['system']}"
    )
    return first + "\nversions: " + ", ".join(f"{name} {v}" for name, v in of_versions.items())


def _cpu() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
