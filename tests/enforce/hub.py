"""A server with a change on it, clones of it as CI services make them, and the gate in those."""

import json
from pathlib import Path

from tests.conftest import Sealed

PASSWORD = "Otter7" + "AfterLunch"
POLICY = "schema: 1\nextends: [base]\n"


class Hub:
    """A repository on a server, and clones of it as services make them."""

    def __init__(self, server: Sealed, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.count = 0

    def clone(self, *words: str) -> Sealed:
        self.count += 1
        name = f"clone{self.count}"
        self.server.git("clone", "-q", *words, f"file://{self.server.top}", str(self.folder / name))
        return Sealed(self.folder / name, self.server.environment)

    def merge_ref(self, source: str) -> str:
        """As GitHub makes it: the pull request, merged into its target."""
        tree = self.server.git("merge-tree", "--write-tree", "main", source)
        merge = self.server.git("commit-tree", "-p", "main", "-p", source, "-m", f"Merge {source} into main", tree)
        self.server.git("update-ref", "refs/pull/7/merge", merge)
        return merge

    def checkout(self, ref: str, *words: str) -> Sealed:
        """As actions/checkout does: one commit, fetched by its ref."""
        self.count += 1
        top = self.folder / f"work{self.count}"
        self.server.git("init", "-q", "--template=", str(top))
        work = Sealed(top, self.server.environment)
        work.git("remote", "add", "origin", f"file://{self.server.top}")
        work.git("fetch", "-q", "--no-tags", *(words or ("--depth=1",)), "origin", f"+{ref}:refs/remotes/pull/7/merge")
        work.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
        return work


def gate(work: Sealed, *words: str, **variables: str) -> tuple[int, str]:
    done = work.mlgovern("gate", *words, **{"CI": "true", "GITHUB_ACTIONS": "", "GITLAB_CI": "", **variables})
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def pull(work: Sealed, event: dict[str, object] | None = None) -> dict[str, str]:
    path = work.top / ".git" / "event.json"
    path.write_text(json.dumps(event or {}))
    return {
        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path),
        "GITHUB_HEAD_REF": "feat/x", "GITHUB_BASE_REF": "main",
    }  # fmt: skip


def findings(out: str) -> set[str]:
    return {finding["rule"] for finding in json.loads(out)["findings"]}
