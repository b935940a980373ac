"""What a look at a file brings: secrets by offsets, the ones that say most, and their places."""

from bisect import bisect_right

from mlgovern.record import NamedTuple

CUT = "cut"  # in the place of a rule: there is more in a file than was looked at
RANK = ("private-key", "provider-token", "url-credentials", "env-secret", "hardcoded-secret")


class Hit(NamedTuple):
    """A secret without its value: by which rule, behind which key, of which vendor, how long, and where."""

    rule: str
    key: str = ""
    provider: str = ""
    name: str = ""
    length: int = 0
    span: tuple[int, int, int, int] | None = None  # line and column of the start and of the end
    sure: bool = True
    cell: int | None = None
    hashed: bool = False  # a stored password; a test needs some of those


class Found(NamedTuple):
    """A hit by offsets, before those that say less at the same place are dropped."""

    hit: Hit
    start: int
    end: int


def best(found: list[Found]) -> list[Found]:
    """Of hits that overlap, the one whose rule says most, then the longest; in the order of the text."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and one.start < kept[-1].end:
            if _weight(one) > _weight(kept[-1]):
                kept[-1] = one._replace(hit=one.hit._replace(key=one.hit.key or kept[-1].hit.key))
            elif kept[-1].hit.rule != one.hit.rule and not kept[-1].hit.key:
                kept[-1] = kept[-1]._replace(
                    hit=kept[-1].hit._replace(key=one.hit.key, sure=kept[-1].hit.sure or one.hit.sure)
                )
            continue
        kept.append(one)
    return kept


def _weight(found: Found) -> tuple[int, bool, int]:
    return -RANK.index(found.hit.rule), found.hit.sure, found.end - found.start


def placed(text: str, found: list[Found]) -> tuple[Hit, ...]:
    """Offsets as lines and columns."""
    if not found:
        return ()
    from mlgovern.lines import line_begins

    begins = line_begins(text)

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(begins, offset)
        return line, offset - begins[line - 1] + 1

    return tuple(one.hit._replace(span=(*place(one.start), *place(one.end))) for one in found)
