"""What a repository holds, and what its paths look like."""

from mlgovern.rule import FILE_STAGES, Rule
from mlgovern.rules.structure.content import Contents, asks, missing_content
from mlgovern.rules.structure.ignoring import (
    IgnoredOrThere,
    MustIgnore,
    ignored_but_tracked,
    missing_or_unignored_path,
    not_ignored_path,
)
from mlgovern.rules.structure.naming import Names, misnamed_path
from mlgovern.rules.structure.paths import Forbid, Growth, forbidden_path, too_many_new_files
from mlgovern.rules.structure.portable import Portable, case_collision, escaping_symlink, unportable_path
from mlgovern.rules.structure.required import Requirements, missing_required_path

_IGNORE_FILES = ("**/.gitignore",)

RULES: tuple[Rule, ...] = (
    Rule("missing-required-path", missing_required_path, Requirements()),
    Rule("missing-or-unignored-path", missing_or_unignored_path, IgnoredOrThere(), consults=_IGNORE_FILES),
    Rule("not-ignored-path", not_ignored_path, MustIgnore(), consults=_IGNORE_FILES),
    Rule("missing-content", missing_content, Contents(), asks=asks),
    Rule("forbidden-path", forbidden_path, Forbid(), each="file"),
    Rule("misnamed-path", misnamed_path, Names(), each="file"),
    Rule("ignored-but-tracked", ignored_but_tracked, consults=_IGNORE_FILES),
    Rule("case-collision", case_collision),
    Rule("unportable-path", unportable_path, Portable(), each="file"),
    Rule("escaping-symlink", escaping_symlink, each="file"),
    Rule("too-many-new-files", too_many_new_files, Growth(), tuple(stage for stage in FILE_STAGES if stage != "audit")),
)
