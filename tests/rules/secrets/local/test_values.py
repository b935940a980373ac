"""Which values of an env file are looked for: a table of lines."""

import pytest

from mlgovern.rules.secrets.local.values import OwnValue, candidates, is_common, is_secret

PASSWORD = "Otter7" + "AfterLunch"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
HEX = "0123abcd9876fedc" + "0123456789abcdef01234567"
BODY = "MIIEowIBAAKCAQEAx7vQ" + "kq3Zt8wLm5Yb2Nc9Rd4Fs6Gh1Jk0PqWeRtYuIoPa"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\\n{BODY}\\nab==\\n-----END RSA PRIVATE KEY-----"


def sought(text: str, path: str = ".env", public: tuple[bytes, ...] = ()) -> list[str]:
    return [own.value for own in candidates([(path, text.encode())]) if is_secret(own, public)]


@pytest.mark.parametrize(
    ("line", "expected"),
    (
        pytest.param(f"DB_PASSWORD={PASSWORD}", [PASSWORD], id="password"),
        pytest.param(f"export DB_PASSWORD='{PASSWORD}' # x", [PASSWORD], id="quoted, exported"),
        pytest.param(f'DB_PASSWORD="{PASSWORD}\\"x"', [f'{PASSWORD}"x'], id="escapes are undone"),
        pytest.param(f"# OLD_PASSWORD={PASSWORD}", [PASSWORD], id="commented out"),
        pytest.param(f"HF_TOKEN={TOKEN}", [TOKEN], id="token"),
        pytest.param(f"MODEL_ID={TOKEN}", [TOKEN], id="token behind any key"),
        pytest.param(f"WANDB_API_KEY={HEX}", [HEX], id="hex behind a sensitive key"),
        pytest.param(f"RUN={HEX}", [], id="hex behind any key"),
        pytest.param(f"DB_URL=postgres://svc:{PASSWORD}@db/x", [PASSWORD], id="password of a URL"),
        pytest.param("DB_URL=postgres://svc:Ot%2Fter7xAfter@db/x", ["Ot%2Fter7xAfter", "Ot/ter7xAfter"], id="percent-encoded"),
        pytest.param("DB_URL=postgres://db.internal:5432/my_database", [], id="URL without a password"),
        pytest.param("DB_URL=postgres://svc:${DB_PASSWORD}@db/x?sslmode=verify-full", [], id="URL with a reference"),
        pytest.param(f"CONN=Server=db;Password={PASSWORD};", [PASSWORD], id="connection string"),
        pytest.param(f'GCP={{"private_key_id": "{HEX}", "client_secret": "{PASSWORD}", "n": 1}}', [PASSWORD], id="JSON"),
        pytest.param("GCP={not json: 'at all', x}", [], id="no JSON"),
        pytest.param(f'KEY_PEM="{PEM}"', [BODY], id="several lines behind a weak head"),
        pytest.param(f'PRIVATE_KEY="{PEM}"', [BODY], id="one telling line of several"),
        pytest.param('PRIVATE_KEY="-----BEGIN\\nshort\\n-----"', [], id="several lines without a telling one"),
        pytest.param("SALT=9fK2xQ7vLm4Rt8Zp3Ws6", ["9fK2xQ7vLm4Rt8Zp3Ws6"], id="random behind a weak head"),
        pytest.param("SALT=once upon a time", [], id="no random behind a weak head"),
        pytest.param("PASSWORD=short7!", [], id="shorter than eight"),
        pytest.param("PASSWORD=aaaabbbb", [], id="few characters"),
        pytest.param("PASSWORD=change-me-please", [], id="placeholder"),
        pytest.param("PASSWORD=${FROM_ELSEWHERE}", [], id="reference"),
        pytest.param("PASSWORD=minioadmin", [], id="what a service comes with"),
        pytest.param("PASSWORD=password123", [], id="a word and a number"),
        pytest.param("PASSWORD=tensorflow", [], id="a word"),
        pytest.param("PASSWORD=Summer2024!", [], id="a word, a year, a mark"),
        pytest.param("PASSWORD=load_state_dict", [], id="a name of a program"),
        pytest.param("PASSWORD=model.state_dict", [], id="dotted"),
        pytest.param("PASSWORD=correct-horse-battery-staple", ["correct-horse-battery-staple"], id="a passphrase"),
        pytest.param("TOKEN_PATH=/home/ann/.config/token", [], id="path"),
        pytest.param("PASSWORD=/run/secrets/db_password", [], id="path behind a password"),
        pytest.param("AUTH_TOKEN=vault.acme.example", [], id="host"),
        pytest.param(f"LOG_LEVEL={PASSWORD}", [], id="benign key"),
        pytest.param(f"A={PASSWORD}\nDB_PASSWORD={PASSWORD}\nAPI_SECRET={PASSWORD}", [PASSWORD], id="each once"),
        pytest.param("\0DB_PASSWORD=x", [], id="binary"),
    ),
)  # fmt: skip
def test_what_is_looked_for(line: str, expected: list[str]) -> None:
    assert sought(line) == expected


def test_what_a_template_tells_everybody_is_no_secret() -> None:
    assert sought(f"DB_PASSWORD={PASSWORD}", public=(f"DB_PASSWORD={PASSWORD}".encode(),)) == []
    assert sought(f"DB_PASSWORD={PASSWORD}", public=(b"DB_PASSWORD=",)) == [PASSWORD]


@pytest.mark.parametrize(
    "value",
    ("${A_TOKEN}", "/etc/ssl/private", "changeme", "postgres", "AKIA" + "IOSFODNN7EXAMPLE", "Summer2024", "a_b_c9"),
)
def test_common_values(value: str) -> None:
    assert is_common(value)


@pytest.mark.parametrize("value", (PASSWORD, TOKEN, HEX, "Zebra8" + "Runs", "q7Xv0pLm2nRt5s", "one-two-three-four"))
def test_uncommon_values(value: str) -> None:
    assert not is_common(value)


def test_shell() -> None:
    assert sought(f"export A=1 DB_PASSWORD={PASSWORD}", path="a/.envrc") == [PASSWORD]


def test_a_value_is_never_shown() -> None:
    own = OwnValue("K", ".env", PASSWORD)
    assert (repr(own), str(own), f"{own}") == ("<a value>",) * 3
    assert OwnValue("X" * 90, ".env", PASSWORD).told == "X" * 60
    assert OwnValue("HUNTER2X_PASSWORD", ".env", "hunter2x").told == ""
