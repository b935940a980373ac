"""Versions of files as they follow each other, made at run time: half of what is in them tells of a secret, or nearly."""

import json
from collections.abc import Callable
from random import Random
from typing import TypeVar

from tests.rules.secrets.samples import ALNUM, HEX, SAMPLES, b64, some

PASSWORD = "Otter" + "Lunch9"
TEAM_TOKEN, ALLOWED = "team" + "-123456", "team" + "-000000"  # of a format of a policy

PATHS = (
    *("a.py", "b.py", "dir/a.py", "a.js", "a.yaml", "a.yml", "a.json", "a.md", "a.sh", "Dockerfile", "a.ini", "a.xml"),
    *(
        "a.sql",
        "a.txt",
        "a.toml",
        "a.tf",
        "LICENSE",
        "config",
        "credentials",
        "a.lock",
        ".env",
        ".env.example",
        ".pgpass",
    ),
    *(
        ".gitignore",
        "Procfile",
        ".git-credentials",
        ".npmrc",
        "a.tfvars",
        "a.tfstate",
        "a.toml.j2",
        "a.plist",
        "a.env.txt",
        "wandb.py",
    ),
)

# Lines that tell nothing by themselves, but may have a part in what others tell.
PLAIN = (
    *("", "    ", "# a comment", "import os", "    return x", "```", "```bash", '"""', "x = 1", "kind: Secret", "data:", ")", "{", "}"),
    *('"', "'", "`", "=", "x" * 700, "\xa0", "[section]", "#!/bin/sh", "#!/usr/bin/env python", "<a>", "- name: TOKEN", "://", "a://b", f"  '{PASSWORD}'", f'    "{PASSWORD}"'),
    *(f"  {some(ALNUM, 40)}", f"  Bearer {some(ALNUM, 40)}", some(ALNUM, 64, 2), some(ALNUM, 64, 3), f"{PASSWORD}'", "wandb", "erz", f'{PASSWORD}zz"'),
    *("?sv=2022-11-02&se=2030-01-01", f'"d": "{some(ALNUM, 60)}"', f'  value: "{some(ALNUM, 30)}"', f"?password={some(ALNUM, 12)}"),
)  # fmt: skip

# Lines that hold a secret, or a word that tells of one.
TELLING = (
    *("key: value", f"  password: {b64(PASSWORD)}", "password = (", "password =", "password='", "token: |", "secret:", "passw", "auth"),
    *(f"DB_URL=postgres://a:{PASSWORD}@h/db", f"https://u:{PASSWORD}@host/x", f"https://x.y/?token={some(ALNUM, 20)}"),
    *("Authorization:", f'"Authorization": "Bearer {some(ALNUM, 40)}"', "-----BEGIN RSA PRIVATE " + "KEY-----", '"kty": "RSA",'),
    *('"auths": {', f'"auth": "{b64("user:" + PASSWORD)}"', f"sig={some(ALNUM, 43)}", f'api_key = "{some(ALNUM, 30)}"'),
    *(f'API_KEY="{some(HEX, 40)}"', f'key="{some(HEX, 40)}"', f"{'x' * 200} password = {PASSWORD!r}", f'password = "{"a" * 300}"'),
    *("passwor\u212a = 1", f'to\u212aen = "{some(ALNUM, 24)}"', f"\u0130 password = {PASSWORD!r}", "caf\xe9 key"),
    *(f"a\rb password={PASSWORD!r}\rc", f"export TOKEN={some(ALNUM, 30)}", f"ENV SECRET {some(ALNUM, 20)}", "IDENTIFIED BY"),
    *(f"curl -u user:{PASSWORD} http://x", f"--password {PASSWORD}", f'c = "Server=x;Password={PASSWORD};"', "pass word"),
    *(f"login('me', '{PASSWORD}')", f"mysql -uroot -p{PASSWORD}", f"<key>password</key><string>{PASSWORD}</string>", TEAM_TOKEN, ALLOWED),
    *(f"https://me:{PASSWORD}@github.com", f'variable "db_password" {{ default = "{PASSWORD}" }}', f"set_password('{PASSWORD}')"),
    *(f"name: TOKEN, value: {some(ALNUM, 30)}", f"me: $2b$12${some(ALNUM, 53)}", f"-storepass {PASSWORD}", "<string>x</string>", 'export PASSWORD="Ott'),
    *(f"<password>{PASSWORD}</password>", "token = 1", "the key of a", "def secret(token):", "password = getpass()"),
)  # fmt: skip
TOKENS = tuple(before + some(alphabet, length) + behind for before, alphabet, length, behind in SAMPLES.values())

History = list[tuple[str, bytes]]
T = TypeVar("T")


def texts(random: Random) -> History:
    """Some versions of one text, now and then under another name or in another encoding."""
    pool = _pool(random)
    lines = [random.choice(pool) for _ in range(random.randint(0, 25))]
    path, history = random.choice(PATHS), []
    for _ in range(random.randint(1, 8)):
        _change(random, lines, lambda: random.choice(pool))
        path = random.choice(PATHS) if random.random() < 0.05 else path
        text = random.choice(("\n", "\n", "\r\n")).join(lines) + random.choice(("", "\n"))
        encoding = random.choice(("utf-8",) * 8 + ("utf-16", "latin-1"))
        history.append((path, text.encode(encoding, "replace")))
    return history


def notebooks(random: Random) -> History:
    """Some versions of one notebook, mostly as nbformat writes them."""
    pool = _pool(random)
    cells = [_cell(random, pool) for _ in range(random.randint(0, 5))]
    history = []
    for _ in range(random.randint(1, 8)):
        _change(random, cells, lambda: _cell(random, pool))
        history.append((random.choice(("a.ipynb", "a.ipynb", "wandb.ipynb")), _written(random, cells).encode()))
    return history


def _pool(random: Random) -> list[str]:
    """What the lines of one history are taken from."""
    telling = random.sample(TELLING, random.randint(0, 3))
    return [*random.sample(PLAIN, random.randint(2, 6)), *telling, *random.sample(TOKENS, random.choice((0, 0, 0, 1)))]


def _change(random: Random, items: list[T], one: Callable[[], T]) -> None:
    place = random.randint(0, len(items))
    if random.random() < 0.3:
        del items[place : place + random.choice((1, 1, 5))]
    else:
        items[place : place + random.randint(0, 1)] = [one() for _ in range(random.choice((1, 1, 4)))]


def _cell(random: Random, pool: list[str]) -> dict[str, object]:
    source = [random.choice(pool) + "\n" for _ in range(random.randint(0, 4))]
    if source and random.random() < 0.2:
        joined = "".join(source)
        cut = random.randint(0, len(joined))
        source = [joined[:cut], joined[cut:]]
    output = {"output_type": "stream", "name": "stdout", "text": [random.choice(pool) + "\n"]}
    outputs = [output] if random.random() < 0.4 else []
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs, "execution_count": None}


def _written(random: Random, cells: list[dict[str, object]]) -> str:
    notebook = {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    usual = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=random.random() < 0.5) + "\n"
    others = (
        json.dumps(notebook),
        json.dumps(notebook, indent=2),
        usual.replace('"cells"', '"x"', 1),
        usual[: -random.randint(1, 30)],
        usual.replace('"nbformat"', '"cells": [], "nbformat"', 1),
        usual.replace("\n", "\r\n"),
    )
    return usual if random.random() < 0.6 else random.choice(others)
