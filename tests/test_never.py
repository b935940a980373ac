"""Never: whatever a secret stands in, no output, baseline, cache, log or exception has any part of it."""

import json
import os
import re
import sys
from collections.abc import Mapping
from random import Random
from string import ascii_letters, digits
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern import baseline, engine
from mlgovern.facts.snapshot import BASELINE, Hidden
from mlgovern.finding import Report
from mlgovern.flags import FORMATS
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.reporters import reporter
from mlgovern.reporters.text import refusal
from tests.conftest import Sealed
from tests.factories import a_snapshot

PART = 6  # characters that already tell too much
SALT = "0123456789abcdef" * 2
SECRETS = st.integers(min_value=0).map(lambda seed: "".join(Random(seed).choices(ascii_letters + digits, k=36)))

# Every place that a secret is known to get into; {} is the secret.
PLACES: dict[str, str] = {
    ".env": "DB_PASSWORD={}\n",
    "conf/.env": "export A_TOKEN='{}' # mlgovern: ignore env-secret it is {}\n",
    "c/.env": "# OLD_SECRET={}\nDB_URL=postgres://u:{}@h/x\n",
    "d/.env": 'J={{"password": "{}"}}\nCONN=Server=x;Password={};\n',
    ".env.example": "API_KEY={}\n",
    ".envrc": "export B_TOKEN={} C=1\n",
    "a.py": 'password = "{}"\n',
    "b.py": 'password = "{}"  # mlgovern: ignore hardcoded-secret it is {}\n',
    "c.py": '# mlgovern: ignore {} it is {}\napi_key = "{}"  # gitleaks:allow {}\n',
    "d.py": 'password = "{}\n# mlgovern: ignore hardcoded-secret {}\n',
    "e.py": 'x = {{"{}": "y", "secret": "{}"}}; {}_password = "{}"\n',
    "a.yaml": "password: {}\nurl: https://user:{}@host/x?token={}\n",
    "a.toml": '[smtp]\npassword = "{}"\n',
    "a.ini": "password = {}\n; mlgovern: ignore hardcoded-secret {}\n",
    "run.sh": "curl -u user:{} https://x\nexport TOKEN={}\n",
    "Dockerfile": "ENV API_TOKEN={}\n",
    "a.md": "the password is {} and https://u:{}@h/\n",
    "a.bin": "\0\0 password={}",
    "key.pem": "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
    "a.ipynb": json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "execution_count": 1,
                    "metadata": {"mlgovern": {"ignore": ["hardcoded-secret {}"]}},
                    "source": ['password = "{}"\n', "%env TOKEN={}"],
                    "outputs": [{"output_type": "stream", "name": "stdout", "text": ["token={}\n"]}],
                }
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    ).replace("{}", "\0").replace("{", "{{").replace("}", "}}").replace("\0", "{}"),
}  # fmt: skip


def planted(secret: str) -> dict[str, str | bytes]:
    return {
        path: re.sub(r"\{\}", lambda _: secret, text).replace("{{", "{").replace("}}", "}")
        for path, text in PLACES.items()
    }


def policy() -> Policy:
    text = b"schema: 1\nextends: [strict]\ninline_suppressions: deny\n"
    return effective({POLICY_FILE: text}.get, None)


def parts(secret: str) -> set[str]:
    return {secret[at : at + PART] for at in range(len(secret) - PART + 1)}


def untold(secret: str, *texts: str) -> None:
    for text in texts:
        assert not [part for part in parts(secret) if part in text]


def judged(files: Mapping[str, str | bytes], secret: str, accepted: bytes = b"", **facts: Any) -> Report:
    own = Hidden({".env.local": f"MY_PASSWORD={secret}\n".encode()})
    snapshot = a_snapshot(files, own=own, baseline=accepted, **facts)
    return engine.evaluate(snapshot, policy(), "2026-11-23")


@settings(max_examples=6, deadline=None)
@given(SECRETS)
def test_no_report_and_no_baseline_tells_a_secret(secret: str) -> None:
    files = planted(secret)
    blank = baseline.render(SALT, ())
    entries = engine.acceptable([a_snapshot(files, stages=("audit",), baseline=blank)], policy(), "2026-11-23", ())[1]
    accepted = baseline.render(SALT, entries)
    assert len(entries) >= len(PLACES)
    untold(secret, accepted.decode(), repr(entries))
    for stage in ("pre-commit", "audit", "pre-push"):
        for known in (b"", accepted):
            report = judged(files, secret, known, stages=(stage,))
            assert len({finding.place.path for finding in report.findings}) >= len(PLACES) - 3
            rendered = [reporter(name)(report) for name in FORMATS]
            untold(secret, repr(report), refusal(report, "commit refused"), *rendered)
    assert [f for f in judged(files, secret).findings if f.rule == "leaked-local-secret"]


@pytest.mark.parametrize("path", PLACES)
def test_each_place_by_itself(path: str) -> None:
    secret = "k9FbZ4" + "vLm2Qw8" + "RtYpXq7Z"
    report = judged({path: planted(secret)[path]}, secret)
    assert [finding for finding in report.findings if finding.rule == "leaked-local-secret"]
    untold(secret, repr(report), *(reporter(name)(report) for name in FORMATS))


# A process whose rule breaks on what it has read, or whose collector does; and what it leaves behind.
BREAKS = """
import sys
from mlgovern.__main__ import run
from mlgovern.rules.secrets.local import needles, values
from mlgovern.facts import own
def rule(*found): raise {error}(found)
def collector(*found): raise {error}(open('.env').read())  # no literal: what breaks is shown with its source
if {where!r} == "rule":
    values.candidates.__globals__["parse"] = lambda text, **_: rule(text)
else:
    own.with_own = collector
sys.exit(run(sys.argv[1:]))
"""


def left_behind(repo: Sealed) -> str:
    """All that our folder in the Git directory holds, but the messages that it keeps on purpose."""
    found = []
    for folder, _, names in os.walk(repo.top / ".git" / "mlgovern"):
        found += [os.path.join(folder, name) for name in names if not name.endswith("-message")]
    assert found
    texts = []
    for path in found:
        with open(path, "rb") as file:
            texts.append(path + file.read().decode("latin-1"))
    return "\n".join(texts)


@pytest.mark.parametrize("where", ("rule", "collector"))
@pytest.mark.parametrize("error", ("ValueError", "KeyError"))
def test_what_breaks_tells_nothing(repo: Sealed, where: str, error: str) -> None:
    secret = "k9FbZ4" + "vLm2Qw8" + "RtYpXq7Z"
    repo.stage(".gitignore", ".env\n")
    repo.stage("a.py", f'password = "{secret}"\n')
    repo.write(".env", f"MY_PASSWORD={secret}\n")
    message = repo.write(".git/COMMIT_EDITMSG", "feat: load the data\n")
    code = BREAKS.format(error=error, where=where)
    for words in (
        ("hook", "commit-msg", str(message)),
        ("check", "--staged", "--verbose"),
        ("check", "--staged", "--format", "json"),
    ):
        done = repo.run(sys.executable, "-P", "-c", code, *words, MLGOVERN_DEBUG="1")
        assert done.returncode == 4, (words, done)
        untold(secret, done.stdout.decode(), done.stderr.decode())
    untold(secret, left_behind(repo))


def test_no_process_and_no_file_tells_a_secret(repo: Sealed) -> None:
    secret = "k9FbZ4" + "vLm2Qw8" + "RtYpXq7Z"
    for path, text in planted(secret).items():
        repo.stage(path, text)
    repo.write(".env.local", f"MY_PASSWORD={secret}\n")
    repo.write(".gitignore", ".env.local\n")
    message = repo.write(".git/COMMIT_EDITMSG", "feat: load the data\n")
    calls = (
        ("check",), ("check", "--staged"), ("check", "--format", "json", "--report", "text=report.txt"),
        ("hook", "commit-msg", str(message)), ("hook", "pre-commit"), ("check", "--write-baseline"), ("fix", "--dry-run"), ("fix",),
    )  # fmt: skip
    for words in calls:
        done = repo.mlgovern(*words, MLGOVERN_DEBUG="1")
        assert done.returncode in (0, 1), (words, done)
        untold(secret, done.stdout.decode(), done.stderr.decode())
    written = ("report.txt", BASELINE, ".gitignore", "conf/.env.example", ".envrc.example")
    untold(secret, left_behind(repo), *((repo.top / path).read_text() for path in written))
