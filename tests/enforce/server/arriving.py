"""A repository that pushes arrive in, with objects that no ref holds yet, as in quarantine."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlgovern.policy.cache import every
from tests.conftest import Sealed

PASSWORD = "Otter" + "AfterLunch"  # joined here, so that no scanner trips over this file
ENV = {".env": f"POSTGRES_PASSWORD={PASSWORD}\n"}
POLICY = """\
schema: 1
extends: [base, strategies/github-flow]
rules: {branch-name-malformed: error, branch-protected-push: {settings: {plain: off}}}
"""


every()  # each judgement is a process of its own, split from this one: what is imported here is imported once


class Verdict(NamedTuple):
    """What the hook said."""

    code: int
    lines: list[str]
    audit: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def verdict(self) -> str:
        return self.lines[1] if self.lines else ""


class Server:
    """The receiving side, in this process."""

    def __init__(self, repo: Sealed, log: Path) -> None:
        self.repo, self.log = repo, log
        self.zeros = "0" * len(repo.git("hash-object", "--stdin"))
        self._number = 0

    def tip(self, ref: str = "main") -> str:
        return self.repo.git("rev-parse", ref)

    def grow(self, *commits: tuple[str, Mapping[str, str | None]], base: str = "main", merged: str = "") -> list[str]:
        """Commits one after the other that no ref holds; a file of None is taken out."""
        out = []
        for number, (message, files) in enumerate(commits, 1):
            text = message.encode("utf-8", "surrogateescape")
            out += [
                b"commit refs/tmp/x",
                b"mark :%d" % number,
                b"committer Ann Author <ann@acme.example> 1790000000 +0000",
            ]
            out += [b"data %d\n%s" % (len(text), text)]
            if number == 1 and base:
                out.append(b"from %s" % self.tip(base).encode())
            if number == 1 and merged:
                out.append(b"merge %s" % merged.encode())
            for path, content in files.items():
                data = (content or "").encode()
                out += (
                    [b"D %s" % path.encode()]
                    if content is None
                    else [b"M 644 inline %s\ndata %d\n%s" % (path.encode(), len(data), data)]
                )
        self._number += 1
        marks = self.log.parent / f"marks-{self._number}"
        stream = b"\n".join([*out, b"reset refs/tmp/x", b"from " + self.zeros.encode(), b""])
        self.repo.git("fast-import", "--quiet", "--force", f"--export-marks={marks}", stdin=stream)
        rows = dict(line.split(" ") for line in marks.read_text().splitlines())
        return [rows[f":{number}"] for number in range(1, len(commits) + 1)]

    def line(self, ref: str, new: str = "", old: str = "") -> str:
        return f"{old or self.zeros} {new or self.zeros} {ref}"

    def push(self, *lines: str, **variables: str) -> Verdict:
        """The hook, as git would start it."""
        self.log.unlink(missing_ok=True)
        stdin = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
        settings = {"GIT_DIR": str(self.repo.top / ".git"), "MLGOVERN_AUDIT": str(self.log), "MLGOVERN_SECONDS": "60"}
        done = self.repo.mlgovern("hook", "pre-receive", stdin=stdin, **{**settings, **variables})
        assert done.stdout == b""
        logged = json.loads(self.log.read_text()) if self.log.exists() else {}
        return Verdict(done.returncode, done.stderr.decode().splitlines(), logged)

    def govern(self, **files: str) -> None:
        """Put files on the default branch: `policy` is that of the repository, `waivers` its waivers."""
        names = {"policy": ".mlgovern.yaml", "waivers": ".mlgovern/waivers.yaml"}
        for name, text in files.items():
            self.repo.stage(names[name], text)
        self.repo.commit("chore: govern")


class Hosted:
    """A bare repository with the hook, and a clone that pushes to it: real processes all the way."""

    def __init__(self, make_repo: Callable[..., Sealed], python: str, *options: str) -> None:
        self.bare = make_repo("server.git", "--bare", *options)
        self.clone = make_repo("clone", *options)
        hook = self.bare.top / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec {python} hook pre-receive\n")
        hook.chmod(0o755)
        self.clone.git("remote", "add", "origin", str(self.bare.top))

    def push(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        return self.clone.run("git", "push", "-q", "origin", *words, **{"MLGOVERN_SECONDS": "60", **variables})

    def holds(self, name: str) -> bool:
        """Whether the server has an object."""
        return self.bare.run("git", "cat-file", "-e", name, GIT_DIR=os.fspath(self.bare.top)).returncode == 0
