"""Locks answer their manifests, are whole, and are in Git; virtual environments are not."""

from mlgovern.rule import Rule
from mlgovern.rules.lockfiles.folders import (
    Environments,
    committed_virtualenv,
    orphan_lockfile,
    rival_lockfiles,
    unignored_virtualenv,
)
from mlgovern.rules.lockfiles.interpreters import PINNED, python_version_conflict
from mlgovern.rules.lockfiles.judging import (
    Compared,
    broken_lockfile,
    ignored_lockfile,
    missing_lockfile,
    stale_lockfile,
)
from mlgovern.rules.lockfiles.names import GLOBS
from mlgovern.rules.lockfiles.pinning import unpinned_requirement, unsafe_requirement
from mlgovern.rules.lockfiles.wanting import Locks

_IGNORE = "**/.gitignore"
_PYTHONS = (f"**/{PINNED}", "**/pyproject.toml")
_NEARBY = (_IGNORE, "**/pyproject.toml", "**/*requirements*.txt", "**/Pipfile", "**/environment*.yml")
_ENVIRONMENTS = ("**/pyvenv.cfg", "**/site-packages/**", "**/conda-meta/history")

RULES: tuple[Rule, ...] = (
    Rule("missing-lockfile", missing_lockfile, Locks(), consults=GLOBS, triggers=GLOBS),
    Rule("stale-lockfile", stale_lockfile, Compared(), consults=GLOBS, triggers=GLOBS),
    Rule("broken-lockfile", broken_lockfile, Locks(), consults=GLOBS, triggers=GLOBS),
    Rule("ignored-lockfile", ignored_lockfile, Locks(), consults=(*GLOBS, _IGNORE), triggers=(*GLOBS, _IGNORE)),
    Rule("rival-lockfiles", rival_lockfiles, Locks(), triggers=GLOBS),
    Rule("orphan-lockfile", orphan_lockfile, Locks(), consults=GLOBS, triggers=GLOBS),
    Rule("unpinned-requirement", unpinned_requirement, Locks(), consults=GLOBS, triggers=GLOBS),
    Rule("unsafe-requirement", unsafe_requirement, Locks(), consults=GLOBS, triggers=GLOBS),
    Rule("python-version-conflict", python_version_conflict, Locks(), consults=_PYTHONS, triggers=_PYTHONS),
    Rule(
        "unignored-virtualenv",
        unignored_virtualenv,
        Environments(),
        stages=("pre-commit", "audit"),  # the others have no work tree
        consults=(_IGNORE,),
        triggers=_NEARBY,
        asks=lambda _settings: (("environments", *_NEARBY),),
    ),
    Rule("committed-virtualenv", committed_virtualenv, Environments(), triggers=_ENVIRONMENTS),
)
