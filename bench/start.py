"""G11: how long until the demo is ready, how long `--help` takes, how much memory an idle bot holds."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

import psutil

from bench.figures import Figure

ROUNDS = 7
IDLE_AFTER = 5.0


def _help() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
    return time.perf_counter() - began


def _bare() -> float:
    """The baseline: the interpreter, and nothing else."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import typer"], check=True, capture_output=True)
    return time.perf_counter() - began


def ready(folder: str, **settings: str) -> tuple[float, float]:
    """Seconds until the demo's desk is ready, and what it holds a while later, in MB. `settings` are more variables."""
    environment = {**os.environ, **settings, "DESKBELL_DATA": folder, "DESKBELL_PORT": "0"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"ready ")
    took = time.perf_counter() - began
    time.sleep(IDLE_AFTER)
    memory = psutil.Process(process.pid).memory_info().rss / 2**20
    process.terminate()
    process.wait()
    process.stdout.close()
    return took, memory


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        first = ready(folder)  # it migrates a new database
        again = ready(folder)
    return [
        Figure("ready, on data that is there (G11)", again[0], "s", 1.5),
        Figure("ready, on a new folder", first[0], "s"),
        Figure("idle memory (G11)", again[1], "MB", 95),
        Figure("--help, median (G11)", 1000 * statistics.median(_help() for _ in range(ROUNDS)), "ms", 150),
        Figure("baseline: python importing typer", 1000 * statistics.median(_bare() for _ in range(ROUNDS)), "ms"),
    ]


if __name__ == "__main__":
    for figure in figures():
        print(figure)
