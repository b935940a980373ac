"""A key and its value together."""

import pytest

from mlgovern.rules.secrets.judge import judge_env, judge_literal
from tests.rules.secrets.samples import b64

RANDOM = "aB3dE5fG7hJ9" + "kL1mN3pQ5rS7tU9v"
SURE, UNSURE, NOTHING = True, False, None


@pytest.mark.parametrize(
    ("key", "value", "live", "template"),
    [
        pytest.param("DB_PASSWORD", "OtterAfterLunch", SURE, NOTHING, id="words"),
        pytest.param("DB_PASSWORD", "XA+n#Q!DgK8g", SURE, SURE, id="random"),
        pytest.param("DB_PASSWORD", "abcd", SURE, NOTHING, id="four characters"),
        pytest.param("DB_PASSWORD", "abc", NOTHING, NOTHING, id="three"),
        pytest.param("DB_PASSWORD", "postgres", UNSURE, NOTHING, id="what the service comes with"),
        pytest.param("DB_PASSWORD", "password", UNSURE, NOTHING, id="the word itself"),
        pytest.param("DB_PASSWORD", "changeme", NOTHING, NOTHING, id="placeholder"),
        pytest.param("DB_PASSWORD", "123456", SURE, NOTHING, id="digits behind a password"),
        pytest.param("DB_PASSWORD", "0000", NOTHING, NOTHING, id="zeros"),
        pytest.param("API_TOKEN", "123456", NOTHING, NOTHING, id="a number behind a token"),
        pytest.param("DB_PASSWORD", "${OTHER}", NOTHING, NOTHING, id="reference"),
        pytest.param("DB_PASSWORD", "${OTHER:-OtterAfterLunch}", SURE, NOTHING, id="default of a reference"),
        pytest.param("DB_PASSWORD", "/run/secrets/db", NOTHING, NOTHING, id="path"),
        pytest.param("EMAIL_PASSWORD", "me@acme.example", NOTHING, NOTHING, id="e-mail address"),
        pytest.param("DB_PASSWORD", "localhost", NOTHING, NOTHING, id="host"),
        pytest.param(
            "FERNET_KEY",
            "cryptography_not_found_storing_passwords_in_plain_text",
            NOTHING,
            NOTHING,
            id="what a program writes for want of a key",
        ),
        pytest.param("DB_PASSWORD", "correct horse battery staple", SURE, NOTHING, id="blanks"),
        pytest.param("AUTH", "basic", NOTHING, NOTHING, id="method"),
        pytest.param("NEO4J_AUTH", "neo4j/s3cr3tGraph", SURE, SURE, id="user and password"),
        pytest.param("HTTP_AUTH", "ann:k9F2-xQ7!mZ", SURE, SURE, id="user and random password"),
        pytest.param("NEO4J_AUTH", "neo4j/password", UNSURE, NOTHING, id="user and default password"),
        pytest.param("MINIO_ACCESS_KEY", "minio", NOTHING, NOTHING, id="own word of a pair"),
        pytest.param("LOG_LEVEL", "INFO", NOTHING, NOTHING, id="unknown key"),
        pytest.param("THING", RANDOM, UNSURE, UNSURE, id="random behind an unknown key"),
        pytest.param("SALT", RANDOM, UNSURE, UNSURE, id="random behind a weak key"),
        pytest.param("SALT", "pepper and salt", NOTHING, NOTHING, id="words behind a weak key"),
        pytest.param("RUN_ID", RANDOM, NOTHING, NOTHING, id="random behind a benign key"),
        pytest.param("THING", "/mnt/Data1/aB3dE5fG7hJ9kL1mN3pQ5", NOTHING, NOTHING, id="random path"),
        pytest.param("CONFIG", "Server=x;Password=k9F2-xQ7!mZ", SURE, SURE, id="connection string"),
        pytest.param("CONFIG", '{"user":"u","password":"k9F2-xQ7!mZ"}', SURE, SURE, id="JSON"),
        pytest.param("CONFIG", '{"a": [{"token": "k9F2-xQ7!mZ"}], "n": 1}', SURE, SURE, id="JSON in depth"),
        pytest.param("CONFIG", '[{"token": "k9F2-xQ7!mZ"}]', SURE, SURE, id="JSON list"),
        pytest.param("CREDS_B64", b64('{\n "token": "k9F2-xQ7!mZ"}'), SURE, SURE, id="JSON in base64"),
        pytest.param("CREDS_B64", "eyJub25l", NOTHING, NOTHING, id="no JSON in base64"),
        pytest.param("CONFIG", "{not json}", NOTHING, NOTHING, id="no JSON"),
        pytest.param("WANDB_API_KEY", "f8b97acc97187c257354d2c366eb5300ff4ea911", SURE, SURE, id="vendor"),
        pytest.param(
            "WANDB_RUN_ID", "f8b97acc97187c257354d2c366eb5300ff4ea911", NOTHING, NOTHING, id="vendor, but an id"
        ),
        pytest.param("DB_PASSWORD", "${A:-${B:-OtterAfterLunch}}", SURE, NOTHING, id="default of a default"),
        pytest.param("API_TOKEN", "${A}-${B}", NOTHING, NOTHING, id="references joined"),
        pytest.param("API_TOKEN", "prod_$(get token)_{{ x }}", SURE, NOTHING, id="text beside references"),
        pytest.param("DB_PASSWORD", "test-password", UNSURE, NOTHING, id="words of an example"),
        pytest.param("DB_PASSWORD", "mysecretpassword", NOTHING, NOTHING, id="a documented example"),
        pytest.param("CONNECTION_STRING", "postgres://db.internal/x", NOTHING, NOTHING, id="URL without a password"),
        pytest.param(
            "CONNECTION_STRING", "Server=x;Trusted_Connection=yes", NOTHING, NOTHING, id="list without a password"
        ),
        pytest.param("WEBHOOK_SECRET", f"https://h/{RANDOM}", SURE, SURE, id="URL that is a secret itself"),
        pytest.param("sops_kms__list_0__map_enc", RANDOM, NOTHING, NOTHING, id="what sops writes"),
        pytest.param("DOTENV_PUBLIC_KEY_CI", RANDOM, NOTHING, NOTHING, id="a public key"),
        pytest.param("PGPASSWORD", "OtterAfterLunch", SURE, NOTHING, id="written as one word"),
        pytest.param("EMPTY_TOKEN", "", NOTHING, NOTHING, id="empty"),
    ],
)
def test_env(key: str, value: str, live: bool | None, template: bool | None) -> None:
    for is_template, expected in ((False, live), (True, template)):
        found = judge_env(key, value, template=is_template)
        assert (found and found.sure) is expected


@pytest.mark.parametrize(
    ("key", "value", "sure"),
    [
        pytest.param("password", "OtterAfterLunch", SURE, id="password"),
        pytest.param("password", "otterlunch", SURE, id="one word behind a password"),
        pytest.param("token", "otterlunch", NOTHING, id="one word behind a token"),
        pytest.param("api_key", "k9F2xQ7mZ1", SURE, id="key"),
        pytest.param("password", "hunter2", NOTHING, id="too short in code"),
        pytest.param("password", "new_password2", NOTHING, id="identifier"),
        pytest.param("ACCESS_KEY", "AWSAccessKeyId", NOTHING, id="name of the same thing"),
        pytest.param("password", "type your password", NOTHING, id="prose"),
        pytest.param("secret", "/run/secrets/x", NOTHING, id="path"),
        pytest.param("token", "module.Class.attr", NOTHING, id="dotted name"),
        pytest.param("token", "prefix-{}-suffix1", NOTHING, id="format"),
        pytest.param("token", "%s-token1", NOTHING, id="percent format"),
        pytest.param("password", "#password-input", NOTHING, id="selector"),
        pytest.param("secret", "arn:aws:secretsmanager:x", NOTHING, id="resource"),
        pytest.param("token", "https://example.com/token1", NOTHING, id="URL"),
        pytest.param("secret", "SOME_SECRET_NAME1", NOTHING, id="constant"),
        pytest.param("name", "k9F2xQ7mZ1aa", NOTHING, id="unknown key"),
        pytest.param("token_type", "k9F2xQ7mZ1aa", NOTHING, id="benign key"),
        pytest.param("salt", RANDOM, UNSURE, id="weak key, random"),
        pytest.param("salt", "k9F2xQ7mZ1aa", NOTHING, id="weak key, short"),
        pytest.param("dsn", "Server=x;Password=k9F2-xQ7!mZ", SURE, id="connection string"),
        pytest.param("x", "Server=x;Password=k9F2-xQ7!mZ", SURE, id="connection string behind anything"),
        pytest.param("key", "f8b97acc97187c257354d2c366eb5300", NOTHING, id="hex without a vendor"),
        pytest.param("password", "k9F2" * 300, NOTHING, id="too long"),
        pytest.param("secret_key", "zh!=!gq(w^_t*sBR29954x)HI+$ehwss*xYNQ", SURE, id="all kinds of symbols"),
        pytest.param("token", "^[a-z]{3}-(?:[A-Z0-9]{4}-)+!#%$", NOTHING, id="pattern"),
        pytest.param("auth", "YW5uOk90dGVyN0x1bmNo", SURE, id="base64"),
        pytest.param("token", RANDOM + "{suffix}", SURE, id="literal part of a format"),
        pytest.param("auth", "YW5uOk90dGVyQXQ3TA==", SURE, id="base64 with padding"),
        pytest.param("auth", "/9j7+vk4Nzb/gICAxMTE8Q==", SURE, id="base64 of no text"),
        pytest.param("password", "Y2hhbmdlbWU=", NOTHING, id="base64 of a placeholder"),
        pytest.param("password", "my-secret-password", NOTHING, id="words of an example"),
        pytest.param("password", "pass pass", NOTHING, id="word twice"),
        pytest.param("FAKE_PASSWORD", "OtterAfterLunch", NOTHING, id="a key that says so"),
        pytest.param("password_label", "Otter7Lunch", NOTHING, id="a label"),
        pytest.param("password", "changeme", NOTHING, id="placeholder"),
        pytest.param("password", "${PASSWORD}", NOTHING, id="reference"),
    ],
)
def test_literal(key: str, value: str, sure: bool | None) -> None:
    found = judge_literal(key, value)
    assert (found and found.sure) is sure


def test_a_vendor_in_the_context() -> None:
    found = judge_literal("key", "f8b97acc97187c257354d2c366eb5300ff4ea911", "wandb.login(key=")
    assert found is not None
    assert found.provider == "wandb-old-key"


def test_the_member_of_a_json_value_is_named() -> None:
    found = judge_env("CREDS", '{"password":"k9F2-xQ7!mZ"}', template=False)
    assert found is not None
    assert found.member == "password"


@pytest.mark.parametrize("key", ["AUTH_KEY", "NONCE_SALT", "password"])
@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param(f"k9F2 Q!D#gK8{'m'}$x&W^z*4 pL(0)-V_[J]r{{B}}<T>~`y+=u,.;:/?|H6 aX2d", True, id="blanks in noise"),
        pytest.param("Use {name} and <value> for each of the (optional) keys: a=b, c=d; 12 & 7!", False, id="prose with marks"),
        pytest.param("SELECT a, b FROM t WHERE (x = %s AND y > 7) OR z != '%(n)s' ORDER BY 1;", False, id="a query"),
        pytest.param("k9F2 Q!D#gK8 m$x&W ^z*4 pL(0) -V_[J] r{B}< T>~`y +=u,. ;:/?|H6 aX2d", False, id="more blanks than chance has"),
    ],
)  # fmt: skip
def test_noise_with_blanks(key: str, value: str, found: bool) -> None:
    assert (judge_literal(key, value) is not None) is found
