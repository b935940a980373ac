"""Kinds that speak of files, and of what is in them."""

import json
from itertools import pairwise
from typing import Any

import pytest

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Snapshot
from mlgovern.finding import NotJudged, Place
from tests.custom.sample import found, messages, report
from tests.factories import a_file, a_snapshot

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 5000\n" % (b"a" * 64)


def notebook(**cell: object) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "source": "", **cell}]
    meta = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return json.dumps({"cells": cells, "metadata": meta, "nbformat": 4, "nbformat_minor": 4})


ROWS: tuple[tuple[str, str, dict[str, bytes | str], list[str]], ...] = (
    ("path.forbidden", '{globs: ["data/**"], except: ["**/.gitkeep"]}', {"data/a.csv": ""}, ["this path is not allowed here"]),
    ("path.forbidden", '{globs: ["data/**"], except: ["**/.gitkeep"]}', {"data/.gitkeep": "", "a": ""}, []),
    ("path.forbidden", '{globs: ["data/**"], only_new: true}', {"data/a.csv": ""}, ["this path is not allowed here"]),
    ("path.naming", '{globs: ["nb/**"], must: "^[0-9]{2}-", example: 01-a}', {"nb/a": "", "b": ""}, ["the name 'a' does not fit ^[0-9]{2}-; such as 01-a"]),
    ("path.naming", '{must: "^[a-z]+$"}', {"A/b": ""}, []),
    ("file.max_size", "{max_bytes: 3}", {"a": "abcd", "b": "abc"}, ["it has 4 bytes, 3 are the most"]),
    ("file.max_size", "{max_bytes: 3, globs: ['*.py']}", {"a": "abcd"}, []),
    ("file.max_size", "{max_bytes: 1000}", {"a": POINTER}, []),
    ("file.max_size", "{max_bytes: 1000, lfs_exempt: false}", {"a": POINTER}, ["it has 5,000 bytes, 1,000 are the most"]),
    ("content.regex", "{must_not: 'print[(]'}", {"a.py": "x = 1\n  print(x)\n"}, ["the text fits print[(], which is not allowed"]),
    ("content.regex", "{must_not: secret}", {"a": "secret".encode("utf-16")}, ["the text fits secret, which is not allowed"]),
    ("content.regex", "{must_not: secret}", {"a": POINTER}, []),
    ("content.regex", "{must_not: '(?m)^b'}", {"a": "a\nb\nb"}, ["the text fits (?m)^b, which is not allowed"] * 2),
    ("content.required", "{globs: ['*.py'], must: '(?m)^# Copyright'}", {"a.py": "# Copyright\n", "b.txt": ""}, []),
    ("content.required", "{globs: ['*.py'], must: '^# Copyright'}", {"a.py": "x"}, ["nothing in it fits ^# Copyright"]),
    ("notebook.assert", "{outputs: false}", {"a.ipynb": notebook(outputs=[{}])}, ["it holds outputs"]),
    ("notebook.assert", "{outputs: false, execution_count: false}", {"a.ipynb": notebook(outputs=[], execution_count=None)}, []),
    ("notebook.assert", "{execution_count: false}", {"a.ipynb": notebook(execution_count=3)}, ["it holds execution counts"]),
    ("notebook.assert", "{kernel: [r]}", {"a.ipynb": notebook()}, ["its kernel is none of r"]),
    ("notebook.assert", "{max_cells: 1}", {"a.ipynb": notebook()}, []),
    ("notebook.assert", "{max_cells: 1}", {"a.ipynb": "{"}, ["the notebook is not JSON: Expecting property name enclosed in double quotes"]),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "settings", "files", "expected"), ROWS)
def test_files(kind: str, settings: str, files: dict[str, bytes | str], expected: list[str]) -> None:
    assert messages(f"kind: {kind}\nsettings: {settings}", a_snapshot(files)) == expected


def test_only_what_is_new_is_refused() -> None:
    snapshot = a_snapshot({"data/a": "", "data/b": ""}, added=frozenset(["data/b"]))
    rule = 'kind: path.forbidden\nsettings: {globs: ["data/**"], only_new: true}'
    assert [finding.place.path for finding in found(rule, snapshot)] == ["data/b"]


def test_a_place_counts_characters_and_the_text_is_not_repeated() -> None:
    (finding,) = found("kind: content.regex\nsettings: {must_not: 'k[0-9]+'}", a_snapshot({"a": "x\nkéy k123 é"}))
    assert finding.place == Place("a", 2, 5, 2, 9)
    assert "k123" not in repr(finding)


def test_places_over_lines_and_far_out() -> None:
    (finding,) = found("kind: content.regex\nsettings: {must_not: 'b\\nc'}", a_snapshot({"a": "x\nab\ncd"}))
    assert finding.place == Place("a", 2, 2, 3, 2)
    (finding,) = found("kind: content.regex\nsettings: {must_not: b}", a_snapshot({"a": "\n" + "a" * 20_000 + "b"}))
    assert finding.place == Place("a", 2)


def test_what_only_begins_like_a_pointer_is_none() -> None:
    text = POINTER + b"secret"
    assert len(found("kind: content.regex\nsettings: {must_not: secret}", a_snapshot({"a": text}))) == 1


def test_many_places_are_told_in_part() -> None:
    said = messages("kind: content.regex\nsettings: {must_not: x}", a_snapshot({"a": "x" * 500}))
    assert (len(said), said[-1]) == (101, "there is more like this")


def test_what_was_not_read_is_not_judged() -> None:
    snapshot = a_snapshot({"a": "x"}, contents={})
    gaps = report("kind: content.regex\nsettings: {must_not: x}", snapshot).not_judged
    assert gaps == (NotJudged("a", "larger than limits.max_file_bytes: 1 bytes"),)


@pytest.mark.parametrize(
    ("rule", "file", "why"),
    (
        (
            "content.required\nsettings: {globs: [a.json], must: x}",
            "a.json",
            "larger than limits.max_file_bytes: 1 bytes",
        ),
        ("data.assert\nsettings: {file: a.json}", "a.json", "larger than limits.max_file_bytes: 1 bytes"),
        ("data.assert\nsettings: {file: 'a.*'}", "a.txt", "its name ends with none of .json, .toml, .yaml, .yml"),
        ("notebook.assert\nsettings: {outputs: false}", "a.ipynb", "larger than limits.max_file_bytes: 1 bytes"),
    ),
)
def test_what_cannot_be_looked_at_is_not_judged(rule: str, file: str, why: str) -> None:
    facts: dict[str, Any] = {} if file == "a.txt" else {"contents": {}}
    snapshot = a_snapshot({file: "x"}, **facts)
    assert [gap.why for gap in report(f"kind: {rule}", snapshot).not_judged] == [why]


def test_a_size_that_is_not_known_is_not_judged() -> None:
    file = a_file("a", b"x")._replace(size=-1)
    other = a_file("b", b"x", SUBMODULE)
    snapshot = Snapshot(files=(file, other), tracked={"a": file})
    made = report("kind: file.max_size\nsettings: {max_bytes: 1, lfs_exempt: false}", snapshot)
    assert (made.findings, [gap.what for gap in made.not_judged]) == ((), ["a"])


def test_a_link_has_no_content() -> None:
    link = a_file("a", b"x", SYMLINK)
    snapshot = Snapshot(files=(link,), tracked={"a": link}, contents={link.blob: b"x"})
    assert found("kind: content.regex\nsettings: {must_not: x}", snapshot) == []


TOML = '[project]\nname = "a"\nrequires-python = ">=3.11"\n[tool."a.b"]\nlist = [1, 2]\nday = 2026-01-01\nflag = true\n'
YAML = "on: {push: {branches: [main]}}\njobs:\n  a: {timeout: 5}\n  b: {timeout: 60}\n"


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi"))  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "settings", "holds"),
    (
        ("p.toml", TOML, "at: project.name", True),
        ("p.toml", TOML, "at: project.license", False),
        ("p.toml", TOML, "{at: project.license, op: absent}", True),
        ("p.toml", TOML, "{at: project.name, op: absent}", False),
        ("p.toml", TOML, "{at: project.name, op: eq, value: a}", True),
        ("p.toml", TOML, "{at: project.name, op: in, value: [b, a]}", True),
        ("p.toml", TOML, "{at: project.name, op: not_in, value: [b, a]}", False),
        ("p.toml", TOML, "{at: project.nothing, op: not_in, value: [b, a]}", True),
        ("p.toml", TOML, "{at: project.nothing, op: eq, value: a}", False),
        ("p.toml", TOML, "{at: project.requires-python, op: matches, value: '^>=3[.]1[1-9]'}", True),
        ("p.toml", TOML, "{at: project.requires-python, op: not_matches, value: '3'}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[0]', op: eq, value: 1}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[5]', op: exists}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[*]', op: le, value: 2}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[*]', op: lt, value: 2}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[*]', op: ge, value: 1}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list[*]', op: gt, value: 1}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list', op: contains, value: 2}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list', op: lacks, value: 2}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".list', op: eq, value: [1, 2]}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".day', op: eq, value: '2026-01-01'}", True),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".flag', op: eq, value: 1}", False),
        ("p.toml", TOML, "{at: 'tool.\"a.b\".flag', op: eq, value: true}", True),
        ("p.toml", TOML, "{at: project, op: contains, value: name}", True),
        ("p.toml", TOML, "{at: project.name, op: contains, value: 5}", False),
        ("p.toml", "[project", "at: project", False),
        ("w.yml", YAML, "at: on.push", True),
        ("w.yaml", YAML, "{at: 'jobs[*].timeout', op: lt, value: 60}", False),
        ("w.yaml", YAML, "{at: 'on.push.branches', op: contains, value: main}", True),
        ("w.yaml", YAML, "at: 'jobs[*].timeout'", True),
        ("w.yaml", YAML, "at: 'jobs[*].permissions'", False),
        ("w.yaml", YAML + "  c: {}\n", "{at: 'jobs[*].timeout', op: le, value: 60}", False),
        ("w.yaml", YAML + "  c: {}\n", "{at: 'jobs[*].timeout', op: ne, value: 7}", True),
        ("w.yaml", "jobs: []", "at: 'jobs[*].timeout'", True),
        ("w.yaml", "jobs: 5", "at: 'jobs[*].timeout'", False),
        ("w.yaml", "a: &a [*a]", "{at: 'a[*][*]', op: exists}", True),
        ("w.yaml", "a: &a [*a]", "{at: a, op: eq, value: [1]}", False),
        ("w.yaml", "a: &a [*a]", "{at: a, op: contains, value: 1}", False),
        ("w.yaml", BOMB, "{at: i, op: ne, value: [1, 1, 1, 1, 1, 1, 1, 1, 1]}", True),
        ("w.toml", f"a = 0x{'f' * 9000}", "{at: a, op: matches, value: '1'}", False),
        ("w.yaml", "\0", "{at: a, op: absent}", False),
        ("w.yaml", "<<<<<<< a", "{at: a, op: absent}", False),
        ("w.yaml", "a: [", "{at: a, op: absent}", False),
        ("w.yaml", "a:\n" + "- " * 300, "{at: a, op: absent}", False),
        ("a.json", "[1, 2]", "{at: '[1]', op: eq, value: 2}", True),
        ("a.json", "{", "{at: a, op: absent}", False),
        ("a.json", "[" * 100_000, "{at: a, op: absent}", False),
        ("a.json", '{"a": ' + "1" * 5000 + "}", "{at: a, op: absent}", False),
        ("w.yml", YAML, "{file: '*.{yaml,yml}', at: on}", True),
        ("w.yml", YAML, "{file: '*.y*ml', at: off}", False),
        ("other.json", "{}", "{file: a.json, at: a, op: eq, value: 1}", True),
    ),
)
def test_data_assert(file: str, text: str, settings: str, holds: bool) -> None:
    inner = settings.strip("{}") if settings.startswith("{") else settings
    named = inner if inner.startswith("file") else f"file: '{file}', {inner}"
    said = report(f"kind: data.assert\nsettings: {{{named}}}", a_snapshot({file: text}))
    assert (not said.findings, said.not_judged) == (holds, ())


def test_what_a_file_holds_is_not_repeated() -> None:
    rule = "kind: data.assert\nsettings: {file: a.json, at: token, op: eq, value: none}"
    assert messages(rule, a_snapshot({"a.json": '{"token": "abcdef"}'})) == ["token must be none"]


def test_a_data_file_that_is_too_large_or_holds_too_much_is_not_judged() -> None:
    rule = "kind: data.assert\nsettings: {file: 'a.json', at: '[*][*]', op: eq, value: 1}"
    deep = json.dumps([[1] * 200] * 200)
    for text in (deep, " " * 2_000_001):
        assert len(report(rule, a_snapshot({"a.json": text})).not_judged) == 1
