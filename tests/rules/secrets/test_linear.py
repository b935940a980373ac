"""Work grows with the text, never with its square: each detector against the worst text of its own."""

from collections.abc import Callable
from time import process_time

import pytest

from mlgovern.rules.secrets.judge import judge_env, judge_literal
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.scan import scan
from mlgovern.rules.secrets.tokens import DETECTORS, find_tokens
from tests.rules.secrets.samples import SAMPLES

MOST = 9  # times the work for four times the text, where a square would take 16 times


def growth(work: Callable[[str], object], unit: str, size: int) -> float:
    """How much more processor time a text of four times the size takes; the least of a few tries, as machines are shared."""
    small, large = (unit * (length // len(unit) + 1) for length in (size, 4 * size))
    ratio = float("inf")
    for _ in range(4):
        ratio = min(ratio, max(seconds(work, large) - 0.002, 0) / max(seconds(work, small), 0.0002))
        if ratio < MOST:
            break
    return ratio


def seconds(work: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(2):
        begin = process_time()
        work(text)
        times.append(process_time() - begin)
    return min(times)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_detectors(detector: object) -> None:
    gate = detector.gates[0]  # type: ignore[attr-defined]  # pytest's ids want the row itself
    prefix, alphabet, length, suffix = SAMPLES[detector.id]  # type: ignore[attr-defined]  # as above
    almost = f"{prefix}{(alphabet * length)[: max(length - 1, 1)]}"
    worst = (gate, prefix or gate, f"{almost} {suffix}", f"{almost}!{suffix}", f"{prefix}{alphabet[:30]}")
    for unit in worst:
        assert growth(lambda text: [*find_tokens(text)], unit, 3000) < MOST


LANGUAGES = ["a.py", "a.json", "a.tf", "a.yaml", "a.ini", "a.sh", "a.xml", "a.sql", "a.md", ".netrc", ".git-credentials", "hub", ".env", ".envrc"]  # fmt: skip
WORST = [
    'password="', "password=", "password: ", "key ", "pass ", "a=b;password=", "login('a','", 'variable "password" {\n', "name: x_key\n",
    "X=${A-", "X=${A:-${", "A=$(", "A=`", "A_TOKEN=env[]", "://a:b@", "-----BEGIN PRIVATE " + "KEY-----\n", "PuTTY-User-Key-File-2:\n",
    "LS0tLS1CRUdJTi", '"kty" "d":"', "mysql -p", "<password ", "identified by ", "```\npassword=", 'A="\\', "A_PASSWORD=my_", "#A_KEY=",
    '"auth": "', '"https://a": {', "Authorization: Bearer ", "ConvertTo-SecureString ", "  key:\n   key:\n", "&token=", "env_file:\n- a\n",
]  # fmt: skip


@pytest.mark.parametrize("path", LANGUAGES)
def test_languages(path: str) -> None:
    for unit in WORST:
        assert growth(lambda text: scan(path, text.encode(), EnvFiles()), unit, 3000) < MOST, unit


@pytest.mark.slow
@pytest.mark.parametrize("start", ["", "${A-", "${A", "my", "env", "{"])
@pytest.mark.parametrize(
    "unit",
    ["${A-", "A-", "[]", "-a", "a.", "A_", "a/", "a,b", "{[", '{"a":', "Aa1", "(", "a;b=", "A1!", "$(", "=", "x" * 9],
)
def test_values(start: str, unit: str) -> None:
    def judged(text: str) -> None:
        judge_env("DB_PASSWORD", f"{start}{text}!", template=False)
        judge_literal("DB_PASSWORD", f"{start}{text}!")

    assert growth(judged, unit, 10_000) < MOST
