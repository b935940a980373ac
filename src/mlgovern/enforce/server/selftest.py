"""`mlgovern hook pre-receive --self-test`: whether the hook would work here, told by a push that never happens."""

import os
import platform
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory

from mlgovern.enforce.server.apart import FORKS
from mlgovern.enforce.server.host import KEYS, host
from mlgovern.enforce.server.trusted import trusted
from mlgovern.errors import UserError
from mlgovern.facts import git as wall
from mlgovern.facts import state
from mlgovern.version import VERSION

_IDENTITY = "Self Test <self-test@mlgovern.invalid> 1700000000 +0000"
_MESSAGE = "added some stuff."


def selftest(run: Callable[[], int]) -> int:
    """Say what was found, a line each; 0 where a push would be judged."""
    sound = True
    for name, check in (("program", _program), ("settings", _settings), ("policy", _policy), ("audit log", _audit)):
        try:
            said, fine = check(), True
        except UserError as error:
            said, fine = str(error), False
        sound &= fine
        _say(f"{'ok' if fine else 'WRONG'}: {name}: {said}")
    _say("what a refusal looks like:")
    code = _refuses(run)
    _say(f"\n{'ok' if code == 1 else 'WRONG'}: a push that never was: exit {code}, where 1 is a refusal")
    return 0 if sound and code == 1 else 1


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _program() -> str:
    try:
        import re2
    except ImportError:
        patterns = "no google-re2, so that some patterns are refused"
    else:
        patterns = f"google-re2 ({re2.__name__})"
    apart = "a process of its own" if FORKS else "a thread"
    return f"mlgovern {VERSION}, Python {platform.python_version()}, {patterns}, {apart}"


def _settings() -> str:
    found = host(os.environ, _config(), os.getcwd())
    seconds, told = f"{found.seconds:g} s", f"server {found.provider}, user {found.user or 'unknown'}"
    return f"{seconds}, {told}, project {found.project}" + (f"; skipped: {found.skipped}" if found.skipped else "")


def _config() -> dict[str, str]:
    return state.values(wall.receiving(), KEYS) if os.path.isfile("HEAD") else {}


def _policy() -> str:
    server = host(os.environ, _config(), os.getcwd()).policy
    if server and not os.path.isfile(server):
        raise UserError(f"there is no file {server}")
    if not os.path.isfile("HEAD"):
        return "start this in a bare repository to have its policy checked"
    with wall.receiving() as git:
        return f"from {trusted(git, (), server).origin}"


def _audit() -> str:
    place = host(os.environ, _config(), os.getcwd()).audit
    if not place or place in {"stderr", "syslog"}:
        return place or "none"
    folder = os.path.dirname(place)
    if not os.path.isabs(place) or not os.access(place if os.path.exists(place) else folder, os.W_OK):
        raise UserError(f"{place} cannot be written by this user, or is not absolute")
    return place


def _refuses(run: Callable[[], int]) -> int:
    """The exit code of the hook for a commit that no policy likes, in a repository that is gone afterwards."""
    with TemporaryDirectory(prefix="mlgovern-") as folder:
        git = wall.apart(folder, ())
        blob = (
            git.ask("hash-object", "-w", "--stdin", stdin=b"A_PASSWORD=" + b"Otter" + b"AfterLunch\n").decode().strip()
        )
        tree = git.ask("mktree", stdin=f"100644 blob {blob}\t.env\n".encode()).decode().strip()
        text = f"tree {tree}\nauthor {_IDENTITY}\ncommitter {_IDENTITY}\n\n{_MESSAGE}\n".encode()
        commit = git.ask("hash-object", "-w", "-t", "commit", "--stdin", stdin=text).decode().strip()
        return _judged(run, git.git_dir, f"{'0' * len(commit)} {commit} refs/heads/main\n".encode())


def _judged(run: Callable[[], int], git_dir: str, lines: bytes) -> int:
    """The hook as git would start it there."""
    from tempfile import TemporaryFile

    before, kept = dict(os.environ), os.dup(0)
    with TemporaryFile() as file:
        file.write(lines)
        file.seek(0)
        os.dup2(file.fileno(), 0)
        for name in [
            name for name in os.environ if name.startswith(("GIT_", "MLGOVERN_AUDIT", "MLGOVERN_SKIP", "GL_REPO"))
        ]:
            del os.environ[name]
        os.environ["GIT_DIR"] = git_dir
        try:
            return run()
        finally:
            os.dup2(kept, 0)
            os.close(kept)
            os.environ.clear()
            os.environ.update(before)
