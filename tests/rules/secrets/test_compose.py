"""Files that a compose file hands to its services."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.compose_env import env_files_of
from mlgovern.rules.secrets import RULES
from tests.conftest import Sealed
from tests.factories import a_snapshot, judged, rule_of

PW = "Otter" + "AfterLunch"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("    env_file: .env\n", ["deploy/.env"], id="one"),
        pytest.param("    env_file: ./conf/app # note\n", ["deploy/conf/app"], id="with a comment"),
        pytest.param("    env_file: '../settings'\n", ["settings"], id="quoted, above"),
        pytest.param('    env_file: [a, "b"]\n', ["deploy/a", "deploy/b"], id="in brackets"),
        pytest.param("    env_file:\n      - a\n      # note\n\n      - 'b' # note\n    ports: [1]\n", ["deploy/a", "deploy/b"], id="list"),
        pytest.param("    env_file:\n    - a\n    - b\n    ports:\n    - c\n", ["deploy/a", "deploy/b"], id="list without an indent"),
        pytest.param("    env_file:\n      - path: ./a\n        required: false\n      - path: b\n", ["deploy/a", "deploy/b"], id="mappings"),
        pytest.param("    env_file:\r\n      - a\r\n", ["deploy/a"], id="CRLF"),
        pytest.param("    env_file: ${X}/a\n", [], id="a variable"),
        pytest.param("    env_file: /etc/app\n", [], id="elsewhere on the machine"),
        pytest.param("    env_file: ../../app\n", [], id="outside the repository"),
        pytest.param("    # env_file: a\n", [], id="a comment"),
        pytest.param("    env_file:\n", [], id="nothing"),
        pytest.param("    env_file:\n  volumes:\n    - a\n", [], id="no list"),
    ],
)  # fmt: skip
def test_named(text: str, named: list[str]) -> None:
    assert [*env_files_of("deploy/compose.yaml", text.encode())] == named


@given(st.binary())
def test_total(data: bytes) -> None:
    for before in (b"env_file:", b"a:\n  env_file:\n  - "):
        assert all("\n" not in name for name in env_files_of("a/compose.yaml", before + data))


def test_names_of_compose_files() -> None:
    paths = ["compose.yaml", "a/docker-compose.prod.yml", "compose/app.yml", "a.yml", "compose.json"]
    assert [path for path in paths if [*env_files_of(path, b"env_file: a")]] == paths[:2]


COMPOSE = "services:\n  db:\n    env_file: [conf/db, conf/db.example]\n"


@pytest.mark.parametrize("changed", [True, False], ids=["changed", "as it was"])
def test_they_are_environment_files(changed: bool) -> None:
    files = {
        "conf/db": f"POSTGRES_PASSWORD={PW}\n",
        "conf/other": f"POSTGRES_PASSWORD={PW}\n",
        "conf/db.example": "A_TOKEN=x\n",
    }
    compose = {"compose.yaml": COMPOSE}
    snapshot = a_snapshot({**files, **compose}) if changed else a_snapshot(files, compose)
    tracked = judged(rule_of(RULES, "tracked-env-file"), snapshot)
    assert [(finding.place.path, finding.message) for finding in tracked] == [
        ("conf/db", "db is an environment file and holds a credential; a template such as .env.example may be tracked")
    ]
    assert [finding.place.path for finding in judged(rule_of(RULES, "env-secret"), snapshot)] == ["conf/db"]
    plain = judged(rule_of(RULES, "tracked-env-file"), a_snapshot(files))
    assert plain == []


def test_a_compose_file_of_the_index_is_consulted(repo: Sealed) -> None:
    repo.stage("compose.yaml", COMPOSE)
    repo.commit()
    repo.stage("conf/db", f"POSTGRES_PASSWORD={PW}\n")
    done = repo.mlgovern("check", "--staged", "--only", "env-secret", "--format", "json")
    assert [(f["path"], f["line"]) for f in json.loads(done.stdout)["findings"]] == [("conf/db", 1)]
