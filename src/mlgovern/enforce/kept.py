"""A message that was refused, or whose files were, waits in the Git directory, so that nobody types it twice.

Nothing that goes wrong here changes a verdict: then nothing is kept, and nothing is said of it.
"""

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from mlgovern import engine
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Snapshot
from mlgovern.facts.state import REFUSED
from mlgovern.finding import Report, Severity
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.trailers import body

if TYPE_CHECKING:
    from mlgovern.rules.commits.rewritten import Manner

CORRECTED = "corrected-message"
MOST_BYTES = 1_000_000
FAMILY = "commits"


class Judged(NamedTuple):
    """A message with its files, where it was judged, by what, and how."""

    git: Git
    policy: Policy
    today: str
    snapshot: Snapshot
    report: Report


def noted(judged: Judged) -> Report:
    """The report with a line that says where the message waits; that of an accepted one is the end of the wait."""
    git, report = judged.git, judged.report
    if report.exit_code in (0, 3):
        drop(git)
        return report
    text = judged.snapshot.commits[0].message
    if _unwritten(text) or os.path.exists(os.path.join(git.git_dir, "MERGE_MSG")):  # git itself keeps that of a merge
        return report
    flawed = any(judged.policy.decisions[finding.rule].outline.family == FAMILY for finding in report.refusing)
    corrected = _corrected(judged, text) if flawed else None
    path = keep(git, text, corrected)
    if path is None:
        return report
    state = "kept, corrected" if corrected is not None else "kept" if flawed or report.crashes else "sound and kept"
    words = opening(text if corrected is None else corrected) if flawed else ()
    return report._replace(notes=(*report.notes, *_notes(path, state, words)))


def keep(git: Git, text: str, corrected: str | None = None) -> str | None:
    """Put a message in place of the one before, and the corrected one beside it; the file of the best, if all went well."""
    texts = {REFUSED: text, **({CORRECTED: corrected} if corrected is not None else {})}
    drop(git)
    try:
        for name, content in texts.items():
            data = content.encode("utf-8", "surrogateescape")
            if len(data) > MOST_BYTES:
                return None
            _write(_path(git, name), data)
    except OSError:
        return None
    return latest(git)


def opening(text: str) -> tuple[str, ...]:
    """The options by which git opens a message in its editor, without dropping lines that begin like comments."""
    marked = any(line[:1] and not line[0].isalnum() for line in text.split("\n"))
    return ("-e", "--cleanup=scissors") if marked else ("-e",)


def drop(git: Git) -> None:
    """Nothing waits any more."""
    for name in (CORRECTED, REFUSED):
        with suppress(OSError):
            os.unlink(_path(git, name))


def latest(git: Git) -> str | None:
    """The file of the message that waits: the corrected one, if there is one."""
    return next((path for name in (CORRECTED, REFUSED) if os.path.isfile(path := _path(git, name))), None)


def manner(policy: Policy) -> "Manner":
    """What the policy wants of a subject, as far as a correction has to know it."""
    from mlgovern.rules.commits.rewritten import Manner

    def on(rule: str) -> bool:
        return policy.decisions[rule].severity is not Severity.OFF

    grammar = engine.settings(policy, "commit-header-malformed")
    return Manner(
        typed=on("commit-header-malformed"),
        types=engine.settings(policy, "commit-type-unknown").types,
        scope_characters=grammar.scope_characters,
        type_case=engine.settings(policy, "commit-type-case").case if on("commit-type-case") else "any",
        subject_case=engine.settings(policy, "commit-subject-case").case if on("commit-subject-case") else "any",
    )


def _unwritten(text: str) -> bool:
    """An empty message, or no more than a template or the name of a branch begins one with."""
    first, *rest = text.strip().split("\n")
    begun = not first or (first.endswith(":") and " " not in first)
    return begun and not "".join(body((first, *rest), 0)).strip()


def _corrected(judged: Judged, text: str) -> str | None:
    """The message with every mechanical correction, if the same policy finds nothing to refuse in it."""
    from mlgovern.rules.commits.rewritten import rewritten

    better = rewritten(text, manner(judged.policy))
    if better is None:
        return None
    commit = judged.snapshot.commits[0]._replace(message=better)
    alone = judged.snapshot._replace(commits=(commit,), files=(), removed=(), tracked={}, contents={})
    return better if engine.evaluate(alone, judged.policy, judged.today, (FAMILY,)).exit_code == 0 else None


def _notes(path: str, state: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The command stands last, to be copied; what other options the commit had is not known here."""
    from shlex import quote

    command = " ".join(("git commit", *words, "-F", quote(path.replace(os.sep, "/"))))
    line = f"Your message is {state} (repeat --amend or -a if you gave it): {command}"
    return (line, "    or: mlgovern commit --retry") if _on_path("mlgovern") else (line,)


def _on_path(name: str) -> bool:
    program = name if os.name == "posix" else f"{name}.exe"
    folders = (folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder))
    return any(os.access(os.path.join(folder, program), os.X_OK) for folder in folders)


def _path(git: Git, name: str) -> str:
    return os.path.join(git.git_dir, "mlgovern", name)


def _write(path: str, data: bytes) -> None:
    """Whole or not at all, for the eyes of its owner alone."""
    from tempfile import mkstemp

    os.makedirs(os.path.dirname(path), exist_ok=True)
    number, draft = mkstemp(prefix="message-", dir=os.path.dirname(path))
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        os.replace(draft, path)
    except OSError:
        os.unlink(draft)
        raise
