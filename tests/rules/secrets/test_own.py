"""What a policy adds to detectors and takes out of judgement, from its YAML to the finding."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.errors import PolicyError
from mlgovern.policy.cache import effective
from mlgovern.policy.codec import from_json, to_json
from mlgovern.policy.model import Policy
from mlgovern.rule import Glob, Pattern
from mlgovern.rules.secrets import RULES, CodeSettings
from mlgovern.rules.secrets.marks import Subject
from mlgovern.rules.secrets.own import OwnDetector, Secrets
from mlgovern.rules.secrets.own_tokens import find_own
from mlgovern.rules.secrets.tokens import Token
from tests.factories import a_snapshot, judged, rule_of

BODY = "".join(Random(3).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=24))
TOKEN = "acme" + f"_{BODY}"
PLAIN = OwnDetector("acme-token", Pattern(r"\bacme_[a-z0-9]{24}\b"))


@pytest.mark.parametrize(
    ("detector", "text", "found"),
    [
        pytest.param(PLAIN, f"x = '{TOKEN}'", True, id="the pattern"),
        pytest.param(PLAIN, f"x = '{TOKEN}9'", False, id="another length"),
        pytest.param(PLAIN, f"é🚀 {TOKEN}", True, id="behind letters of several bytes"),
        pytest.param(PLAIN, f"\ud800 {TOKEN}", True, id="behind what UTF-8 cannot say"),
        pytest.param(PLAIN._replace(keywords=("ACME",)), TOKEN, True, id="its keyword in another case"),
        pytest.param(PLAIN._replace(keywords=("other", "acme")), TOKEN, True, id="one of its keywords"),
        pytest.param(PLAIN._replace(keywords=("other",)), TOKEN, False, id="no keyword"),
        pytest.param(PLAIN._replace(entropy=3.0), TOKEN, True, id="random enough"),
        pytest.param(PLAIN._replace(entropy=3.0), "acme_" + "a" * 24, False, id="not random enough"),
        pytest.param(PLAIN._replace(path=Pattern(r"\.py$")), TOKEN, True, id="its files"),
        pytest.param(PLAIN._replace(path=Pattern(r"\.js$")), TOKEN, False, id="other files"),
        pytest.param(PLAIN._replace(allow_values=(Pattern("^acme_[a-z]"),)), TOKEN, BODY[0].isdigit(), id="allowed"),
        pytest.param(PLAIN._replace(allow_path_patterns=(Pattern("^src/"),)), TOKEN, False, id="allowed there"),
    ],
)
def test_detectors(detector: OwnDetector, text: str, found: bool) -> None:
    tokens = [*find_own(Subject("src/a.py", Secrets((detector,))), text)]
    assert bool(tokens) is found
    for token in tokens:
        assert text[token.start : token.end] == TOKEN


def test_a_group_is_the_secret() -> None:
    detector = OwnDetector("acme-key", Pattern(r"acme(?:_key)?=([a-z0-9]+)|acme!"), name="an Acme key")
    assert [*find_own(Subject("a", Secrets((detector,))), "acme_key=k9f2 acme!")] == [
        Token("acme-key", "an Acme key", 9, 13),
        Token("acme-key", "an Acme key", 14, 19),
    ]


def test_no_more_than_a_thousand_in_one_file() -> None:
    many = Subject("a", Secrets((OwnDetector("x", Pattern("x")),)))
    assert (len([*find_own(many, "x " * 1000)]), many.cut) == (1000, False)
    assert (len([*find_own(many, "x " * 3000)]), many.cut) == (1000, True)


@given(st.text())
def test_total(text: str) -> None:
    for token in find_own(Subject(text, Secrets((OwnDetector("x", Pattern("a|b*|.c")),))), text):
        assert 0 <= token.start < token.end <= len(text)


SCANNING = [rule for rule in RULES if hasattr(rule.settings, "secrets")]  # those that look for what a secret looks like


def policy(text: str) -> Policy:
    written = f"schema: 1\nsecrets:\n{text}".encode()
    return effective(lambda path: written if path == ".mlgovern.yaml" else None, None, SCANNING)


def test_the_policy_says_it_once_for_the_family() -> None:
    read = policy(
        "  detectors:\n    - {id: acme-token, pattern: 'acme_[a-z0-9]{24}', keywords: [acme]}\n  allow_values: ['^x$']\n"
    )
    expected = Secrets((OwnDetector("acme-token", Pattern("acme_[a-z0-9]{24}"), ("acme",)),), (Pattern("^x$"),))
    assert {decision.settings.secrets for decision in read.decisions.values()} == {expected}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "  detectors:\n    - id: a\n      pattern: '(?!x)'\n",
            ".mlgovern.yaml:5:16: 'pattern' is no usable regular expression, '(?!x)': lookahead is not in the RE2 dialect",
            id="pattern",
        ),
        pytest.param(
            "  detectors:\n    - id: a\n", ".mlgovern.yaml:4:7: missing required key 'pattern'", id="no pattern"
        ),
        pytest.param(
            "  allow_values: ['(']\n",
            ".mlgovern.yaml:3:18: each of 'allow_values' is no usable regular expression",
            id="value",
        ),
        pytest.param(
            "  allow_paths: ['']\n", ".mlgovern.yaml:3:17: each of 'allow_paths' is no usable glob", id="path"
        ),
        pytest.param(
            "  detector: []\n",
            ".mlgovern.yaml:3:3: unknown key 'detector', did you mean 'detectors'?",
            id="unknown key",
        ),
        pytest.param(
            "  detectors: [{id: a, pattern: b, entropy: -1}]\n", "'entropy' must not be negative, got -1", id="entropy"
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(PolicyError) as error:
        policy(text)
    assert problem in str(error.value)


PW = "Otter" + "AfterLunch7"
FILES = {
    "src/a.py": f'password = "{PW}"\nx = "{TOKEN}"\n',
    ".env": f"DB_PASSWORD={PW}\nDB_URL=postgres://svc:{PW}@db/x\n",
    "a.ipynb": f'{{"cells": [{{"source": ["y = \'{TOKEN}\'"]}}]}}',
    "a.bin": f"\0\1\2 {TOKEN}",
}


def findings(secrets: Secrets) -> list[tuple[str, str | None]]:
    settings = ((rule, rule.settings._replace(secrets=secrets)) for rule in SCANNING)
    found = [(rule.id, one.place.path) for rule, said in settings for one in judged(rule, a_snapshot(FILES), said)]
    return sorted(found, key=str)


def test_own_tokens_are_found_wherever_tokens_are() -> None:
    added = set(findings(Secrets((PLAIN,)))) - set(findings(Secrets()))
    assert added == {("provider-token", path) for path in ("src/a.py", "a.ipynb", "a.bin")}
    said = judged(
        rule_of(RULES, "provider-token"), a_snapshot({"a.py": TOKEN}), CodeSettings(secrets=Secrets((PLAIN,)))
    )
    assert [(one.message, one.key) for one in said] == [
        ("this line holds a token of the kind acme-token (29 characters)", "acme-token#1")
    ]


def test_allowed_values_do_not_count() -> None:
    assert findings(Secrets(allow_values=(Pattern("^Otter"),))) == [("tracked-env-file", ".env")]
    assert findings(Secrets(allow_values=(Pattern("^tter"),))) == findings(Secrets())


@pytest.mark.parametrize(
    "secrets",
    [Secrets(allow_paths=(Glob("src/**"), Glob(".env"))), Secrets(allow_path_patterns=(Pattern(r"^src/|\.env$"),))],
)
def test_nothing_counts_in_an_allowed_file(secrets: Secrets) -> None:
    assert findings(secrets) == []


def test_the_cache_of_the_policy_keeps_it() -> None:
    said = Secrets(
        (PLAIN._replace(keywords=("acme",), entropy=3.5),), (Pattern("x"),), (Glob("a/**"),), (Pattern("^a"),)
    )
    settings = CodeSettings(secrets=said)
    assert from_json(CodeSettings, to_json(settings, CodeSettings()), CodeSettings()) == settings
