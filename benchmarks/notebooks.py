"""Notebooks against nbstripout: `git add` through a filter, the check of what is staged, and verdicts on real notebooks.

    python benchmarks/notebooks.py [--runs 9] [--adds 3]
    python benchmarks/notebooks.py --verdicts FOLDER

FOLDER holds any `.ipynb` files, such as clones of public repositories: each is judged and stripped by both, and every difference
is printed. nbstripout is the one that this environment has.
"""

import argparse
import base64
import json
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from argparse import Namespace
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat

from hooks import git, measure, sealed, show
from mlgovern.errors import UserError
from mlgovern.fix.notebooks import strip
from mlgovern.rules.notebooks.definition import KEYS, Settings
from mlgovern.rules.notebooks.stripped import verdict

STOPS, DIFFERENT = "stops with an error", "different"


def main() -> None:
    """Print the tables, or compare verdicts."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--runs", type=int, default=9, help="rounds of the checks")
    flags.add_argument("--adds", type=int, default=3, help="rounds of git add, of which each takes a while")
    flags.add_argument("--verdicts", type=Path, help="a folder with notebooks")
    chosen = flags.parse_args()
    if chosen.verdicts:
        sys.exit(compare(chosen.verdicts))
    with tempfile.TemporaryDirectory() as folder:
        top, environment = Path(folder), sealed(Path(folder))
        adds = {
            title: add(filtered(top / title, title, environment)) for title in ("no filter", "mlgovern", "nbstripout")
        }
        show(measure(adds, top, environment, chosen.adds), "`git add` of 100 notebooks of 15 KB", "no filter")
        repos = {
            "100 notebooks of 6 KB, stripped": staged(
                top / "clean", {name: stripped(value) for name, value in MANY.items()}, environment
            ),
            "100 notebooks of 15 KB with outputs": staged(top / "dirty", MANY, environment),
            "one notebook of 20 MB with outputs": staged(
                top / "large", {"large.ipynb": notebook(0, 40, 740_000)}, environment
            ),
        }
        for title, repo in repos.items():
            show(measure(checks(repo), repo, environment, chosen.runs), f"the check of {title}, as processes")
        for title, repo in repos.items():
            in_process(title, [path.read_bytes() for path in sorted(repo.glob("*.ipynb"))], chosen.runs)


def notebook(number: int, cells: int = 10, image: int = 1_000) -> dict[str, Any]:
    """A notebook whose every second cell was run and shows text and an image."""
    noise = random.Random(number)
    picture = base64.b64encode(noise.randbytes(image)).decode()
    data = {"image/png": picture, "text/plain": ["<Figure size 640x480>"]}
    result = {"data": data, "execution_count": 7, "metadata": {}, "output_type": "execute_result"}
    lines = [f"epoch {n}: loss {noise.random():.4f}\n" for n in range(8)]
    outputs = [{"name": "stdout", "output_type": "stream", "text": lines}, result]
    code = [
        {
            "cell_type": "code",
            "execution_count": index if index % 2 else None,
            "id": f"c{number}-{index}",
            "metadata": {},
            "outputs": outputs if index % 2 else [],
            "source": [f"x{n} = compute({number}, {n})\n" for n in range(15)],
        }
        for index in range(cells)
    ]
    return {"cells": code, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


MANY = {f"n{number:03}.ipynb": notebook(number) for number in range(100)}


def stripped(value: dict[str, Any]) -> dict[str, Any]:
    """A notebook that was never run."""
    return {**value, "cells": [{**cell, "execution_count": None, "outputs": []} for cell in value["cells"]]}


def filtered(top: Path, title: str, environment: dict[str, str]) -> Path:
    """A repository with notebooks on disk and a filter for them."""
    staged(top, MANY, environment, add_them=False)
    words = {"mlgovern": ("mlgovern", "install", "--notebook-filter"), "nbstripout": ("nbstripout", "--install")}
    if title in words:
        command = [sys.executable, "-m", *words[title]]
        subprocess.run(command, cwd=top, env=environment, check=True, capture_output=True)
    return top


def add(top: Path) -> tuple[str, ...]:
    """Stage everything anew."""
    return ("sh", "-c", f"cd {shlex.quote(str(top))} && rm -f .git/index && exec git add .")


def staged(
    top: Path, notebooks: dict[str, dict[str, Any]], environment: dict[str, str], *, add_them: bool = True
) -> Path:
    """A repository in which these notebooks are about to be committed; they are written piece by piece, to stay small."""
    top.mkdir()
    for name, value in notebooks.items():
        with (top / name).open("w", encoding="utf-8") as file:
            json.dump(value, file, indent=1)
            file.write("\n")
    git(top, environment, "init", "-q", "--template=", "-b", "main")
    if add_them:
        git(top, environment, "add", "-A")
    return top


def checks(repo: Path) -> dict[str, tuple[str, ...]]:
    """The same question to both, as pre-commit would start them."""
    ours, theirs = (str(Path(sys.executable).with_name(name)) for name in ("mlgovern", "nbstripout"))
    names = sorted(path.name for path in repo.glob("*.ipynb"))
    return {
        "python -c pass": (sys.executable, "-P", "-c", "pass"),
        "mlgovern hook pre-commit --only notebook-output": (ours, "hook", "pre-commit", "--only", "notebook-output"),
        "mlgovern hook pre-commit --only notebooks": (ours, "hook", "pre-commit", "--only", "notebooks"),
        "nbstripout --verify": (theirs, "--verify", "--keep-id", *names),
    }


def in_process(title: str, notebooks: list[bytes], runs: int) -> None:
    """The judgement alone, without starting anything."""
    ways: dict[str, Callable[[bytes], object]] = {
        "mlgovern": lambda data: verdict(data + b" ", Settings()).word,  # another blob: one is parsed once
        "nbstripout": nbstripout_says,
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs + 1):
        for name, judge in ways.items():
            begin = time.perf_counter()
            for data in notebooks:
                judge(data)
            seconds[name].append(time.perf_counter() - begin)
    ours, theirs = (statistics.median(seconds[name][1:]) * 1000 for name in ways)
    print(f"\nthe verdict on {title}, in process: {ours:.1f} ms, nbstripout {theirs:.1f} ms, ratio {theirs / ours:.1f}")


def compare(folder: Path) -> int:
    """Judge and strip every notebook below a folder with both; 1 where they differ."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.ipynb")):
        data = path.read_bytes()
        ours, theirs = verdict(data, Settings()).word, nbstripout_says(data)
        if theirs == STOPS:
            counts[f"{ours}, where nbstripout stops"] += 1
        elif ours == theirs and (ours == "stripped" or equally_stripped(data)):
            counts[f"{ours}, as for nbstripout"] += 1
        else:
            counts[DIFFERENT] += 1
            print(f"{path}: {ours}, for nbstripout {theirs}")
    for name, count in sorted(counts.items()):
        print(f"{count:6} {name}")
    return int(counts[DIFFERENT] > 0)


def equally_stripped(data: bytes) -> bool:
    """Whether nbformat reads the same from our text and from nbstripout's."""

    try:
        texts = (strip(data, Settings()).decode(), nbstripout(data, dry_run=False)[1])
    except UserError:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second = (nbformat.reads(text, as_version=nbformat.NO_CONVERT) for text in texts)
    return bool(first == second)


def nbstripout_says(data: bytes) -> str:
    """nbstripout's verdict."""
    try:
        changed, _ = nbstripout(data, dry_run=True)
    except Exception:  # noqa: BLE001 - whatever it stops with, it has no verdict
        return STOPS
    return "not stripped" if changed else "stripped"


def nbstripout(data: bytes, *, dry_run: bool) -> tuple[bool, str]:
    """Whether nbstripout would change a notebook, and what it writes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbstripout._nbstripout import process_jupyter_notebook  # noqa: PLC0415 - likewise

        arguments = Namespace(
            **dict.fromkeys(("drop_empty_cells", "strip_init_cells", "textconv", "keep_count"), False),
            **dict.fromkeys(("drop_output_type", "keep_output_type"), ()),
            drop_tagged_cells="",
            keep_output=None,
            keep_id=True,
            max_size="0",
            dry_run=dry_run,
        )
        written = StringIO()
        changed = process_jupyter_notebook(StringIO(data.decode()), written, arguments, [*KEYS])
    return bool(changed), written.getvalue()


if __name__ == "__main__":
    main()
