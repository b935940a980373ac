import json
import re
import subprocess
from itertools import product
from shutil import which
from typing import Literal

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Finding
from mlgovern.globs import matcher
from mlgovern.rule import Glob, Whole
from mlgovern.rules.branches.editor import editor_pattern
from mlgovern.rules.branches.naming import branch_name_malformed, branch_type_unknown
from mlgovern.rules.branches.strategy import Settings, Strategy
from tests.factories import a_snapshot
from tests.rules.branches.strategies import NAMES, real_names, strategy

GRAMMARS: tuple[Literal["conventional", "slug", "issue"], ...] = ("conventional", "slug", "issue")
DOTS: tuple[Literal["release", "all", "none"], ...] = ("release", "all", "none")
CASES: tuple[Literal["lower", "any"], ...] = ("lower", "any")
TYPES: tuple[tuple[str, ...], ...] = ((), ("feat", "release"))
FORMS = [
    *(
        Strategy(grammar=grammar, dots=dots, nested=nested, ticket_case=case, types=types)
        for grammar, dots, nested, case, types in product(GRAMMARS, DOTS, (True, False), CASES, TYPES)
    ),
    *map(strategy, NAMES),
    Strategy(types=("C++", "a.b")),
    Strategy(types=("release",)),
]
MADE = [
    kind + topic
    for kind, topic in product(
        (
            "",
            "feature/",
            "feat/",
            "Feature/",
            "release/",
            "wip/",
            "12-",
            "C++/",
            "a.b/",
            "aXb/",
            "users/ann/",
            "/",
            "main",
        ),
        (
            "",
            "x",
            "add-login",
            "Add_Login",
            "1.2.0",
            "io/csv",
            "io.csv",
            "ABC-12-x",
            "ABC-12",
            "a--b",
            "-x",
            "x-",
            "x;rm",
            "é",
        ),
    )
]


def flagged(name: str, rules: Strategy) -> bool:
    facts = a_snapshot(stages=("ci",), branch=name)
    found = [*branch_name_malformed(facts, Settings(rules)), *branch_type_unknown(facts, Settings(rules))]
    return any(isinstance(one, Finding) for one in found)


def passes(name: str, pattern: str) -> bool:
    """Whether a pattern takes a name; the two engines that are at hand must agree."""
    found = bool(re2.search(pattern, name))
    assert found == bool(re.search(pattern, name))
    return found


def test_a_name_passes_in_the_editor_as_in_the_rules() -> None:
    for form in [*FORMS[:72:3], *FORMS[72:]]:  # of the products, those in which every two settings meet
        pattern = editor_pattern(form)
        assert [name for name in MADE if passes(name, pattern) == flagged(name, form)] == [], form


@pytest.mark.parametrize("name", NAMES)
def test_real_names_pass_in_the_editor_as_in_the_rules(name: str) -> None:
    rules = strategy(name)
    pattern = editor_pattern(rules)
    assert [real for real in real_names() if passes(real, pattern) == flagged(real, rules)] == []


@given(st.text("aAx1.-_/é", max_size=12), st.sampled_from(FORMS))
def test_any_name_passes_in_the_editor_as_in_the_rules(name: str, rules: Strategy) -> None:
    assert passes(name, editor_pattern(rules)) != flagged(name, rules)


def test_javascript_agrees() -> None:
    node = which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = "const [p, n] = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(n.map(x => new RegExp(p).test(x))))"
    for rules in map(strategy, NAMES):
        pattern = editor_pattern(rules)
        done = subprocess.run(
            [node, "-e", script],
            input=json.dumps([pattern, MADE]),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert json.loads(done.stdout) == [passes(name, pattern) for name in MADE]


def test_exact_pattern() -> None:
    rules = Strategy(types=("feat", "release"), trunk=(Glob("main"),), protected=(), exempt=(Glob("bot/**"),))
    words = "[a-z0-9]+(?:-[a-z0-9]+)*"
    dotted = "[a-z0-9]+(?:[.-][a-z0-9]+)*"
    assert editor_pattern(rules) == f"^(?:(?:feat)/{words}|(?:release)/{dotted}|main|master|develop|bot/.+)$"


@pytest.mark.parametrize(
    "glob",
    [
        "a",
        "a*",
        "*-stable",
        "a/**",
        "a/",
        "**/a",
        "a/**/b",
        "a/*/b",
        "a?b",
        "[ab]x",
        "[!ab]x",
        "[+-9]",
        "[",
        "{a,b}/*",
        "a.b",
        "[^a]",
        "**",
    ],
)
@given(
    name=st.text("ab/x.+^[-0", min_size=1, max_size=6) | st.sampled_from(["a/b", "a/x/b", "a/x/x/b", "x/a", "2-stable"])
)
def test_globs_say_the_same(glob: str, name: str) -> None:
    rules = Strategy(pattern=Whole("[Z]"), trunk=(), protected=(), exempt=(Glob(glob),))
    assert passes(name, editor_pattern(rules)) == bool(matcher((glob,))(name))


@pytest.mark.parametrize(
    ("own", "usable"),
    [
        pytest.param(r"[A-Z]+-\d+(?:-[a-z]+)*", True, id="common"),
        pytest.param(r"^(feat|fix)/[\w.-]{3,40}$", True, id="anchors and sets"),
        pytest.param(r"(?i)feat/.+", False, id="flags"),
        pytest.param(r"(?P<type>feat)/.+", False, id="named group"),
        pytest.param(r"\Afeat\z", False, id="ends of text"),
        pytest.param(r"\pL+", False, id="Unicode class"),
        pytest.param(r"[[:alpha:]]+", False, id="POSIX class"),
        pytest.param(r"\s", False, id="blanks differ"),
        pytest.param(r"\Qa.b\E", False, id="quotation"),
        pytest.param(r"[]a]", False, id="bracket first in a set"),
    ],
)
def test_own_patterns(own: str, usable: bool) -> None:
    assert bool(editor_pattern(Strategy(pattern=Whole(own)))) is usable


def test_any_name_needs_no_validation() -> None:
    assert not editor_pattern(Strategy(grammar="any"))
