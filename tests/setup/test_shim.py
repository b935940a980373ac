"""The shims as text, and as git starts them: by sh, with a stand-in for the interpreter."""

import os
import subprocess
from pathlib import Path

import pytest

from mlgovern.setup.install import KNOWN
from mlgovern.setup.shim import READS_INPUT, is_ours, shim
from tests.conftest import Sealed

SHIPPED = Path(__file__).parents[2] / "hooks"
MISSING = 'mlgovern: commit refused, the interpreter of this hook is gone: run "mlgovern install" again.\n'


class Stand:
    """A repository with a hook whose interpreter writes down what it is given and exits as it is told."""

    def __init__(self, repo: Sealed) -> None:
        self.repo = repo
        self.python = self.program("outside/my python", "ours")
        folders = os.environ["PATH"].split(os.pathsep)
        self.path = os.pathsep.join(folder for folder in folders if not Path(folder, "mlgovern").exists())

    def program(self, path: str, name: str, code: int = 0) -> Path:
        """A program that logs its name, arguments and standard input."""
        target = self.repo.top.parent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        log = self.repo.top.parent / "log"
        target.write_text(
            f"#!/bin/sh\n{{ printf '[{name}' ; printf ' <%s>' \"$@\"; printf ']'; cat; }} >> '{log}'\nexit {code}\n"
        )
        target.chmod(0o755)
        return target

    def hook(self, name: str, text: str, as_name: str = "") -> Path:
        """A hook file."""
        target = self.repo.top / ".git/hooks" / (as_name or name)
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
        target.chmod(0o755)
        return target

    def run(self, hook: Path, *words: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
        """Exit code, log and standard error of a hook started from the top, as git does."""
        relative = hook.relative_to(self.repo.top)
        environment = {**self.repo.environment, "PATH": self.path}
        done = subprocess.run(
            [relative, *words], cwd=self.repo.top, env=environment, input=stdin, capture_output=True, check=False
        )
        log = self.repo.top.parent / "log"
        logged = log.read_bytes() if log.exists() else b""
        log.unlink(missing_ok=True)
        return done.returncode, logged, done.stderr.decode()


@pytest.fixture
def stand(repo: Sealed) -> Stand:
    return Stand(repo)


def test_exact_text() -> None:
    assert shim("commit-msg", "/home/dev/project-env/bin/python", False) == (
        "#!/bin/sh\n"
        "# mlgovern 1: written by `mlgovern install`, removed by `mlgovern uninstall`.\n"
        "python=/home/dev/project-env/bin/python\n"
        "\n"
        "ours() {\n"
        '  if [ -x "$python" ]; then exec "$python" -E -P -X utf8 -m mlgovern hook commit-msg "$@"; fi\n'
        "  for python in .venv/bin/python .venv/Scripts/python.exe; do\n"
        "    # Only what git ignores and nobody tracks: nothing that the repository brings is ever started.\n"
        '    if [ -x "$python" ] && git -c core.fsmonitor=false check-ignore -q "$python" 2>/dev/null &&\n'
        "      tracked=$(git -c core.fsmonitor=false ls-files -- ':(icase).venv' 2>/dev/null) && [ -z \"$tracked\" ] &&\n"
        "      \"$python\" -E -P -c 'import mlgovern' 2>/dev/null; then\n"
        '      exec "$python" -E -P -X utf8 -m mlgovern hook commit-msg "$@"\n'
        "    fi\n"
        "  done\n"
        "  unset PYTHONPATH\n"
        '  case $(command -v mlgovern) in /*) exec mlgovern hook commit-msg "$@" ;; esac\n'
        "  echo 'mlgovern: commit refused, the interpreter of this hook is gone: "
        'run "mlgovern install" again.\' >&2\n'
        "  exit 1\n"
        "}\n"
        "\n"
        'ours "$@"\n'
    )


@pytest.mark.parametrize("hook", KNOWN)
def test_every_shim_is_sh_and_ours(hook: str) -> None:
    for python in ("", "/p/it's python", "/p/a\nb"):
        texts = [shim(hook, python, more, by_name=more, runner=more) for more in (False, True)]
        assert all(is_ours(text.encode()) for text in texts)
        subprocess.run(["sh", "-n"], input="\n".join(texts).encode(), check=True)


def test_shipped_hooks_are_shims_without_an_interpreter() -> None:
    shipped = {
        path.name: (path.read_text(), os.access(path, os.X_OK)) for path in SHIPPED.iterdir() if path.name in KNOWN
    }
    assert {"commit-msg", "pre-commit", "pre-push", "prepare-commit-msg", "post-checkout", "post-commit"} == set(
        shipped
    )
    assert shipped == {name: (shim(name, "", False), True) for name in shipped}


@pytest.mark.parametrize("hook", ["commit-msg", "pre-push", "post-checkout"])
@pytest.mark.parametrize("code", [0, 1, 3])
def test_arguments_and_exit_code_arrive(stand: Stand, hook: str, code: int) -> None:
    stand.program("outside/my python", "ours", code)
    path = stand.hook(hook, shim(hook, str(stand.python), False))
    expected = f"[ours <-E> <-P> <-X> <utf8> <-m> <mlgovern> <hook> <{hook}> <a b> <> <$(x)>]lines".encode()
    assert stand.run(path, "a b", "", "$(x)", stdin=b"lines") == (code, expected, "")


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize(
    ("hook", "codes", "code", "order"),
    [
        pytest.param("commit-msg", (0, 0), 0, b"ours next", id="both pass"),
        pytest.param("commit-msg", (0, 7), 7, b"ours next", id="the next one refuses"),
        pytest.param("commit-msg", (1, 7), 1, b"ours", id="ours refuses: the next one is not asked"),
        pytest.param("pre-push", (0, 7), 7, b"ours next", id="push: the next one refuses"),
        pytest.param("pre-push", (1, 0), 1, b"ours", id="push: ours refuses: nothing is uploaded by the next one"),
        pytest.param("post-checkout", (0, 0), 0, b"ours next", id="afterwards: both pass"),
        pytest.param("post-checkout", (1, 7), 1, b"ours next", id="afterwards: both run, the first code counts"),
        pytest.param("post-checkout", (0, 7), 7, b"ours next", id="afterwards: only the next one complains"),
        pytest.param("post-rewrite", (4, 7), 4, b"ours next", id="afterwards, with input"),
    ],
)
def test_chain(stand: Stand, hook: str, codes: tuple[int, int], code: int, order: bytes, *, by_name: bool) -> None:
    stand.program("outside/my python", "ours", codes[0])
    stand.program(f"repo/.git/hooks/{hook}.mlgovern-next", "next", codes[1])
    path = stand.hook(hook, shim(hook, str(stand.python), True, by_name=by_name))
    got, log, stderr = stand.run(path, "x y")
    assert (got, stderr) == (code, "")
    assert b" ".join(part.split()[0] for part in log.split(b"[")[1:]) == order
    assert log.endswith(b" <x y>]")


@pytest.mark.parametrize(
    "stdin",
    [b"", b"\n", b"a", b"a\n", b"a\n\n\n", b"  a\\n %s $x `y`\r\n.", b"\xff\xfe\n", b"ref\n" * 50_000],
    ids=["empty", "newline", "no final newline", "one line", "blank lines", "odd", "not UTF-8", "200 KB"],
)
@pytest.mark.parametrize("hook", [hook for hook in READS_INPUT if hook in KNOWN and hook != "reference-transaction"])
def test_both_read_the_same_input(stand: Stand, hook: str, stdin: bytes) -> None:
    stand.program(f"repo/.git/hooks/{hook}.mlgovern-next", "next")
    path = stand.hook(hook, shim(hook, str(stand.python), True))
    code, log, stderr = stand.run(path, "origin", stdin=stdin)
    ours = f"[ours <-E> <-P> <-X> <utf8> <-m> <mlgovern> <hook> <{hook}> <origin>]".encode()
    assert (code, log, stderr) == (0, ours + stdin + b"[next <origin>]" + stdin, "")


ZERO, ONE = "0" * 40, "1" * 40
SOME = (
    f"{ZERO} {ONE} refs/heads/a\n{ZERO} {ONE} refs/tags/v1\n{ONE} {ZERO} refs/heads/b\n{ZERO} {ONE} refs/heads/ö\\x\n"
)


@pytest.mark.parametrize("chained", [False, True])
@pytest.mark.parametrize(
    ("state", "stdin", "given"),
    [
        pytest.param("prepared", SOME, f"{ZERO} {ONE} refs/heads/a\n{ZERO} {ONE} refs/heads/ö\\x\n", id="two are new"),
        pytest.param("prepared", f"{ONE} {ONE} refs/heads/a\n", None, id="a commit"),
        pytest.param("prepared", f"{ZERO} {ZERO} refs/heads/a\n", None, id="a deletion of whatever is there"),
        pytest.param("prepared", f"{ZERO} {ONE} refs/remotes/origin/a\n", None, id="a fetch"),
        pytest.param("prepared", f"{'0' * 64} {'a' * 64} refs/heads/a", None, id="half a line"),
        pytest.param("committed", SOME, None, id="too late"),
        pytest.param("aborted", SOME, None, id="nothing happens"),
    ],
)
def test_an_interpreter_starts_for_new_branches_alone(
    stand: Stand, state: str, stdin: str, given: str | None, *, chained: bool
) -> None:
    hook = "reference-transaction"
    if chained:
        stand.program(f"repo/.git/hooks/{hook}.mlgovern-next", "next")
    path = stand.hook(hook, shim(hook, str(stand.python), chained))
    code, log, stderr = stand.run(path, state, stdin=stdin.encode())
    ours = f"[ours <-E> <-P> <-X> <utf8> <-m> <mlgovern> <hook> <{hook}> <{state}>]{given}" if given else ""
    after = f"[next <{state}>]{stdin}" if chained else ""
    assert (code, log.decode(), stderr) == (0, ours + after, "")


def test_a_branch_that_is_refused_is_not_made(stand: Stand) -> None:
    stand.repo.commit()
    stand.program("outside/my python", "ours", 1)
    stand.hook("reference-transaction", shim("reference-transaction", str(stand.python), False))
    assert stand.repo.run("git", "branch", "new").returncode != 0
    assert stand.repo.git("branch", "--list", "new") == ""


@pytest.mark.parametrize("hook", ["commit-msg", "pre-push", "post-checkout"])
def test_a_next_hook_that_git_would_not_run_is_not_run(stand: Stand, hook: str) -> None:
    stand.program(f"repo/.git/hooks/{hook}.mlgovern-next", "next", 7).chmod(0o644)
    path = stand.hook(hook, shim(hook, str(stand.python), True))
    code, log, _ = stand.run(path)
    assert (code, log.count(b"[")) == (0, 1)


def test_input_that_nobody_reads_is_no_error(stand: Stand) -> None:
    stand.python.write_text("#!/bin/sh\nexit 0\n")
    stand.hook("pre-push", "#!/bin/sh\nexit 0\n", "pre-push.mlgovern-next")
    path = stand.hook("pre-push", shim("pre-push", str(stand.python), True))
    assert stand.run(path, stdin=b"ref\n" * 50_000) == (0, b"", "")


def test_a_hook_by_name_keeps_its_name(stand: Stand) -> None:
    stand.hook("commit-msg", '#!/bin/sh\necho "${0##*/} $1" >&2\nexit 5\n', "commit-msg.mlgovern-next")
    path = stand.hook("commit-msg", shim("commit-msg", str(stand.python), True, by_name=True))
    assert stand.run(path, "file")[::2] == (5, "commit-msg file\n")


def test_a_runner_is_not_started_again_from_its_own_legacy(stand: Stand) -> None:
    stand.program("repo/.git/hooks/commit-msg.mlgovern-next", "runner", 7)
    text = shim("commit-msg", str(stand.python), True, runner=True)
    code, log, _ = stand.run(stand.hook("commit-msg", text, "commit-msg.legacy"))
    assert (code, log.count(b"[")) == (0, 1)
    assert stand.run(stand.hook("commit-msg", text))[0] == 7


@pytest.mark.parametrize(
    ("hook", "sentence"),
    [
        ("commit-msg", MISSING),
        ("pre-push", MISSING.replace("commit", "push")),
        ("post-checkout", MISSING.replace("commit refused", "nothing was judged")),
    ],
)
def test_never_silent_without_an_interpreter(stand: Stand, hook: str, sentence: str) -> None:
    assert stand.run(stand.hook(hook, shim(hook, "/nowhere/python", False))) == (1, b"", sentence)


def test_shipped_hook_without_mlgovern_says_how_to_get_it(stand: Stand) -> None:
    text = (SHIPPED / "commit-msg").read_text()
    sentence = "mlgovern: commit refused, mlgovern is not installed here: pip install mlgovern\n"
    assert stand.run(stand.hook("commit-msg", text)) == (1, b"", sentence)


@pytest.mark.parametrize(
    ("ignore", "track", "found"),
    [
        pytest.param(".venv/\n", (), True, id="ignored and not tracked"),
        pytest.param("", (), False, id="not ignored"),
        pytest.param(".venv/\n", (".venv/bin/python",), False, id="the interpreter is tracked"),
        pytest.param(".venv/\n", (".venv/pyvenv.cfg",), False, id="something in it is tracked"),
        pytest.param(".venv/\n", (".VENV/x",), False, id="tracked in other letters"),
    ],
)
@pytest.mark.parametrize("place", [".venv/bin/python", ".venv/Scripts/python.exe"])
def test_environment_in_the_work_tree(
    stand: Stand, ignore: str, track: tuple[str, ...], place: str, found: bool
) -> None:
    stand.repo.write(".gitignore", ignore)
    for path in track:
        stand.repo.stage(path, "x")
    stand.program(f"repo/{place}", "env")
    code, log, stderr = stand.run(stand.hook("commit-msg", shim("commit-msg", "/nowhere/python", False)))
    logged = b"[env <-E> <-P> <-c> <import mlgovern>][env <-E> <-P> <-X> <utf8> <-m> <mlgovern> <hook> <commit-msg>]"
    assert (code, log, stderr) == ((0, logged, "") if found else (1, b"", MISSING))


def test_an_environment_without_mlgovern_is_passed_over(stand: Stand) -> None:
    stand.repo.write(".gitignore", ".venv/\n")
    stand.program("repo/.venv/bin/python", "env", 1)
    code, log, stderr = stand.run(stand.hook("commit-msg", shim("commit-msg", "/nowhere/python", False)))
    assert (code, log.count(b"["), stderr) == (1, 1, MISSING)


@pytest.mark.parametrize(
    ("folder", "found"), [("{top}/../bin", True), ("bin", False)], ids=["absolute", "in the work tree"]
)
def test_mlgovern_on_path(stand: Stand, folder: str, found: bool) -> None:
    stand.program("bin/mlgovern" if found else "repo/bin/mlgovern", "path")
    stand.path = f"{folder.format(top=stand.repo.top)}:{stand.path}"
    code, log, _ = stand.run(stand.hook("commit-msg", shim("commit-msg", "/nowhere/python", False)), "file")
    assert (code, log) == ((0, b"[path <hook> <commit-msg> <file>]") if found else (1, b""))


def test_a_fsmonitor_of_the_repository_is_not_started(stand: Stand) -> None:
    canary = stand.program("repo/canary", "canary")
    stand.repo.git("config", "core.fsmonitor", str(canary))
    stand.repo.write(".gitignore", ".venv/\n")
    stand.program("repo/.venv/bin/python", "env")
    _, log, _ = stand.run(stand.hook("commit-msg", shim("commit-msg", "/nowhere/python", False)))
    assert log.count(b"[") == 2
    assert b"canary" not in log
