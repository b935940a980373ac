"""Files of other repositories and of installed distributions: the only place that fetches, for `policy lock` alone."""

from tempfile import TemporaryDirectory
from types import TracebackType
from typing import NamedTuple, Self

from mlgovern.errors import GitError, UserError
from mlgovern.facts.git import Git, apart
from mlgovern.rx import rx

MOST_BYTES = 256 * 1024
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc")
_COMMIT = rx(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Remote(NamedTuple):
    """A repository somewhere else."""

    url: str
    git: Git  # of an empty repository that takes what is fetched


class Remotes:
    """Other repositories, each fetched into an empty one that is thrown away; nothing of theirs is checked out or run."""

    def __init__(self, protocols: tuple[str, ...]) -> None:
        self._protocols = protocols
        self._folder = TemporaryDirectory(prefix="mlgovern-")
        self._known: dict[str, Remote] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for remote in self._known.values():
            remote.git.__exit__(kind, error, at)
        self._folder.cleanup()

    def commit(self, url: str, revision: str) -> str:
        """The commit that a tag, or itself, stands for; a branch is refused, since it moves."""
        if _COMMIT.fullmatch(revision):
            return revision
        tag, branch = f"refs/tags/{revision}", f"refs/heads/{revision}"
        git = self._remote(url).git
        try:
            out = git.ask("ls-remote", "--quiet", url, tag, f"{tag}^{{}}", branch).decode("utf-8", "replace")
        except GitError as error:
            raise GitError(f"{url} cannot be reached: {error}") from error
        found = {name: commit for commit, _, name in (line.partition("\t") for line in out.splitlines())}
        commit = found.get(f"{tag}^{{}}") or found.get(tag)
        if commit is None and branch in found:
            raise UserError(f"{revision!r} is a branch of {url}, which moves; pin a tag or the commit {found[branch]}")
        if commit is None:
            raise UserError(f"there is no tag {revision!r} in {url}")
        if not _COMMIT.fullmatch(commit):
            raise GitError(f"{url} answered what is no commit id")
        return commit

    def file(self, url: str, commit: str, path: str) -> bytes:
        """A plain file at a commit."""
        git = self._remote(url).git
        if commit not in git.kinds([commit]):
            self._fetch(git, url, commit)
        entry = git.ask("ls-tree", "-z", "--full-tree", commit, "--", path).split(b"\0")[0]
        mode, kind, blob = ([*entry.partition(b"\t")[0].split(), b"", b"", b""])[:3]
        if kind != b"blob" or mode not in {b"100644", b"100755"} or entry.partition(b"\t")[2] != path.encode():
            raise UserError(f"there is no file {path!r} in {url} at {commit[:12]}")
        size = git.sizes([blob.decode()]).get(blob.decode(), 0)
        if size > MOST_BYTES:
            raise UserError(f"{path!r} in {url} has {size} bytes; a policy file has at most {MOST_BYTES}")
        return git.read(blob.decode()) or b""

    def _fetch(self, git: Git, url: str, commit: str) -> None:
        try:
            git.ask(*_FETCH, "--depth=1", url, commit)
        except GitError:  # a server that hands out nothing but what its refs name
            git.ask(*_FETCH, url, "+refs/heads/*:refs/far/heads/*", "+refs/tags/*:refs/far/tags/*")
        if git.kinds([commit]).get(commit) != "commit":
            raise UserError(f"there is no commit {commit} in {url}")

    def _remote(self, url: str) -> Remote:
        if url not in self._known:
            folder = f"{self._folder.name}/{len(self._known)}"
            self._known[url] = Remote(url, apart(folder, self._protocols))
        return self._known[url]


def from_distribution(name: str, path: str) -> tuple[str, bytes]:
    """The version of an installed distribution, and one of its files; nothing of it is imported."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution(name)
    except PackageNotFoundError:
        raise UserError(f"the distribution {name} is not installed beside mlgovern") from None
    files = [file for file in found.files or () if file.as_posix() == path or file.as_posix().endswith(f"/{path}")]
    if len(files) != 1:
        what = "no file" if not files else f"{len(files)} files"
        raise UserError(f"{name} {found.version} has {what} {path!r}; write its path as `pip show --files {name}` does")
    try:
        with open(str(found.locate_file(files[0])), "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"{path!r} of {name} cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise UserError(f"{path!r} of {name} is larger than {MOST_BYTES} bytes")
    return found.version, data
