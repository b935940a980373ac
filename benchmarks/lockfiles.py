"""Verdicts on locks: cost beside the tools' own checks, and agreement with them on real repositories.

    python benchmarks/lockfiles.py [--runs 9] [--peers PEERS]
    python benchmarks/lockfiles.py --real CLONE... [--history N] [--peers PEERS] [--python PYTHON]

PEERS holds environments called poetry, pdm and pipenv, each with the tool of that name; uv is the one of this environment.
A CLONE is any Git repository, bare ones too. Each lock at its HEAD, or those at its root at N commits that changed a manifest, is judged, and where its tool has a check of its own, that one as
well, in a folder that holds nothing but the manifests and the locks; PYTHON is the interpreter that uv is given.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from hooks import git, measure, sealed, show
from mlgovern.facts.snapshot import REGULAR, SUBMODULE, File, Snapshot
from mlgovern.globs import matcher
from mlgovern.rules.lockfiles.names import GLOBS
from mlgovern.rules.lockfiles.pairs import Pair, pairs, verdict
from mlgovern.rules.lockfiles.verdict import Fresh, Stale, Unknown, Verdict

ROOT = Path(__file__).resolve().parent.parent


def bases() -> dict[str, dict[str, str]]:
    """The small projects of the tests, each locked by its real tool."""
    sys.path.insert(0, str(ROOT))
    toml, others = (import_module(f"tests.rules.lockfiles.{name}") for name in ("bases", "verdicts"))
    return {
        "uv": toml.UV,
        "poetry": toml.POETRY,
        "poetry, its own table": toml.LEGACY,
        "pdm": toml.PDM,
        "pipenv": others.PIPENV,
        "pip-compile": others.PIP_TOOLS,
    }


def main() -> None:
    """Print the tables, or compare verdicts."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--runs", type=int, default=9)
    flags.add_argument("--peers", type=Path, default=Path("peers"))
    flags.add_argument("--python", default=sys.executable, help="for uv")
    flags.add_argument("--real", type=Path, nargs="*", help="clones")
    flags.add_argument("--history", type=int, default=0, help="commits of each clone")
    chosen = flags.parse_args()
    if chosen.real:
        places = [(clone, commit) for clone in chosen.real for commit in commits(clone, chosen.history)]
        sys.exit(sum(compare(clone, commit, chosen.peers, chosen.python) for clone, commit in places))
    small = bases()
    for name, base in small.items():
        processes(name, base, chosen.runs, chosen.peers)
    print("\nin process, ms\n\n| lock | KB | first verdict, nothing cached |\n|---|--:|--:|")
    for name, base in {
        **small,
        "uv, 200 packages": large(small["uv"], 200),
        "uv, 2,000 packages": large(small["uv"], 2000),
    }.items():
        in_process(name, base, chosen.runs)


def large(base: dict[str, str], count: int) -> dict[str, str]:
    """A uv project of so many packages more, each with ten wheels."""
    wheels = "".join(
        f'    {{ url = "https://files.example/{"0" * 60}/x-{n}.whl", hash = "sha256:{"0" * 64}", size = {n + 1}, upload-time = "2026-01-01T00:00:00Z" }},\n'
        for n in range(10)
    )
    more = "".join(
        f'\n[[package]]\nname = "p{n}"\nversion = "1.{n}"\nsource = {{ registry = "https://pypi.example/simple" }}\n'
        f'dependencies = [\n    {{ name = "click" }},\n    {{ name = "idna", marker = "sys_platform == \'win32\'" }},\n]\nwheels = [\n{wheels}]\n'
        for n in range(count)
    )
    return {**base, "uv.lock": base["uv.lock"] + more}


def processes(name: str, base: dict[str, str], runs: int, peers: Path) -> None:
    """The hook that judges a staged lock, and what the tool itself takes."""
    with tempfile.TemporaryDirectory() as folder:
        top, environment = Path(folder) / "repo", sealed(Path(folder))
        top.mkdir()
        for path, text in base.items():
            (top / path).write_bytes(text.encode())
        git(top, environment, "init", "-q", "--template=", "-b", "main")
        git(top, environment, "add", "-A")
        ours = (sys.executable, "-P", "-m", "mlgovern")
        commands = {
            "python -c pass": (sys.executable, "-P", "-c", "pass"),
            "mlgovern hook pre-commit --only stale-lockfile": (*ours, "hook", "pre-commit", "--only", "stale-lockfile"),
            "mlgovern hook pre-commit --only lockfiles": (*ours, "hook", "pre-commit", "--only", "lockfiles"),
        }
        check = own_check(next(path for path in base if path != "pyproject.toml"), peers, sys.executable)
        if check:
            commands[" ".join((Path(check[0]).name, *check[1:3]))] = check
        show(measure(commands, top, environment, runs), f"one staged lock: {name}", "bare Python")


def own_check(lock: str, peers: Path, python: str) -> tuple[str, ...]:
    """What a tool has to say of its lock; empty where it has no such command, or is not here."""
    commands = {
        "uv.lock": (str(Path(sys.executable).with_name("uv")), "lock", "--check", "-p", python),
        "poetry.lock": (str(peers / "poetry/bin/poetry"), "check", "--lock"),
        "pdm.lock": (str(peers / "pdm/bin/pdm"), "lock", "--check"),
        "Pipfile.lock": (str(peers / "pipenv/bin/pipenv"), "verify"),
    }
    command = commands.get(lock, ())
    return tuple(map(os.path.abspath, command[:1])) + command[1:] if command and Path(command[0]).exists() else ()


def in_process(name: str, base: dict[str, str], runs: int) -> None:
    """One verdict, its caches empty because the text is another each time."""
    seconds = []
    for number in range(runs):
        anew = {path: " " * number if path == "Pipfile.lock" else f"\n{'#' * (number + 1)}\n" for path in base}
        files = {path: text + anew[path] for path, text in base.items()}
        snapshot = of({path: text.encode() for path, text in files.items()})
        (pair,) = pairs(snapshot)
        start = time.perf_counter()
        verdict(snapshot, pair)
        seconds.append(time.perf_counter() - start)
    size = sum(map(len, base.values())) / 1000
    print(f"| {name} | {size:,.0f} | {statistics.median(seconds) * 1000:.1f} |")


def of(contents: dict[str, bytes]) -> Snapshot:
    """A tree in which everything is under judgement."""
    tracked = {path: File(path, REGULAR, path) for path in contents}
    return Snapshot(stages=("audit",), files=tuple(tracked.values()), tracked=tracked, contents=contents)


def commits(clone: Path, number: int) -> list[str]:
    """HEAD, or commits that changed a manifest at the root, from end to end of the history."""
    if not number:
        return ["HEAD"]
    words = ("git", "-C", str(clone), "log", "--format=%H", "--no-merges", "--", "pyproject.toml", "Pipfile", "*.lock")
    found = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()
    return found[:: max(len(found) // number, 1)][:number]


def compare(clone: Path, commit: str, peers: Path, python: str) -> int:
    """Print each lock with our verdict and that of its tool; the number of contradictions."""
    contents = dict(tree(clone, commit))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for path, data in contents.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            target.with_name("README.md").touch()  # poetry refuses a project whose page is not there
        for pair in pairs(of(contents)):
            if commit != "HEAD" and "/" in pair.lock:
                continue
            start = time.perf_counter()
            said = verdict(of(contents), pair)
            spent = (time.perf_counter() - start) * 1000
            tools = tool_verdict(pair, Path(folder), peers, python)
            contradicts = tools in {"fresh", "stale"} and not isinstance(said, Unknown) and tools != word(said)
            wrong += contradicts
            mark = "CONTRADICTS " if contradicts else ""
            where = f"{clone.parent.name} {commit[:10]}"
            print(
                f"{mark}{where}: {pair.lock}: {word(said)}, tool: {tools}; {spent:.0f} ms; {detail(said)}", flush=True
            )
    return wrong


def word(said: Verdict) -> str:
    """The verdict as the reference spells it; a partial one is said to be so."""
    return "fresh in part" if isinstance(said, Fresh) and said.why else type(said).__name__.lower()


def detail(said: Verdict) -> str:
    """Why."""
    return "; ".join(reason.text for reason in said.reasons[:2]) if isinstance(said, Stale) else said.why


def tree(clone: Path, commit: str) -> Iterator[tuple[str, bytes]]:
    """What the lock rules read of a commit, template folders left out."""
    wanted = matcher(GLOBS)

    def run(*words: str) -> bytes:
        return subprocess.run(["git", "-C", str(clone), *words], capture_output=True, check=False).stdout

    for row in run("ls-tree", "-rz", commit).split(b"\0")[:-1]:
        meta, _, name = row.partition(b"\t")
        path, (mode, _, blob) = os.fsdecode(name), meta.decode().split()
        if wanted(path) and int(mode, 8) != SUBMODULE and "{{" not in path:
            yield path, run("cat-file", "blob", blob)


def tool_verdict(pair: Pair, folder: Path, peers: Path, python: str) -> str:
    """fresh, stale, or that there is none: a tool that fails for other reasons has said nothing."""
    check = own_check(Path(pair.lock).name, peers, python)
    if not check:
        return "none"
    environment = {**os.environ, "PIPENV_IGNORE_VIRTUALENVS": "1", "PDM_CHECK_UPDATE": "false"}
    try:
        done = subprocess.run(
            check, cwd=(folder / pair.lock).parent, env=environment, capture_output=True, timeout=180, check=False
        )
    except subprocess.TimeoutExpired:
        return "none, it took too long"
    text = (done.stdout + done.stderr).decode(errors="replace")
    stale = (
        "needs to be updated",
        "changed significantly",
        "out of date",
        "hash does not match",
        "out-of-date",
        "satisfy the project",
        "not compatible with",
        "NOT match",
    )
    if done.returncode == 0:
        return "fresh"
    if any(words in text for words in stale):
        return "stale"
    if "poetry" in Path(check[0]).name and ("Warning: " in text or "Error: " in text):
        return "fresh"  # it lists all that it has to say, and the lock is not among it
    return f"none, exit {done.returncode}: {text.strip()[-80:]!r}"


if __name__ == "__main__":
    main()
