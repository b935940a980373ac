"""The wall: the only module that runs git, always hardened, and hands out plain values.

A repository's own configuration can name programs that git starts even when it only reads. The prefix below switches
each of them off, the environment keeps git from asking, paging, tracing and fetching, and no command is used that runs a filter or
a textconv program whatever the configuration says (`status`, `diff` against the work tree, `log -p`, `show`).
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from mlgovern.errors import GitError
from mlgovern.record import NamedTuple

if TYPE_CHECKING:
    from git import Repo

    Process = subprocess.Popen[bytes]

HARDENED = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.ext.allow=never",
    "safe.bareRepository=explicit",
    "core.alternateRefsCommand=",  # a fetch would ask it for what an alternate holds
)
_SET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_ASKPASS": "",
    "GIT_NO_LAZY_FETCH": "1",  # git >= 2.45: a partial clone must not fetch in a hook
    "GIT_ALLOW_PROTOCOL": "none",  # older git: the fetch has no protocol to use
    "LC_ALL": "C",
}
_DROPPED = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_TRACE")
_OF_ONE_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
)
_PATHSPECS = ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS")
TIMEOUT = 120.0  # seconds for an answer
_SIZES = "--batch-check=%(objectname) %(objectsize)"
_BROKEN = "git cat-file stopped in the middle; `git fsck` tells what is wrong"
_PIPE = 1 << 20  # bytes that git may write ahead, where the system lets us say so
MOST_TEXT = 10_000_000  # bytes of a file of ours: a policy, waivers, a baseline
LEAST_PIPE = 4096  # bytes that fit into any pipe, also where a user has filled what the system lends them


class Blob(NamedTuple):
    """An object as `cat-file --batch` answers: None for what does not exist."""

    id: str
    kind: str
    data: bytes


class Git:
    """One repository and the hardened way to ask git about it."""

    def __init__(self, top: str, git_dir: str, common_dir: str, environment: dict[str, str]) -> None:
        self.top = top  # of the work tree; of the repository itself where it is bare
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.environment = environment
        self.bare = top == git_dir
        self.together: list[Process] | None = None  # what was started in the group of this process, for somebody to end
        self._objects: _Objects | None = None
        self._sizes: Question | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for started in (self._objects, self._sizes):
            if started is not None:
                started.close()

    def foresee(self, *, files: bool) -> None:
        """Start what will be needed, for files more than for a message, so that git's start-up passes while ours does."""
        self._objects = self._objects or _Objects(self)
        if files:
            self._sizes = self._sizes or self.begin("cat-file", _SIZES)

    def twin(self) -> "Git":
        """The same repository, for another process: nothing is at work there yet."""
        other = Git(self.top, self.git_dir, self.common_dir, self.environment)
        other.together = None if self.together is None else []
        return other

    def spawn(
        self,
        arguments: Iterable[str],
        stderr: int | IO[bytes] = subprocess.PIPE,
        stdin: int | IO[bytes] = subprocess.PIPE,
    ) -> "Process":
        """A git command at work."""
        alone = self.together is None
        process = _start(command(arguments), self.top, self.environment, (stdin, stderr), alone=alone)
        if self.together is not None:
            self.together.append(process)
        return process

    def start(self, arguments: Iterable[str], errors: IO[bytes], fed: IO[bytes] | None = None) -> "Process":
        """A git command that its caller reads while it works, and stops; what it complains of goes to a file."""
        return self.spawn(arguments, errors, subprocess.PIPE if fed is None else fed)

    def begin(self, *arguments: str) -> "Question":
        """A git command that works while we do."""
        return Question(self, arguments)

    def ask(self, *arguments: str, stdin: bytes = b"", allowed: tuple[int, ...] = (0,)) -> bytes:
        """What a git command prints; GitError with git's own last line where its exit code is not an allowed one."""
        return self.begin(*arguments).answer(stdin, allowed)

    def holds(self, *arguments: str) -> bool:
        """Whether a git command that answers by its exit code says yes."""
        code, _, err = _finish(self.spawn(arguments), b"")
        if code not in (0, 1):
            raise GitError(f"git {arguments[0]} failed: {last_line(err)}")
        return code == 0

    def verdict(self, *arguments: str) -> tuple[bool, str]:
        """Whether a git command that checks something is content, and what it says of it."""
        code, _, err = _run(command(arguments), self.top, self.environment, b"")
        return code == 0, err.decode("utf-8", "replace")

    def objects(self, names: Iterable[str], most: int | None = None) -> Iterator[Blob | None]:
        """The objects of these names, in their order, through one long-running `cat-file --batch`."""
        if self._objects is None:
            self._objects = _Objects(self)
        return self._objects.read(names, most)

    def read(self, name: str, most: int | None = None) -> bytes | None:
        """The bytes of one blob, such as `:README.md` in the index, or None; GitError for more than the most."""
        if "\n" in name:
            return None
        blob = next(self.objects([name], most))
        return blob.data if blob is not None and blob.kind == "blob" else None

    def sizes(self, ids: Iterable[str]) -> dict[str, int]:
        """Bytes of each object that exists, without reading it."""
        asked = dict.fromkeys(ids)
        if not asked:
            return {}
        question, self._sizes = self._sizes or self.begin("cat-file", _SIZES), None
        pairs = (line.split() for line in question.answer("".join(f"{name}\n" for name in asked).encode()).splitlines())
        return {pair[0].decode(): int(pair[1]) for pair in pairs if pair[1].isdigit()}

    def kinds(self, names: Iterable[str]) -> dict[str, str]:
        """What each name stands for: commit, tree, blob, tag; those that exist."""
        asked = sorted(set(names))
        if not asked:
            return {}
        stdin = "".join(f"{name}\n" for name in asked).encode("utf-8", "surrogateescape")
        out = self.ask("cat-file", "--batch-check=%(objecttype)", stdin=stdin)
        answers = zip(asked, out.decode("utf-8", "replace").splitlines(), strict=True)
        return {name: kind for name, kind in answers if kind in {"commit", "tree", "blob", "tag"}}


class Question:
    """One git command that has been started; it is answered once, or closed."""

    def __init__(self, git: Git, arguments: tuple[str, ...]) -> None:
        self._name = arguments[0]
        self._process = git.spawn(arguments)

    def answer(self, stdin: bytes = b"", allowed: tuple[int, ...] = (0,)) -> bytes:
        """What it prints; GitError with git's own last line where its exit code is not an allowed one."""
        code, out, err = _finish(self._process, stdin)
        if code not in allowed:
            raise GitError(f"git {self._name} failed: {last_line(err) or f'exit code {code}'}")
        return out

    def close(self) -> None:
        """End it unheard."""
        close(self._process)


class _Objects:
    """A `cat-file --batch` process, asked in chunks that fit into its pipe."""

    def __init__(self, git: Git) -> None:
        self._process = git.spawn(("cat-file", "--batch"), subprocess.DEVNULL)  # a full pipe would hang it
        self._in = cast("IO[bytes]", self._process.stdin)
        self._out = cast("IO[bytes]", self._process.stdout)

    def read(self, names: Iterable[str], most: int | None = None) -> Iterator[Blob | None]:
        for chunk in _chunks(names):
            try:
                self._in.write(b"".join(chunk))
                self._in.flush()
            except OSError as error:
                raise GitError(_BROKEN) from error
            # All answers of a chunk are taken before the first is handed on: a caller that stops early
            # must not leave half an answer in the pipe.
            yield from [self._answer(name, most) for name in chunk]

    def _answer(self, name: bytes, most: int | None) -> Blob | None:
        header = self._out.readline()
        words = header.split()
        if len(words) != 3 or not words[2].isdigit():
            if header.endswith((b" missing\n", b" ambiguous\n")):
                return None
            raise GitError(_BROKEN)
        size = int(words[2])
        if most is not None and size > most:
            for left in range(size + 1, 0, -_PIPE):  # it is passed over, so that the next answer can be read
                self._out.read(min(left, _PIPE))
            path = name.decode("utf-8", "replace").strip().partition(":")[2]
            raise GitError(f"{path} has {size:,} bytes; more than {most:,} of it are not read")
        data = self._out.read(size)  # without the line's end, which would be one more copy to take off
        if len(data) != size or self._out.read(1) != b"\n":
            raise GitError(_BROKEN)
        return Blob(words[0].decode(), words[1].decode(), data)

    def close(self) -> None:
        close(self._process)


def _chunks(names: Iterable[str]) -> Iterator[list[bytes]]:
    """Requests that fit into a pipe together, so that neither side waits for ever; one that is longer is alone."""
    chunk: list[bytes] = []
    size = 0
    for name in names:
        request = f"{name}\n".encode("utf-8", "surrogateescape")
        if chunk and size + len(request) > LEAST_PIPE:
            yield chunk
            chunk, size = [], 0
        chunk.append(request)
        size += len(request)
    if chunk:
        yield chunk


def locate(directory: str | None = None, *, bare: bool = False) -> Git:
    """The repository of a directory, or of the hook that is running; GitError where there is none.

    With a directory, every `GIT_*` of the environment is dropped: it speaks of another repository. `bare`: a directory
    that is itself a bare repository is as good; one that is merely met on the way never is.
    """
    environment = _environment(foreign=directory is not None)
    here = os.path.abspath(directory or os.getcwd())
    for name in {"GIT_DIR", "GIT_WORK_TREE"} & environment.keys():  # git is asked from elsewhere than it was started
        environment[name] = os.path.join(here, environment[name])
    plain = os.path.join(here, ".git")
    if "GIT_DIR" not in environment and os.path.isdir(plain) and os.path.isfile(os.path.join(plain, "HEAD")):
        return Git(here, plain, plain, environment)
    asked = ("rev-parse", "--is-inside-work-tree", "--absolute-git-dir", "--git-common-dir")
    named = "safe.bareRepository" if bare and directory is not None else None
    code, out, err = _run(command(asked, leave=named), here, environment, b"")
    if code != 0:
        raise GitError(_no_repository(err, directory, bare=bare))
    inside, git_dir, common = os.fsdecode(out).rstrip("\n").split("\n")
    common = os.path.normpath(os.path.join(here, common))
    if inside != "true" and named and os.path.realpath(git_dir) != os.path.realpath(here):
        raise GitError(_no_repository(b"safe.bareRepository", directory, bare=True))
    if inside != "true":
        return Git(git_dir, git_dir, common, {**environment, "GIT_DIR": git_dir} if named else environment)
    top = os.fsdecode(_run(command(("rev-parse", "--show-toplevel")), here, environment, b"")[1]).removesuffix("\n")
    return Git(top, git_dir, common, environment)


def receiving() -> Git:
    """The repository that a push arrives in, with what waits in quarantine; no `GIT_*` of that is dropped.

    What stands in place of an object is a ref of its own, which a push may bring, and parents are those that a commit names.
    """
    environment = {**_environment(foreign=False), "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
    git_dir = os.path.abspath(environment.get("GIT_DIR", "."))
    if not os.path.isfile(os.path.join(git_dir, "HEAD")):
        raise GitError("this is no repository that receives pushes: git starts this hook within one")
    git = Git(git_dir, git_dir, git_dir, {**environment, "GIT_DIR": git_dir})
    git.together = []
    return git


def fetching(git: Git) -> Git:
    """The same repository, which may fetch; ssh and the asking for passwords are those of the environment."""
    own = {key: os.environ[key] for key in ("GIT_ASKPASS", "GIT_SSH_COMMAND") if key in os.environ}
    passed = {"GIT_SSH_COMMAND": "ssh", "GIT_ALLOW_PROTOCOL": "file:http:https:ssh", **own}
    return Git(git.top, git.git_dir, git.common_dir, {**git.environment, **passed})


def filterless(git: Git) -> Git:
    """The same repository for a command that writes the index, without the filters that its configuration names.

    Git looks once more at files that are as young as the index (racy-git.txt), through their clean filter.
    """
    asked = ("config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
    keys = git.ask(*asked, allowed=(0, 1)).decode("utf-8", "surrogateescape").split("\0")[:-1]
    given = git.environment.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdecimal() else 0
    said = {"GIT_CONFIG_COUNT": str(first + len(keys))}
    for number, key in enumerate(keys, first):
        said |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": ""}  # no command, and not required
    return Git(git.top, git.git_dir, git.common_dir, {**git.environment, **said})


def apart(folder: str, protocols: tuple[str, ...]) -> Git:
    """A new, empty repository that may fetch by these protocols; what the user's own configuration says of them holds."""
    environment = {**_environment(foreign=True), "GIT_ALLOW_PROTOCOL": ":".join(protocols)}
    code, _, err = _run(command(("init", "--quiet", "--template=", folder)), os.path.dirname(folder), environment, b"")
    if code != 0:
        raise GitError(f"git init failed: {last_line(err)}")
    return Git(folder, os.path.join(folder, ".git"), os.path.join(folder, ".git"), environment)


def _no_repository(err: bytes, directory: str | None, *, bare: bool) -> str:
    if b"dubious ownership" in err:
        return "this folder belongs to another user; git tells how to trust it: git config --global --add safe.directory PATH"
    if b"safe.bareRepository" in err and bare:
        return "this is a bare repository; name it if you mean it: -C PATH"
    if b"safe.bareRepository" in err:
        return "this is a bare repository, without an index to judge; work in a clone of it"
    if b"not a git repo" in err or b"cannot change to" in err:
        return f"there is no Git repository at {directory or 'this folder'}; `git init` makes one"
    return f"git cannot open this repository: {last_line(err)}"


def commit_as_typed(git: Git, arguments: Iterable[str]) -> int:
    """`git commit` on its user's terminal, with their editor, identity and hooks; its exit code.

    The one call that is not hardened, since it is theirs: it runs in the current folder, as if they had typed it.
    """
    kept = {key: value for key, value in os.environ.items() if key in git.environment or key not in _OF_ONE_REPOSITORY}
    return subprocess.call([_binary(), "commit", *arguments], env=kept)


def hooks_folder(git: Git) -> str:
    """Where this repository's hooks really lie: worktrees and core.hooksPath respected.

    The one call that leaves core.hooksPath as it is; `rev-parse` runs no hook.
    """
    arguments = command(("rev-parse", "--git-path", "hooks"), leave="core.hooksPath")
    code, out, err = _run(arguments, git.top, git.environment, b"")
    if code != 0:
        raise GitError(f"git rev-parse failed: {last_line(err)}")
    return os.path.normpath(os.path.join(git.top, os.fsdecode(out).removesuffix("\n")))


def administration(path: str) -> "Repo":
    """A GitPython repository behind the same wall, for administration: init, install, fixtures."""
    from git import Repo

    repo = Repo(path)
    repo.git.set_persistent_git_options(c=list(HARDENED), no_optional_locks=True)
    repo.git.update_environment(**_SET)
    return repo


def command(arguments: Iterable[str], leave: str | None = None) -> list[str]:
    """The whole command line of one git call, hardened; `leave` names an option that stays as configured."""
    options = (part for entry in HARDENED if entry.partition("=")[0] != leave for part in ("-c", entry))
    return [_binary(), *options, "--no-optional-locks", *arguments]


_POSIX = os.name == "posix"


def _environment(*, foreign: bool) -> dict[str, str]:
    gone = (*_DROPPED, *_PATHSPECS)
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in gone and not key.startswith("GIT_TRACE") and not (foreign and key.startswith("GIT_"))
    }
    return {**kept, **_SET}


_found: list[str] = []


def _binary() -> str:
    """Git by its absolute path, found once; the current directory is never searched."""
    if not _found:
        name = "git" if _POSIX else "git.exe"
        folders = (folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder))
        _found.extend(path for folder in folders if os.access(path := os.path.join(folder, name), os.X_OK))
        if not _found:
            raise GitError("git was not found on PATH; it must be installed")
    return _found[0]


def _start(
    arguments: list[str],
    directory: str,
    environment: dict[str, str],
    streams: tuple[int | IO[bytes], int | IO[bytes]] = (subprocess.PIPE, subprocess.PIPE),
    *,
    alone: bool = True,
) -> "Process":
    new_group = 0 if _POSIX or not alone else 0x200  # CREATE_NEW_PROCESS_GROUP
    try:
        process = subprocess.Popen(
            arguments,
            cwd=directory,
            env=environment,
            stdin=streams[0],
            stdout=subprocess.PIPE,
            stderr=streams[1],
            start_new_session=_POSIX and alone,
            creationflags=new_group,
        )
    except FileNotFoundError as error:
        raise GitError(f"there is no folder {directory}") from error
    _widen(process)
    return process


def _widen(process: "Process") -> None:
    """Let git write ahead, unless this user has filled what the system lends them for pipes."""
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl

        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    fcntl(pipe, F_SETPIPE_SZ, _PIPE)


def _run(arguments: list[str], directory: str, environment: dict[str, str], stdin: bytes) -> tuple[int, bytes, bytes]:
    return _finish(_start(arguments, directory, environment), stdin)


def _finish(process: "Process", stdin: bytes) -> tuple[int, bytes, bytes]:
    try:
        out, err = process.communicate(stdin, timeout=TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not answer within {TIMEOUT:.0f} seconds") from error
    finally:
        if process.poll() is None:
            kill(process)
    return process.returncode, out, err


def kill(process: "Process") -> None:
    """End a process and all that it started, now."""
    if _POSIX:
        import signal

        with suppress(ProcessLookupError):  # it ended by itself meanwhile
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
            else:  # it is in the group of this process
                process.kill()
    else:
        process.kill()
    process.wait()


def close(process: "Process") -> None:
    """End a process unheard, if it still runs, and let go of its pipes."""
    if process.poll() is None:
        kill(process)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # what was not written yet is of no use to anybody
                pipe.close()


def last_line(err: bytes) -> str:
    """What git says last, as part of a sentence of ours."""
    lines = err.decode("utf-8", "replace").strip().splitlines()
    if lines and lines[-1].endswith(
        " from promisor remote"
    ):  # nothing is fetched on the way: a server would decide what is judged
        return (
            "this clone leaves objects out (it was made with a filter); `git fetch --refetch --no-filter` brings them"
        )
    return lines[-1].removeprefix("fatal: ").removeprefix("error: ") if lines else ""
