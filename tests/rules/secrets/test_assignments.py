"""Assignments in code, configuration and notebooks, as a scan of the file sees them."""

import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.rules.secrets.found import Hit
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.notebooks import parts
from mlgovern.rules.secrets.scan import scan

PW = "Otter" + "7Lunch!x"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
ENCODED = b64encode(PW.encode()).decode()


def hits(path: str, text: str | bytes) -> tuple[Hit, ...]:
    return scan(path, text if isinstance(text, bytes) else text.encode(), EnvFiles())


FOUND = {
    "a.py": [
        'PASSWORD = "{}"',
        "db_password: str = '{}'",
        'connect(password="{}")',
        '{{"password": "{}"}}',
        'os.environ["DB_PASSWORD"] = "{}"',
        'def f(password="{}"): ...',
        'if password == "{}":',
        'os.getenv("DB_PASSWORD", "{}")',
        'x.setdefault("password", "{}")',
        'password = (\n    "{}"\n)',
        'password = b"{}"',
        'parser.add_argument("--password", default="{}")',
        '# password = "{}"',
        'self.db.password="{}"',
        'smtp.login("me@acme.io", "{}")',
        'requests.get(url, auth=("ann", "{}"))',
        "HTTPBasicAuth('ann', '{}')",
        'user.set_password("{}")',
        'connect("Server=h;Uid=a;Password={};")',
        'SECRET_KEY = "{}" + x',
    ],
    "a.js": ["const password = '{}';", 'password: "{}",', "process.env.PASSWORD = `{}`", "let apiKey='{}'"],
    "a.go": ['password := "{}"'],
    "a.java": ['builder.withPassword("{}")', 'String dbPassword = "{}";'],
    "a.ps1": ['$p = ConvertTo-SecureString "{}" -AsPlainText', "$Password = '{}'"],
    "config.php.bak": ["$dbpassword = '{}';"],
    "a.rb": [":password => '{}'", "'password' => '{}'"],
    "a.php": ["define('DB_PASSWORD', '{}');", "$password = '{}';"],
    "a.tf": [
        'db_password = "{}"',
        'variable "db_password" {{\n  type = string\n  default = "{}"\n}}',
        'environment {{\n  name = "DB_PASSWORD"\n  value = "{}"\n}}',
    ],
    "a.toml": ['password = "{}"', "password = '{}'"],
    "a.json": [
        '{{"db": {{"password": "{}"}}}}',
        '{{"environment": [{{"name": "DB_PASSWORD", "value": "{}"}}]}}',
        '{{"ConnectionStrings": {{"Default": "Server=h;Uid=a;Password={};"}}}}',
        '{{"command": ["redis-server", "--requirepass", "{}"]}}',
    ],
    "a.yaml": [
        "password: {}",
        "  db_password: '{}'",
        "- DB_PASSWORD={}",
        'environment:\n  POSTGRES_PASSWORD: "{}"',
        "password: {} # note",
        "command: redis-server --requirepass {}",
        "command: x --password={}",
        "password: |\n  {}",
        "{{password: '{}'}}",
        "- name: DB_PASSWORD\n  value: {}",
        "- name: DB_PASSWORD\n  value: '{}'",
        'args: ["--password", "{}"]',
        "run: mysqldump -u root -p{} db",
        "run: sshpass -p {} ssh h",
        "run: curl -u ann:{} https://x",
    ],
    "docker-compose.yml": ["    environment:\n      - POSTGRES_PASSWORD={}\n"],
    "a.ini": ["[smtp]\npassword = {}", "password: {}", 'password="{}"', "spring.datasource.password={}"],
    ".pypirc": ["[pypi]\nusername = x\npassword = {}"],
    ".netrc": ["machine a login b password {}"],
    ".pgpass": ["h:5432:db:u:{}"],
    ".esmtprc": ['password "{}"'],
    ".my.cnf": ["[client]\npassword={}"],
    ".git-credentials": ["https://ann@acme.io:{}#7@h"],
    ".dockercfg": ['{{"https://h": {{"password": "{}"}}}}'],
    "secrets.toml": ['[db]\npassword = "{}"'],
    "hub": ['oauth_token: "{}"', "- oauth_token: {}"],
    ".rc": ['{{"password": "{}"}}', '<a password="{}"/>', "#!/bin/sh\nexport DB_PASSWORD='{}'"],
    "bin/tool": ["#!/usr/bin/env python\npassword = '{}'"],
    "a.sh": [
        "export DB_PASSWORD='{}'",
        'DB_PASSWORD="{}" run',
        "run --password '{}'",
        "curl -u 'ann:{}' https://x",
        "PGPASSWORD='{}' psql",
        "mysql -p'{}'",
    ],
    "Dockerfile": ["ENV DB_PASSWORD='{}'", "ENV DB_PASSWORD '{}'", "ARG DB_PASSWORD='{}'"],
    "a.bat": ["set DB_PASSWORD={}"],
    "a.xml": ["<password>{}</password>", '<add key="DbPassword" value="{}"/>', '<db password="{}"/>'],
    "a.plist": ["<key>dbPassword</key>\n<string>{}</string>"],
    "a.sql": ["CREATE USER a WITH PASSWORD '{}';", "CREATE USER a IDENTIFIED BY '{}';"],
    "a.md": ['```python\npassword = "{}"\n```', "    export DB_PASSWORD='{}'"],
}


@pytest.mark.parametrize(("path", "line"), [(path, line) for path, lines in FOUND.items() for line in lines])
def test_found(path: str, line: str) -> None:
    text = f"first line\n\n{line.format(PW)}\n"
    (hit,) = hits(path, text)
    assert hit.rule == "hardcoded-secret"
    assert hit.span is not None
    line_number, column, _, end = hit.span
    assert PW in text.splitlines()[line_number - 1][column - 1 : end]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'password = getpass("Password: ")'),
        ("a.py", 'password = os.environ["DB_PASSWORD"]'),
        ("a.py", 'password = f"{prefix}{secret}"'),
        ("a.py", 'password = "type it in here"'),
        ("a.py", 'PASSWORD_FIELD = "Otter7Lunch!x"'),
        ("a.py", 'raise ValueError("password must be Otter7Lunch")'),
        ("a.py", 'tokenizer = "Otter7Lunch!x"'),
        ("a.py", "smtp.login('user', 'Otter7Lunch!x')"),
        ("a.py", "user.check_password('Otter7Lunch!x')"),
        ("a.py", "DUMMY_PASSWORD = 'Otter7Lunch!x'"),
        ("a.py", "password = 'example_123'"),
        ("a.py", "TOKEN_RE = r'^[a-z0-9]{8}-(?:[A-Z]{4}-){3}!#%'"),
        ("a.yaml", "- name: DB_PASSWORD\n  value: $(DB_PASSWORD)"),
        ("a.yaml", "- name: DB_HOST\n  value: Otter7Lunch!x"),
        ("a.yaml", "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: x}"),
        ("a.tf", 'variable "db_password" {\n  type = string\n}\nvariable "x" {\n  default = "Otter7Lunch!x"\n}'),
        ("a.yaml", "run: mysqldump -u root -p$DB_PASSWORD db"),
        ("a.json", '{"vocab": {"token": 5, "password": 7}}'),
        ("a.yaml", "password: ${DB_PASSWORD}"),
        ("a.yaml", "password: !vault |\n  6162"),
        ("a.yaml", "password: *anchor"),
        ("a.yaml", "password_secret_ref: Otter7Lunch"),
        ("a.yaml", "passwordFrom:\n  secretKeyRef: {name: db}"),
        ("a.ini", "password = %(secret)s"),
        ("a.ini", "password ="),
        ("a.sh", 'DB_PASSWORD="$1"'),
        ("a.sh", "DB_PASSWORD=$(pass show db)"),
        ("a.sh", "RUN --mount=type=secret,id=token run"),
        ("Dockerfile", "ARG DB_PASSWORD"),
        ("a.tf", "password = var.db_password"),
        ("a.tf", 'password = "${var.db_password}"'),
        ("a.sql", "CREATE TABLE t (password varchar(80) DEFAULT '');"),
        ("a.md", 'set password = "Otter7Lunch!x" in prose'),
        ("a.json", '{"integrity": "sha512-Otter7Lunch", "token": 5}'),
        ("package-lock.json", '{"password": "Otter7Lunch!x"}'),
        ("a.min.js", 'password="Otter7Lunch!x"'),
        ("a.csv", "password,Otter7Lunch!x"),
        ("LICENSE", "password: Otter7Lunch!x"),
    ],
)
def test_nothing(path: str, text: str) -> None:
    assert hits(path, text) == ()


def test_kubernetes_secret() -> None:
    text = f"kind: Secret\ndata:\n  password: {ENCODED}\n"
    (hit,) = hits("a.yaml", text)
    assert (hit.key, hit.span and hit.span[0]) == ("password", 3)
    assert hits("a.yaml", "kind: Secret\ndata:\n  password: Y2hhbmdlbWU=\n") == ()


HEX40 = "f8b97acc97187c257354d2c366eb5300ff4ea911"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ini", f"[wandb]\nproject = x\nkey = {HEX40}"),
        ("a.toml", f'[tool.wandb]\nkey = "{HEX40}"'),
        ("a.yaml", f"services:\n  wandb:\n    # note\n    mode: online\n    key: {HEX40}"),
        ("a.json", f'{{\n  "wandb": {{\n    "key": "{HEX40}"\n  }}\n}}'),
    ],
)
def test_what_it_is_nested_in_names_the_vendor(path: str, text: str) -> None:
    assert [hit.provider for hit in hits(path, text)] == ["wandb-old-key"]
    assert hits(path, text.replace("wandb", "server")) == ()


def test_what_stands_above_at_the_same_depth_names_nothing() -> None:
    assert hits("a.yaml", f"wandb:\n  mode: online\nserver:\n  key: {HEX40}") == ()


def test_capitals_that_grow() -> None:
    assert [hit.key for hit in hits("a.py", f'İ = 1\nPASSWORD = "{PW}"')] == ["PASSWORD"]


def notebook(*cells: object, **more: object) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **more}, indent=1)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param({"source": ["x = 1\n", f'password = "{PW}"\n']}, "hardcoded-secret", id="source"),
        pytest.param({"source": f'password = "{PW}"'}, "hardcoded-secret", id="source in one string"),
        pytest.param({"source": [f'token = "{TOKEN[:20]}', f'{TOKEN[20:]}"']}, "provider-token", id="over two strings"),
        pytest.param({"source": [f"%env DB_PASSWORD={PW}"]}, "hardcoded-secret", id="magic"),
        pytest.param({"source": [f"!export DB_PASSWORD={PW}"]}, "hardcoded-secret", id="shell"),
        pytest.param({"outputs": [{"text": [f"token {TOKEN}\n"]}]}, "provider-token", id="output"),
        pytest.param({"outputs": [{"data": {"text/html": [f"<b>{TOKEN}</b>"]}}]}, "provider-token", id="html"),
        pytest.param({"outputs": [{"traceback": [f"\x1b[0m{TOKEN}\x1b[1;31mx"]}]}, "provider-token", id="traceback"),
        pytest.param({"outputs": [{"data": {"application/json": {"a": {"b": TOKEN}}}}]}, "provider-token", id="json"),
        pytest.param({"metadata": {"note": TOKEN}}, "provider-token", id="metadata"),
        pytest.param({"outputs": [{"data": {"image/png": TOKEN}}]}, None, id="image"),
    ],
)
def test_notebooks(cell: object, rule: str | None) -> None:
    found = hits("a.ipynb", notebook({"source": []}, cell))
    assert [(hit.rule, hit.cell) for hit in found] == ([] if rule is None else [(rule, 1)])


def test_place_in_a_notebook() -> None:
    text = notebook({"source": ['print("é\\n")\n', f'x = "\t"; password = "{PW}"\n']})
    (hit,) = hits("a.ipynb", text)
    assert hit.span is not None
    line, column, end_line, end_column = hit.span
    assert line == end_line
    assert text.splitlines()[line - 1][column - 1 : end_column - 1] == PW


@given(
    st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8), st.text()
)
def test_notebooks_total(value: object, tail: str) -> None:
    text = notebook({"source": value, "outputs": [{"text": value}]}, more=value)
    for part in [*parts(text), *parts(text[: len(text) // 2] + tail), *parts(tail)]:
        assert all(0 <= part.offset(position) <= len(text) + len(tail) for position in range(len(part.text)))


def test_deep_nesting() -> None:
    assert [*parts('{"cells":' + "[" * 100_000)] == []


WORDS = st.text("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=6, max_size=20)


@settings(max_examples=40)
@given(WORDS, st.sampled_from([(path, line) for path, lines in FOUND.items() for line in lines]))
def test_a_planted_value_is_found_and_never_told(value: str, place: tuple[str, str]) -> None:
    secret = f"k9F2-{value}-Xq7"
    path, line = place
    found = hits(path, f"first\n\n{line.format(secret)}\n")
    assert found
    assert secret not in repr(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<db password="{}"/>', True),
        ('{{"password": "{}"}}', True),
        ("#!/bin/sh\nexport DB_PASSWORD='{}'\n", True),
        ("#!/usr/bin/perl\n$password = '{}';\n", True),
        ("#!/usr/bin/perl\npassword: {}\n", False),
        ("password: {}\n", True),
        ("password = {}\n", True),
    ],
)
def test_a_name_that_does_not_tell_the_language(text: str, found: bool) -> None:
    assert bool(hits("hub", text.format(PW))) is found
