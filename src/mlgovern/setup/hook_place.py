"""Where hooks may be written: a folder of this repository alone that nobody tracks."""

from pathlib import Path

from mlgovern.errors import UserError
from mlgovern.facts.git import Git, hooks_folder
from mlgovern.record import NamedTuple


class Place(NamedTuple):
    """The folder that git starts hooks from; `foreign` says in words why it is not ours to write to, or is empty."""

    folder: Path
    foreign: str = ""


def place(git: Git) -> Place:
    """The hooks folder of a repository and whether it may be written to."""
    top = Path(git.top).resolve()
    if top == Path(git.git_dir).resolve():
        raise UserError(
            "hooks of a developer need a work tree: run this at the top of a clone, not in a bare repository"
        )
    folder = Path(hooks_folder(git))
    if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
        raise UserError(f"core.hooksPath is {folder}, which switches all hooks off: git config --unset core.hooksPath")
    real = folder.resolve()
    if real.is_relative_to(Path(git.common_dir).resolve()):
        return Place(folder)
    scope = _scope(git)
    leads = f"core.hooksPath ({scope}) leads to {folder}"
    if not real.is_relative_to(top):
        return Place(folder, f"{leads}, outside this repository")
    if scope not in ("local", "worktree", "not set"):
        return Place(folder, f"{leads}, and to such a folder in other repositories")
    inside = real.relative_to(top).as_posix()
    if git.ask("ls-files", "-z", "--", ":(top)" if inside == "." else f":(top,literal){inside}"):
        return Place(folder, f"{leads}, which Git tracks")
    return Place(folder)


def _scope(git: Git) -> str:
    """Where the effective core.hooksPath is set: system, global, local, worktree or command."""
    fields = git.ask("config", "-z", "--show-scope", "--get-all", "core.hooksPath").split(b"\0")
    return fields[-5].decode() if len(fields) >= 5 else "not set"  # the last pair is the wall's own
