"""One look at one file: every secret in it, each once, by the rule that says most. No hit holds a value."""

from bisect import bisect_right
from collections.abc import Iterator

from mlgovern.rules.secrets.found import CUT, Found, Hit, best, placed
from mlgovern.rules.secrets.keyblocks import key_store, may_hold_keys
from mlgovern.rules.secrets.marks import Subject, find_marks
from mlgovern.rules.secrets.names import TEMPLATE, EnvFiles, env_class
from mlgovern.rules.secrets.own import Secrets
from mlgovern.rules.secrets.tokens import may_hold_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.dotenv import Assignment
    from mlgovern.rules.secrets.judge import Evidence
    from mlgovern.rules.secrets.notebooks import Part
    from mlgovern.rules.secrets.readers import Pair

_AS_IT_IS = Secrets()
_BINARY_HEAD = 8000
_LONGEST_KEY = 60
ENOUGH = 1000  # assignments of one text that are credentials; nobody needs to hear of more
_MOST_PAIRS = 50_000  # assignments that are weighed in one text
NEVER_CUT = 4 * _MOST_PAIRS  # characters in which there cannot be more: `a=b ` is the shortest
STATE = (".tfstate", ".tfstate.backup")


def scan(
    path: str, data: bytes, env_files: EnvFiles, secrets: Secrets = _AS_IT_IS, *, unmarked: bool = False
) -> tuple[Hit, ...]:
    """Every secret in one version of one file, in the order of the text; `unmarked`: it is known to hold no mark."""
    subject = Subject(path, secrets, unmarked=unmarked)
    if key_store(subject.name, data):
        return (Hit("private-key", provider="store", name="a store of private keys", length=len(data)),)
    text = decode(data)
    if text is None:
        text = data.decode("latin-1")
        found = subject.counted(text, find_marks(subject, text, code=True, urls=False))
    else:
        kind = env_class(path, env_files)
        found = _in_other(subject, text) if kind is None else _in_env(subject, text, kind)
    return (*_by_name(subject, data), *placed(text, best(found)), *([Hit(CUT)] if subject.cut else []))


def decode(data: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 by its mark or its zeros, or Latin-1; None for what is binary."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:_BINARY_HEAD]
    if b"\0" in head:
        little = _looks_like_utf16(head)
        return None if little is None else data.decode("utf-16-le" if little else "utf-16-be", "replace")
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _looks_like_utf16(head: bytes) -> bool | None:
    """Whether every other byte is zero and no other: the low end first, or the high one; None for anything else."""
    even, odd = head[::2], head[1::2]
    if not any(odd) and b"\0" not in even:
        return True
    return False if not any(even) and b"\0" not in odd else None


def _by_name(subject: Subject, data: bytes) -> tuple[Hit, ...]:
    """What a file is by its name, whatever is in it."""
    if not subject.name.lower().endswith(STATE):
        return ()
    name = "the state of Terraform, where every secret stands in plain text"
    return (Hit("hardcoded-secret", provider="tfstate", name=name, length=len(data)),)


def _in_other(subject: Subject, text: str) -> list[Found]:
    from mlgovern.rules.secrets.languages import language_of

    language = language_of(subject.path)
    if language == "notebook":
        return _in_notebook(subject, text)
    return subject.counted(text, _in_code(subject, text, language))


def _in_code(subject: Subject, text: str, language: str) -> Iterator[Found]:
    from mlgovern.rules.secrets.languages import is_store

    yield from find_marks(subject, text, code=not is_store(subject.path))
    yield from _undocumented(text, language, [*_pairs(subject, text, language)])


def _in_env(subject: Subject, text: str, kind: str) -> list[Found]:
    """Each mark belongs to the assignment that it stands in; an assignment without one is judged by its key."""
    from mlgovern.rules.secrets.dotenv import parse
    from mlgovern.rules.secrets.judge import judge_env

    marks = best(subject.counted(text, find_marks(subject, text, code=kind == TEMPLATE)))
    starts = [mark.start for mark in marks]
    found: list[Found] = []
    owned: set[Found] = set()
    for number, assignment in enumerate(parse(text, shell=subject.name.lower().startswith(".envrc"))):
        if len(found) >= ENOUGH or number == _MOST_PAIRS:
            subject.cut = True
            break
        first, last = bisect_right(starts, assignment.start - 1), bisect_right(starts, assignment.end)
        mine = [mark for mark in marks[first:last] if mark.start >= assignment.inside[0] - 1]
        owned.update(mine)
        if mine:
            found += (_under(mark, assignment, text) for mark in mine)
            continue
        evidence = judge_env(assignment.key, assignment.value, template=kind == TEMPLATE)
        if evidence is not None:
            key = assignment.key + (f".{evidence.member}" if evidence.member else "")
            found.append(Found(_by_key("env-secret", key, assignment.value, evidence), *assignment.inside))
    return subject.counted(text, iter(found)) + [mark for mark in marks if mark not in owned]


def _under(mark: Found, assignment: "Assignment", text: str) -> Found:
    from mlgovern.rules.secrets.keys import STRONG, classify

    key = _shown(assignment.key, text[mark.start : mark.end])
    sure = mark.hit.sure or (mark.hit.rule == "provider-token" and classify(assignment.key) == STRONG)
    start = assignment.start if mark.hit.rule == "private-key" else mark.start
    return mark._replace(hit=mark.hit._replace(key=key, sure=sure), start=start)


def _pairs(subject: Subject, text: str, language: str) -> Iterator[Found]:
    from mlgovern.rules.secrets.assignments import find_pairs
    from mlgovern.rules.secrets.languages import is_store

    found = 0
    for number, pair in enumerate(find_pairs(text, language, subject.path)):
        if number == _MOST_PAIRS or found == ENOUGH:
            subject.cut = True
            return
        evidence = weigh(pair, pair.context, store=is_store(subject.path))
        if evidence is not None:
            found += 1
            yield Found(_by_key("hardcoded-secret", pair.key, pair.value, evidence), pair.start, pair.end)


def weigh(pair: "Pair", context: str, *, store: bool = False) -> "Evidence | None":
    """Whether an assignment is a credential; vendors that the context names tell of bare tokens."""
    from mlgovern.rules.secrets.judge import judge_env, judge_literal

    if pair.live:
        return judge_env(pair.key, pair.value, template=not store, context=context)
    return judge_literal(pair.key, pair.value, context)


def _undocumented(text: str, language: str, found: list[Found]) -> list[Found]:
    """Of what is assigned in Python, that which is no documentation."""
    if not found or language != "python":
        return found
    from mlgovern.rules.secrets.docstrings import docstrings

    shown = docstrings(text, [one.start for one in found])
    return [one for one in found if not any(start < one.start < end for start, end in shown)]


def _by_key(rule: str, key: str, value: str, evidence: "Evidence") -> Hit:
    rule = "provider-token" if evidence.provider else rule
    return Hit(rule, _shown(key, value), evidence.provider, evidence.name, evidence.length, sure=evidence.sure)


def _shown(key: str, value: str) -> str:
    """A key as it may be printed: not one that spells the value, nor one without end."""
    return "" if value and value.lower() in key.lower() else key[:_LONGEST_KEY]


def _in_notebook(subject: Subject, text: str) -> list[Found]:
    return [] if not subject.secrets.detectors and says_nothing(text) else in_cells(subject, text)


def in_cells(subject: Subject, text: str) -> list[Found]:
    """Source and text outputs by cell; whatever else a notebook holds, images apart, by its marks."""
    from mlgovern.rules.secrets.notebooks import parts

    found: list[Found] = []
    for part in parts(text):
        found += (
            Found(one.hit._replace(cell=part.cell), part.offset(one.start), part.offset(one.end))
            for one in best(subject.counted(part.text, _in_part(subject, part)))
        )
    return found


def _in_part(subject: Subject, part: "Part") -> Iterator[Found]:
    yield from find_marks(subject, part.text, code=True)
    yield from _pairs(subject, part.text, "literals")
    if part.source:
        yield from _magics(part)


def says_nothing(text: str) -> bool:
    """Whether no word that could tell of a secret is in the JSON as it stands: then it need not be decoded."""
    from mlgovern.rules.secrets.assignments import tells

    escaped = "\\u" in text  # any character may hide behind one
    return not (
        escaped or "://" in text or may_hold_keys(text) or may_hold_tokens(text) or tells(text.replace('\\"', '"'))
    )


def _magics(part: "Part") -> Iterator[Found]:
    """`!export KEY=value` and `%env KEY=value`."""
    from mlgovern.rules.secrets.assignments import find_pairs

    if "!" in part.text or "%" in part.text:
        from mlgovern.rules.secrets.judge import judge_env

        for pair in find_pairs(part.text, "shell", ""):
            line = part.text[part.text.rfind("\n", 0, pair.start) + 1 : pair.start].lstrip()
            evidence = judge_env(pair.key, pair.value, template=True) if line.startswith(("!", "%")) else None
            if evidence is not None:
                yield Found(_by_key("hardcoded-secret", pair.key, pair.value, evidence), pair.start, pair.end)
