"""Placeholders, documented examples and references, both ways; and what values look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.placeholders import (
    default_of,
    is_default_password,
    is_documented,
    is_filler,
    is_placeholder,
    is_reference,
    is_url_example,
)
from mlgovern.rules.secrets.values import (
    classes,
    connection_password,
    entropy,
    is_look_alike,
    is_plain,
    is_random,
    is_wordy,
)

PLACEHOLDERS = """changeme change_me CHANGE-ME ChangeMe changethis please-change-this replaceme replace_me fixme TODO tbd none Null nil
    undefined true false example sample dummy fake test placeholder redacted removed hidden secret password passwd pass token api_key
    key value string foo bar your_key your-api-key your_openai_api_key_here yoursecret my_secret my-api-key insert_secret_here
    enter-your-token set_me put_your_key_here add-your-token replace-me-with-a-random-string replace-with-your-key changeme123
    token-here secret_goes_here generate-a-strong-secret <your-api-key> <token> [token] __SECRET__ {token} sk-... sk_test_...
    ... … xxxx **** 0000 xxxxxxxxxxxxxxxx xxxx-xxxx-xxxx '' "" {{}} a-placeholder-value"""
SECRETS = """OtterAfterLunch admin123 hunter2 RedisPass1! Mailpass1234! changeling7 s3tM3Fr33 password1 XA+n#Q!DgK8g settleDown9 yourK9x2mQz7LrT4vN8wPq0
    testing123 fakeSmile77 secretGarden8 nonesuch99 examplary5 placeX9holder8 T0d0List! 123456 hereWeGo77"""
REFERENCES = [
    "${VAR}",
    "$VAR",
    "${VAR:?must be set}",
    "${VAR-}",
    "${VAR:-}",
    "$(command x)",
    "`command`",
    "%VAR%",
    "{{ vault }}",
    "{% x %}",
    "<%= x %>",
    "@{x}",
    "!vault |",
    "vault:path#key",
    "op://v/i/f",
    "ssm:/a/b",
    "aws-sm://x",
    "gcp-sm://x",
    "projects/p/secrets/s",
    "arn:aws:secretsmanager:eu:1:secret:x",
    "ref+vault://x",
    "encrypted:abc",
    "ENC[AES256_GCM,data:x]",
    "sops:x",
    "${{ secrets.TOKEN }}",
    "env.TOKEN",
    "var.token",
    'os.environ["X"]',
    "%(password)s",
]


@pytest.mark.parametrize("value", PLACEHOLDERS.split())
def test_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize("value", SECRETS.split())
def test_no_placeholder(value: str) -> None:
    assert not is_placeholder(value, ("DB", "PASSWORD"))


@pytest.mark.parametrize(("value", "key_words"), [("api_key", ("API", "KEY")), ("minio", ("MINIO", "ACCESS", "KEY"))])
def test_the_own_name_of_a_key(value: str, key_words: tuple[str, ...]) -> None:
    assert is_placeholder(value, key_words)


@pytest.mark.parametrize("value", REFERENCES)
def test_reference(value: str) -> None:
    assert is_reference(value)


@pytest.mark.parametrize(
    "value", ["pa$$word", "a${VAR}", "${VAR}b", "$", "50%", "op:/x", "`", "${A:-literal}", "Env.l0cal!"]
)
def test_no_reference(value: str) -> None:
    assert not is_reference(value)


@pytest.mark.parametrize(
    ("value", "default"), [("${A:-x y}", "x y"), ("${A-x}", "x"), ("${A}", None), ("${A:-}", None), ("x", None)]
)
def test_default(value: str, default: str | None) -> None:
    assert default_of(value) == default


@pytest.mark.parametrize(
    ("value", "filler"),
    [
        ("gh" + "p_" + "x" * 36, True),
        ("abcdefghijklmnop", True),
        ("AK" + "IA1234567890ABCDEF", True),
        ("1234567890", True),
        ("0123456789abcdef" * 2, True),
        ("-_-", True),
        ("k9f2Xq7Lm1Zt", False),
        ("aabbccddee", False),
        ("password1112", False),
        ("123456", False),
    ],
)
def test_filler(value: str, filler: bool) -> None:
    assert is_filler(value) is filler


def test_known_examples() -> None:
    assert is_documented("AK" + "IAIOSFODNN7" + "EXAMPLE")
    assert not is_documented("AK" + "IA64K2CIQH3PVKSQVZ")
    assert is_default_password("Postgres")
    assert is_url_example("user", "pass")
    assert not is_url_example("svc", "hunter2")


@given(st.text())
def test_total(value: str) -> None:
    for judge in (is_placeholder, is_reference, is_filler, is_documented, is_look_alike, is_plain, is_random, is_wordy):
        assert judge(value) in {True, False}
    assert classes(value) <= 4
    assert entropy(value) >= 0
    default_of(value)
    connection_password(value)


@pytest.mark.parametrize(
    "value",
    [
        "true",
        "12",
        "3.5",
        "10MB",
        "/run/secrets/x",
        "./a/b",
        "~/.ssh/id",
        "C:\\keys",
        "config/app.json",
        "user@example.com",
        "db.internal.example",
        "localhost:80",
        "10.0.0.1",
        "HS256",
        "bcrypt",
    ],
)
def test_plain(value: str) -> None:
    assert is_plain(value)


@pytest.mark.parametrize("value", ["OtterAfterLunch", "1234567890123", "p@ss!x", "/" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v"])
def test_not_plain(value: str) -> None:
    assert not is_plain(value)


def test_a_pin_is_not_plain() -> None:
    assert not is_plain("1234", pin=True)
    assert is_plain("123", pin=True)
    assert is_plain("x" * 500) is False


LOOK_ALIKES = [
    "db9bedfdaf2f8939c665c3c5da2708f9a950e89f",
    "sha256:24cc26a31291871e9a695abacb1812097eeff036c9fd67050a5a20ef0650891e",
    "2c9db650-e05f-0d72-cc41-ea5cff98960a",
    "arn:aws:iam::123456789012:role/Train",
    "registry.example.org/x/y@sha256:24cc26a31291871e",
    "s3://bucket/Key1/Data2024",
    "Qwen/Qwen2.5-Coder-7B-Instruct",
    "1.2.3-rc4+build5",
    "2024-11-23T10:00:00Z",
    "a,b,C1,D2",
    "pkg.Module1.Class2",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    "iVBORw0KGgoAAAANSUhEUgAAAAE1x",
    "/subscriptions/2c9db650/resourceGroups/Rg1",
]


@pytest.mark.parametrize("value", LOOK_ALIKES)
def test_look_alike(value: str) -> None:
    assert is_look_alike(value)


def test_random() -> None:
    assert is_random("aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v")
    assert not is_random("JustSomeLongCamelCaseWords2024x1")
    assert not is_look_alike("aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v")


@pytest.mark.parametrize(
    ("value", "wordy"),
    [("OtterAfterLunch", True), ("my-dev-pass1", True), ("XA+n#Q!DgK8g", False), ("qzxkvbnm", False), ("1234", False)],
)
def test_wordy(value: str, wordy: bool) -> None:
    assert is_wordy(value) is wordy


def test_connection_string() -> None:
    assert connection_password("Server=x;User Id=a;Password=p4ss;") == "p4ss"
    assert connection_password("Server=x;User Id=a") is None
    assert connection_password("Password=p4ss") is None
