"""DVC: whether what it keeps is also in Git, and whether its own files are sound."""

import re
from collections.abc import Mapping
from posixpath import normpath
from shlex import quote

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.finding import Finding, Place, Severity
from mlgovern.gitignore import appending, exactly, gather
from mlgovern.rule import Verdicts, unread
from mlgovern.rules.data.pointers import mended
from mlgovern.rx import rxb

_CONFLICT = rxb(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_HASH = rxb(rb"^[ \t-]*(?:md5|hash|etag|checksum|sha256):[ \t]*\S", re.MULTILINE)
_KEY = rxb(rb"( +)['\"]?([A-Za-z0-9_][\w.@-]*)['\"]?:")
_CONFIG = ".dvc/config"
_REMOTE = rxb(rb"""^[ \t]*\[ *['"]?remote\b""", re.MULTILINE)
_IMPORTED = rxb(rb"^(?:deps|frozen):", re.MULTILINE)  # by dvc import and dvc import-url
_OUTS = rxb(rb"^outs:", re.MULTILINE)
_PLAIN = rxb(rb"""['"]?[\w./ -]+['"]?""")
_WDIR = rxb(rb"^wdir:[ \t]*(\S[^\r\n]*)", re.MULTILINE)
_PATH = rxb(rb"^[ \t-]*path:[ \t]*(\S[^\r\n]*)", re.MULTILINE)


def dvc_inconsistent(snapshot: Snapshot, _settings: object) -> Verdicts:
    """What DVC keeps and what Git keeps do not agree.

    Why: with both, nobody knows which copy counts; without a hash or a lock, nobody can fetch what the commit meant.
    Mend: git rm --cached PATH, or dvc commit
    """
    judged = {file.path: file for file in snapshot.files}
    yield from _nowhere(snapshot, judged)
    for (target, pointer), file in _touched(snapshot, judged).items():
        if _tracked(snapshot, target):
            yield _twice(target, pointer, file)
    for file in judged.values():
        if file.path.endswith(".dvc") and file.name != ".dvc":
            yield from _data_file(snapshot, file)
        elif file.name in ("dvc.yaml", "dvc.lock"):
            yield from _pipeline(snapshot, file)


def _nowhere(snapshot: Snapshot, judged: Mapping[str, File]) -> Verdicts:
    """Data of this change has no remote to be fetched from; what was imported is fetched from where it came."""
    data = snapshot.at(_CONFIG)
    if data is not None and _REMOTE.search(data):
        return
    for file in judged.values():
        text = snapshot.read(file) if file.path.endswith(".dvc") and file.name != ".dvc" else None
        if text is not None and _HASH.search(text) and not _IMPORTED.search(text):
            message = f"no remote is named in {_CONFIG}, so nobody else can fetch what DVC keeps"
            mend = f"dvc remote add -d storage URL && git add {_CONFIG}"
            yield Finding(message, Place(path=_CONFIG), mend, key="remote", at_most=Severity.WARNING)
            return


def _touched(snapshot: Snapshot, judged: Mapping[str, File]) -> dict[tuple[str, str], File]:
    """What DVC keeps, with its `.dvc` file, where the judged files are one of the two or below the first."""
    pointers = [path for path in snapshot.tracked if path.endswith(".dvc")]
    kept = {_target(snapshot, pointer): pointer for pointer in pointers}
    touched: dict[tuple[str, str], File] = {}
    for path, file in judged.items() if kept else ():
        if path in snapshot.tracked and path.endswith(".dvc"):
            touched.setdefault((_target(snapshot, path), path), file)
        folder = path
        while folder:
            if folder in kept:
                touched.setdefault((folder, kept[folder]), file)
            folder = folder.rpartition("/")[0]
    return touched


def _target(snapshot: Snapshot, pointer: str) -> str:
    """What a `.dvc` file stands for: the first path of its `outs`, else its own name without the ending.

    It is written as seen from `wdir`; what lies elsewhere, such as in a bucket, is written as it stands.
    """
    folder, slash, name = pointer.rpartition("/")
    data = snapshot.at(pointer) or b""
    outs = _OUTS.search(data)
    path = _PATH.search(data, outs.end()) if outs else None
    written = path[1].strip(b" \t'\"").decode("utf-8", "surrogateescape") if path else ""
    if "://" in written or written.startswith("/"):
        return written
    base = _WDIR.search(data)
    inner = base[1].strip(b" \t'\"").decode("utf-8", "surrogateescape") if base else ""
    return normpath(f"{folder}{slash}{inner}/{written or name.removesuffix('.dvc')}".lstrip("/"))


def _tracked(snapshot: Snapshot, path: str) -> bool:
    return path in snapshot.tracked or any(other.startswith(f"{path}/") for other in snapshot.tracked)


def _twice(target: str, pointer: str, file: File) -> Finding:
    mend = mended(file, f"git rm -r --cached -- {quote(target)}")
    place = Place(path=pointer, commit=file.commit)
    return Finding(f"{target} is tracked in Git although {pointer} keeps it in DVC", place, mend, key="twice")


def _place(file: File) -> Place:
    return Place(path=file.path, commit=file.commit)


def _data_file(snapshot: Snapshot, file: File) -> Verdicts:
    data = snapshot.read(file)
    if data is None:
        yield unread(file)
    elif _CONFLICT.search(data):
        yield _conflict(file)
    elif not _HASH.search(data):
        mend = f"dvc commit {quote(file.path)} && git add -- {quote(file.path)}"
        yield Finding("this DVC file has no hash, so nobody can fetch its data", _place(file), mend, key="hash")
    else:
        yield from _unignored(snapshot, file)


def _unignored(snapshot: Snapshot, file: File) -> Verdicts:
    target = _target(snapshot, file.path)
    ignores, unread = gather(snapshot)
    yield from unread
    outside = target.startswith(("/", "../")) or "://" in target
    if not (outside or _tracked(snapshot, target) or ignores.ignored(target) or ignores.ignored(f"{target}/")):
        mend = appending([exactly(target)])
        message = f"{target} is kept in DVC but not ignored: the next `git add .` brings it into Git"
        yield Finding(message, _place(file), mend, key="unignored")


def _pipeline(snapshot: Snapshot, file: File) -> Verdicts:
    data = snapshot.read(file)
    if data is None:
        yield unread(file)
        return
    if _CONFLICT.search(data):
        yield _conflict(file)
        return
    folder = file.path.removesuffix(file.name)
    plan, lock = snapshot.at(f"{folder}dvc.yaml"), snapshot.at(f"{folder}dvc.lock")
    for target in _outs(plan or b"") if file.name == "dvc.yaml" else ():
        if _tracked(snapshot, folder + target):
            yield _twice(folder + target, file.path, file)
    locked = {stage.partition("@")[0] for stage in _stages(lock or b"")}
    missing = [stage for stage in _stages(plan or b"") if stage not in locked]
    if missing and locked:
        message = f"dvc.lock has no stage {', '.join(missing[:5])} of dvc.yaml"
        mend = f"dvc repro {quote(f'{folder}dvc.yaml')} && git add -- {quote(f'{folder}dvc.lock')}"
        place = Place(path=f"{folder}dvc.lock", commit=file.commit)
        yield Finding(message, place, mend, key=" ".join(missing))


def _conflict(file: File) -> Finding:
    mend = f"keep one side between the markers, then git add -- {quote(file.path)}"
    return Finding("conflict markers of a merge are left in this DVC file", _place(file), mend, key="conflict")


def _outs(text: bytes) -> list[str]:
    """The plain paths below `outs:` that DVC keeps; what has options, a variable or a folder of its own is not among them."""
    outs: list[str] = []
    inside = -1
    for line in text.split(b"\n"):
        bare = line.strip()
        indent = len(line) - len(line.lstrip(b" "))
        if bare == b"outs:":
            inside = indent
        elif inside >= 0 and bare.startswith(b"- ") and indent >= inside:
            if _PLAIN.fullmatch(bare[2:]):
                outs.append(bare[2:].strip(b"'\" ").decode("utf-8", "surrogateescape").rstrip("/"))
        elif bare and not bare.startswith(b"#") and indent <= inside:
            inside = -1
    return [] if b"wdir:" in text else outs


def _stages(text: bytes) -> list[str]:
    """The names below `stages:`, by indentation; a flow mapping has none that can be seen here."""
    keys: list[tuple[int, str]] = []
    inside = False
    for line in text.split(b"\n"):
        if line[:1] not in (b" ", b"#", b"\r", b""):
            inside = line.startswith(b"stages:")
        elif inside and (key := _KEY.match(line)):
            keys.append((len(key[1]), key[2].decode()))
    least = min((indent for indent, _ in keys), default=0)
    return [name for indent, name in keys if indent == least]
