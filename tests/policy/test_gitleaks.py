"""A `.gitleaks.toml` becomes a part of a policy, and what is lost is said."""

from pathlib import Path

import pytest

from mlgovern.errors import UserError
from mlgovern.policy.cache import effective
from mlgovern.policy.gitleaks import imported
from mlgovern.rule import Pattern
from mlgovern.rules.secrets import RULES
from mlgovern.rules.secrets.own import OwnDetector, Secrets

CONFIG = r"""
title = "ours"
[extend]
useDefault = true
[[rules]]
id = "acme-token"
description = "An Acme token"
regex = '''(?i)(acme)[_-]?([a-z0-9]{20})\('''
secretGroup = 2
keywords = ["acme"]
entropy = 3.5
path = '''\.py$'''
[[rules.allowlists]]
stopwords = ["example", "dum+my"]
[rules.allowlist]
paths = ['''(^|/)tests/''']
[allowlist]
paths = ['''gitleaks\.toml''', '''(.*?)(jpg|gif)$''']
regexes = ['''219-09-9999''', '''it's''']
"""


def read(folder: Path, text: str) -> list[str]:
    path = folder / ".gitleaks.toml"
    path.write_text(text)
    return imported(str(path))


def test_what_is_written_is_a_policy(tmp_path: Path) -> None:
    lines = read(tmp_path, CONFIG)
    assert "# Not carried over:" not in lines
    written = "\n".join(["schema: 1", *lines]).encode()
    policy = effective(lambda path: written if path == ".mlgovern.yaml" else None, None, [*RULES])
    detector = OwnDetector(
        "acme-token",
        Pattern(r"(?i)(?:acme)[_-]?([a-z0-9]{20})\("),
        ("acme",),
        3.5,
        path=Pattern(r"\.py$"),
        allow_values=(Pattern(r"(?i)example|dum\+my"),),
        allow_path_patterns=(Pattern("(^|/)tests/"),),
    )
    expected = Secrets(
        (detector,),
        (Pattern("219-09-9999"), Pattern("it's")),
        allow_path_patterns=(Pattern(r"gitleaks\.toml"), Pattern(r"(.*?)(jpg|gif)$")),
    )
    assert policy.decisions["provider-token"].settings.secrets == expected


def test_how_it_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, CONFIG)[1:9] == [
        "secrets:",
        "  detectors:",
        "    # An Acme token",
        "    - id: 'acme-token'",
        "      keywords:",
        "        - 'acme'",
        r"      pattern: '(?i)(?:acme)[_-]?([a-z0-9]{20})\('",
        "      entropy: 3.5",
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param(
            "[[rules]]\nid = 'a'\nregex = '(?!x)'",
            "rule 'a': lookahead is not in the RE2 dialect: match what is allowed, or use two rules",
            id="no RE2",
        ),
        pytest.param(
            "[[rules]]\nid = 'a'\npath = 'x'",
            "rule 'a': it goes by path alone, which the rule forbidden-path does",
            id="a path alone",
        ),
        pytest.param("[[rules]]\nid = 'a'", "rule 'a': it has no regex", id="nothing"),
        pytest.param(
            "[[rules]]\nid = 'a'\nregex = 'b'\npath = '('",
            "rule 'a': missing ): (",
            id="a broken path",
        ),
        pytest.param("[extend]\npath = 'x'", "extend: another file; import that one as well", id="another file"),
        pytest.param(
            "[extend]\ndisabledRules = ['jwt']",
            "extend.disabledRules: 'jwt'; the built-in detectors are on or off together",
            id="disabled rules",
        ),
        pytest.param(
            "[allowlist]\ncommits = ['abc']",
            "commits of the configuration: a range that is judged names its own commits",
            id="commits",
        ),
        pytest.param(
            "[[allowlists]]\ncondition = 'AND'\nregexes = ['x']",
            "an allowlist of the configuration: it holds under a condition",
            id="a condition",
        ),
        pytest.param(
            "[allowlist]\nregexTarget = 'line'\nregexes = ['x']",
            "regexes of the configuration: they look at more than the value",
            id="lines",
        ),
        pytest.param(
            "[allowlist]\npaths = ['(']", "a path of the configuration, '(': missing ): (", id="a broken allowance"
        ),
    ],
)
def test_what_is_left_is_said(tmp_path: Path, text: str, left: str) -> None:
    assert read(tmp_path, text)[1:] == ["secrets: {}", "# Not carried over:", f"#   {left}"]


def test_stopwords_without_number(tmp_path: Path) -> None:
    words = ", ".join(f'"word{number}"' for number in range(200))
    lines = read(tmp_path, f"[allowlist]\nstopwords = [{words}]")
    patterns = [line for line in lines if "(?i)" in line]
    assert len(patterns) == 3
    assert sum(line.count("word") for line in patterns) == 200


def test_odd_text_stays_on_its_line(tmp_path: Path) -> None:
    lines = read(tmp_path, '[[rules]]\nid = "a\\nb"\nregex = "x\\ny"\ndescription = "c\\u0007d"')
    assert lines[3:6] == ["    # 'c\\x07d'", '    - id: "a\\nb"', '      pattern: "x\\ny"']


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: No such file"):
        imported(str(tmp_path / "x"))


@pytest.mark.parametrize("text", ["a =", "\x00"])
def test_no_toml(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError, match="not TOML: "):
        read(tmp_path, text)
