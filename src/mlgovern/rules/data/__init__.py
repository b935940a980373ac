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
from mlgovern.rules.data.columns import TABLES, Columns, personal_data_column
from mlgovern.rules.data.dvc import dvc_inconsistent
from mlgovern.rules.data.machine import SCRIPTS, LocalPaths, local_path
from mlgovern.rules.data.pointers import broken_lfs_pointer

_ATTRIBUTES = ("**/.gitattributes",)
_EVERY = ("**",)  # a name may say anything
_DVC = ("**/*.dvc", "**/dvc.yaml", "**/dvc.lock")

RULES: tuple[Rule, ...] = (
    Rule("oversized-file", oversized_file, Sizes(), consults=_ATTRIBUTES, each="file"),
    Rule("data-in-git", data_in_git, DataFiles(), reads=_EVERY, consults=_ATTRIBUTES, each="file"),
    Rule("model-in-git", model_in_git, ModelFiles(), reads=_EVERY, consults=_ATTRIBUTES, each="file"),
    Rule("unsafe-pickle", unsafe_pickle, Pickles(), reads=_EVERY, each="file"),
    Rule("broken-lfs-pointer", broken_lfs_pointer, consults=_ATTRIBUTES, each="file"),
    Rule(
        "dvc-inconsistent", dvc_inconsistent, reads=_DVC, consults=(*_DVC, ".dvc/config", "**/.gitignore"), each="file"
    ),
    Rule("personal-data-column", personal_data_column, Columns(), reads=TABLES, each="file"),
    Rule("local-path", local_path, LocalPaths(), reads=SCRIPTS, each="file"),
)
