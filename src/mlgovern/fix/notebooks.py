"""Strip notebooks: of the text only what stripping takes away is changed."""

from collections.abc import Callable

from mlgovern.errors import UserError
from mlgovern.rules.notebooks.bare import bare
from mlgovern.rules.notebooks.decoding import subject
from mlgovern.rules.notebooks.definition import Settings, unknown_keys
from mlgovern.rules.notebooks.parse import Notebook, parse
from mlgovern.rules.notebooks.stripped import Reason, verdict

Once = Callable[[Notebook, Settings, str, tuple[Reason, ...]], str]


def strip(data: bytes, settings: Settings, path: str = "", once: Once = bare) -> bytes:
    """The stripped notebook, every other byte as it was; the very same bytes if there is nothing to strip.

    `path`, as the repository has it, tells Zeppelin notebooks and those that may keep outputs. `once` does the work:
    ourselves, or nbstripout.
    """
    for key in unknown_keys(settings):
        raise UserError(f"the key {key!r} of notebook-output starts neither with metadata. nor with cell.")
    found = verdict(data, settings, path)
    if found.word in ("broken", "not judged"):
        raise _left_alone(path, found.why)
    if not found.reasons:
        return data
    for reason in found.reasons:
        if reason.code == "keep_output":
            raise _left_alone(
                path, f"{subject(reason.cell)} has a tag that keeps its output, and metadata that says not to"
            )
    result = _once(data, settings, path, found.reasons, once)
    again = verdict(result, settings, path)
    if again.reasons:  # a key that is stripped may have kept outputs until now
        result = _once(result, settings, path, again.reasons, once)
        again = verdict(result, settings, path)
    if again.word != "stripped":  # pragma: no cover - would be a bug of ours
        raise RuntimeError("a notebook that was stripped is not stripped")
    return result


def _once(data: bytes, settings: Settings, path: str, reasons: tuple[Reason, ...], once: Once) -> bytes:
    notebook = parse(data, zeppelin=path.endswith(".zpln"))
    if notebook.repeated is not None:
        raise _left_alone(path, notebook.repeated.sentence)
    return once(notebook, settings, path, reasons).encode()


def _left_alone(path: str, why: str) -> UserError:
    return UserError(f"{path or 'the notebook'} was left alone: {why}")
