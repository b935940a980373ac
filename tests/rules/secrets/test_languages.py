"""How files are read, by their names."""

import pytest

from mlgovern.rules.secrets.languages import is_store, language_of
from mlgovern.rules.secrets.readers import READERS


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.PY", "python"), ("a.js", "literals"), ("a.json", "json"), ("main.tf", "terraform"), ("a.yml", "yaml"), ("a.cfg", "ini"),
        ("Dockerfile.gpu", "shell"), ("x.dockerfile", "shell"), ("Makefile", "shell"), (".bashrc", "shell"), ("a/credentials", "ini"),
        ("uv.lock", "skip"), ("package-lock.json", "skip"), ("a.min.js", "skip"), ("a.csv", "skip"), ("a.ipynb", "notebook"),
        ("README", "prose"), ("LICENSE", "prose"), ("a.md", "prose"), (".pgpass", "pgpass"), ("x.pgpass", "pgpass"),
        ("config.php.bak", "literals"), ("values.yaml.j2", "yaml"), ("settings.py.example", "python"), ("a.conf.old.bak", "ini"),
        ("hub", "settings"), (".tugboat", "settings"), ("config", "settings"), ("sh", "settings"), ("a.log", "text"), ("a.bak", "text"),
    ],
)  # fmt: skip
def test_languages(path: str, language: str) -> None:
    assert language_of(path) == language
    assert language in {*READERS, "skip", "text", "notebook"}


def test_files_that_exist_to_hold_logins() -> None:
    for path in ("a/.netrc", ".AWS/Credentials", "x/secrets.toml", "kaggle.json", ".git-credentials"):
        assert is_store(path)
        assert language_of(path) in READERS
    assert not is_store("src/secrets.py")
