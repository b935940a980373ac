import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.errors import PolicyError
from mlgovern.finding import Severity
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load_leniently
from mlgovern.policy.model import POLICY_FILE
from mlgovern.policy.provenance import Path, leaves, traced
from mlgovern.policy.strictness import moved
from mlgovern.rx import ALL, ANY, holds, joined
from tests.policy.sample import RULES, Sizes, Types, loaded

TEAM = """\
schema: 1
rules:
  commit-type-unknown:
    severity: error
    mode: evaluate
    enforce_after: 2027-01-15
    stages: [ci]
    final: [severity, mode, stages, settings.types, settings.case]
    settings: {types: [feat, fix]}
  oversized-file: {severity: warning, final: true, settings: {max_bytes: 500}}
  branch-too-old: {severity: info, final: [settings.strategy]}
"""
EXTENDING = "schema: 1\nextends: [./team.yaml]\n"


def problems(own: str, team: str = TEAM) -> list[str]:
    try:
        loaded(policy=EXTENDING + own, team=team)
    except PolicyError as error:
        return str(error).split("\n")
    return []


@pytest.mark.parametrize(
    ("own", "lines"),
    [
        pytest.param("rules: {commit-type-unknown: off}", [
            "3:30: 'severity' of commit-type-unknown is final in team.yaml:8; off not applied",
        ], id="severity"),
        pytest.param("rules: {commit-type-unknown: error, oversized-file: error}", [], id="as grave or graver"),
        pytest.param("rules: {commit-type-unknown: {settings: {types: [feat]}}}", [], id="fewer types"),
        pytest.param("rules: {commit-type-unknown: {settings: {types: {$replace: []}}}}", [], id="no type at all"),
        pytest.param("rules: {commit-type-unknown: {settings: {types: {$append: [wip]}}}}", [
            "3:49: 'settings.types' of commit-type-unknown is final in team.yaml:8; + wip not applied",
        ], id="one type more"),
        pytest.param("rules: {commit-type-unknown: {settings: {header: x}}}", [], id="a setting that is not final"),
        pytest.param("rules: {commit-type-unknown: {mode: enforce}}", [], id="enforced at once"),
        pytest.param("rules: {commit-type-unknown: {enforce_after: 2026-12-01}}", [], id="enforced earlier"),
        pytest.param("rules: {commit-type-unknown: {enforce_after: 2027-01-16}}", [
            "3:46: 'enforce_after' of commit-type-unknown is final in team.yaml:8; 2027-01-16 not applied",
        ], id="enforced later"),
        pytest.param("rules: {oversized-file: {mode: evaluate}}", [
            "3:32: 'mode' of oversized-file is final in team.yaml:10; evaluate not applied",
        ], id="evaluated alone"),
        pytest.param("mode: evaluate", [
            "3:7: 'mode' of oversized-file is final in team.yaml:10; evaluate not applied",
        ], id="evaluated alone, as all rules"),
        pytest.param("rules: {oversized-file: {mode: evaluate, enforce_after: 2027-01-01}}", [
            "3:32: 'mode' of oversized-file is final in team.yaml:10; evaluate not applied",
            "3:57: 'enforce_after' of oversized-file is final in team.yaml:10; 2027-01-01 not applied",
        ], id="evaluated for a while"),
        pytest.param("rules: {commit-type-unknown: {stages: [commit-msg]}}", [
            "3:39: 'stages' of commit-type-unknown is final in team.yaml:8; [commit-msg] not applied",
        ], id="another stage"),
        pytest.param("rules: {commit-type-unknown: {stages: [commit-msg, ci]}}", [], id="a stage more"),
        pytest.param("rules: {oversized-file: {exempt: [a]}}", [
            "3:34: 'exempt' of oversized-file is final in team.yaml:10; [a] not applied",
        ], id="an exemption"),
        pytest.param("rules: {oversized-file: {waivable: false, settings: {max_bytes: 5, lfs_exempt: false}}}", [], id="all of it stricter"),
        pytest.param("rules: {oversized-file: {settings: {max_bytes: 501, ratio: 0.1, nearest: x}}}", [
            "3:48: 'settings.max_bytes' of oversized-file is final in team.yaml:10; 501 not applied",
            "3:60: 'settings.ratio' of oversized-file is final in team.yaml:10; 0.1 not applied",
            "3:74: 'settings.nearest.path' of oversized-file is final in team.yaml:10; x not applied",
        ], id="settings"),
        pytest.param("strategy: {trunk: [x]}", [
            "3:19: 'settings.strategy.trunk' of branch-too-old is final in team.yaml:11; [x] not applied",
        ], id="what rules have in common"),
        pytest.param("rules: {oversized-file: {final: false}}", [
            "3:33: 'final' may be added to, never taken away",
        ], id="no longer final"),
        pytest.param("rules: {commit-type-unknown: {severity: info, final: [settings.header]}}", [
            "3:41: 'severity' of commit-type-unknown is final in team.yaml:8; info not applied",
        ], id="more that is final"),
        pytest.param("rules: {case-collision: {severity: info, final: true}}", [], id="final from here on"),
        pytest.param("rules: {case-collision: {severity: info, final: [severty]}}", [
            "3:50: each of 'final' must be one of severity, mode, stages, exempt, waivable, settings; got the text 'severty'",
        ], id="a field that there is not"),
        pytest.param("rules: {case-collision: {final: severity}}", [
            "3:33: 'final' must be true, or a list of fields, got the text 'severity'",
        ], id="not a list"),
    ],
)  # fmt: skip
def test_what_is_final_may_only_get_stricter(own: str, lines: list[str]) -> None:
    assert problems(own) == [f".mlgovern.yaml:{line}" for line in lines]


def test_a_pack_that_comes_later_is_bound_as_well() -> None:
    own = "schema: 1\nextends: [./team.yaml, ./lax.yaml]\n"
    with pytest.raises(PolicyError, match=r"lax\.yaml:2:25: 'severity' of oversized-file is final in team\.yaml:10"):
        loaded(policy=own, team=TEAM, lax="schema: 1\nrules: {oversized-file: off}")
    assert loaded(policy=own.replace("team", "lax", 1).replace("lax.yaml]", "team.yaml]"), team=TEAM, lax="schema: 1\nrules: {oversized-file: off}").policy  # fmt: skip


def lenient(*texts: str) -> Loaded:
    """Each text extends the one before it; the last is the policy."""
    files = {f"f{number}.yaml": text for number, text in enumerate(texts)}
    files = {
        name: text.replace("schema: 1\n", f"schema: 1\nextends: [./f{number - 1}.yaml]\n" if number else "schema: 1\n")
        for number, (name, text) in enumerate(files.items())
    }
    files[POLICY_FILE] = f"schema: 1\nextends: [./f{len(texts) - 1}.yaml]"
    return load_leniently({name: text.encode() for name, text in files.items()}.get, RULES)


def test_what_would_weaken_has_no_effect_where_it_is_only_reported() -> None:
    own = "schema: 1\nrules: {oversized-file: {severity: off, settings: {max_bytes: 9999, nearest: {path: x, why: w}}}}"
    found = lenient(TEAM, own)
    decision = found.policy.decisions["oversized-file"]
    assert (decision.severity, decision.settings) == (
        Severity.WARNING,
        Sizes(max_bytes=500, nearest=Sizes().nearest._replace(why="w")),
    )
    assert [(one.path[-1], one.before, one.after, one.mark.line) for one in found.weakened] == [
        ("severity", Severity.WARNING, Severity.OFF, 3),
        ("max_bytes", 500, 9999, 3),
        ("path", "README.md", "x", 3),
    ]


FORMS = (
    "schema: 1\nrules: {commit-type-unknown: {final: true, settings: {header: '^[a-z]', kernels: '^py'}}}\n",
    "schema: 1\nrules: {commit-type-unknown: {settings: {header: 'ABC-[0-9]', kernels: 'conda'}}}\n",
)


def test_of_two_final_patterns_both_count() -> None:
    found = lenient(*FORMS)
    settings = found.policy.decisions["commit-type-unknown"].settings
    assert (settings.header, settings.kernels, found.weakened) == ("^[a-z] \u2227 ABC-[0-9]", "^py \u2228 conda", ())
    assert [holds(settings.header, text) for text in ("abc", "ABC-1", "add ABC-1")] == [False, False, True]
    assert [holds(settings.kernels, text) for text in ("python", "my conda", "R")] == [True, True, False]
    (header,) = (field for field in traced(found, RULES) if field.path[-1] == "header")
    assert [(said.value, said.place) for said in header.chain] == [
        ("", "default"),
        ("^[a-z]", "f0.yaml:2"),
        ("^[a-z] \u2227 ABC-[0-9]", "f1.yaml:3"),
    ]


def test_patterns_by_name_count_together_as_well() -> None:
    files = {
        "team.yaml": b"schema: 1\nrules: {commit-trailer-missing: {final: true, settings: {required: {Ticket: 'ML-.*'}}}}",
        POLICY_FILE: b"schema: 1\nextends: [./team.yaml]\nrules: {commit-trailer-missing: {settings: {required: {Ticket: '.*[0-9]', Refs: ''}}}}",
    }
    found = load_leniently(files.get, every())
    settings = found.policy.decisions["commit-trailer-missing"].settings
    assert (settings.required, found.weakened) == ({"Ticket": "ML-.* \u2227 .*[0-9]", "Refs": ""}, ())
    lax = files | {POLICY_FILE: files[POLICY_FILE].replace(b"'.*[0-9]'", b"''")}
    assert [one.path[-1] for one in load_leniently(lax.get, every()).weakened] == ["required"]


def test_a_final_pattern_cannot_be_taken_away() -> None:
    found = lenient(*FORMS, "schema: 1\nrules: {commit-type-unknown: {settings: {header: ''}}}\n")
    assert [one.path[-1] for one in found.weakened] == ["header"]
    assert found.policy.decisions["commit-type-unknown"].settings.header == "^[a-z] \u2227 ABC-[0-9]"


@given(st.lists(st.sampled_from(["a", "b", "ab", "^b", "c$"]), min_size=3, max_size=3), st.text("abc", max_size=4))
def test_patterns_add_up_in_any_grouping(patterns: list[str], text: str) -> None:
    one, two, three = patterns
    for by, quantifier in ((ALL, all), (ANY, any)):
        whole = joined(joined(one, two, by), three, by)
        assert whole == joined(one, joined(two, three, by), by)
        assert joined(whole, whole, by) == whole
        assert holds(whole, text) is quantifier(holds(part, text) for part in patterns)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["off", "info", "warning", "error"]),
        "mode": st.sampled_from(["evaluate", "enforce"]),
        "enforce_after": st.sampled_from(["2027-01-01", "2027-02-01"]),
        "waivable": st.sampled_from(["true", "false"]),
        "types": st.sampled_from(["[feat]", "[fix, feat]", "{$append: [a]}", "{$replace: []}"]),
        "case": st.sampled_from(["lower", "any"]),
        "header": st.sampled_from(["a", "b"]),
        "final": st.sampled_from(["true", "[severity]", "[mode]", "[settings.types, settings.case]", "[settings]"]),
    },
)


def text(values: dict[str, str]) -> str:
    values = values | ({"mode": "evaluate"} if "enforce_after" in values else {})
    settings = ", ".join(f"{key}: {value}" for key, value in values.items() if key in Types._fields)
    said = ", ".join(f"{key}: {value}" for key, value in values.items() if key not in Types._fields)
    return f"schema: 1\nrules: {{commit-type-unknown: {{{said}{', ' if said else ''}settings: {{{settings}}}}}}}\n"


NAMES: dict[str, list[Path]] = {
    "true": [("rules", "commit-type-unknown")],
    "[severity]": [("rules", "commit-type-unknown", "severity")],
    "[mode]": [("rules", "commit-type-unknown", "mode")],
    "[settings]": [("rules", "commit-type-unknown", "settings")],
    "[settings.types, settings.case]": [
        ("rules", "commit-type-unknown", "settings", "types"),
        ("rules", "commit-type-unknown", "settings", "case"),
    ],
}


@settings(max_examples=60)
@given(st.lists(VALUES, min_size=2, max_size=4))
def test_a_final_field_is_never_weaker_than_when_it_became_final(files: list[dict[str, str]]) -> None:
    texts = [text(values) for values in files]
    last = leaves(lenient(*texts).policy, RULES)
    for number, values in enumerate(files):
        then = leaves(lenient(*texts[: number + 1]).policy, RULES)
        for name in NAMES.get(values.get("final", ""), []):
            for path in last:
                if path[: len(name)] == name and then[path].value != last[path].value:
                    assert moved(path, then, last) in {"tighter", "neutral"}


@settings(max_examples=40)
@given(st.lists(VALUES, min_size=1, max_size=3))
def test_saying_nothing_or_the_same_again_changes_nothing(files: list[dict[str, str]]) -> None:
    texts = [text(values) for values in files]
    found = lenient(*texts)
    for more in ["schema: 1\n", *([] if "$append" in texts[-1] else texts[-1:])]:
        again = lenient(*texts, more)
        assert (again.policy, again.weakened) == (found.policy, found.weakened)
