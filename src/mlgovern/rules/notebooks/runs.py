"""What a notebook tells about how it was run: on which kernel, and in which order."""

from collections.abc import Iterator
from itertools import pairwise

from mlgovern.fields import Allowed, MustNot, Stricter
from mlgovern.record import NamedTuple
from mlgovern.rule import Pattern
from mlgovern.rules.notebooks.parse import Notebook
from mlgovern.rx import holds

_LONGEST_NAME = 40


class Kernels(NamedTuple):
    """The kernels that everybody has; a display name that the pattern finds names somebody's environment."""

    names: Allowed[str] = ("python3",)
    environments: MustNot = Pattern(r"(?i)\bconda env:|\bv?env\b|\(\d+\.\d+\.\d+\)")


class Order(NamedTuple):
    """In which order cells were run; `complete`: once each, from 1 on, else it is enough that no number goes back."""

    complete: Stricter = False


def kernel_flaws(notebook: Notebook, settings: Kernels) -> Iterator[str]:
    """What is wrong with the kernel that a notebook asks for. A display name is not repeated: it may name a project."""
    kernel = notebook.metadata.get("kernelspec")
    if not isinstance(kernel, dict):
        return
    name, display = kernel.get("name"), kernel.get("display_name")
    if isinstance(name, str) and name not in settings.names:
        yield f"the kernel is {name[:_LONGEST_NAME]!r}; allowed: {', '.join(settings.names)}"
    if isinstance(display, str) and settings.environments and holds(settings.environments, display):
        yield "the kernel's display name is that of one's own environment; usual is one like 'Python 3 (ipykernel)'"


def out_of_order(notebook: Notebook, settings: Order) -> list[tuple[int, str]]:
    """The first cell that was not run in its turn, and why, in words; or nothing."""
    counts = ((index, cell.get("execution_count", cell.get("prompt_number"))) for index, cell in notebook.cells)
    ran = [(index, count) for index, count in counts if count is not None]
    if settings.complete:
        why = "was not run as number {}, as it is when all cells are run from top to bottom"
        return [(index, why.format(turn)) for turn, (index, count) in enumerate(ran, 1) if count != turn][:1]
    numbered = [(index, count) for index, count in ran if type(count) is int]
    back = (index for (_, before), (index, count) in pairwise(numbered) if count <= before)
    return [(index, "was run before the cell above it") for index in back][:1]
