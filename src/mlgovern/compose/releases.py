"""What a commit means for the next version and the changelog, by our parser, in a form that commitizen's patterns read.

commitizen reads every line of a message by a pattern, so a body that quotes a header would count. Each commit is
therefore told anew: its header where its type has a heading, and one paragraph for each breaking change.
"""

from collections.abc import Container

from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.rules.commits.exempt import subjects
from mlgovern.rules.commits.footers import breaks

BREAKING = "BREAKING CHANGE"
PATTERN = rf"^(?P<change_type>{BREAKING}|[a-z][\w-]*)(?:\((?P<scope>[^()]*)\))?(?P<breaking>!)?: (?P<message>.*)"
BUMPS = {rf"{BREAKING}$": "MAJOR", "feat$": "MINOR", "fix$": "PATCH", "perf$": "PATCH", "refactor$": "PATCH"}
HEADINGS = {  # the first four as in commitizen's own conventional commits, so that a changelog goes on as it began
    "feat": "Feat",
    "fix": "Fix",
    "refactor": "Refactor",
    "perf": "Perf",
    "model": "Model",
    "data": "Data",
    "exp": "Experiment",
}


def told(commit: Commit, headings: Container[str]) -> tuple[str, ...]:
    """The header and the breaking changes of a commit, one line each; nothing where it means nothing for a release."""
    subject = subjects(Snapshot(stages=("ci",), commits=(commit,)))[0]
    header = subject.header._replace(type=subject.header.type.lower())
    sound = bool(header.type and header.description.strip()) and not header.malformed
    breaking = tuple(" ".join(text.split()) or header.description for text in breaks(subject.lines, subject.at))
    if (
        sound and header.breaking and not breaking
    ):  # Conventional Commits, item 13: then the description tells the break
        breaking = (header.description,)
    parts = header._replace(breaking=False) if sound else header._replace(scope=None, breaking=False)
    lines = [header.corrected] if sound and header.type in headings else []
    lines += [parts._replace(type=BREAKING, description=text).corrected for text in breaking]
    return tuple(line.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for line in lines)
