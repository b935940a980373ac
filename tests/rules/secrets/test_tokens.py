"""Every detector is shown what it finds and what it must not."""

from string import ascii_letters, ascii_lowercase
from zlib import crc32

import pytest

from mlgovern.rules.secrets.services import CONTEXTS
from mlgovern.rules.secrets.tokens import DETECTORS, Token, find_tokens, vendor_token
from tests.rules.secrets.samples import ALNUM, B62, BASE32, CONTEXT_BODIES, SAMPLES, b64, some, uuid

BY_HAND = {"docker-config-auth"}
BODIES = [pytest.param(*row, id=name) for name, row in SAMPLES.items() if name not in BY_HAND]


def ids(text: str) -> set[str]:
    return {token.id for token in find_tokens(text)}


def test_every_detector_has_a_sample() -> None:
    assert [detector.id for detector in DETECTORS if detector.id not in SAMPLES] == []
    records = (*DETECTORS, *CONTEXTS)
    assert len({record.id for record in records}) == len(records) >= 120


def test_every_format_names_its_page() -> None:
    for record in (*DETECTORS, *CONTEXTS):
        vendor, _, page = record.page.partition(", ")
        assert vendor
        assert page or vendor.startswith(("RFC ", "crypt"))
        assert record.name.startswith(("a ", "an "))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_found(detector: object, seed: int) -> None:
    name = detector.id  # type: ignore[attr-defined]  # pytest's ids want the row itself
    prefix, alphabet, length, suffix = SAMPLES[name]
    body = b64(f"user:{some(ALNUM, 12, seed)}") if name in BY_HAND else some(alphabet, length, seed)
    text = f"a line before\nit is {prefix}{body}{suffix} in a sentence"
    found = [token for token in find_tokens(text) if token.id == name]
    assert len(found) == 1
    assert body[-4:] in text[found[0].start : found[0].end]


def test_too_short_or_of_another_prefix() -> None:
    for prefix, alphabet, length, suffix in (row.values for row in BODIES):
        name = next(name for name, row in SAMPLES.items() if row == (prefix, alphabet, length, suffix))
        detector = next(detector for detector in DETECTORS if detector.id == name)
        assert name not in ids(f" {prefix}{some(str(alphabet), int(str(length)) - 1)}{suffix} ")
        whole = f" {prefix}{some(str(alphabet), int(str(length)))}{suffix} "
        for gate in detector.gates:
            whole = whole.replace(gate, f"{gate[:-1]}!")
        assert name not in ids(whole)


def test_a_body_of_one_character_is_a_placeholder() -> None:
    for prefix, alphabet, size, suffix in (row.values for row in BODIES):
        letters, length = str(alphabet), int(str(size))
        character = "x" if "x" in letters else "X" if "X" in letters else "0"
        assert length < 12 or not ids(f" {prefix}{character * length}{suffix} "), prefix


@pytest.mark.parametrize("around", ["x{}", "_{}", "{}x", "{}_", "9{}"])
def test_a_longer_word_is_no_token(around: str) -> None:
    assert not ids(around.format("AK" + "IA" + some(BASE32, 16)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AK" + "IAIOSFODNN7" + "EXAMPLE", id="AWS documentation"),
        pytest.param("sk" + "_test_4eC39HqLyjWDarjtT1zdp7dc", id="Stripe documentation"),
        pytest.param("gh" + "p_" + "abcdefghijklmnopqrstuvwxyz0123456789", id="a counting run"),
        pytest.param("pk" + "_live_" + some(ALNUM, 24), id="Stripe publishable key"),
        pytest.param(
            "eyJ" + some(ALNUM, 20) + ".eyJ" + some(ALNUM, 20) + "." + some(ALNUM, 20), id="header without alg"
        ),
        pytest.param("Authorization: Bearer $TOKEN_FROM_ENVIRONMENT", id="header with a reference"),
        pytest.param("Authorization: Bearer your-access-token-here", id="header with words"),
        pytest.param("Authorization: Basic " + some(ALNUM, 20), id="basic without a colon in it"),
        pytest.param("?sig=" + some(ALNUM, 44), id="a signature that is no SAS"),
        pytest.param('{"auths": {"x": {"auth": "aGVsbG8gd29ybGQ="}}}', id="no user and password"),
        pytest.param('{"auth": "' + b64("user:hunter22") + '"}', id="not below auths"),
        pytest.param("oy2" + some(ascii_lowercase, 43), id="letters alone behind a short prefix"),
        pytest.param("cio" + some(ascii_lowercase, 32), id="one kind behind a short prefix"),
    ],
)
def test_not_a_token(text: str) -> None:
    assert not ids(text)


def test_basic_header() -> None:
    assert ids("Authorization: Basic " + b64("ann:OtterAfterLunch")) == {"authorization-header"}


def test_a_github_checksum_makes_sure() -> None:
    body = some(ALNUM, 30)
    number, check = crc32(body.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        check = B62[digit] + check
    assert [token.sure for token in find_tokens("gh" + "p_" + body + check.rjust(6, "0"))] == [True]
    assert [token.sure for token in find_tokens("gh" + "p_" + body + "aaaaaa")] == [False]


def test_a_doubtful_neptune_token() -> None:
    whole = b64('{"api_address":"https://app.example","api_url":"https://app.example","api_key":"' + uuid(4) + '"}')
    assert [(token.id, token.sure) for token in find_tokens(whole.rstrip("="))] == [("neptune-token", True)]


def test_sentry_organisation_token() -> None:
    token = "sntrys_" + b64('{"iat":1,"url":"https://sentry.example","org":"acme"}').rstrip("=") + "_" + some(ALNUM, 43)
    assert [found.sure for found in find_tokens(token)] == [True]


def test_several_in_one_line() -> None:
    one, two = "h" + "f_" + some(ascii_letters, 34, 3), "h" + "f_" + some(ascii_letters, 34, 4)
    assert [(t.start, t.end) for t in find_tokens(f"{one} {two}")] == [(0, 37), (38, 75)]
    assert isinstance(next(find_tokens(one)), Token)


def test_hashes_are_stored_passwords() -> None:
    """What a dump or a shadow file holds; sure beside the name of a user."""
    hashed = "$" + "6$" + some(ALNUM, 16) + "$" + some(ALNUM, 86)
    for text, sure in ((f"root:{hashed}:17431:0:", True), (f"INSERT INTO u VALUES ('{hashed}')", False)):
        assert [(token.hashed, token.sure) for token in find_tokens(text)] == [(True, sure)]
    assert not ids(f"DUMMY_HASH = '{hashed}'")


def test_the_key_of_a_web_page_is_public_by_design() -> None:
    key = "AI" + "za" + some(ALNUM, 35)
    for text, sure in ((f"{{apiKey: '{key}', authDomain: 'a.firebaseapp.com'}}", False), (f"GOOGLE_KEY={key}", True)):
        assert [token.sure for token in find_tokens(text)] == [sure]


def test_a_registry_login_of_the_older_form() -> None:
    login = b64("user:" + some(ALNUM, 12))
    assert ids(f'{{"https://index.example/v1/": {{"email": "a@b", "auth": "{login}"}}}}') == {"docker-config-auth"}


@pytest.mark.parametrize("row", CONTEXTS, ids=lambda row: row.id)
def test_bare_tokens_need_their_vendor(row: object) -> None:
    name, words = row.id, row.words  # type: ignore[attr-defined]  # pytest's ids want the row itself
    body = CONTEXT_BODIES[name]
    for word in words:
        found = vendor_token(body, f"export {word}_key")
        assert found is not None
        assert found[0] == name
    assert vendor_token(body, "a line about nothing") is None
    assert vendor_token(f"{body}!", words[0]) is None
