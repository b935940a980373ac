"""A tracked env file leaves Git: it stays on disk, an ignore line keeps it out, a template keeps its keys."""

import posixpath

from mlgovern.rules.secrets.dotenv import parse

HEADING = "# Copy to {name} and fill in; {name} itself stays out of Git.\n"


def keys(path: str, data: bytes) -> list[str]:
    """The keys that an env file sets, in its order, each once; commented assignments are left out."""
    text = data.decode("utf-8-sig", "replace")
    return list(dict.fromkeys(found.key for found in parse(text, shell=_is_shell(path)) if not found.commented))


def template_path(path: str) -> str:
    """Where the template of an env file lies: `.env` → `.env.example`, beside it."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, f"{name}.example")


def template(path: str, data: bytes, existing: bytes | None) -> bytes | None:
    """The template with every key and no value, or None where the existing one names them all.

    Nothing but keys is taken over: a comment of an env file may hold what its value held before.
    """
    known = set() if existing is None else set(keys(path, existing))
    export = "export " if _is_shell(path) else ""
    lines = [f"{export}{key}=\n" for key in keys(path, data) if key not in known]
    if existing is None:
        lines.insert(0, HEADING.format(name=posixpath.basename(path)))
    if not lines:
        return None
    start = existing or b""
    return start + (b"\n" if start and not start.endswith(b"\n") else b"") + "".join(lines).encode()


def _is_shell(path: str) -> bool:
    return posixpath.basename(path).lower().startswith(".envrc")
