"""The effective policy of a repository, kept as JSON beside its Git data, so that a hook need not read YAML.

An entry is found by the bytes of the policy's own file and by this program's version; it counts only if every other
source it was made of, shipped packs included, still has the bytes it had. It outlines every rule, so that a hook imports
only the families that have something to judge; their settings stay as stored until then. Nothing that goes wrong here is ever the reason for a refusal: the policy is then read anew.
"""

import os
from collections.abc import Iterable
from typing import Any

from mlgovern.finding import Severity
from mlgovern.policy import packs
from mlgovern.policy.codec import from_json, settings_of, to_json
from mlgovern.policy.model import POLICY_FILE, Decision, Outline, Policy, Stored
from mlgovern.policy.packs import MOST_BYTES, Read, Source, content
from mlgovern.rule import Rule
from mlgovern.version import VERSION

# As the standard library's own `random` does: hashlib would load OpenSSL, for which every commit waits.
try:
    from _sha2 import sha256  # type: ignore[import-not-found]  # Python >= 3.12
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found]  # Python 3.11
    except ImportError:
        from hashlib import sha256

CACHE_VERSION = 10
KEPT = 8
MOST_ENTRY_BYTES = 4_000_000

# What a damaged entry can raise on its way to a Policy.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def effective(
    read: Read, cache_dir: str | None, rules: Iterable[Rule] | None = None, root: str = POLICY_FILE, folder: str = ""
) -> Policy:
    """The policy at `root`, from the cache where that is as good; PolicyError with every problem at once.

    With rules of the caller's own, all settings are typed; else `codec.settings_of` types them one by one.
    """
    own, folder = None if rules is None else tuple(rules), folder or packs.folder()
    data = read(root)
    usable = cache_dir is not None and len(data or b"") <= MOST_BYTES
    path = os.path.join(cache_dir or "", _name(data, root, folder, own)) if usable else ""
    cached = _recalled(path, read, folder, own) if path else None
    if cached:
        return cached

    from mlgovern.policy.load import load

    known = every() if own is None else own
    loaded = load(lambda name: data if name == root else read(name), known, root, folder)
    if path and not loaded.policy.plugins:  # what is installed is looked at anew each time
        parents = [(source, found) for source, found in loaded.sources if source != Source(root)]
        hashes = [[source.name, source.pack, _hash(found)] for source, found in parents]
        _keep(path, {"sources": hashes, "policy": _plain(loaded.policy, known)})
    return loaded.policy


def every() -> tuple[Rule, ...]:
    """All rules, in their order."""
    from mlgovern.rules import RULES

    return tuple(rule for family in RULES.values() for rule in family)


def _name(data: bytes | None, root: str, folder: str, own: tuple[Rule, ...] | None) -> str:
    shape = code(folder) if own is None else repr([(rule.id, rule.settings, rule.stages) for rule in own])
    key = "\0".join((str(CACHE_VERSION), VERSION, root, shape, _hash(data)))
    return f"effective-{sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


def code(folder: str) -> str:
    """What the rules look like: in a checkout they change without a new version, so their files are looked at."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if folder.startswith(package):
        return ""
    seen, folders = [], [os.path.join(package, name) for name in ("rules", "custom")]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders += [entry.path] if entry.name != "__pycache__" else []
                else:
                    state = entry.stat()
                    seen.append(f"{entry.name} {state.st_mtime_ns} {state.st_size}")
    return "\n".join(sorted(seen))


def _hash(data: bytes | None) -> str:
    return "absent" if data is None else sha256(data).hexdigest()


def _recalled(path: str, read: Read, folder: str, own: tuple[Rule, ...] | None) -> Policy | None:
    from json import loads

    try:
        with open(path, "rb") as file:
            data = file.read(MOST_ENTRY_BYTES)
        if data != _sealed(data[len(_sealed(b"")) - 1 : -1]):
            return None
        entry = loads(data)["entry"]
        fresh = all(_hash(content(Source(name, pack), read, folder)) == seen for name, pack, seen in entry["sources"])
        return _policy(entry["policy"], own) if fresh else None
    except _DAMAGED:
        return None


def _keep(path: str, entry: dict[str, Any]) -> None:
    from contextlib import suppress
    from json import dumps
    from tempfile import mkstemp

    with suppress(OSError):  # an unwritable directory, a full disk: the next run reads the YAML again
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle, temporary = mkstemp(prefix="effective-", suffix=".tmp", dir=os.path.dirname(path))
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_sealed(dumps(entry, separators=(",", ":")).encode()))
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
        _prune(os.path.dirname(path))


def _prune(folder: str) -> None:
    with os.scandir(folder) as entries:
        ours = [(entry.stat().st_mtime_ns, entry.path) for entry in entries if entry.name.startswith("effective-")]
    for _, path in sorted(ours)[:-KEPT]:
        os.unlink(path)


def _plain(policy: Policy, rules: tuple[Rule, ...]) -> Any:
    """Settings as far as they differ from the rules' own; those are part of the key."""
    plain, usual = to_json(policy), {rule.id: rule.settings for rule in rules}
    for name, decision in policy.decisions.items():
        plain["decisions"][name]["settings"] = to_json(decision.settings, usual.get(name))
    return plain


def _policy(plain: Any, own: tuple[Rule, ...] | None) -> Policy:
    decisions = {name: _decision(said) for name, said in plain.pop("decisions").items()}
    if own is not None:
        said = ((rule, decisions[rule.id]) for rule in own)
        decisions |= {rule.id: one._replace(settings=settings_of(one, rule)) for rule, one in said}
    if not decisions:
        raise ValueError("a policy decides about every rule")
    policy: Policy = from_json(Policy, plain)
    return policy._replace(decisions=decisions)


def _decision(plain: dict[str, Any]) -> Decision:
    """By hand, since every hook waits for it; the entry is sealed, so its shape is ours."""
    outline = plain["outline"]
    return Decision(
        severity=Severity(plain.get("severity", 0)),
        mode=plain.get("mode", "enforce"),
        enforce_after=plain.get("enforce_after", ""),
        stages=tuple(plain.get("stages", ())),
        exempt=tuple(plain.get("exempt", ())),
        waivable=plain.get("waivable", True),
        settings=Stored(plain["settings"]),
        own=Stored(plain["own"]) if "own" in plain else (),
        outline=Outline(
            outline["family"],
            tuple(outline.get("reads", ())),
            tuple(outline.get("consults", ())),
            tuple(outline.get("triggers", ("**",))),
            outline.get("each", ""),
            outline.get("files", True),
            tuple(map(tuple, outline.get("asks", ()))),
            outline.get("subject", ""),
        ),
    )


def _sealed(body: bytes) -> bytes:
    return b'{"sha256":"%s","entry":%s}' % (sha256(body).hexdigest().encode(), body)
