"""Structure of a repository: the rules alone, in process, and the check as a process beside its peers.

    python benchmarks/structure.py [--runs 15] [--peers FOLDER] [--clone CLONE]

The rules see what git told of a repository of 10,000 files, or of a clone, so the in-process figures are what comes on top
of the git calls. FOLDER holds the peers: npm's `node_modules` and a virtual environment `venv`; README.md has the commands.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hooks import measure, sealed, show
from mlgovern import engine
from mlgovern.enforce.check import policy_of
from mlgovern.facts import collect
from mlgovern.facts.git import locate
from mlgovern.facts.snapshot import Snapshot
from mlgovern.policy.model import Policy
from mlgovern.rule import Rule
from mlgovern.rules import family

POLICY = """schema: 1
extends:
  - strict
  - structures/kedro
  - {pack: structures/python-package, roots: ["services/*"]}
rules:
  missing-content: {settings: {content: {$append: [{path: README.md, sections: [Set-up, Data]}]}}}
"""
LS_LINT = "ls:\n  .py: snake_case\n  services/*/src:\n    .py: snake_case\n"
REPOLINTER = """{"version": 2, "axioms": {}, "rules": {
  "readme": {"level": "error", "rule": {"type": "file-existence", "options": {"globsAny": ["README*"]}}},
  "no-cache": {"level": "error", "rule": {"type": "file-not-exists", "options": {"globsAll": ["**/*.pyc", "**/.DS_Store"]}}},
  "large": {"level": "error", "rule": {"type": "large-file", "options": {"size": 1000000}}}
}}"""


def main() -> None:
    """Print the tables."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--runs", type=int, default=15)
    flags.add_argument("--files", type=int, default=10_000)
    flags.add_argument("--peers", type=Path)
    flags.add_argument("--clone", type=Path, help="a repository to judge instead of one that is made up")
    chosen = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = sealed(Path(folder))
        top = chosen.clone or repository(Path(folder) / "large", chosen.files, environment)
        policy = Path(folder) / "policy.yaml"
        policy.write_text(POLICY)
        os.environ.update(environment)
        by_stage(top, policy, chosen.runs)
        ours = (sys.executable, "-P", "-m", "mlgovern", "check", "--only", "structure")
        check = (*ours, "--policy", str(policy)) if chosen.clone else ours
        commands = {
            "python -c pass": (sys.executable, "-P", "-c", "pass"),
            "git ls-files -s": ("git", "ls-files", "-s"),
            "mlgovern check --only structure": check,
            "git status": ("git", "status", "--porcelain"),
            **(peers(chosen.peers.resolve(), Path(folder)) if chosen.peers else {}),
        }
        show(measure(commands, top, environment, chosen.runs), f"{chosen.runs} rounds, as processes")


def by_stage(top: Path, file: Path, runs: int) -> None:
    """What the rules take of one CPU, where the whole tree is judged and where a commit is."""
    with locate(str(top)) as git:
        policy = policy_of(git, str(file))
        batches, _ = collect.whole_index(git, engine.wants(policy, ("audit",), ("structure",)), ("audit",))
        (whole,) = batches
    first = whole.files[0]
    commit = whole._replace(stages=("pre-commit",), files=(first,), added=frozenset({first.path}))
    for title, snapshot in (("the whole tree", whole), ("a commit of one file", commit)):
        rules = {rule.id: rule for rule in family("structure") if policy.decisions[rule.id].severity}
        print(f"\n{title}, {len(whole.tracked):,} tracked files\n\n| rule | ms, median |\n|---|--:|")
        for name, rule in rules.items():
            print(f"| {name} | {took(rule, snapshot, policy, runs):.1f} |")
        print(f"| all of them, through the engine | {engine_took(snapshot, policy, runs):.1f} |")


def took(rule: Rule, snapshot: Snapshot, policy: Policy, runs: int) -> float:
    """Milliseconds that one rule takes."""
    settings = engine.settings(policy, rule.id)
    return median([seconds(lambda: list(rule.judge(snapshot, settings))) for _ in range(runs)])


def engine_took(snapshot: Snapshot, policy: Policy, runs: int) -> float:
    """Milliseconds that the family takes."""
    return median(
        [seconds(lambda: engine.evaluate(snapshot, policy, "2026-11-27", ("structure",))) for _ in range(runs)]
    )


def seconds(act: object) -> float:
    """What one call takes of a CPU."""
    begun = time.process_time()
    act()  # type: ignore[operator]  # a lambda of ours
    return time.process_time() - begun


def median(found: list[float]) -> float:
    """Milliseconds."""
    return statistics.median(found) * 1000


def repository(top: Path, count: int, environment: dict[str, str]) -> Path:
    """A monorepo: a kedro project with services beside it, and a few flaws of every kind."""
    paths = [
        "README.md",
        "pyproject.toml",
        "conf/base/catalog.yml",
        "tests/test_a.py",
        "src/churn/__init__.py",
        ".DS_Store",
    ]
    paths += [f"data/0{n}_layer/.gitkeep" for n in range(1, 9)]
    services = max(count // 500, 1)
    for n in range(services):
        paths += [
            f"services/svc_{n}/{name}" for name in ("pyproject.toml", f"src/svc_{n}/__init__.py", "tests/test_a.py")
        ]
    paths += [
        f"services/svc_{n % services}/src/svc_{n % services}/part_{n % 40}/module_{n}.py"
        for n in range(count - len(paths))
    ]
    ignore = (
        "data/**\n!data/**/\n!.gitkeep\nconf/local/**\n.env\n.venv/\ndist/\nbuild/\nlogs/\nenv/\n__pycache__/\n*.log\n"
    )
    for path, text in {**dict.fromkeys(paths, ""), ".gitignore": ignore, ".mlgovern.yaml": POLICY}.items():
        place = top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text or f"# {path}\n")
    for words in (("init", "-q", "--template="), ("add", "--all", "--force"), ("commit", "-q", "-m", "feat: begin")):
        subprocess.run(["git", *words], cwd=top, env=environment, check=True)
    (top / ".ls-lint.yml").write_text(LS_LINT)
    (top / "repolint.json").write_text(REPOLINTER)
    return top


def peers(folder: Path, scratch: Path) -> dict[str, tuple[str, ...]]:
    """The peers that are there; each is given the nearest that it can judge."""
    for name, text in ((".ls-lint.yml", LS_LINT), ("repolint.json", REPOLINTER)):
        (scratch / name).write_text(text)
    known = {
        "ls-lint (names)": (str(folder / "node_modules/.bin/ls-lint"), "-config", str(scratch / ".ls-lint.yml")),
        "repolinter (3 rules)": (
            str(folder / "node_modules/.bin/repolinter"), "lint", ".", "--rulesetFile", str(scratch / "repolint.json"),
        ),
        "repo-review (sp-repo-review)": (str(folder / "venv/bin/repo-review"), "."),
    }  # fmt: skip
    return {name: command for name, command in known.items() if Path(command[0]).exists()}


if __name__ == "__main__":
    main()
