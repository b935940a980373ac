"""One look at one file: every secret in it, each once, by the rule that says most. No hit holds a value."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mlgovern.rules.secrets.dotenv import Assignment, parse
from mlgovern.rules.secrets.judge import Evidence, judge_env, judge_literal
from mlgovern.rules.secrets.keyblocks import find_keys, key_store, may_hold_keys
from mlgovern.rules.secrets.keys import STRONG, classify
from mlgovern.rules.secrets.names import TEMPLATE, EnvFiles, env_class, language_of
from mlgovern.rules.secrets.tokens import find_tokens, may_hold_tokens
from mlgovern.rules.secrets.urls import find_url_passwords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.notebooks import Part

RANK = ("private-key", "provider-token", "url-credentials", "env-secret", "hardcoded-secret")
_BINARY_HEAD = 8000
_LONGEST_KEY = 60


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


class _Found(NamedTuple):
    """A hit by offsets, before those that say less at the same place are dropped."""

    hit: Hit
    start: int
    end: int


def scan(path: str, data: bytes, env_files: EnvFiles) -> tuple[Hit, ...]:
    """Every secret in one version of one file, in the order of the text."""
    name = path.rpartition("/")[2]
    if key_store(name, data):
        return (Hit("private-key", provider="store", name="a store of private keys", length=len(data)),)
    text = decode(data)
    if text is None:
        return _placed(data.decode("latin-1"), list(_marks(data.decode("latin-1"), code=True, urls=False)))
    kind, language = env_class(path, env_files), language_of(path)
    if kind is not None:
        found = _in_env(text, kind, shell=name.lower().startswith(".envrc"))
    elif language == "notebook":
        found = _in_notebook(text, name)
    else:
        found = [*_marks(text, code=True), *_pairs(text, language, name)]
    return _placed(text, _best(found))


def decode(data: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 by its mark, or Latin-1; None for what is binary."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:_BINARY_HEAD]:
        return None
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _marks(text: str, *, code: bool, urls: bool = True) -> Iterator[_Found]:
    """What gives itself away, whatever it is assigned to."""
    for block in find_keys(text):
        name = f"{'an open' if block.open else 'a protected'} {block.kind} private key".replace("  ", " ")
        hit = Hit("private-key", "", block.kind or "pkcs8", name, block.end - block.start, sure=block.open)
        yield _Found(hit, block.start, block.end)
    for token in find_tokens(text):
        hit = Hit("provider-token", "", token.id, token.name, token.end - token.start, sure=token.sure)
        yield _Found(hit, token.start, token.end)
    for url in find_url_passwords(text, code=code) if urls else ():
        yield _Found(Hit("url-credentials", length=url.end - url.start, sure=url.sure), url.start, url.end)


def _in_env(text: str, kind: str, *, shell: bool) -> list[_Found]:
    """Each mark belongs to the assignment that it stands in; an assignment without one is judged by its key."""
    marks = _best(list(_marks(text, code=kind == TEMPLATE)))
    starts = [mark.start for mark in marks]
    found: list[_Found] = []
    owned: set[_Found] = set()
    for assignment in parse(text, shell=shell):
        first, last = bisect_right(starts, assignment.start - 1), bisect_right(starts, assignment.end)
        mine = [mark for mark in marks[first:last] if mark.start >= assignment.inside[0] - 1]
        owned.update(mine)
        if mine:
            found += (_under(mark, assignment, text) for mark in mine)
            continue
        evidence = judge_env(assignment.key, assignment.value, template=kind == TEMPLATE)
        if evidence is not None:
            key = assignment.key + (f".{evidence.member}" if evidence.member else "")
            found.append(_Found(_by_key("env-secret", key, assignment.value, evidence), *assignment.inside))
    return found + [mark for mark in marks if mark not in owned]


def _under(mark: _Found, assignment: Assignment, text: str) -> _Found:
    key = _shown(assignment.key, text[mark.start : mark.end])
    sure = mark.hit.sure or (mark.hit.rule == "provider-token" and classify(assignment.key) == STRONG)
    start = assignment.start if mark.hit.rule == "private-key" else mark.start
    return mark._replace(hit=mark.hit._replace(key=key, sure=sure), start=start)


def _pairs(text: str, language: str, name: str) -> Iterator[_Found]:
    from mlgovern.rules.secrets.assignments import find_pairs

    for pair in find_pairs(text, language, name):
        if pair.live:
            evidence = judge_env(pair.key, pair.value, template=True, context=pair.context)
        else:
            evidence = judge_literal(pair.key, pair.value, pair.context)
        if evidence is not None:
            yield _Found(_by_key("hardcoded-secret", pair.key, pair.value, evidence), pair.start, pair.end)


def _by_key(rule: str, key: str, value: str, evidence: Evidence) -> Hit:
    rule = "provider-token" if evidence.provider else rule
    return Hit(rule, _shown(key, value), evidence.provider, evidence.name, evidence.length, sure=evidence.sure)


def _shown(key: str, value: str) -> str:
    """A key as it may be printed: not one that spells the value, nor one without end."""
    return "" if value and value.lower() in key.lower() else key[:_LONGEST_KEY]


def _in_notebook(text: str, name: str) -> list[_Found]:
    """Source and text outputs by cell; whatever else the file holds, images apart, by its marks."""
    from mlgovern.rules.secrets.notebooks import parts

    found: list[_Found] = []
    if _says_nothing(text):
        return found
    for part in parts(text):
        inside = [*_marks(part.text, code=True)]
        inside += _pairs(part.text, "literals", name)
        if part.source:
            inside += _magics(part)
        found += (
            _Found(one.hit._replace(cell=part.cell), part.offset(one.start), part.offset(one.end))
            for one in _best(inside)
        )
    return found


def _says_nothing(text: str) -> bool:
    """Whether no word that could tell of a secret is in the JSON as it stands: then it need not be decoded."""
    from mlgovern.rules.secrets.assignments import tells

    escaped = "\\u" in text  # any character may hide behind one
    return not (
        escaped or "://" in text or may_hold_keys(text) or may_hold_tokens(text) or tells(text.replace('\\"', '"'))
    )


def _magics(part: "Part") -> Iterator[_Found]:
    """`!export KEY=value` and `%env KEY=value`."""
    from mlgovern.rules.secrets.assignments import find_pairs

    if "!" in part.text or "%" in part.text:
        for pair in find_pairs(part.text, "shell", ""):
            line = part.text[part.text.rfind("\n", 0, pair.start) + 1 : pair.start].lstrip()
            evidence = judge_env(pair.key, pair.value, template=True) if line.startswith(("!", "%")) else None
            if evidence is not None:
                yield _Found(_by_key("hardcoded-secret", pair.key, pair.value, evidence), pair.start, pair.end)


def _best(found: list[_Found]) -> list[_Found]:
    """Of hits that overlap, the one whose rule says most, then the longest; in the order of the text."""
    kept: list[_Found] = []
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


def _weight(found: _Found) -> tuple[int, bool, int]:
    return -RANK.index(found.hit.rule), found.hit.sure, found.end - found.start


@lru_cache(maxsize=1)
def _newline() -> re.Pattern[str]:
    return re.compile(r"\r\n?|\n")


def _placed(text: str, found: list[_Found]) -> tuple[Hit, ...]:
    """Offsets as lines and columns."""
    if not found:
        return ()
    begins = [0, *(newline.end() for newline in _newline().finditer(text))]

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(begins, offset)
        return line, offset - begins[line - 1] + 1

    return tuple(one.hit._replace(span=(*place(one.start), *place(one.end))) for one in found)
