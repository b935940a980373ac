"""`.mlgovern/policy.schema.json`: by what an editor completes and checks a policy, made of what this mlgovern goes by."""

from mlgovern.setup.step import Step

PATH = ".mlgovern/policy.schema.json"
WHAT = "the JSON Schema of policies, for editors"
MARK = b'"title":"mlgovern policy"'  # of what we wrote, or another version of us
OLD = f"{PATH} is of another mlgovern; `mlgovern policy schema --output {PATH}` writes it anew."


def text() -> bytes:
    """The whole file."""
    from json import dumps

    from mlgovern.policy.cache import every
    from mlgovern.policy.schema import schema

    return dumps(schema(every()), separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def step(before: bytes | None) -> Step:
    """What becomes of the file: ours is kept up to date, what somebody else wrote is left alone."""
    if before is not None and MARK not in before:
        return Step(PATH, WHAT, before, before, ("it is no schema of ours and is left alone",))
    return Step(PATH, WHAT, before, text() if before is None or outdated(before) else before, generated=True)


def outdated(before: bytes | None) -> bool:
    """Whether there is a schema of ours that another mlgovern wrote."""
    return before is not None and MARK in before and before.replace(b"\r\n", b"\n") != text()
