"""The rules of the family: what they find, how they say it, and what they never say."""

from random import Random
from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.rule import unread
from mlgovern.rules.secrets import RULES, CodeSettings, TrackedSettings
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

PW = "Otter" + "AfterLunch"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
BODY = "\n".join("".join(Random(line).choices(ascii_letters + digits, k=64)) for line in range(3))
PEM = "-----BEGIN RSA " + f"PRIVATE KEY-----\n{BODY}\n-----END RSA " + "PRIVATE KEY-----\n"
RANDOM = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9v" + "wX2yZ4aB6cD8eF0g"
URL = "postgresql://svc:" + f"{PW}@db/x"


def found(rule: str, files: dict[str, str | bytes], settings: object = None) -> list[Finding]:
    return judged(rule_of(RULES, rule), a_snapshot(files), settings)


def rules_of(path: str, text: str | bytes) -> list[str]:
    return [rule.id for rule in RULES for _ in found(rule.id, {path: text})]


MESSAGES = [
    (
        "tracked-env-file", "conf/.env", "LOG=1",
        Finding(
            ".env is an environment file; a template such as .env.example may be tracked",
            Place("conf/.env"),
            r"git rm --cached conf/.env && printf '\n%s\n' /conf/.env >> .gitignore",
            at_most=Severity.WARNING,
        ),
    ),
    (
        "env-secret", ".env", f"A=1\nPOSTGRES_PASSWORD={PW}\n",
        Finding(
            "POSTGRES_PASSWORD holds a credential (15 characters)",
            Place(".env", 2, 19, 2, 34),
            "git rm --cached .env && printf '\\n%s\\n' /.env >> .gitignore\nrotate the secret if it was ever pushed",
            key="POSTGRES_PASSWORD#1",
        ),
    ),
    (
        "provider-token", "a.py", f'login("{TOKEN}")\n',
        Finding(
            "this line holds a Hugging Face token (37 characters)",
            Place("a.py", 1, 8, 1, 45),
            "read it from the environment or a secret manager, and rotate it if it was ever pushed",
            key="huggingface-token#1",
        ),
    ),
    (
        "private-key", "keys/id_rsa", PEM,
        Finding(
            "this file holds an open RSA private key",
            Place("keys/id_rsa", 1, 1, 5, 30),
            "remove it, and replace the key pair if it was ever pushed",
            key="RSA#1",
        ),
    ),
    (
        "url-credentials", "a.txt", URL,
        Finding(
            "a URL holds a password (15 characters)",
            Place("a.txt", 1, 18, 1, 33),
            "read it from the environment or a secret manager, and rotate it if it was ever pushed",
            key="url-credentials#1",
        ),
    ),
    (
        "hardcoded-secret", "a.py", f'db_password = "{PW}"',
        Finding(
            "db_password holds a credential (15 characters)",
            Place("a.py", 1, 16, 1, 31),
            "read it from the environment or a secret manager, and rotate it if it was ever pushed",
            key="db_password#1",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "text", "expected"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_message(rule: str, path: str, text: str, expected: Finding) -> None:
    assert found(rule, {path: text}) == [expected]


def test_other_messages() -> None:
    assert (
        found("url-credentials", {".env": f"DB_URL={URL}"})[0].message
        == "DB_URL holds a password in a URL (15 characters)"
    )
    assert found("private-key", {".env": f'K="{PEM}"'})[0].message == "K holds an open RSA private key"
    assert found("tracked-env-file", {".env": f"PASSWORD={PW}"})[0].message == (
        ".env is an environment file and holds a credential; a template such as .env.example may be tracked"
    )
    template = found("env-secret", {".env.example": "DB_PASSWORD=XA+n#Q!DgK8g"})[0]
    assert template.mend == "put a placeholder such as change-me there, and rotate it if it was ever pushed"
    store = found("private-key", {"a.p12": b"0\x82\x0a\x00"})[0]
    assert (store.message, store.mend, store.place) == (
        "this file holds a store of private keys",
        "git rm --cached a.p12\nreplace the key if it was ever pushed",
        Place("a.p12"),
    )


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(".env", "LOG=1", ["tracked-env-file"], id="benign environment"),
        pytest.param(".env.example", "DB_PASSWORD=change_me", [], id="template"),
        pytest.param(".env.example", f"HF_TOKEN={TOKEN}", ["provider-token"], id="token in a template"),
        pytest.param(".env.vault", "DOTENV_VAULT=abc", [], id="vault"),
        pytest.param(".env", 'DOTENV_PUBLIC_KEY="02"\nA="encrypted:BD12"', [], id="dotenvx"),
        pytest.param(
            ".env", f'A="encrypted:BD12"\nDB_PASSWORD={PW}', ["env-secret"], id="a plain value among encrypted ones"
        ),
        pytest.param(".env", f"DB_URL={URL}", ["tracked-env-file", "url-credentials"], id="URL wins over key"),
        pytest.param(".env", f"DB_PASSWORD={URL}", ["tracked-env-file", "url-credentials"], id="URL behind a password"),
        pytest.param(".env", f"API_KEY={TOKEN}", ["tracked-env-file", "provider-token"], id="token wins over key"),
        pytest.param(".env", f'PRIVATE_KEY="{PEM}"', ["tracked-env-file", "private-key"], id="key in an environment"),
        pytest.param("a.py", f'api_key = "{TOKEN}"', ["provider-token"], id="token wins in code"),
        pytest.param("a.py", f'password = "{URL}"', ["url-credentials"], id="URL wins in code"),
        pytest.param("a.bin", b"\0\1\2 " + TOKEN.encode() + b" \xff", ["provider-token"], id="binary"),
        pytest.param("a.bin", b"\0 password = '" + PW.encode() + b"'", [], id="no assignments in a binary"),
        pytest.param("a.py", f'password = "{PW}"'.encode("utf-16"), ["hardcoded-secret"], id="UTF-16"),
        pytest.param(".env", b"\xef\xbb\xbfDB_PASSWORD=" + PW.encode(), ["tracked-env-file", "env-secret"], id="BOM"),
        pytest.param(
            ".env", b"# caf\xe9\r\nDB_PASSWORD=" + PW.encode(), ["tracked-env-file", "env-secret"], id="Latin-1"
        ),
        pytest.param(
            ".env",
            f"DB_PASSWORD={PW}".encode("utf-16-le"),
            ["tracked-env-file", "env-secret"],
            id="UTF-16 without a mark",
        ),
        pytest.param(
            "a.py", f'password = "{PW}"'.encode("utf-16-be"), ["hardcoded-secret"], id="UTF-16, high end first"
        ),
        pytest.param(
            "a.py", f'password = "{PW}" # caf\xe9'.encode("latin-1"), ["hardcoded-secret"], id="invalid UTF-8"
        ),
        pytest.param(
            "m.bin",
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a21' * 10}\nsize 12\n",
            [],
            id="LFS pointer",
        ),
        pytest.param(".env", "# encrypted: nothing here\nLOG=1", ["tracked-env-file"], id="a word about encryption"),
        pytest.param(".env.vault", f'DOTENV_VAULT_CI="{RANDOM}"', [], id="vault with what it encrypts"),
        pytest.param(
            ".env.enc",
            f"A=ENC[AES256_GCM,data:x]\nsops_kms__list_0__map_enc={RANDOM}\nsops_mac=ENC[AES256_GCM,x]",
            [],
            id="sops",
        ),
        pytest.param(".env.vault", f"DB_PASSWORD={PW}", ["env-secret"], id="a plain value in an encrypted file"),
        pytest.param(
            ".env.keys", f"DOTENV_PRIVATE_KEY={'4d7a21e9' * 8}", ["tracked-env-file", "env-secret"], id="dotenvx keys"
        ),
        pytest.param("environment.yml", "name: x", [], id="conda"),
        pytest.param(".env/bin/x", "DB=1", [], id="a folder"),
        pytest.param("src/env.py", "x = 1", [], id="a module"),
        pytest.param("a.txt", b"", [], id="empty"),
    ],
)
def test_one_flaw_one_finding(path: str, text: str | bytes, expected: list[str]) -> None:
    assert rules_of(path, text) == expected


@pytest.mark.parametrize("folder", ["tests", "docs/guide", "a/examples", "test"])
def test_examples_are_warnings(folder: str) -> None:
    for rule, text in (("hardcoded-secret", f'password = "{PW}"'), ("url-credentials", URL)):
        assert found(rule, {f"{folder}/a.py": text})[0].at_most is Severity.WARNING
        assert found(rule, {f"{folder}/a.py": text}, CodeSettings(examples=()))[0].at_most is Severity.ERROR
        assert found(rule, {"src/a.py": text})[0].at_most is Severity.ERROR
    assert found("provider-token", {f"{folder}/a.py": TOKEN})[0].at_most is Severity.ERROR


def test_a_doubtful_token_behind_a_telling_key_is_sure() -> None:
    token = "gh" + "p_" + "k9F2Xq7Lm1Zt4Vb8Nc3Rd6Ws5Yh2Ju9Ki1Ab"
    assert found("provider-token", {"a.txt": token})[0].at_most is Severity.WARNING
    assert found("provider-token", {".env": f"GITHUB_TOKEN={token}"})[0].at_most is Severity.ERROR
    assert found("provider-token", {"a.py": f'github_token = "{token}"'})[0].at_most is Severity.ERROR


@pytest.mark.parametrize("most", [Severity.OFF, Severity.INFO, Severity.ERROR])
def test_an_environment_file_without_a_credential_is_as_grave_as_the_policy_says(most: Severity) -> None:
    settings = TrackedSettings(benign=most)
    benign = found("tracked-env-file", {".env": "LOG=1"}, settings)
    assert [finding.at_most for finding in benign] == ([most] if most else [])
    assert found("tracked-env-file", {".env": f"PASSWORD={PW}"}, settings)[0].at_most is Severity.ERROR


def test_the_state_of_terraform() -> None:
    (state,) = found("hardcoded-secret", {"infra/terraform.tfstate": '{"version": 4}'})
    assert state == Finding(
        "this file holds the state of Terraform, where every secret stands in plain text",
        Place("infra/terraform.tfstate"),
        "git rm --cached infra/terraform.tfstate\nrotate what it holds if it was ever pushed",
        key="tfstate#1",
    )


def test_a_hash_in_a_test_is_what_the_test_needs() -> None:
    hashed = "$" + "2b$12$" + "".join(Random(5).choices(ascii_letters + digits, k=53))
    assert found("hardcoded-secret", {"db/dump.sql": hashed})[0].at_most is Severity.WARNING
    assert found("hardcoded-secret", {"tests/data.sql": hashed}) == []


def test_equal_keys_are_told_apart() -> None:
    text = f'password = "{PW}"\npassword = "{PW}2"\n'
    assert [finding.key for finding in found("hardcoded-secret", {"a.py": text})] == ["password#1", "password#2"]


def test_links_and_submodules_are_left_out() -> None:
    data = f"DB_PASSWORD={PW}".encode()
    for mode in (SYMLINK, SUBMODULE):
        file = a_file(".env", data, mode)
        snapshot = a_snapshot()._replace(files=(file,), contents={file.blob: data})
        assert [finding for rule in RULES for finding in judged(rule, snapshot)] == []


def test_what_was_not_read_is_said() -> None:
    snapshot = a_snapshot()._replace(files=(a_file("big.bin", b"x"), a_file(".env", b"y")))
    said = [unread(file) for file in snapshot.files]
    assert not_judged(rule_of(RULES, "provider-token"), snapshot) == said
    assert not_judged(rule_of(RULES, "env-secret"), snapshot) == said[1:]
    assert [finding.message[:4] for finding in judged(rule_of(RULES, "tracked-env-file"), snapshot)] == [".env"]


def test_a_file_without_an_id_is_scanned_each_time() -> None:
    for text in (b"", f"DB_PASSWORD={PW}".encode()):
        snapshot = a_snapshot()._replace(files=(File(".env"),), contents={"": text})
        assert bool(judged(rule_of(RULES, "env-secret"), snapshot)) is bool(text)


def test_two_commits_bring_two_versions() -> None:
    files = (a_file(".env", b"A=1", commit="1" * 40), a_file(".env", f"DB_PASSWORD={PW}".encode(), commit="2" * 40))
    snapshot = a_snapshot()._replace(
        files=files, contents={files[0].blob: b"A=1", files[1].blob: f"DB_PASSWORD={PW}".encode()}
    )
    assert [finding.place.commit for finding in judged(rule_of(RULES, "env-secret"), snapshot)] == ["2" * 40]


def test_what_a_screen_told_is_not_looked_at_again() -> None:
    snapshot = a_snapshot({"a.py": f"password = {PW!r}", "b.py": f"password = {PW!r}"})
    silent = snapshot._replace(silent=frozenset(snapshot.files[:1]))
    rule = rule_of(RULES, "hardcoded-secret")
    assert [one.place.path for one in judged(rule, snapshot)] == ["a.py", "b.py"]
    assert [one.place.path for one in judged(rule, silent)] == ["b.py"]


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if isinstance(rule.settings, CodeSettings)])
def test_a_pointer_to_a_large_file_is_not_judged_and_not_refused(rule: str) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n"
    gaps = not_judged(rule_of(RULES, rule), a_snapshot({"m.bin": pointer, "a.py": "x = 1"}))
    assert gaps == [NotJudged("m.bin", "its content is in Git LFS, not in Git", expected=False)]


def test_more_than_anybody_reads_is_said() -> None:
    text = "".join(f"password = 'k9F2Xq7Lm{number}'\n" for number in range(1100))
    (gap,) = not_judged(rule_of(RULES, "hardcoded-secret"), a_snapshot({"a.py": text}))
    assert gap == NotJudged("a.py", "it holds more credentials than anybody reads; the rest was not looked at")


SECRETS = st.text(ascii_letters + digits + "!@%*+=?", min_size=8, max_size=24).map(lambda text: f"k9F{text}Xq7")


@settings(max_examples=60)
@given(
    SECRETS,
    st.sampled_from(
        [
            "DB_PASSWORD={}",
            "export DB_PASSWORD='{}'",
            'A_TOKEN="{}" # x',
            "#OLD_SECRET={}",
            "DB_URL=pg://u:{}@h/x",
            'J={{"password":"{}"}}',
        ]
    ),
)
def test_no_finding_tells_the_value(secret: str, line: str) -> None:
    written = secret.replace("@", "%40").replace("?", "%3F") if "://" in line else secret
    findings = [finding for rule in RULES for finding in found(rule.id, {".env": line.format(written)})]
    assert len(findings) >= 2
    assert secret not in repr(findings)
    assert written not in repr(findings)


def test_a_key_that_spells_its_value_is_not_told() -> None:
    assert "hunter2x" not in repr(found("env-secret", {".env": "HUNTER2X_PASSWORD=hunter2x"}))
