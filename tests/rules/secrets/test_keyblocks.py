"""Private keys, and what only speaks of them."""

from random import Random
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.keyblocks import find_keys, key_store

BASE64 = ascii_letters + digits + "+/"
BODY = "\n".join("".join(Random(line).choices(BASE64, k=64)) for line in range(3))
DASHES = "-" * 5
HEX = "".join(Random(2).choices("0123456789abcdef", k=32))
URLSAFE = "".join(Random(9).choices(ascii_letters + digits + "-_", k=43))


def pem(kind: str = "RSA PRIVATE KEY", body: str = BODY, newline: str = "\n") -> str:
    return f"{DASHES}BEGIN {kind}{DASHES}\n{body}\n{DASHES}END {kind}{DASHES}".replace("\n", newline)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(pem(), ("RSA", True), id="RSA"),
        pytest.param(pem("EC PRIVATE KEY"), ("EC", True), id="EC"),
        pytest.param(pem("PRIVATE KEY"), ("", True), id="PKCS#8"),
        pytest.param(pem("OPENSSH PRIVATE KEY"), ("OPENSSH", True), id="OpenSSH"),
        pytest.param(pem("PGP PRIVATE KEY BLOCK", f"Version: 1\n\n{BODY}"), ("PGP", True), id="PGP"),
        pytest.param(pem("ENCRYPTED PRIVATE KEY"), ("", False), id="encrypted"),
        pytest.param(
            pem(body=f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES,00FF\n\n{BODY}"), ("RSA", False), id="passphrase"
        ),
        pytest.param(pem(newline="\\n"), ("RSA", True), id="escaped newlines"),
        pytest.param(pem(newline="\\\\n"), ("RSA", True), id="newlines escaped twice"),
        pytest.param(pem(newline='\\n" +\n  "'), ("RSA", True), id="concatenation"),
        pytest.param(pem(newline="\n# "), ("RSA", True), id="commented out"),
        pytest.param(pem(newline="\r\n"), ("RSA", True), id="CRLF"),
        pytest.param(pem().rpartition("\n")[0], ("RSA", True), id="no end"),
        pytest.param(
            f"PuTTY-User-Key-File-3: x\nEncryption: none\nPrivate-Lines: 3\n{BODY}\nPrivate-MAC: 1",
            ("PuTTY", True),
            id="PuTTY",
        ),
        pytest.param(
            f"PuTTY-User-Key-File-2: x\nEncryption: aes\nPrivate-Lines: 3\n{BODY}\n",
            ("PuTTY", False),
            id="PuTTY, protected",
        ),
        pytest.param(f"[Interface]\nPrivateKey = {BODY[:43]}=", ("WireGuard", True), id="WireGuard"),
        pytest.param(f'{{"kty":"OKP","d":"{URLSAFE}"}}', ("JSON web", True), id="JWK"),
        pytest.param(pem("SSH2 ENCRYPTED PRIVATE KEY").replace(DASHES, "----"), None, id="four dashes without a blank"),
        pytest.param(
            pem("SSH2 ENCRYPTED PRIVATE KEY").replace("-----BEGIN", "---- BEGIN").replace("KEY-----", "KEY ----"),
            ("SSH2", False),
            id="SSH2",
        ),
        pytest.param(
            f'{{"type": "service_account", "private_key": "{pem("PRIVATE KEY", newline=chr(92) + "n")}"}}',
            ("Google service-account", True),
            id="service account",
        ),
        pytest.param(
            f"{DASHES}BEGIN OpenVPN Static key V1{DASHES}\n" + f"{HEX}\n" * 16 + f"{DASHES}END",
            ("OpenVPN", True),
            id="OpenVPN",
        ),
        pytest.param(
            f"{DASHES}BEGIN OpenVPN Static key V1{DASHES}\n" + f"{'0' * 32}\n" * 16 + f"{DASHES}END",
            None,
            id="OpenVPN placeholder",
        ),
        pytest.param(pem(body="..."), None, id="dots"),
        pytest.param(pem(body=f"{BODY[:30]}..."), None, id="cut off"),
        pytest.param(pem(body="A" * 200), None, id="one character"),
        pytest.param(f"if text.startswith('{DASHES}BEGIN RSA PRIVATE KEY{DASHES}'):", None, id="a parser"),
        pytest.param(f"{DASHES}BEGIN CERTIFICATE{DASHES}\n{BODY}", None, id="certificate"),
        pytest.param(pem("PUBLIC KEY"), None, id="public key"),
        pytest.param("PuTTY-User-Key-File-2: x\nPublic-Lines: 3", None, id="PuTTY without a key"),
        pytest.param(f'{{"kty":"RSA","n":"{URLSAFE}"}}', None, id="public JWK"),
        pytest.param(f'{{"d":"{URLSAFE}"}}', None, id="no JWK"),
        pytest.param(f"PrivateKey = {'A' * 43}=", None, id="WireGuard placeholder"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_keys(text: str, expected: tuple[str, bool] | None) -> None:
    found = [(one.kind, one.open) for one in find_keys(text)]
    assert found == ([] if expected is None else [expected])


def test_base64_of_a_key() -> None:
    from base64 import b64encode

    assert [one.kind for one in find_keys(b64encode(pem().encode()).decode())] == ["base64-encoded"]
    assert not [*find_keys(b64encode(pem("CERTIFICATE").encode()).decode())]
    assert not [*find_keys("LS0tLS1CRUdJTi" + "A" * 41)]


def test_where_it_stands() -> None:
    text = f"x = 1\n{pem()}\ny = 2"
    (one,) = find_keys(text)
    assert text[one.start : one.end] == pem()


@pytest.mark.parametrize(
    ("name", "data", "store"),
    [
        ("a.p12", b"0\x82\x0a", True),
        ("A.PFX", b"0\x82\x0a", True),
        ("a.jks", b"\xfe\xed\xfe\xed", True),
        ("a.kdbx", b"\x03\xd9\xa2\x9a", True),
        ("a.key", b"0\x82\x01", True),
        ("a.key", b"PK\x03\x04", False),
        ("a.der", b"0\x82\x04\xa4\x02\x01\x00\x02\x82", True),
        ("a.der", b"0\x82\x04\xa4\x30\x82", False),
        ("a.p12", b"version https://git-lfs", False),
        ("a.pem", b"0\x82", False),
        ("master.key", HEX.encode() + b"\n", True),
        ("fernet.key", URLSAFE.encode() + b"=", True),
        ("license.key", b"LICENSED-TO-ACME", False),
        ("zero.key", b"0" * 32, False),
        ("a.key", pem("PUBLIC KEY").encode(), False),
        ("p12", b"0\x82", False),
    ],
)
def test_stores(name: str, data: bytes, store: bool) -> None:
    assert key_store(name, data) is store


@given(
    st.text(),
    st.sampled_from(
        [
            "PRIVATE KEY",
            "PrivateKey = ",
            "OpenVPN Static key V1",
            "LS0tLS1CRUdJTi",
            'PuTTY-User-Key-File-2: "kty" "d":"',
        ]
    ),
)
def test_total(text: str, marker: str) -> None:
    list(find_keys(f"{text}{DASHES}BEGIN {marker}{DASHES}{text}"))
