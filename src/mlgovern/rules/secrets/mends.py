"""How a secret, or a file that holds one, leaves Git again."""

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.rules.secrets.names import LIVE, EnvFiles, env_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.found import Hit

_PUSHED = "if it was ever pushed"


def mend(snapshot: Snapshot, file: File, hit: "Hit", env_files: EnvFiles) -> str:
    """What to do about one secret: a command and a remark, or words."""
    kind = env_class(file.path, env_files)
    if kind == LIVE:
        return _removal(snapshot, file, untrack(snapshot, file), "rotate the secret")
    if kind is not None:
        return f"put a placeholder such as change-me there, and rotate it {_PUSHED}"
    if hit.span is None:
        renewal = "replace the key" if hit.rule == "private-key" else "rotate what it holds"
        return _removal(snapshot, file, f"git rm --cached {_quoted(file.path)}", renewal)
    if hit.rule != "private-key":
        return f"read it from the environment or a secret manager, and rotate it {_PUSHED}"
    return f"remove it, and replace the key pair {_PUSHED}"


def untrack(snapshot: Snapshot, file: File) -> str:
    """Out of the index and into the ignore rules, unless they ignore it already; out of a commit, in words."""
    if file.commit is not None:
        return _rewrite(snapshot, file.commit)
    from mlgovern.gitignore import appending, exactly, gather

    remove = f"git rm --cached {_quoted(file.path)}"
    if gather(snapshot)[0].ignored(file.path) is not None:
        return remove
    return f"{remove} && {appending([exactly(file.path)])}"


def _removal(snapshot: Snapshot, file: File, command: str, renewal: str) -> str:
    if file.commit is not None:
        return f"{renewal}; then {_rewrite(snapshot, file.commit)}"
    if file.path in snapshot.pushed:
        return f"{renewal} first: {snapshot.pushed[file.path][:8]} is pushed and has this file\n{command}"
    return f"{command}\n{renewal} {_PUSHED}"


def _rewrite(snapshot: Snapshot, commit: str) -> str:
    """A later commit that removes the file does not help: this one is what would be pushed."""
    return f"take the file out of the commit with {rebase(snapshot, commit)}"


def rebase(snapshot: Snapshot, commit: str) -> str:
    """The command that opens a commit for another look."""
    first = any(one.id == commit and not one.parents for one in snapshot.commits)
    start = "--root" if first else f"{commit[:8]}~"
    return f"git rebase -i {start}"


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(f"./{path}" if path.startswith(("-", ":", "~")) else path)
