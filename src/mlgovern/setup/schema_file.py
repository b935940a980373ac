"""`.mlgovern/policy.schema.json`: by what an editor completes and checks a policy, made of what this mlgovern goes by."""

from mlgovern.rx import rxb
from mlgovern.setup.step import Step

PATH = ".mlgovern/policy.schema.json"
WHAT = "the JSON Schema of policies, for editors"
_OURS = rxb(rb'"title"\s*:\s*"mlgovern policy"')  # whatever a formatter has made of it
OLD = f"{PATH} is of another mlgovern; `mlgovern policy schema --output {PATH}` writes it anew."


def text() -> bytes:
    """The whole file."""
    from json import dumps

    from mlgovern.policy.cache import every
    from mlgovern.policy.schema import schema

    return dumps(schema(every()), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def step(before: bytes | None) -> Step:
    """What becomes of the file: ours is kept up to date, what somebody else wrote is left alone."""
    if before is not None and _OURS.search(before) is None:
        return Step(PATH, WHAT, before, before, ("it is no schema of ours and is left alone",))
    return Step(PATH, WHAT, before, text() if before is None or outdated(before) else before, generated=True)


def outdated(before: bytes | None) -> bool:
    """Whether there is a schema of ours that another mlgovern wrote; how it is laid out does not matter."""
    from json import loads

    if before is None or _OURS.search(before) is None:
        return False
    try:
        return bool(loads(before) != loads(text()))
    except ValueError:  # a merge left its marks in it
        return True
