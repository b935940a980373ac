"""The rules over snapshots: which pairs a change touches, and the exact words."""

from typing import Any

import pytest

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.rules.lockfiles import RULES
from mlgovern.rules.lockfiles.wanting import Locks
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of
from tests.rules.lockfiles.bases import PDM, POETRY, UV
from tests.rules.lockfiles.verdicts import PIP_TOOLS, PIPENV, changed

BUMPED = changed(UV, "pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"')
AUDIT = ("audit",)


def under(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{path}": text for path, text in files.items()}


def staged(base: dict[str, str], *paths: str, **facts: Any) -> Snapshot:
    """Of a base only these paths are staged, the others are tracked as they are."""
    files = {path: text for path, text in base.items() if path in paths}
    return a_snapshot(files, {path: text for path, text in base.items() if path not in paths}, **facts)


def found(rule_id: str, snapshot: Snapshot, settings: object = None) -> list[Finding]:
    return judged(rule_of(RULES, rule_id), snapshot, settings)


STALE = [
    pytest.param(staged(UV, "pyproject.toml", "uv.lock"), 0, id="fresh"),
    pytest.param(staged(BUMPED, "pyproject.toml"), 1, id="manifest staged"),
    pytest.param(staged(BUMPED, "uv.lock"), 1, id="lock staged"),
    pytest.param(staged({**BUMPED, "a.py": ""}, "a.py"), 0, id="neither staged"),
    pytest.param(a_snapshot({**under("a", BUMPED), **under("b", BUMPED), **UV}), 2, id="each folder by itself"),
    pytest.param(a_snapshot({"pyproject.toml": BUMPED["pyproject.toml"], **under("a", {"uv.lock": UV["uv.lock"]})}), 0, id="lock in another folder"),
    pytest.param(a_snapshot(changed(PDM, "pyproject.toml", "click>=8", "click>=9")), 1, id="pdm"),
    pytest.param(a_snapshot(changed(PIPENV, "Pipfile", '">=8"', '">=9"')), 1, id="pipenv"),
    pytest.param(staged(changed(PIP_TOOLS, "requirements.in", "", "six\n"), "requirements.in"), 1, id="input staged"),
    pytest.param(staged({"uv.toml": "resolution = 'lowest'\n", **UV}, "uv.toml"), 1, id="uv.toml replaces the settings"),
    pytest.param(a_snapshot({"uv.toml": "resolution = 'lowest'\n", **under("a", UV)}), 1, id="uv.toml further up"),
    pytest.param(a_snapshot({"pyproject.toml": "[tool.uv]\nresolution = 'lowest'\n", **under("a", UV)}), 1, id="settings further up"),
]  # fmt: skip


@pytest.mark.parametrize(("snapshot", "count"), STALE)
def test_stale_lockfile(snapshot: Snapshot, count: int) -> None:
    assert len(found("stale-lockfile", snapshot)) == count


def test_what_a_stale_lock_says() -> None:
    assert found("stale-lockfile", a_snapshot(BUMPED)) == [
        Finding(
            "uv.lock still says version 0.1.0, pyproject.toml says 0.2.0",
            Place("pyproject.toml", 3),
            "uv lock && git add uv.lock",
            "uv.lock",
        )
    ]


def test_the_lock_that_was_not_staged_is_named_first() -> None:
    (finding,) = found("stale-lockfile", staged(BUMPED, "pyproject.toml"))
    assert finding.message == (
        "pyproject.toml is staged, uv.lock is not: uv.lock still says version 0.1.0, pyproject.toml says 0.2.0"
    )


def test_many_reasons_are_counted() -> None:
    more = ", ".join(f'"{name}"' for name in "abcdefg")
    (finding,) = found("stale-lockfile", a_snapshot(changed(UV, "pyproject.toml", '"click>=8"', f'"click>=8", {more}')))
    assert finding.message.startswith("a is in pyproject.toml but not in uv.lock; b is in ")
    assert finding.message.endswith("; and 2 more")


UNKNOWN = [
    pytest.param(a_snapshot(changed(UV, "pyproject.toml", "", "[tool.uv.sources]\n")), [], id="empty sources"),
    pytest.param(
        a_snapshot(changed(UV, "pyproject.toml", "", "[tool.uv.sources]\nclick = {path = '/x'}\n")),
        [NotJudged("uv.lock", "needs uv: tool.uv.sources; `uv lock --check` tells")],
        id="sources",
    ),
    pytest.param(
        a_snapshot(UV)._replace(contents={}), [NotJudged("uv.lock", "its content was not read")], id="too large to be read"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("snapshot", "entries"), UNKNOWN)
def test_what_cannot_be_judged_is_said(snapshot: Snapshot, entries: list[NotJudged]) -> None:
    assert list(dict.fromkeys(not_judged(rule_of(RULES, "stale-lockfile"), snapshot))) == entries


def test_a_symbolic_link_is_not_judged() -> None:
    snapshot = a_snapshot(UV)
    link = a_file("uv.lock", b"../uv.lock", SYMLINK)
    linked = snapshot._replace(tracked={**snapshot.tracked, "uv.lock": link})
    assert not_judged(rule_of(RULES, "stale-lockfile"), linked) == [NotJudged("uv.lock", "uv.lock is a symbolic link")]


def test_what_a_broken_lock_says() -> None:
    conflict = changed(UV, "uv.lock", "revision = 5", "<<<<<<< HEAD\nrevision = 5")
    assert found("broken-lockfile", a_snapshot(conflict)) == [
        Finding(
            "uv.lock line 2: unresolved merge conflict",
            Place("uv.lock", 2),
            "rm uv.lock && uv lock && git add uv.lock\nevery version is resolved anew",
            "uv.lock",
        )
    ]
    (staged_over,) = found("broken-lockfile", a_snapshot(conflict, added=frozenset()))
    assert staged_over.mend == "git checkout HEAD -- uv.lock && uv lock && git add uv.lock"


# fmt: off
ILLEGIBLE = [
    pytest.param({"pyproject.toml": "[project\n"}, "pyproject.toml line 1: it cannot be parsed as TOML", "correct pyproject.toml, then: git add pyproject.toml", id="no TOML, no lock"),
    pytest.param({**UV, "pyproject.toml": "a = 1\n<<<<<<< HEAD\n"}, "pyproject.toml line 2: unresolved merge conflict", "settle the conflict in pyproject.toml, then: git add pyproject.toml", id="conflict"),
    pytest.param({**POETRY, "pyproject.toml": "\ufeff" + POETRY["pyproject.toml"]}, "pyproject.toml line 1: it begins with a byte order mark", "save pyproject.toml as UTF-8 without a byte order mark, then: git add pyproject.toml", id="byte order mark"),
    pytest.param({**UV, "uv.toml": "= 1"}, "uv.toml line 1: it cannot be parsed as TOML", "correct uv.toml, then: git add uv.toml", id="uv.toml"),
    pytest.param({"a/Pipfile": "x = 1\nx = 2\n"}, "Pipfile line 2: it cannot be parsed as TOML", "correct a/Pipfile, then: git add a/Pipfile", id="a key twice"),
    pytest.param({"requirements.txt": b"\xff\xfen\x00"}, "requirements.txt line 1: it is UTF-16, not UTF-8", "save requirements.txt as UTF-8 without a byte order mark, then: git add requirements.txt", id="requirements by PowerShell"),
    pytest.param({"requirements.txt": "a==1\n=======\nb==1\n"}, "requirements.txt line 2: unresolved merge conflict", "settle the conflict in requirements.txt, then: git add requirements.txt", id="conflict in requirements"),
    pytest.param({**PIP_TOOLS, "requirements.txt": PIP_TOOLS["requirements.txt"] + "=======\n"}, "requirements.txt line 14: unresolved merge conflict", "rm requirements.txt && pip-compile --output-file=requirements.txt --strip-extras requirements.in && git add requirements.txt\nevery version is resolved anew", id="conflict in compiled requirements"),
    pytest.param({"a/Pipfile": b"\xff\xfex"}, "Pipfile line 1: it is UTF-16, not UTF-8", "save a/Pipfile as UTF-8 without a byte order mark, then: git add a/Pipfile", id="UTF-16"),
    pytest.param({**changed(PIPENV, "Pipfile.lock", '"default": {', '"default": {"click": 1,')}, "Pipfile.lock line 11: the key 'click' is there twice", "rm Pipfile.lock && pipenv lock && git add Pipfile.lock\nevery version is resolved anew", id="a JSON key twice"),
    pytest.param({**changed(PIPENV, "Pipfile.lock", '"pipfile-spec": 6', '"pipfile-spec": ' + "6" * 5000)}, "Pipfile.lock line 6: it holds a number that is too long", None, id="a long number"),
    pytest.param({**UV, "uv.lock": UV["uv.lock"] + "x = 1\ny = " + "[" * 20000 + "]" * 20000}, "uv.lock line 71: it cannot be parsed as TOML", None, id="nested without end"),
    pytest.param({**changed(PIPENV, "Pipfile.lock", '"pipfile-spec": 6', '"pipfile-spec": NaN')}, "Pipfile.lock line 6: NaN is no JSON", None, id="NaN"),
    pytest.param({**PIPENV, "Pipfile.lock": "[" * 100_000}, "Pipfile.lock line 1: it is nested too deeply", None, id="deep JSON"),
    pytest.param({**PIPENV, "Pipfile.lock": '{"a":\n 1,}'}, "Pipfile.lock line 2: it cannot be parsed as JSON", None, id="no JSON"),
]
# fmt: on


@pytest.mark.parametrize(("files", "message", "mend"), ILLEGIBLE)
def test_what_cannot_be_read_is_broken_with_its_place(
    files: dict[str, bytes | str], message: str, mend: str | None
) -> None:
    (finding,) = found("broken-lockfile", a_snapshot(files, stages=AUDIT))
    assert finding.message == message
    assert mend is None or finding.mend == mend
    assert finding.place.line == int(message.split(" line ")[1].partition(":")[0])


def test_uv_reads_over_a_byte_order_mark() -> None:
    assert found("broken-lockfile", a_snapshot({path: "\ufeff" + text for path, text in UV.items()})) == []


HOSTILE = [
    pytest.param(b"a = " + b"[" * 100_000, id="deep TOML"),
    pytest.param(b"a = " + b"1" * 10_000, id="a huge number"),
    pytest.param(b"{" * 100_000, id="deep JSON"),
    pytest.param(b'{"a": ' + b"[1," * 200_000, id="huge JSON"),
    pytest.param(b"\xef\xbb\xbfversion = 1\n", id="byte order mark"),
    pytest.param(b"\xff\xfe\x00", id="not UTF-8"),
    pytest.param(b"<<<<<<< HEAD\r\n", id="conflict with CRLF"),
    pytest.param(b"", id="empty"),
    pytest.param(
        b"version = 1\npackage = [1, 'x']\nmanifest = 3\n[metadata]\nfiles = 1\ntargets = 1\n", id="other types"
    ),
    pytest.param(b"[]", id="another kind of JSON"),
    pytest.param(b"=======\n", id="half a conflict"),
    pytest.param(b"a." * 20_000 + b"a = 1\n", id="a long key"),
]


@pytest.mark.parametrize("data", HOSTILE)
@pytest.mark.parametrize(
    "base", [UV, POETRY, PDM, PIPENV, PIP_TOOLS], ids=["uv", "poetry", "pdm", "pipenv", "pip-tools"]
)
@pytest.mark.parametrize("place", [0, 1], ids=["manifest", "lock"])
def test_nothing_hostile_raises_or_passes_as_fresh(data: bytes, base: dict[str, str], place: int) -> None:
    files: dict[str, bytes | str] = {**base, list(base)[place]: data}
    snapshot = a_snapshot(files, tracked={".gitignore": b""})
    said = [verdict for rule in RULES for verdict in rule.judge(snapshot, rule.settings)]
    compiled_out = "requirements.txt" in base and place == 1  # without its header it is a file that a person wrote
    assert said or compiled_out


@pytest.mark.parametrize(
    "base", [UV, POETRY, PDM, PIPENV, PIP_TOOLS], ids=["uv", "poetry", "pdm", "pipenv", "pip-tools"]
)
def test_line_ends_never_matter(base: dict[str, str]) -> None:
    snapshot = a_snapshot({path: text.replace("\n", "\r\n") for path, text in base.items()})
    assert [verdict for rule in RULES for verdict in rule.judge(snapshot, rule.settings)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_nothing_is_said_where_nothing_of_the_family_changed(rule: object) -> None:
    snapshot = staged({**BUMPED, "a.py": ""}, "a.py")
    assert found(rule.id, snapshot) == []  # type: ignore[attr-defined]  # pytest gives ids to rules
    assert Severity.WARNING < Severity.ERROR
    assert Locks() == Locks("application", ())
