"""The one table of kinds: what each speaks of, how it judges, and what it has to see."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mlgovern.custom import commits, data, paths, trees
from mlgovern.custom.outcome import Outcome
from mlgovern.rules.lockfiles.names import GLOBS

Wrong = Iterator[tuple[str, str]]  # a setting, and what is wrong with it


def _nothing(_settings: Any) -> tuple[str, ...]:
    return ()


def _sound(_settings: Any) -> Wrong:
    yield from ()


class Kind(NamedTuple):
    """One kind: its settings with their defaults, its subject, its judgement, and the contents that it reads."""

    settings: Any
    subject: str
    judge: Callable[..., Outcome]  # the last argument is the settings
    needs: tuple[tuple[str, ...], ...] = ()  # settings of which one at least has to be said
    wrong: Callable[[Any], Wrong] = _sound
    reads: Callable[[Any], tuple[str, ...]] = _nothing
    consults: tuple[str, ...] = ()
    triggers: Callable[[Any], tuple[str, ...]] = lambda _settings: ("**",)  # without such a path it has nothing to say


def _globs(settings: Any) -> tuple[str, ...]:
    return tuple(settings.globs)


_PATTERNS = (("must", "must_not"),)
_GLOBS, _MUST = (("globs",),), (("must",),)
_OF_NOTEBOOKS = (("outputs", "execution_count", "kernel", "max_cells"),)

KINDS = {
    "message.regex": Kind(commits.Text(), "message", commits.message_regex, _PATTERNS),
    "message.field": Kind(commits.Field(), "message", commits.message_field, (("one_of", "required"),)),
    "trailer.required": Kind(
        commits.Trailer(), "commit", commits.trailer_required, (("name",),), commits.wrong_trailer
    ),
    "author.regex": Kind(commits.Author(), "commit", commits.author_regex, _PATTERNS),
    "branch.regex": Kind(commits.Name(), "branch", commits.branch_regex, _PATTERNS),
    "tag.regex": Kind(commits.Name(), "tag", commits.tag_regex, _PATTERNS),
    "path.required": Kind(trees.Required(), "tree", trees.path_required, (("globs", "any_of"),)),
    "path.forbidden": Kind(paths.Forbidden(), "file", paths.path_forbidden, _GLOBS, triggers=_globs),
    "path.naming": Kind(paths.Naming(), "file", paths.path_naming, _MUST, triggers=_globs),
    "file.max_size": Kind(
        paths.Size(),
        "file",
        paths.file_max_size,
        (("max_bytes",),),
        reads=lambda settings: () if settings.lfs_exempt else _globs(settings),
        triggers=_globs,
    ),
    "content.regex": Kind(paths.Absent(), "file", paths.content_regex, (("must_not",),), paths.wrong_absent, _globs),
    "content.required": Kind(paths.Present(), "file", paths.content_required, (*_GLOBS, *_MUST), reads=_globs),
    "data.assert": Kind(
        data.Assertion(),
        "file",
        data.data_assert,
        (("file",),),
        data.wrong_assertion,
        lambda settings: (settings.file,),
    ),
    "notebook.assert": Kind(paths.Notebook(), "file", paths.notebook_assert, _OF_NOTEBOOKS, reads=_globs),
    "count.max": Kind(trees.Count(), "change", trees.count_max),
    "lockfile.fresh": Kind(
        trees.Pair(),
        "pair",
        trees.lockfile_fresh,
        (("manifest",), ("lock",)),
        trees.wrong_pair,
        consults=GLOBS,
        triggers=lambda settings: (*GLOBS, settings.manifest, settings.lock),
    ),
}


def subject_of(kind: str, settings: Any) -> str:
    """What a condition speaks of; a count may be one of each commit."""
    subject = KINDS[kind].subject
    return {"commit": "changes", "tree": "counted tree"}.get(settings.per, subject) if subject == "change" else subject
