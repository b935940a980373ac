"""Every parser by what may be put before it: bytes in, a value or the documented error out. Anything else is a flaw."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mlgovern import baseline, engine, trailers
from mlgovern.compose_env import env_files_of
from mlgovern.enforce import gate, providers
from mlgovern.enforce.checkpoint import Checkpoint
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts.git import Git
from mlgovern.facts.message import stored
from mlgovern.facts.snapshot import Hidden
from mlgovern.finding import Report
from mlgovern.fix import undo
from mlgovern.fix.notebooks import strip
from mlgovern.flags import FORMATS
from mlgovern.gitignore import Ignores
from mlgovern.lines import Lines
from mlgovern.policy.cache import effective, every
from mlgovern.policy.gitleaks import imported
from mlgovern.policy.load import load, waivers_of
from mlgovern.policy.lock import LOCK_FILE
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.reporters import reporter
from mlgovern.rules.notebooks.definition import Settings
from mlgovern.rules.secrets import dotenv
from mlgovern.setup import attribute_lines, jsonc
from mlgovern.suppressions.cells import cells
from mlgovern.suppressions.comments import comments
from mlgovern.trial.cases import cases
from tests.abuse.hostile import ATTRIBUTES
from tests.abuse.test_policy_files import FAR, LOCK
from tests.factories import a_snapshot
from tests.rules.lockfiles.bases import PDM, POETRY, UV
from tests.rules.lockfiles.test_conda import CONDA, PIXI
from tests.rules.lockfiles.verdicts import PIP_TOOLS, PIPENV

NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {"tags": ["a"]}, "outputs": [{"output_type": "stream", "name": "stdout", "text": ["a\n"]}], "source": ["x = 1\n"]}],
     "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5},
    indent=1,
)  # fmt: skip
WAIVERS = "schema: 1\nwaivers:\n  - {rule: env-secret, paths: [a], reason: r, owner: o, created: 2026-11-01, until: 2026-12-01}\n"
POLICY = "schema: 1\nextends: [strategies/gitflow]\nrules:\n  oversized-file: {severity: error, settings: {max_bytes: 1000}}\nsecrets:\n  detectors:\n    - {id: x, keywords: [a], pattern: 'a+'}\n"
EVENT = json.dumps(
    {
        "pull_request": {"title": "feat: a", "base": {"sha": "a" * 40}, "head": {"sha": "b" * 40}},
        "before": "0" * 40,
        "after": "c" * 40,
        "deleted": False,
        "merge_group": {"base_sha": "a", "head_sha": "b", "base_ref": "refs/heads/main"},
        "repository": {"default_branch": "main"},
    }
)
GITLEAKS = '[extend]\nuseDefault = true\n[[rules]]\nid = "a"\nregex = \'\'\'(a)(b)\'\'\'\nsecretGroup = 2\nkeywords = ["a"]\nentropy = 3.5\n[[rules.allowlists]]\nregexes = ["a"]\npaths = ["b"]\nstopwords = ["c"]\n'
CASES = "schema: 1\ncases:\n  - name: a\n    given: {message: 'feat: a', files: {a.py: 'x'}}\n    expect: {commit-header-malformed: pass}\n"
UNDO = json.dumps({"disk": [["a", "0" * 40, ""]], "index": [["a", [33188, "0" * 40], None, "S"]]})
MESSAGE = "feat(io)!: add a loader\n\nIt loads what is there.\n\nBREAKING CHANGE: it is new\nCo-authored-by: A B <a@b.example>\n# a comment\n# ------------------------ >8 ------------------------\ndiff\n"
ENV = "export A='b c' # d\nB=\"e\\n${A}\"\nDB_URL=postgres://u:p@h/x\n"


class Target(NamedTuple):
    """One parser: what it is fed, and something that it takes well."""

    feed: Callable[[bytes], object]
    sample: str


@cache
def policy() -> Policy:
    return effective({POLICY_FILE: b"schema: 1\nextends: [strict]\n"}.get, None)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _policy(name: str, data: bytes) -> None:
    files = {POLICY_FILE: FAR.encode(), name: data}
    with suppress(PolicyError):
        load(files.get, every())


def _judged(path: str, around: Mapping[str, str], stage: str, data: bytes) -> None:
    """Every rule over a file among others: none may break, and every report of it can be written."""
    snapshot = a_snapshot(
        {path: data}, tracked={**around, "a.bin": b"\0"}, stages=(stage,), own=Hidden({".env.local": data})
    )
    report = engine.evaluate(snapshot, policy(), "2026-11-23")
    assert not report.crashes, report.crashes[0].trace
    for name in FORMATS:
        reporter(name)(report).encode()


def _message(data: bytes) -> None:
    for editor in (True, False):
        text = stored(data, editor=editor)
        trailers.trailers_of(text)
    report = engine.evaluate(a_snapshot(message=_text(data), stages=("commit-msg", "ci")), policy(), "2026-11-23")
    assert not report.crashes, report.crashes[0].trace


def _branch(data: bytes) -> None:
    for stage in ("pre-push", "ci"):
        report = engine.evaluate(a_snapshot(branch=_text(data), target="main", stages=(stage,)), policy(), "2026-11-23")
        assert not report.crashes, report.crashes[0].trace


def _title(data: bytes) -> Report:
    return gate._of_title(policy(), data.decode("utf-8", "replace"))


def _notebook(data: bytes) -> None:
    for path in ("a.ipynb", "a.zpln"):
        with suppress(UserError):
            strip(data, Settings(), path)


def _event(data: bytes) -> None:
    event = json.loads(data) if _is_json(data) else _text(data)
    said = event if isinstance(event, dict) else {}
    for name in ("pull_request", "merge_group", "push", ""):
        change = providers.found({"GITHUB_ACTIONS": "1", "GITHUB_EVENT_NAME": name}, said)
        assert all(isinstance(value, str | bool) for value in change)
    names = {
        name for provider in providers.PROVIDERS for name in provider.change.__code__.co_consts if isinstance(name, str)
    }
    for key in (
        "GITLAB_CI",
        "TF_BUILD",
        "JENKINS_URL",
        "BUILDKITE",
        "CIRCLECI",
        "TRAVIS",
        "BITBUCKET_BUILD_NUMBER",
        "CI",
    ):
        assert all(
            isinstance(value, str | bool)
            for value in providers.found({**dict.fromkeys(names, _text(data)), key: "1"}, {})
        )


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _in_a_file(feed: Callable[[Path], object], data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history-key"
        path.write_bytes(data)
        feed(path)


def _gitleaks(path: Path) -> None:
    with suppress(UserError):
        for line in imported(str(path)):
            assert "\n" not in line


def _checkpoint(path: Path) -> None:
    with Checkpoint(str(path.parent), "key"):
        pass


def _undo(path: Path) -> None:
    (path.parent / "mlgovern").mkdir()
    path.rename(path.parent / "mlgovern" / "undo.json")
    with suppress(UserError):
        undo._plan(Git(str(path.parent), str(path.parent), str(path.parent), {}))


def _baseline(data: bytes) -> None:
    with suppress(PolicyError):
        baseline.parse(data)


def _waivers(data: bytes) -> None:
    with suppress(PolicyError):
        waivers_of(data, policy())


def _cases(data: bytes) -> None:
    with suppress(PolicyError):
        list(cases("a.yaml", data, policy()))


def _suppressions(data: bytes) -> None:
    for path in ("a.py", "a.ipynb", "a.md"):
        lines = Lines(path, data)
        list(comments(lines))
        list(cells(lines))


def _ignored(data: bytes) -> None:
    Ignores({"": data, "a": data}).ignored("a/b/c.py")


def _attributes(data: bytes) -> None:
    attribute_lines.removed(attribute_lines.added(data, diff=True))


def _jsonc(data: bytes) -> None:
    with suppress(ValueError):
        jsonc.parse(_text(data))


def _locks() -> Iterator[tuple[str, Target]]:
    for base in (UV, POETRY, PDM, PIPENV, PIP_TOOLS, CONDA, PIXI):
        for path, text in base.items():
            yield f"{path} of {list(base)[-1]}", Target(partial(_judged, path, base, "ci"), text)


TARGETS: dict[str, Target] = {
    "policy": Target(partial(_policy, POLICY_FILE), POLICY),
    "lock of a policy": Target(partial(_policy, LOCK_FILE), LOCK),
    "waivers": Target(_waivers, WAIVERS),
    "cases": Target(_cases, CASES),
    "baseline": Target(_baseline, baseline.render("0123456789abcdef" * 2, [baseline.Entry("r", "a", "k", "0" * 16)]).decode()),
    "gitleaks": Target(partial(_in_a_file, _gitleaks), GITLEAKS),
    "message": Target(_message, MESSAGE),
    "title": Target(_title, "Draft: feat(a): b (#7)"),
    "branch": Target(_branch, "feat/ML-12-a"),
    "event": Target(_event, EVENT),
    "env": Target(lambda data: [*dotenv.parse(_text(data)), *dotenv.parse(_text(data), shell=True)], ENV),
    "env file": Target(partial(_judged, "conf/.env", {}, "pre-commit"), ENV),
    "compose": Target(lambda data: list(env_files_of("compose.yaml", data)), "services:\n  a:\n    env_file: [.env]\n    environment: {A: b}\n"),
    "notebook": Target(_notebook, NOTEBOOK),
    "notebook file": Target(partial(_judged, "a.ipynb", {}, "ci"), NOTEBOOK),
    "ignore rules": Target(_ignored, "/a/*\n!/a/b\n**/c[a-z]?\\ \n"),
    "ignore file": Target(partial(_judged, ".gitignore", {"data/a.csv": ""}, "ci"), "/data/\n!a\n"),
    "attributes": Target(_attributes, ATTRIBUTES),
    "attributes file": Target(partial(_judged, ".gitattributes", {"a.bin": ""}, "ci"), '*.bin filter=lfs\n[attr]a filter=b\n"a\\tb" a\n'),
    "suppressions": Target(_suppressions, "x = 1  # mlgovern: " + "ignore hardcoded-secret it is a test\n# gitleaks:" + "allow\n"),
    "kept history": Target(partial(_in_a_file, _checkpoint), "c00000010" + "0" * 24),
    "notes of a fix": Target(partial(_in_a_file, _undo), UNDO),
    "settings of an editor": Target(_jsonc, '// a\n{"b": [1, /* c */ 2,], "d": {"e": null}}\n'),
    "script": Target(partial(_judged, "a.py", {}, "ci"), 'password = "' + "abcd" + 'efgh12"\npath = "/home/a/b"\n'),
    "table": Target(partial(_judged, "a.csv", {}, "ci"), "email,phone\na@b.example,1\n"),
    "dvc file": Target(partial(_judged, "data/a.csv.dvc", {"data/.gitignore": "/a.csv\n"}, "ci"), "outs:\n- md5: " + "0" * 32 + "\n  path: a.csv\n  size: 1\n"),
    "dvc pipeline": Target(partial(_judged, "dvc.yaml", {"dvc.lock": ""}, "ci"), "stages:\n  a:\n    cmd: b\n    deps: [c]\n    outs: [d]\n"),
    "readme": Target(partial(_judged, "README.md", {}, "ci"), "# A\n\n## Data\n\n[a](b)\n"),
    **dict(_locks()),
}  # fmt: skip
