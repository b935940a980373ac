"""No output holds a value, whatever goes wrong."""

import json

import pytest

from mlgovern import engine
from mlgovern.finding import Report
from mlgovern.flags import FORMATS
from mlgovern.policy.cache import effective
from mlgovern.reporters import reporter, text
from mlgovern.rules.secrets import scan as module
from tests.conftest import Sealed
from tests.factories import a_snapshot

PW = "Otter" + "7Lunch!xQ4"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "Xq7Lm1Zt4Vb8Nc3Rd6Ws5Yh2Ju9Ki1AbGfEdCbPoIuYt" * 4 + "\n"
FILES = {
    ".env": f'DB_PASSWORD={PW}\nURL=redis://:{PW}@h/0\nHF={TOKEN}\nKEY="{PEM}"\nJ={{"password": "{PW}"}}\n{PW}_TOKEN={PW}\n',
    ".env.example": f"DB_PASSWORD={PW}\n",
    "src/a.py": f'password = "{PW}"\nlogin("me@acme.io", "{PW}")\n# {TOKEN}\nx = "postgres://u:{PW}@h"\n',
    "conf/a.yaml": f"db:\n  password: {PW}\n{PW}_secret: {PW}\n",
    "a.ipynb": json.dumps({"cells": [{"source": [f"t = '{TOKEN}'"], "outputs": [{"text": [f"password='{PW}'"]}]}]}),
    "a.bin": f"\0 {TOKEN}",
    "key.pem": PEM,
}
VALUES = (PW, TOKEN, PEM[40:90])
PIECES = {value[start : start + 8] for value in VALUES for start in range(len(value) - 8)}


def report() -> Report:
    policy = effective(lambda _path: None, None)
    return engine.evaluate(a_snapshot(FILES), policy, "2026-11-23", ("secrets",))


def shown(report: Report) -> str:
    return "\n".join(
        [
            *(reporter(name)(report) for name in FORMATS),
            text.render(report, color=True),
            text.refusal(report, "commit refused"),
            *(crash.trace for crash in report.crashes),
            repr(report),
        ]
    )


def test_no_reporter_shows_a_piece_of_a_value() -> None:
    found = report()
    assert {finding.place.path for finding in found.findings} == FILES.keys()
    assert [piece for piece in PIECES if piece in shown(found)] == []


def test_a_rule_that_raises_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: str, data: bytes, *_more: object, **_told: object) -> tuple[object, ...]:
        raise ValueError(data.decode())

    monkeypatch.setattr(module, "scan", broken)
    found = report()
    assert len(found.crashes) == 6
    assert [piece for piece in PIECES if piece in shown(found)] == []
    assert "in broken" in found.crashes[0].trace
    assert found.crashes[0].trace.endswith("ValueError\n")


def test_nothing_of_it_leaves_a_process(repo: Sealed) -> None:
    for path, data in FILES.items():
        repo.stage(path, data)
    out = b""
    for words in (("hook", "pre-commit"), ("check", "--verbose"), ("check", "--staged", "--format", "json")):
        done = repo.mlgovern(*words, MLGOVERN_DEBUG="1")
        assert done.returncode == 1
        out += done.stdout + done.stderr
    kept = [path.read_bytes() for path in (repo.top / ".git" / "mlgovern").rglob("*") if path.is_file()]
    assert kept
    assert [piece for piece in PIECES if piece.encode() in b"\n".join([out, *kept])] == []
