"""What kind of file a path names."""

import pytest

from mlgovern.rule import Glob
from mlgovern.rules.secrets import RULES, TrackedSettings
from mlgovern.rules.secrets.names import ENCRYPTED, LIVE, TEMPLATE, EnvFiles, env_class
from tests.factories import a_snapshot, judged, rule_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (".env", LIVE), (".ENV", LIVE), (".env.production", LIVE), ("docker.env", LIVE), ("a/.envrc", LIVE), (".flaskenv", LIVE),
        (".envrc.local", LIVE), ("app.env.prod", LIVE), (".env.example", TEMPLATE), (".env.local.example", TEMPLATE),
        ("example.env", TEMPLATE), (".env-sample", TEMPLATE), (".env-prod", LIVE), (".env_test", LIVE), (".env.Template", TEMPLATE), (".env.dist", TEMPLATE), (".env_default.env", TEMPLATE),
        (".env.vault", ENCRYPTED), (".env.gpg", ENCRYPTED), ("environment.yml", None), ("env.py", None), (".env/x", None), ("a.env.ts", None),
    ],
)  # fmt: skip
def test_classes_of_files(path: str, kind: str | None) -> None:
    assert env_class(path, EnvFiles()) == kind


def test_a_team_names_its_own_files() -> None:
    env_files = EnvFiles(names=(Glob("*.secrets"),), templates=("skeleton",), others=(), encrypted=())
    assert env_class("prod.secrets", env_files) == LIVE
    assert env_class("skeleton.secrets", env_files) == TEMPLATE
    assert env_class(".env", env_files) is None
    assert judged(rule_of(RULES, "tracked-env-file"), a_snapshot({".env": "A=1"}), TrackedSettings(env_files)) == []
