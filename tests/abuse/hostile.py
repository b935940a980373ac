"""A repository whose owner wants whoever looks at it to run a program: every place that can name one names a canary."""

from pathlib import Path

from tests.conftest import Sealed

# What git runs if it believes the configuration; {} is a script that leaves its own name behind.
PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy", "core.askPass",
    "core.alternateRefsCommand", "sequence.editor", "pager.log", "pager.diff", "pager.status",
    "interactive.diffFilter", "diff.external", "diff.evil.command", "diff.evil.textconv",
    "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "filter.lfs.clean", "filter.mlgovern.process",
    "merge.evil.driver", "gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "gpg.x509.program",
    "credential.helper", "credential.https://h.example.helper", "remote.origin.uploadpack", "remote.origin.receivepack",
    "uploadpack.packObjectsHook", "trailer.sign.command", "trailer.sign.cmd", "gc.recentObjectsHook",
)  # fmt: skip
ALIASED = (
    "ls-files",
    "diff-index",
    "diff-tree",
    "cat-file",
    "rev-parse",
    "rev-list",
    "log",
    "status",
    "config",
    "for-each-ref",
)
SETTINGS = {
    "log.showSignature": "true",
    "commit.gpgSign": "true",
    "diff.ignoreSubmodules": "none",
    "protocol.ext.allow": "always",
    "remote.origin.url": "ext::sh -c '{}' origin",
    "branch.main.remote": "origin",
    "branch.main.merge": "refs/heads/main",
    "url.ext::sh -c '{}' .insteadOf": "https://",
    "submodule.recurse": "true",
    "submodule.part.update": "!{}",
    "submodule.part.url": "ext::sh -c '{}' part",
    "safe.bareRepository": "all",
    "trailer.sign.ifmissing": "add",
}
HOOKS = (
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change",
    "post-merge", "post-rewrite", "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg",
    "push-to-checkout", "reference-transaction",
)  # fmt: skip
ATTRIBUTES = "* filter=evil diff=evil merge=evil\n*.ipynb filter=evil diff=evil\n*.bin filter=lfs\n"


class Armed:
    """The canaries of one repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "fired"
        self.folder.mkdir()
        self._scripts = folder / "scripts"
        self._scripts.mkdir()

    def script(self, name: str) -> str:
        """A program that tells that it ran, and by which name; what it is fed it hands on."""
        plain = "".join(letter if letter.isalnum() else "-" for letter in name)
        path = self._scripts / plain
        path.write_text(f'#!/bin/sh\n: > "{self.folder.as_posix()}/{plain}"\ncat 2>/dev/null\nexit 0\n', newline="\n")
        path.chmod(0o755)
        return path.as_posix()

    def fired(self) -> list[str]:
        """The names of what ran."""
        return sorted(path.name for path in self.folder.iterdir())


def configured(armed: Armed) -> dict[str, str]:
    """Every key that names a program, with the program that tells of it."""
    said = {key: armed.script(key) for key in PROGRAMS}
    said |= {f"alias.{name}": f"!{armed.script(f'alias.{name}')}" for name in ALIASED}
    return said | {
        key.replace("{}", armed.script(key)): value.replace("{}", armed.script(key)) for key, value in SETTINGS.items()
    }


def armed(repo: Sealed, folder: Path) -> Armed:
    """Arm a repository that has its commits: half by its own configuration, half by a file that this includes."""
    made = Armed(folder)
    included = repo.top / ".git" / "included"
    for number, (key, value) in enumerate(configured(made).items()):
        where = ("--file", str(included)) if number % 2 else ()
        repo.git("config", *where, key, value)
    repo.git("config", "include.path", "included")
    for place in (repo.top / ".git" / "hooks", repo.top / "hooks"):
        place.mkdir(exist_ok=True)
        for name in HOOKS:
            made.script(name)
            (place / name).write_bytes(Path(made.script(name)).read_bytes())
            (place / name).chmod(0o755)
    repo.git("config", "core.hooksPath", "hooks")
    for path in made.folder.iterdir():  # what git ran while it was being armed
        path.unlink()
    return made
