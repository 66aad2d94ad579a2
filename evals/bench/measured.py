"""Run one command and report its time and memory: `python measured.py COMMAND…`, JSON on stdout.

A process of its own, with the standard library alone, because Linux counts the memory of the
process that starts a command towards the command's peak: from a small starter the peak is the
command's. Exit code 0 whenever the command could be started.
"""

import json
import os
import subprocess
import sys
import time

READ_BYTES = 1 << 16
# Linux reports the peak in KiB, macOS in bytes.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def run(command: list[str]) -> dict[str, object]:
    """Return exit code, output, and seconds until the last byte printed and until the exit.

    `peak_bytes` is the largest resident set of any one process of the command; `cpu_s` the
    processor seconds of all of them.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed, chunks = 0.0, []
    while chunk := os.read(process.stdout.fileno(), READ_BYTES):
        printed = time.perf_counter() - started
        chunks.append(chunk)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "exit_code": process.returncode,
        "output": b"".join(chunks).decode(errors="replace"),
        "printed_s": printed,
        "wall_s": wall,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": usage.ru_maxrss * PEAK_UNIT,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1:])))
