"""What names of keys tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.keys import BENIGN, STRONG, UNKNOWN, WEAK, classify, has_head, is_login, is_password, words

KINDS = {
    STRONG: """PASSWORD DB_PASSWORD DB_PASSWORD2 POSTGRES_PASSWD SMTP_PASSWORT SUDO_PASS DB_PWD SSH_PASSPHRASE DOOR_PASSCODE
        PASSWORD_PEPPER JWT_SECRET CLIENT_SECRETS HF_TOKEN GITHUB_PAT APIKEY AWS_CREDENTIALS API_KEY OPENAI_API_KEY MINIO_ACCESS_KEY
        AWS_SECRET_ACCESS_KEY SIGNING_KEY ENCRYPTION_KEY MASTER_KEY FERNET_KEY AIRFLOW__CORE__FERNET_KEY DEPLOY_KEY ACCOUNT_KEY
        HMAC_KEY NEO4J_AUTH AZURE_STORAGE_CONNECTION_STRING AIRFLOW__DATABASE__SQL_ALCHEMY_CONN apiKey dbPassword DBPassword
        client-secret spring.datasource.password SECRET_KEY_BASE API_KEY_PROD APP__SMTP__PASSWORD DB__PASSWORD__VALUE
        KEYCLOAK_ADMIN_PASSWORD CARD_PIN""",
    WEAK: "KEY KAGGLE_KEY PASSPORT_SALT SENTRY_DSN SLACK_WEBHOOK REQUEST_SIG SESSION_COOKIE X_SIGNATURE",
    BENIGN: """PASSWORD_FILE SECRET_PATH TOKEN_DIR SECRET_NAME ACCESS_KEY_ID TOKEN_USER AUTH_EMAIL AUTH_HOST SECRET_REGION
        API_KEY_HEADER PASSWORD_FIELD KEY_COLUMN TOKEN_TYPE JWT_SECRET_ALGORITHM AUTH_METHOD AUTH_BACKEND PASSWORD_POLICY
        PASSWORD_MIN_LENGTH TOKEN_SIZE TOKEN_LIMIT TOKEN_TTL TOKEN_EXPIRE_MINUTES AUTH_ENABLED SECRET_PREFIX TOKEN_URL
        SECRET_ARN PASSWORD_COMMAND SECRET_VERSION TOKEN_SCOPES SECRETS_MANAGER STRIPE_PUBLIC_KEY PRIMARY_KEY FOREIGN_KEY
        PARTITION_KEY SORT_KEY ROW_KEY CACHE_KEY STRIPE_PUBLISHABLE_KEY EOS_TOKEN PAD_TOKEN NEXT_TOKEN APP__SECRET__NAME
        publicKeyToken""",
    UNKNOWN: """TURKEY COMPASSION MONKEY KEYCLOAK_REALM KEYWORDS TOKENIZERS_PARALLELISM MAX_TOKENS NUM_TOKENS AUTHOR
        LOG_LEVEL DATA BYPASS PASS_RATE auth0 CONN_TRIES _ """,
}


@pytest.mark.parametrize(("key", "kind"), [(key, kind) for kind, keys in KINDS.items() for key in keys.split()])
def test_classify(key: str, kind: str) -> None:
    assert classify(key) == kind


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("DB_PASSWORD2", ("DB", "PASSWORD")),
        ("dbPassword", ("DB", "PASSWORD")),
        ("APIKey", ("API", "KEY")),
        ("a.b-c", ("A", "B", "C")),
        ("2024", ("2024",)),
        ("", ()),
    ],
)
def test_words(key: str, expected: tuple[str, ...]) -> None:
    assert words(key) == expected


def test_what_a_person_types() -> None:
    assert is_password("DB_PASS")
    assert not is_password("API_KEY")
    assert is_login("NEO4J_AUTH")
    assert not is_login("AUTH_TOKEN")
    assert has_head("DB_PASSWORD")
    assert not has_head("MINIO_ACCESS_KEY")


@given(st.text())
def test_total(key: str) -> None:
    assert classify(key) in {STRONG, WEAK, BENIGN, UNKNOWN}
