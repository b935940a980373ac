"""What a package manager itself says of a lock that our rules leave undecided: in CI alone, and only if the policy asks.

Only `uv lock --check` can be asked without running anything that the repository says: offline, without building, in a folder that
holds manifests and locks and nothing else, so that neither a committed interpreter nor a plugin lies in wait there.
poetry and pdm load plugins and scripts by what a project says, pip-compile and pixi need the network.
"""

import os
import sys

from mlgovern import engine
from mlgovern.facts import listings
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import EXECUTABLE, REGULAR
from mlgovern.files import sound
from mlgovern.finding import NotJudged, Report
from mlgovern.policy.model import Policy

RULE = "stale-lockfile"
SECONDS = 60
MOST_FILES = 500

_PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")
_NAMES = ("pyproject.toml", "uv.toml", "uv.lock")


def resolved(git: Git, policy: Policy, report: Report, tip: str) -> Report:
    """The report without what uv has decided; what it calls stale, or cannot decide either, stays not judged."""
    asked = [entry for entry in report.not_judged if _is_open(entry)]
    if not asked or RULE not in policy.decisions or engine.settings(policy, RULE).run_tool != "on-unknown":
        return report
    program = _program(git, engine.settings(policy, RULE).tool)
    if not program:
        return report._replace(notes=(*report.notes, "stale-lockfile: run_tool found no uv outside this repository"))
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="mlgovern-") as folder:
        top = os.path.join(folder, "tree")
        try:
            _write(git, tip, top)
        except OSError as error:  # names that this system cannot have, or that are both a file and a folder
            said = dict.fromkeys(asked, f"uv was not asked: {error.strerror}")
        else:
            said = {entry: _ask(program, os.path.join(top, os.path.dirname(entry.what)), folder) for entry in asked}
    left = [
        entry._replace(why=f"{entry.why}; {said[entry]}") if said.get(entry) else entry for entry in report.not_judged
    ]
    kept = [entry for entry, before in zip(left, report.not_judged, strict=True) if said.get(before) != ""]
    notes = tuple(f"{entry.what}: uv says that it is fresh" for entry in asked if said[entry] == "")
    return report._replace(not_judged=tuple(kept), notes=(*report.notes, *notes))


def _is_open(entry: NotJudged) -> bool:
    return os.path.basename(entry.what) == "uv.lock" and entry.expected and "needs uv" in entry.why


def _program(git: Git, path: str) -> str:
    """The uv to run: the one that the policy names, or that of PATH; never another program, or one that the repository brings."""
    from pathlib import Path
    from shutil import which

    found = path if os.path.isabs(path) else (which("uv") or "")
    if not (os.path.isabs(found) and os.path.isfile(found) and os.path.basename(found).lower().startswith("uv")):
        return ""
    above = {*Path(found).parents, *Path(os.path.realpath(found)).parents}
    return "" if any(os.path.samefile(folder, git.top) for folder in above) else found


def _write(git: Git, tip: str, top: str) -> None:
    """The manifests and locks of a commit, as regular files; a tree made by hand may name what lies outside."""
    tree = listings.tree(git, tip).values()
    wanted = [file for file in tree if file.mode in {REGULAR, EXECUTABLE} and file.name in _NAMES and sound(file.path)]
    wanted = wanted[:MOST_FILES]
    for file, blob in zip(wanted, git.objects([file.blob for file in wanted]), strict=True):
        target = os.path.join(top, *file.path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as written:
            written.write(blob.data if blob else b"")


def _ask(program: str, folder: str, home: str) -> str:
    """Empty where uv finds the lock fresh, else what it says."""
    import subprocess

    words = ("lock", "--check", "--offline", "--no-build", "--no-python-downloads", "--no-progress", "--color", "never")
    command = (program, *words, "--python", sys.executable, "--cache-dir", os.path.join(home, "cache"))
    environment = {key: value for key, value in os.environ.items() if key.upper() in _PASSED_ON}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "HOME": home, "USERPROFILE": home, "XDG_CONFIG_HOME": home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "uv could not be run, or took too long"
    if done.returncode == 0:
        return ""
    stale = b"needs to be updated" in done.stderr
    return (
        "uv says that it needs to be updated: uv lock" if stale else "uv could not decide without building or network"
    )
