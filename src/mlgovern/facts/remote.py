"""Files of other repositories and of installed distributions: the only place that fetches, for `policy lock` alone."""

from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from mlgovern.errors import GitError, UserError
from mlgovern.facts.git import Git, apart
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

MOST_BYTES = 256 * 1024
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc")
_SIGNATURE = rx(r"(?m)^-----BEGIN (?:PGP SIGNATURE|SSH SIGNATURE|SIGNED MESSAGE)-----$")
_KEY = rx(r'(?m)^\[GNUPG:\] VALIDSIG ([0-9A-F]{16,64})\b|^Good "git" signature for .* key (SHA256:[A-Za-z0-9+/=]+)$')
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

    def signer(self, url: str, revision: str, commit: str) -> str:
        """The key that vouches for a commit: by a signed tag of this name, else by the commit's own signature.

        Whose keys count, the user's own configuration of git says; nothing of the repository's is read for it.
        """
        git = self._remote(url).git
        if commit not in git.kinds([commit]):
            self._fetch(git, url, commit)
        tag = "" if _COMMIT.fullmatch(revision) else f"refs/tags/{revision}"
        if tag:
            git.ask(*_FETCH, "--depth=1", url, f"+{tag}:{tag}")
        asked = (
            ("verify-tag", "--raw", tag) if tag and _signed(git, tag, commit) else ("verify-commit", "--raw", commit)
        )
        good, said = git.verdict(*asked)
        key = _KEY.search(said) if good else None
        if key is None:
            flaw = f"has a signature that does not count: {_reason(said)}" if said.strip() else "is not signed"
            raise UserError(
                f"{revision!r} in {url}, commit {commit[:12]}, {flaw}; it is extended with require_signature: true, so nothing is locked"
            )
        return key[1] or key[2]

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


def _signed(git: Git, tag: str, commit: str) -> bool:
    """Whether a tag is an object with a signature, made under this name and for this commit: one of another name is no proof."""
    if git.kinds([tag]).get(tag) != "tag" or git.ask("rev-parse", f"{tag}^{{commit}}").decode().strip() != commit:
        return False
    head, _, message = git.ask("cat-file", "tag", tag).decode("utf-8", "replace").partition("\n\n")
    return f"tag {tag.removeprefix('refs/tags/')}" in head.split("\n") and _SIGNATURE.search(message) is not None


def _reason(said: str) -> str:
    """What git says last of a signature, without the lines for programs."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("[GNUPG:]")]
    bad = "bad signature" if "[GNUPG:] BADSIG" in said else "none of your keys vouches for it"
    return lines[-1].removeprefix("error: ")[:200] if lines else bad


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
