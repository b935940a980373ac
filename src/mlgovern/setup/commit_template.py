"""The file behind `commit.template`: what git's editor and VS Code's box begin with, made from the policy.

Its first line is refused as it stands, by git in an editor and by our rules from VS Code's box, which drops lines that
begin with `#` and knows no other comment character.
"""

from pathlib import Path

from mlgovern.compose.asks import Asks, asks, guide
from mlgovern.enforce.check import policy_of
from mlgovern.facts import state
from mlgovern.facts.git import Git
from mlgovern.files import read, write

KEY, FOLDER, NAME = "commit.template", "mlgovern", "commit-template"
ABOUT = "Written by `mlgovern install --template`, which also brings it up to date; `mlgovern uninstall` removes it."


def text(wanted: Asks, comment: str) -> str:
    """The template; without a comment string, lines of help would become part of every message."""
    first = f"type{'(scope)' if wanted.scope else ''}: " if wanted.manner.typed else ""
    lines = ("", *guide(wanted), "", ABOUT) if comment else ()
    return "\n".join([first, *(f"{comment} {line}".rstrip() for line in lines)]) + "\n"


def put(git: Git) -> list[str]:
    """Write the template and have git use it, unless its user has one already; sentences that say what was done."""
    path = _path(git)
    scope, value = _configured(git)
    if value and not _ours(value, path):
        return [f"{KEY} ({scope}) is {value} and stays; git config --{scope} --unset {KEY} makes room for ours."]
    data = text(asks(policy_of(git, None)), state.help_mark(git)).encode("utf-8", "surrogateescape")
    if value == path.as_posix() and read(path) == data:
        return [f"{KEY}: nothing to do."]
    write(path, data, 0o644)
    git.ask("config", "--local", KEY, path.as_posix())
    return [f"{KEY}: {path.as_posix()}"]


def take(git: Git) -> list[str]:
    """Take the template out again, if git still uses ours."""
    path = _path(git)
    scope, value = _configured(git)
    said = []
    if scope == "local" and _ours(value, path):
        git.ask("config", "--local", "--unset", KEY)
        said = [f"{KEY}: removed."]
    path.unlink(missing_ok=True)
    return said


def _path(git: Git) -> Path:
    """One for all worktrees, as the configuration is; absolute, since git looks for it from the top of each."""
    return Path(git.common_dir, FOLDER, NAME).absolute()


def _ours(value: str, path: Path) -> bool:
    """It is ours, or it was before the repository moved."""
    left = value.endswith(f"/{FOLDER}/{NAME}") and not Path(value).exists()
    return value == path.as_posix() or left


def _configured(git: Git) -> tuple[str, str]:
    """Where the effective value is set (system, global, local, worktree), and the value."""
    asked = ("config", "-z", "--show-scope", "--get-all", KEY)
    fields = git.ask(*asked, allowed=(0, 1)).decode("utf-8", "surrogateescape").split("\0")
    return (fields[-3], fields[-2]) if len(fields) >= 3 else ("", "")
