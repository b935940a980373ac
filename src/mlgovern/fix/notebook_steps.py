"""The steps that strip notebooks: in the index alone, on disk where that is what is staged, or on disk as asked by name."""

from mlgovern.errors import UserError
from mlgovern.facts.snapshot import File
from mlgovern.finding import Finding
from mlgovern.fix.by_nbstripout import by_nbstripout
from mlgovern.fix.draft import Draft
from mlgovern.fix.notebooks import strip
from mlgovern.fix.step import Step
from mlgovern.fix.terms import Terms
from mlgovern.rules.notebooks.reading import quoted

ENDS = (".ipynb", ".zpln")


def staged(draft: Draft, file: File, terms: Terms, findings: tuple[Finding, ...]) -> Step:
    """Strip what is staged; the file on disk is not opened."""
    stripped = _stripped(draft.git.read(file.blob) or b"", file.path, terms)
    if isinstance(stripped, str):
        return _left(file.path, stripped, findings)
    draft.stage(file.path, stripped)
    says = f"strip {file.path} in the index alone; it will show as modified, since the outputs stay on disk"
    return Step(says, findings)


def on_disk(draft: Draft, file: File, terms: Terms, findings: tuple[Finding, ...]) -> Step:
    """Strip the file, if it is what is staged."""
    data, alone = (
        draft.on_disk(file.path),
        file.path in draft.changed,
    )  # with --staged what is in Git already is not read
    if data is None:
        return _left(file.path, f"it is not on disk{'; --staged mends the index alone' if alone else ''}", findings)
    if data.replace(b"\r\n", b"\n") != (draft.git.read(file.blob) or b"").replace(b"\r\n", b"\n"):
        ways = ", or mend the index alone with --staged" if alone else " first"
        return _left(file.path, f"it has unstaged changes; stage them{ways}", findings)
    return _written(draft, data, file.path, terms, findings)


def named(draft: Draft, path: str, terms: Terms, findings: tuple[Finding, ...]) -> Step:
    """Strip a file that was asked for by its name, staged or not."""
    other = draft.another(path)
    if other:
        there = f"mlgovern fix -C {quoted(other)} {quoted(path[len(other) + 1 :])}"
        return _left(path, f"it is in a repository of its own; {there}", findings)
    data = draft.on_disk(path) or b""
    if terms.spare(path):
        return _left(path, "the policy exempts it from notebook-output", findings)
    if _stripped(data, path, terms) == data:
        return _left(path, f"it is stripped; git add {quoted(path)} stages it so", findings)
    return _written(draft, data, path, terms, findings)


def _written(draft: Draft, data: bytes, path: str, terms: Terms, findings: tuple[Finding, ...]) -> Step:
    stripped = _stripped(data, path, terms)
    if isinstance(stripped, str):
        return _left(path, stripped, findings)
    draft.write(path, stripped)
    return Step(f"strip {path}", findings, add=path)


def _left(path: str, why: str, findings: tuple[Finding, ...]) -> Step:
    return Step(f"leave {path}: {why}", findings, acts=False)


def _stripped(data: bytes, path: str, terms: Terms) -> bytes | str:
    """The stripped notebook, or why it cannot be stripped."""
    try:
        return strip(data, terms.settings, path, by_nbstripout)
    except UserError as error:
        return str(error).removeprefix(f"{path} was left alone: ")
