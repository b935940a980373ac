"""The invariants of the design, as tests over imports, the rule list and what a run leaves behind."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from mlgovern.rule import page
from mlgovern.rules import RULES
from tests.conftest import Sealed

SOURCE = Path(__file__).parent.parent / "src" / "mlgovern"
MODULES = {
    path.relative_to(SOURCE).with_suffix("").as_posix(): ast.parse(path.read_text("utf-8"))
    for path in SOURCE.rglob("*.py")
}
EVERY_RULE = [rule for rules in RULES.values() for rule in rules]

# What must never be loaded where a commit waits for it.
HEAVY = (
    "dataclasses",
    "inspect",
    "importlib.metadata",
    "logging",
    "pathlib",
    "tomllib",
    "git",
    "nbformat",
    "commitizen",
    "rich",
    "yaml",
)

# What several families know: they must not import each other.
SHARED = ("trailers", "bots", "anew", "near", "compose_env")

# Imports run one way: a module may import from its own layer's row or any row above it.
LAYERS = (
    (
        *(
            "errors",
            "record",
            "finding",
            "facts/snapshot",
            "rx",
            "globs",
            "wildmatch",
            "gitignore",
            "version",
            "flags",
            "files",
            "lines",
            "linear",
            "dialect",
            "regular",
        ),
        *("baseline", *SHARED),
    ),
    ("rule", "fields"),
    ("rules",),
    ("custom",),
    ("policy", "facts", "reporters", "plugins"),
    ("suppressions",),
    ("waiving",),
    ("hiding",),
    ("engine",),
    ("enforce", "compose", "fix", "setup", "reference", "administer", "trial", "export"),
    ("cli",),
    ("__main__",),
)


@cache
def imports(module: str) -> set[str]:
    """Modules of ours that a module imports anywhere in it, as paths below src/mlgovern."""
    found = set()
    for node in ast.walk(MODULES[module]):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("mlgovern."):
                path = name.removeprefix("mlgovern.").replace(".", "/")
                found.add(path if path in MODULES or f"{path}/__init__" in MODULES else path.rpartition("/")[0])
    return found - {""}


@cache
def foreign(module: str) -> set[str]:
    """Top-level names of other packages that a module imports anywhere in it."""
    found = set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found - {"mlgovern"}


def layer(path: str) -> int:
    names = [path, path.partition("/")[0]]
    return next(number for name in names for number, row in enumerate(LAYERS) if name in row)


def test_imports_run_one_way() -> None:
    above = [
        (module, name)
        for module in MODULES
        for name in imports(module)
        if module != "__init__" and layer(name) > layer(module)
    ]
    assert above == []


FAMILY_NAMES = sorted({name.split("/")[1] for name in MODULES if name.startswith("rules/")} | {"custom"})


@pytest.mark.parametrize("family", FAMILY_NAMES)
def test_rules_reach_nothing_but_values(family: str) -> None:
    folders = (f"rules/{family}", "custom/") if family == "custom" else (f"rules/{family}",)
    for module in sorted(name for name in MODULES if name.startswith(folders)):
        _reaches_nothing_but_values(module)


def _reaches_nothing_but_values(module: str) -> None:
    reached = {"os", "sys", "subprocess", "time", "socket", "pathlib", "shutil", "tempfile", "random", "urllib", "http"}
    assert not foreign(module) & reached, module
    calls = {
        node.func.id
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "exec", "eval", "input", "__import__"}, module
    clocks = {node.attr for node in ast.walk(MODULES[module]) if isinstance(node, ast.Attribute)}
    assert not clocks & {"now", "today", "utcnow", "environ"}, module
    if module != "rules/__init__" and not module.startswith("custom/"):
        family = module.split("/")[1]
        others = {name for name in imports(module) if name.startswith("rules/") and name.split("/")[1] != family}
        assert not others, f"{module} imports another family: {others}"
        allowed = {
            "record",
            "finding",
            "lines",
            "rx",
            "rule",
            "fields",
            "facts/snapshot",
            "globs",
            "gitignore",
            *SHARED,
        }
        assert {name for name in imports(module) if not name.startswith("rules")} <= allowed, module


def test_git_runs_in_one_module() -> None:
    starters = {"subprocess", "multiprocessing", "pty"}
    assert {name for name in MODULES if foreign(name) & starters - {"multiprocessing"}} == {
        "facts/git",
        "enforce/tools",
        "plugins/asking",
    }
    assert [name for name in MODULES if "multiprocessing" in foreign(name)] == [
        "enforce/pair",
        "enforce/server/apart",
    ]  # run no program
    assert {name for name in MODULES if "git" in foreign(name)} == {"facts/git"}
    for name, tree in MODULES.items():
        calls = [
            node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        ]
        assert not [c for c in calls if c.value.id == "os" and c.attr in {"system", "popen", "spawnv", "execv"}], name  # type: ignore[attr-defined]  # filtered above


def test_policy_yaml_is_read_in_one_module() -> None:
    configuration_of_pre_commit = {"setup/precommit_file"}  # not a policy
    manifests_of_conda = {"rules/lockfiles/yamls"}  # nor are these
    others = configuration_of_pre_commit | manifests_of_conda
    assert {name for name in MODULES if "yaml" in foreign(name)} == {"policy/load"} | others


def test_two_commands_fetch() -> None:
    assert {name for name in MODULES if "facts/deepening" in imports(name)} == {"enforce/ends"}
    assert {name for name in MODULES if "enforce/ends" in imports(name)} == {"enforce/gate"}
    assert {name for name in MODULES if "facts/remote" in imports(name)} == {"administer/lock"}
    assert {name for name in MODULES if "administer/lock" in imports(name)} == {"administer/actions"}
    asking = {
        name
        for name in MODULES
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Constant) and node.value in {"fetch", "ls-remote", "clone"}
    }
    assert asking == {"facts/remote", "facts/deepening"}


def test_engine_and_rules_know_no_git() -> None:
    for name in ("engine", "rule", "finding", "facts/snapshot"):
        assert not imports(name) & {"facts/git", "facts/collect", "facts/state", "facts/listings", "policy/load"}


def test_reporters_see_only_a_report() -> None:
    for name in MODULES:
        if name.startswith("reporters/"):
            assert imports(name) <= {"record", "finding", "rx", "version", "reporters/text", "reporters/plain"}, name


def test_nothing_imports_the_command_line() -> None:
    assert {name for name in MODULES if "cli" in imports(name)} == {"__main__"}


def test_every_rule_has_one_id_named_after_its_function() -> None:
    ids = [rule.id for rule in EVERY_RULE]
    assert len(ids) == len(set(ids))
    for rule in EVERY_RULE:
        assert rule.judge.__name__ == rule.id.replace("-", "_")
        assert not rule.id.startswith(("no-", "require-", "check-"))


def test_every_rule_has_a_page() -> None:
    pages = {rule.id: page(rule) for rule in EVERY_RULE}
    assert [name for name, one in pages.items() if not (one.why and one.mend and one.heading.endswith("."))] == []


def test_settings_have_defaults_and_are_hashable_values() -> None:
    for rule in EVERY_RULE:
        if rule.settings != ():
            assert type(rule.settings)() == rule.settings, rule.id


@pytest.mark.parametrize("hook", ("commit-msg", "pre-commit", "post-checkout"))
def test_the_hook_path_loads_nothing_heavy(repo: Sealed, hook: str) -> None:
    repo.stage("src/load.py", "print('hello')\n")
    message = repo.write(".git/COMMIT_EDITMSG", "feat: load the data\n")
    words = (
        [hook, str(message)] if hook == "commit-msg" else [hook, "1", "2", "1"] if hook == "post-checkout" else [hook]
    )
    repo.mlgovern("hook", *words)  # fills the cache of the policy
    code = (
        "import sys; from mlgovern.__main__ import run; code = run(['hook', *sys.argv[1:]]); "
        f"print([name for name in {HEAVY!r} if name in sys.modules]); sys.exit(code)"
    )
    unmeasured = {key: value for key, value in repo.environment.items() if not key.startswith("COVERAGE")}
    done = Sealed(repo.top, unmeasured).run(sys.executable, "-P", "-c", code, *words)
    assert done.stdout.decode().strip() == "[]"


def test_a_family_whose_rules_are_off_is_neither_loaded_nor_asked_for(repo: Sealed) -> None:
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {placeholder-identity: off}\n")
    message = repo.write(".git/COMMIT_EDITMSG", "feat: load the data\n")
    repo.mlgovern("hook", "commit-msg", str(message))  # fills the cache of the policy
    code = (
        "import sys; from mlgovern.facts import history; history._ident = None; "  # whoever asks git breaks
        "from mlgovern.__main__ import run; code = run(['hook', 'commit-msg', sys.argv[1]]); "
        "print(code, [name for name in sys.modules if name.startswith('mlgovern.rules.authorship')])"
    )
    done = repo.run(sys.executable, "-P", "-c", code, str(message))
    assert done.stdout.decode().strip() == "0 []"


def test_a_check_changes_nothing(repo: Sealed) -> None:
    repo.stage("a.ipynb", "{}")
    repo.stage(".env", "A=1\n")
    repo.commit()
    repo.stage("b.py", "b\n")
    repo.write("b.py", "changed\n")
    repo.write("untracked", "u")
    before = repo.status()
    for words in (("check",), ("check", "--staged"), ("check", "--format", "json"), ("hook", "pre-commit")):
        repo.mlgovern(*words)
    assert repo.status() == before


def test_same_input_same_output(repo: Sealed) -> None:
    for name in ("a.ipynb", "b/.env", "c.pkl"):
        repo.stage(name, "PASSWORD=" + "Otter" + "AfterLunch\n")
    first, second = repo.mlgovern("check"), repo.mlgovern("check", PYTHONHASHSEED="7")
    assert first.stdout == second.stdout


def test_python_dash_m_runs_isolated_from_the_work_tree(repo: Sealed) -> None:
    repo.write("json.py", "raise SystemExit('shadowed')\n")
    repo.write("mlgovern.py", "raise SystemExit('shadowed')\n")
    done = repo.process("--version")
    assert (done.returncode, done.stdout.startswith(b"mlgovern ")) == (0, True)
