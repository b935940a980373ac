"""leaked-local-secret: what is found where, how it is said, and what stays untold."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Hidden, Snapshot
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.rule import Glob, Pattern, unread
from mlgovern.rules.secrets import local
from mlgovern.rules.secrets.local import Settings
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.own import Secrets
from tests.factories import a_commit, a_file, a_snapshot, judged, not_judged

(RULE,) = local.RULES
PASSWORD = "Otter7" + "After/Lunch"
ENV = f"DB_PASSWORD={PASSWORD}\nLOG_LEVEL=info\n".encode()


def staged(files: Mapping[str, bytes | str], own: bytes = ENV, path: str = ".env", **facts: Any) -> Snapshot:
    return a_snapshot(files, own=Hidden({path: own}), **facts)


def notebook(*outputs: str, source: str = "1", indent: int | None = 1) -> str:
    texts = [{"output_type": "stream", "name": "stdout", "text": [output]} for output in outputs]
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [], "source": ["x = 1\n"]}
    cells = [cell, {**cell, "source": [source], "outputs": texts}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


MEND = "take it out and read it from the environment; rotate it if it was ever pushed"


def test_message() -> None:
    assert judged(RULE, staged({"a.py": f'x\nurl = "{PASSWORD}"\n'})) == [
        Finding(
            "a value of DB_PASSWORD in your own .env is in this file",
            Place("a.py", 2, 8, 2, 25),
            MEND,
            key="DB_PASSWORD",
        )
    ]


def test_message_of_another_form_in_a_commit() -> None:
    data = b"x: " + b64encode(f"user:{PASSWORD}".encode())
    file = a_file("a.yaml", data, commit="1" * 40)
    snapshot = staged({}, path="conf/.env.dev")._replace(files=(file,), contents={file.blob: data})
    commits = (a_commit("feat: x", id="1" * 40),)
    (found,) = judged(RULE, snapshot._replace(commits=commits))
    assert found.message == "a value of DB_PASSWORD in your own conf/.env.dev is in this file, base64-encoded"
    assert found.mend == f"{MEND}; the commit opens with git rebase -i 11111111~"
    assert found.place.commit == "1" * 40


@pytest.mark.parametrize(
    ("path", "data", "lines"),
    (
        pytest.param("a.txt", f"{PASSWORD}\n\n{PASSWORD} {PASSWORD}\r{PASSWORD}", [1, 3, 4], id="each line once"),
        pytest.param("a.txt", "DB_PASSWORD=", [], id="the key's name alone"),
        pytest.param("a.txt", f"ä {PASSWORD}".encode("utf-16"), [1], id="UTF-16"),
        pytest.param("a.txt", b"\xef\xbb\xbf" + PASSWORD.encode(), [1], id="BOM"),
        pytest.param("a.bin", b"\0\1" + PASSWORD.encode(), [None], id="binary"),
        pytest.param(".env.example", f"DB_PASSWORD={PASSWORD}", [1], id="copied into a template"),
        pytest.param("prod.env", ENV, [1], id="another env file"),
        pytest.param("a.md", PASSWORD.replace("/", "%2F"), [1], id="percent-encoded"),
        pytest.param("a.json", PASSWORD.replace("/", "\\/"), [], id="escaped as nobody does"),
    ),
)
def test_where(path: str, data: bytes | str, lines: list[int | None]) -> None:
    assert [finding.place.line for finding in judged(RULE, staged({path: data}))] == lines


@pytest.mark.parametrize("indent", (1, None))
def test_a_notebook_s_output_names_its_cell(indent: int | None) -> None:
    own = b'DB_PASSWORD="Otter7\\"After"'
    text = notebook("fine\n", 'it is Otter7"After\n', indent=indent)
    (found,) = judged(RULE, staged({"a.ipynb": text}, own=own))
    assert (found.place.cell, found.message.rpartition(", ")[2]) == (1, "escaped for JSON")
    (found,) = judged(RULE, staged({"b.ipynb": notebook(source=f"é = '{PASSWORD}'", indent=indent)}))
    assert found.place.cell == 1
    line = notebook(source=f"é = '{PASSWORD}'", indent=indent).splitlines()[(found.place.line or 0) - 1]
    assert line[(found.place.column or 0) - 1 :].startswith(PASSWORD)


def test_what_no_cell_holds_has_no_cell() -> None:
    image = notebook().replace('"metadata": {}', f'"metadata": {{"x": "{PASSWORD}"}}', 3)
    found = judged(RULE, staged({"a.ipynb": image, "b.ipynb": f"no JSON {PASSWORD}"}))
    assert [finding.place.cell for finding in found] == [0, 1, None, None]


def test_templates_that_everybody_has() -> None:
    shared = {".env.example": ENV}
    assert judged(RULE, staged({"a.py": PASSWORD}, tracked=shared)) == []
    assert judged(RULE, staged({"a.py": PASSWORD}, tracked={"notes.md": ENV})) != []
    old, new = a_file(".env.example", ENV), a_file(".env.example", ENV + b"A=1\n")
    contents = {old.blob: ENV, new.blob: ENV + b"A=1\n"}
    edited = staged({})._replace(files=(new._replace(before=old.blob),), contents=contents)
    assert judged(RULE, edited) == []
    assert len(judged(RULE, edited._replace(files=(new._replace(before=""),)))) == 1  # new with this change


def test_only_live_env_files_of_ones_own() -> None:
    for path, found in ((".env.example", 0), (".env.vault", 0), (".env.py", 0), (".env.local", 1)):
        assert len(judged(RULE, staged({"a.py": PASSWORD}, path=path))) == found, path
    live = EnvFiles(templates=("local",))
    assert judged(RULE, staged({"a.py": PASSWORD}, path=".env.local"), Settings(live)) == []


def test_values_that_the_policy_allows() -> None:
    allowed = Settings(secrets=Secrets(allow_values=(Pattern("^Otter7"),), allow_paths=(Glob("a.py"),)))
    assert judged(RULE, staged({"a.py": PASSWORD}), allowed) == []
    by_path = Settings(secrets=Secrets(allow_paths=(Glob("a.py"),)))
    assert len(judged(RULE, staged({"a.py": PASSWORD}), by_path)) == 1


def test_an_env_file_by_its_whole_path() -> None:
    settings = Settings(EnvFiles(paths=("conf/app.conf",)))
    assert RULE.asks(settings)[0][-1] == "app.conf"
    assert len(judged(RULE, staged({"a.py": PASSWORD}, path="conf/app.conf"), settings)) == 1
    assert judged(RULE, staged({"a.py": PASSWORD}, path="other/app.conf"), settings) == []


def test_what_was_not_read_or_is_large() -> None:
    large = b"\0" * (local.MOST_BINARY_BYTES + 1)
    files = (
        a_file("big.bin", large),
        a_file("gone.py", b"x"),
        a_file("l", b"y", SYMLINK),
        a_file("s", b"z", SUBMODULE),
    )
    snapshot = staged({})._replace(files=files, contents={files[0].blob: large})
    assert not_judged(RULE, snapshot) == [
        NotJudged("big.bin", "large and binary: not searched for values of your own", expected=False),
        unread(files[1]),
    ]


def test_where_nobody_has_an_env_file() -> None:
    assert [*RULE.judge(staged({"a.py": PASSWORD}, own=b""), Settings())] == []
    assert [*RULE.judge(a_snapshot({"a.py": PASSWORD}, own=Hidden({})), Settings())] == []
    assert [*RULE.judge(a_snapshot(), Settings())] == []
    assert [*RULE.judge(a_snapshot({"a.py": PASSWORD}), Settings())] == []


def test_what_a_compose_file_names_is_an_env_file() -> None:
    compose = {"compose.yaml": b"services: {a: {env_file: app.conf}}\n"}
    listed = {"compose.yaml": b"env_file:\n  - app.conf\n"}
    assert judged(RULE, staged({"a.py": PASSWORD}, path="app.conf", tracked={})) == []
    for tracked, found in ((compose, 0), (listed, 1)):  # braces are beyond what is read of YAML
        assert len(judged(RULE, staged({"a.py": PASSWORD}, path="app.conf", tracked=tracked))) == found


def test_more_places_than_anybody_reads_are_said() -> None:
    (gap,) = not_judged(RULE, staged({"a.py": f"{PASSWORD}\n" * 1001}))
    assert gap == NotJudged("a.py", "values of your own are in it more often than anybody reads")
    assert not_judged(RULE, staged({"a.py": f"{PASSWORD}\n" * 1000})) == []


def test_a_key_that_spells_the_value_is_not_told() -> None:
    (found,) = judged(RULE, staged({"a.py": "k9fxq7vlm4"}, own=b"K9FXQ7VLM4_TOKEN=k9fxq7vlm4"))
    assert (found.message, found.key) == ("a value in your own .env is in this file", "")
