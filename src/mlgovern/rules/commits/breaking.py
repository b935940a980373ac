"""Breaking changes that are announced in a way that release tools overlook."""

import re
from collections.abc import Iterator

from mlgovern.rules.commits.exempt import Subject
from mlgovern.rules.commits.footers import breaking
from mlgovern.rules.commits.suggest import quoted

_NEAR = r"(?is:(?:(?<=\W)|^)(?P<words>BREAKING[ _-]?CHANGES?)(?P<mark>:?)(?P<rest>.*))"


def near_misses(subject: Subject) -> Iterator[tuple[int, re.Match[str], str]]:
    """Each line that announces a breaking change in vain, by number, where in it, and why."""
    if (
        "breaking" not in subject.commit.message.lower()
        or subject.exempt in {"empty", "merge", "revert"}
        or _marked(subject)
    ):
        return
    for number in range(subject.at + 1, len(subject.lines)):  # the subject itself is the header rules' concern
        near = re.search(_NEAR, subject.lines[number].rstrip())
        what = _miss(near) if near else ""
        if near and what:
            yield number, near, what


def announced(near: re.Match[str]) -> str:
    """What such a line says breaks; nothing where the text follows below it."""
    return near["rest"].strip(" \t:-*_\u2013\u2014")


def opens(near: re.Match[str]) -> bool:
    """Whether nothing but marks of a list or a heading stands ahead of it."""
    return not near.string[: near.start()].strip(" \t*->+#_\u2022")


def _marked(subject: Subject) -> bool:
    header = subject.header
    return (header.breaking and not header.malformed) or breaking(subject.lines, subject.at)


def _miss(near: re.Match[str]) -> str:
    """What keeps a mention from being a footer; nothing where it is plain prose."""
    words, ahead, rest = near["words"], near.string[: near.start()], near["rest"]
    if not near["mark"]:
        return "the breaking change has no colon" if opens(near) and words.isupper() and not rest[:1].isalnum() else ""
    if not words.isupper():
        return "the breaking change is not in capitals" if opens(near) else ""
    if words not in {"BREAKING CHANGE", "BREAKING-CHANGE"}:
        return f"{quoted(words)} is not BREAKING CHANGE"
    if ahead:
        return "the breaking change does not begin its line"
    return "no blank follows the colon of the breaking change" if rest[:1] not in {"", " "} else ""
