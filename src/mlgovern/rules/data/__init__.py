"""Data, models and what stands in for them in Git."""

from mlgovern.rule import Rule
from mlgovern.rules.data.blobs import (
    DataFiles,
    ModelFiles,
    Pickles,
    Sizes,
    data_in_git,
    model_in_git,
    oversized_file,
    unsafe_pickle,
)
from mlgovern.rules.data.dvc import dvc_inconsistent
from mlgovern.rules.data.machine import SCRIPTS, LocalPaths, local_path
from mlgovern.rules.data.pointers import broken_lfs_pointer

_ATTRIBUTES = ("**/.gitattributes",)
_DVC = ("**/*.dvc", "**/dvc.yaml", "**/dvc.lock")

RULES: tuple[Rule, ...] = (
    Rule("oversized-file", oversized_file, Sizes(), consults=_ATTRIBUTES, by_file=True),
    Rule("data-in-git", data_in_git, DataFiles(), consults=_ATTRIBUTES, by_file=True),
    Rule("model-in-git", model_in_git, ModelFiles(), consults=_ATTRIBUTES, by_file=True),
    Rule("unsafe-pickle", unsafe_pickle, Pickles(), by_file=True),
    Rule("broken-lfs-pointer", broken_lfs_pointer, consults=_ATTRIBUTES, by_file=True),
    Rule("dvc-inconsistent", dvc_inconsistent, reads=_DVC, consults=(*_DVC, "**/.gitignore"), by_file=True),
    Rule("local-path", local_path, LocalPaths(), reads=SCRIPTS, by_file=True),
)
