"""The rules about single requirements: pinned, with hashes, from places that others can reach and trust."""

import re
from collections.abc import Iterable, Iterator
from shlex import quote

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.globs import matcher
from mlgovern.rule import Verdicts
from mlgovern.rules.lockfiles.artefacts import Flaw, absolute, addresses, unhashed
from mlgovern.rules.lockfiles.compiled import Line, header_of, lines_of
from mlgovern.rules.lockfiles.names import MANIFESTS, TEXTS, beside, is_environment, is_pylock
from mlgovern.rules.lockfiles.pairs import compiled, touched
from mlgovern.rules.lockfiles.pep508 import requirement_of
from mlgovern.rules.lockfiles.verdict import MOST_BYTES, Broken, readable
from mlgovern.rules.lockfiles.wanting import Locks
from mlgovern.rx import rx

MOST_NAMES = 5  # in one message

_COMMIT = rx(r"@[0-9a-f]{40}(?:$|[#;\s])", re.IGNORECASE)
_VCS = rx(r"(?:^|[\s@=])(?:git|hg|bzr|svn)\+")
_PATH = rx(r"(?:^|\s|@\s?|=)(?:/|~/|[A-Za-z]:[\\/]|file:/)")
_INDEXES = {"-i", "--index-url", "--extra-index-url", "-f", "--find-links"}
_PLACES = {*_INDEXES, "-e", "--editable", "-r", "--requirement", "-c", "--constraint"}  # options that name where


def unpinned_requirement(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """A requirement says neither which version nor which file it means.

    Why: the next install gets whatever is newest that day, and what has no hash can be exchanged on the way unseen.
    Mend: uv pip compile requirements.in -o requirements.txt --generate-hashes
    """
    locked = {source for pair in compiled(snapshot) for source in pair.sources}
    for file, text in _texts(snapshot, settings):
        if is_environment(file.path):
            if file.path not in locked:
                yield from _conda(file, text)
        elif file.name in MANIFESTS or is_pylock(file.name):
            bare = [*unhashed(file.name, text)]
            if bare:
                message = f"{file.name} has no hash of a file of {_listed(flaw.what for flaw in bare)}"
                mend = "lock again from an index that publishes hashes"
                yield Finding(message, Place(file.path, bare[0].line), mend, key="hash")
        elif file.path.endswith(".txt") and "constraints" not in file.name and header_of(text) is None:
            yield from _written(snapshot, file, text)


def unsafe_requirement(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """A package comes from where nobody else can, or should, take it.

    Why: a path exists on one machine only, a branch moves, http:// can be answered by anybody on the way, and a credential
    in a URL is known to all who can read the repository.
    Mend: name a version of an index over https://, or a repository with the 40 digits of a commit; credentials: keyring or .netrc
    """
    for file, text in _texts(snapshot, settings):
        if is_environment(file.path) and "\ndependencies:" not in f"\n{text}":
            continue  # some other tools have a file of the same name
        found = [*addresses(file.name, text, lines_of(text)), *_local(file, text)]
        if file.name in MANIFESTS or is_pylock(file.name):  # a lock says of each package what is one mistake
            found = list({flaw.what: flaw for flaw in reversed(found)}.values())[::-1]
        for flaw in dict.fromkeys(found):
            yield Finding(flaw.what, Place(file.path, flaw.line), _safer(flaw), key=flaw.what)


def _texts(snapshot: Snapshot, settings: Locks) -> Iterator[tuple[File, str]]:
    """What is under judgement and can be read; broken-lockfile tells of what cannot."""
    exempt, near = matcher(settings.exempt), touched(snapshot)
    for path in sorted(near):
        file, data = snapshot.tracked.get(path), snapshot.at(path)
        if file and data and len(data) <= MOST_BYTES and not exempt(path) and "{{" not in path:
            text = readable(data, marked=True)
            if not isinstance(text, Broken):
                yield file, text


def _written(snapshot: Snapshot, file: File, text: str) -> Iterator[Finding]:
    loose, bare, hashed = [], [], False
    for line in lines_of(text):
        name = _named(line)
        if name is not None:
            has_hash = "--hash" in line.text
            hashed = hashed or has_hash
            bare += [] if has_hash else [(name, line.number)]
            loose += [] if _is_pinned(line) else [(name, line.number)]
    if loose:
        message = f"{_listed(name for name, _ in loose)} in {file.name} {_be(len(loose))} not pinned by =="
        yield Finding(message, Place(file.path, loose[0][1]), _pin(snapshot, file.path), key="pin")
    if hashed and bare:
        message = f"{_listed(name for name, _ in bare)} in {file.name} {_have(len(bare))} no hash, other lines have: pip refuses all"
        yield Finding(
            message, Place(file.path, bare[0][1]), _pin(snapshot, file.path, " --generate-hashes"), key="hash"
        )


def _conda(file: File, text: str) -> Iterator[Finding]:
    from mlgovern.rules.lockfiles.conda import asks_of, is_pinned
    from mlgovern.rules.lockfiles.yamls import parsed

    values = parsed(text)
    asked = [] if isinstance(values, Broken) else [*asks_of(text, values)]
    loose = [ask for ask in asked if not is_pinned(ask)]
    if loose:
        message = f"{_listed(ask.name for ask in loose)} in {file.name} {_be(len(loose))} not pinned by = or =="
        folder, name = file.path.rpartition("/")[0], quote(file.name)
        inside = f"cd {quote(folder)} && " if folder else ""
        mend = f"{inside}conda-lock lock -f {name} --lockfile conda-lock.yml && git add conda-lock.yml"
        yield Finding(message, Place(file.path, loose[0].line or 1), mend, key="pin")


def _named(line: Line) -> str | None:
    """The name of a requirement from an index; None for options, paths, URLs and what is none."""
    if line.text.startswith(("-", ".", "/")) or "://" in line.text.partition(";")[0]:
        return None
    try:
        return requirement_of(line.text.partition(" --")[0]).name
    except ValueError:
        return None


def _is_pinned(line: Line) -> bool:
    asked = requirement_of(line.text.partition(" --")[0]).specifiers
    return any(one.op in {"==", "==="} and not one.wild for one in asked)


def _pin(snapshot: Snapshot, path: str, more: str = "") -> str:
    name, source = quote(path), quote(path.removesuffix(".txt") + ".in")
    if beside(path, "uv.lock") in snapshot.tracked:
        folder = f"--project {quote(path.rpartition('/')[0])} " if "/" in path else ""
        return f"uv export {folder}-o {name} && git add {name}"
    begin = "" if path.removesuffix(".txt") + ".in" in snapshot.tracked else f"git mv {name} {source} && "
    return f"{begin}uv pip compile {source} -o {name}{more} && git add {name}"


def _local(file: File, text: str) -> Iterator[Flaw]:
    """Paths of one machine; in requirements, branches and tags as well, for no lock says which commit they were."""
    if file.name in MANIFESTS or is_pylock(file.name):
        yield from absolute(text)
        return
    if not matcher(TEXTS)(file.path):
        return
    for line in lines_of(text):
        asked = line.text.partition(";")[0]
        option = re.split(r"[\s=]", asked, maxsplit=1)[0]
        if option.startswith("-") and option not in _PLACES:
            continue
        if _PATH.search(asked.removeprefix(option) if option in _PLACES else asked):
            yield Flaw("an absolute path exists on one machine only", line.number)
        elif _VCS.search(asked) and option not in _INDEXES and not _COMMIT.search(asked) and file.path.endswith(".txt"):
            yield Flaw(f"{_repository(asked)} is not pinned to a commit", line.number)


def _repository(asked: str) -> str:
    """The name of a requirement or the last part of its URL."""
    name, at, _ = asked.partition("@")
    if at and "://" not in name:
        return name.strip()[:100]
    return re.split(r"[@#]", asked.rpartition("/")[2])[0].removesuffix(".git")[:100]


def _safer(flaw: Flaw) -> str:
    if flaw.what.startswith("credentials"):
        return (
            "revoke it, then take it out: pip and uv read keyring, .netrc and variables such as UV_INDEX_NAME_PASSWORD"
        )
    if flaw.what.startswith("http:"):
        return "write https://"
    if flaw.what.endswith("to a commit"):
        return "add @ and the 40 digits of a commit: git ls-remote URL HEAD shows them"
    return "use a path relative to this file, or a version of an index"


def _listed(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
    return ", ".join(found[:MOST_NAMES]) + more


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
