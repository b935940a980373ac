"""Commit messages and branch names against the tools that judge the same: one of each, and a range of 1,000 commits.

    python benchmarks/messages.py [--runs 20] [--peers FOLDER] [--repo PATH] [--long 100000]

FOLDER holds the peers, as README.md makes it. The range is made by `git fast-import`, or is the last 1,000 commits of the
repository at PATH. `--long` is a history that comes in pages: what counts there is peak memory.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from hooks import MESSAGE, git, measure, sealed, show, write

COMMITS = 1000
BODY = "The name of a shard ends in its number, and the loader took the last one for a suffix; see https://acme.example/{}."


def main() -> None:
    """Print one table for each kind of question."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--runs", type=int, default=20)
    flags.add_argument("--peers", type=Path)
    flags.add_argument("--repo", type=Path, help="take the last 1,000 commits of this repository")
    flags.add_argument("--long", type=int, default=0, help="commits of the long history; 0 leaves it out")
    chosen = flags.parse_args()
    folder = chosen.peers.resolve() if chosen.peers else None
    with tempfile.TemporaryDirectory() as place:
        environment = sealed(Path(place))
        repo = history(Path(place) / "repo", environment, COMMITS)
        pass_ = (sys.executable, "-P", "-c", "pass")
        commands = {"python -c pass": pass_, **one_message(), **(message_peers(folder) if folder else {})}
        show(measure(commands, repo, environment, chosen.runs), "one message")
        commands = {"python -c pass": pass_, **one_branch(), **(branch_peers(folder) if folder else {})}
        show(measure(commands, repo, environment, chosen.runs), "one branch name")
        spanned = chosen.repo.resolve() if chosen.repo else repo
        commands = {"git log": LOG, **one_range(), **(range_peers(folder) if folder else {})}
        show(
            measure(commands, spanned, environment, max(3, chosen.runs // 4)),
            "the messages of 1,000 commits",
            "bare git log",
        )
        transactions(repo, environment, chosen.runs)
        if chosen.long:
            long = history(Path(place) / "long", environment, chosen.long)
            write(
                long / ".mlgovern.yaml",
                f"schema: 1\nextends: [ml-project]\nlimits: {{max_commits: {chosen.long + 1}}}\n",
            )
            git(long, environment, "add", "-A")
            every = (*OURS, "check", "--range", "root..main", "--only", "commits")
            show(
                measure({"git log": (*LOG[:4], "main"), "mlgovern: check --range": every}, long, environment, 3),
                f"{chosen.long:,} commits",
                "bare git log",
            )


OURS = (sys.executable, "-P", "-m", "mlgovern")
LOG = ("git", "log", "-z", "--format=%H%n%P%n%an%n%ae%n%cn%n%ce%n%B", f"HEAD~{COMMITS}..HEAD")
SPAN = f"HEAD~{COMMITS}..HEAD"


def history(top: Path, environment: dict[str, str], number: int) -> Path:
    """A repository on a feature branch with many commits, whose messages are sound."""
    git(top.parent, environment, "init", "-q", "--template=", "-b", "main", str(top))
    stream = subprocess.Popen(["git", "fast-import", "--quiet"], cwd=top, env=environment, stdin=subprocess.PIPE)
    assert stream.stdin is not None
    for n in range(number + 1):
        text = f"feat(loader): read shard {n} of the data\n\n{BODY.format(n)}\n".encode()
        who = f"A <a@acme.example> {1_700_000_000 + n * 60} +0000"
        stream.stdin.write(
            f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(text)}\n".encode() + text + b"\n"
        )
        if n == 0:
            stream.stdin.write(b"reset refs/tags/root\nfrom refs/heads/main\n\n")
    stream.stdin.close()
    assert stream.wait() == 0
    git(top, environment, "switch", "-qc", "feat/loader", "main")
    write(top / ".git/COMMIT_EDITMSG", MESSAGE)
    return top


def one_message() -> dict[str, tuple[str, ...]]:
    """Ours, as a hook manager calls it."""
    return {"mlgovern": (*OURS, "hook", "commit-msg", "--only", "commits", ".git/COMMIT_EDITMSG")}


def message_peers(folder: Path) -> dict[str, tuple[str, ...]]:
    """What else judges a message, each as its own hook would call it."""
    python, node = folder / "venv/bin", folder / "node_modules/.bin"
    config = str(folder / "node_modules/@commitlint/config-conventional/lib/index.js")
    return {
        "commitlint": (str(node / "commitlint"), "--extends", config, "--edit", ".git/COMMIT_EDITMSG"),
        "conventional-pre-commit": (str(python / "conventional-pre-commit"), ".git/COMMIT_EDITMSG"),
        "cz check": (str(python / "cz"), "check", "--commit-msg-file", ".git/COMMIT_EDITMSG"),
        "gitlint": (
            str(python / "gitlint"),
            "--contrib",
            "contrib-title-conventional-commits",
            "--msg-filename",
            ".git/COMMIT_EDITMSG",
        ),
        "commit-check": (str(python / "commit-check"), "--message", ".git/COMMIT_EDITMSG"),
    }


def one_branch() -> dict[str, tuple[str, ...]]:
    """Ours, where a branch has just been entered."""
    return {"mlgovern": (*OURS, "hook", "post-checkout", "1", "2", "1")}


def branch_peers(folder: Path) -> dict[str, tuple[str, ...]]:
    """What else judges the name of a branch."""
    return {
        "commit-check": (str(folder / "venv/bin/commit-check"), "--branch"),
        "validate-branch-name": (str(folder / "node_modules/.bin/validate-branch-name"), "-r", "^(main|feat/.+)$"),
    }


def one_range() -> dict[str, tuple[str, ...]]:
    """Ours, the messages alone."""
    return {"mlgovern": (*OURS, "check", "--range", SPAN, "--only", "commits")}


def range_peers(folder: Path) -> dict[str, tuple[str, ...]]:
    """What else judges a range; gitlint starts several processes for each commit."""
    python, node = folder / "venv/bin", folder / "node_modules/.bin"
    config = str(folder / "node_modules/@commitlint/config-conventional/lib/index.js")
    return {
        "commitlint": (str(node / "commitlint"), "--extends", config, "--from", f"HEAD~{COMMITS}", "--to", "HEAD"),
        "cz check": (str(python / "cz"), "check", "--rev-range", SPAN),
        "gitlint": (str(python / "gitlint"), "--contrib", "contrib-title-conventional-commits", "--commits", SPAN),
    }


def transactions(repo: Path, environment: dict[str, str], runs: int) -> None:
    """What the reference-transaction hook adds to a git command that makes no branch, and to one that does."""
    move = ("git", "commit", "-q", "--allow-empty", "-m", MESSAGE)
    make = ("sh", "-c", "git branch feat/new && git branch -qD feat/new")
    bare = {"a commit, no hook": move, "a branch made and deleted, no hook": make}
    without = measure(bare, repo, environment, runs)
    subprocess.run(
        [*OURS, "install", "--hook", "reference-transaction"],
        cwd=repo,
        env=environment,
        check=True,
        capture_output=True,
    )
    hooked = {"a commit, with the hook": move, "a branch made and deleted, with the hook": make}
    show([*without, *measure(hooked, repo, environment, runs)], "the reference-transaction hook", without[0].name)


if __name__ == "__main__":
    main()
