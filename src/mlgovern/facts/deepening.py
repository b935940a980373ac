"""More of the history of this checkout, from where it came: for the gate alone, which has to see a whole range."""

from collections.abc import Iterable
from contextlib import suppress

from mlgovern.errors import GitError
from mlgovern.facts.git import Git, fetching
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc", "--no-write-fetch-head")
_ID = rx(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BRANCH = rx(r"[^\x00-\x20\x7f~^:?*\[\\]+")  # what would mean something else in a refspec is in no branch's name
_HELPERS = "^credential\\..*helper$"


class Remote(NamedTuple):
    """Where this clone came from; without a URL, why nothing is fetched."""

    name: str = ""
    url: str = ""
    why: str = ""


def remote(git: Git) -> Remote:
    """The remote that is called origin, or the first."""
    names = git.ask("remote").decode("utf-8", "replace").split("\n")[:-1]
    name = "origin" if "origin" in names else names[0] if names else ""
    urls = git.ask("config", "--get-all", f"remote.{name}.url", allowed=(0, 1)).decode("utf-8", "replace").splitlines()
    if not urls:
        return Remote(why="this clone has no remote")
    if "::" in urls[0].partition("/")[0]:
        return Remote(name, why="its remote asks for a helper, which is not run")
    said = git.ask("config", "--show-scope", "--get-regexp", _HELPERS, allowed=(0, 1)).decode("utf-8", "replace")
    if any(line.startswith(("local\t", "worktree\t")) for line in said.splitlines()):
        return Remote(name, why="its configuration names a credential helper, which is not run")
    return Remote(name, urls[0])


def default(git: Git, far: Remote) -> str:
    """The branch that a new one comes from: as this clone remembers it, else as the other side says; or nothing."""
    prefix = f"refs/remotes/{far.name}/"
    known = git.ask("symbolic-ref", "-q", f"{prefix}HEAD", allowed=(0, 1, 128)).decode("utf-8", "surrogateescape")
    if known.startswith(prefix) or not far.url:
        return known.removeprefix(prefix).rstrip("\n")
    with fetching(git) as plain, suppress(GitError):  # then it stays unknown, which is told
        said = plain.ask("ls-remote", "--quiet", "--symref", "--upload-pack=git-upload-pack", "--", far.url, "HEAD")
        ref = said.decode("utf-8", "surrogateescape").partition("\t")[0]
        return ref.removeprefix("ref: refs/heads/") if ref.startswith("ref: refs/heads/") else ""
    return ""


def fetch(git: Git, far: Remote, ids: Iterable[str], branches: Iterable[str], depth: int) -> None:
    """Commits by their ids, and branches, as remote-tracking ones; what the server does not hand out is left out.

    A depth of 0 brings the whole history. No program that the clone's configuration names is run: not its ssh, not its
    upload-pack, no hook.
    """
    depths = (f"--depth={depth}",) if depth else ()
    wanted = [one for one in ids if _ID.fullmatch(one)]
    wanted += [f"+refs/heads/{one}:refs/remotes/{far.name}/{one}" for one in branches if _BRANCH.fullmatch(one)]
    with fetching(git) as plain:
        for one in wanted:
            with suppress(GitError):  # what is still missing then is told as not judged
                plain.ask(*_FETCH, *depths, "--upload-pack=git-upload-pack", "--", far.url, one)
