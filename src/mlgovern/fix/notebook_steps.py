"""The steps that strip notebooks: in the index alone, on disk where that is what is staged, or on disk as asked by name."""

from pathlib import Path
from shlex import quote

from mlgovern import files
from mlgovern.errors import UserError
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.fix import index
from mlgovern.fix.by_nbstripout import by_nbstripout
from mlgovern.fix.notebooks import strip
from mlgovern.fix.step import Step
from mlgovern.fix.terms import Terms

ENDS = (".ipynb", ".zpln")


def staged(git: Git, file: File, terms: Terms) -> Step:
    """Strip what is staged; the file on disk is not opened."""
    stripped = _stripped(git.read(file.blob) or b"", file.path, terms)
    if isinstance(stripped, Step):
        return stripped
    says = f"strip {file.path} in the index alone; it will show as modified, since the outputs stay on disk"
    return Step(says, lambda: index.replace(git, {file: stripped}))


def on_disk(git: Git, file: File, terms: Terms) -> Step:
    """Strip the file, if it is what is staged."""
    place = Path(git.top) / file.path
    data = files.read(place)
    if data is None:
        return Step(f"leave {file.path}: it is not on disk; --staged mends the index alone")
    if data.replace(b"\r\n", b"\n") != (git.read(file.blob) or b"").replace(b"\r\n", b"\n"):
        return Step(f"leave {file.path}: it has unstaged changes; stage them, or mend the index alone with --staged")
    return _written(place, data, file.path, terms)


def named(git: Git, path: str, terms: Terms) -> Step:
    """Strip a file that was asked for by its name, staged or not."""
    place = Path(git.top) / path
    data = files.read(place) or b""
    if terms.spare(path):
        return Step(f"leave {path}: the policy exempts it from notebook-output")
    if _stripped(data, path, terms) == data:
        return Step(f"leave {path}: it is stripped; git add {quote(path)} stages it so")
    return _written(place, data, path, terms)


def _written(place: Path, data: bytes, path: str, terms: Terms) -> Step:
    stripped = _stripped(data, path, terms)
    if isinstance(stripped, Step):
        return stripped
    return Step(f"strip {path}", lambda: files.write(place, stripped), path)


def _stripped(data: bytes, path: str, terms: Terms) -> bytes | Step:
    try:
        return strip(data, terms.settings, path, by_nbstripout)
    except UserError as error:
        return Step(f"leave {path}: {str(error).removeprefix(f'{path} was left alone: ')}")
