import pytest

from mlgovern.policy.document import Mark
from mlgovern.policy.provenance import Field, Path, traced
from tests.policy.sample import RULES, loaded

OWN, TEAM = ".mlgovern.yaml", "team.yaml"


def fields(**files: str) -> dict[Path, Field]:
    return {field.path: field for field in traced(loaded(**files), RULES)}


def chain(field: Field) -> list[tuple[object, Mark | None]]:
    return [(said.value, said.mark) for said in field.chain]


FILES = {
    "policy": "schema: 1\nextends: [./team.yaml]\nrules:\n  oversized-file: {settings: {per_glob: {a: 5}, nearest: x}}\n"
    "  commit-type-unknown: {severity: info, settings: {types: {$append: [data]}}}\n",
    "team": "schema: 1\nmode: evaluate\nlimits: {max_commits: 7}\nstrategy:\n  lifetime_days: 3\nrules:\n  oversized-file: warning\n"
    "  commit-type-unknown: {settings: {types: [a]}}\n",
}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("rules.oversized-file.severity", [(0, None), (2, (TEAM, 7, 19))], id="short form"),
        pytest.param("rules.commit-type-unknown.severity", [(0, None), (1, (OWN, 5, 35))], id="long form"),
        pytest.param(
            "rules.commit-type-unknown.settings.types",
            [(("feat", "fix"), None), (("a",), (TEAM, 8, 43)), (("a", "data"), (OWN, 5, 59))],
            id="a list and what was added to it",
        ),
        pytest.param("mode", [("enforce", None), ("evaluate", (TEAM, 2, 7))], id="the mode of all rules"),
        pytest.param("rules.oversized-file.settings.per_glob", [({}, None), ({"a": 5}, (OWN, 4, 41))], id="mapping"),
        pytest.param(
            "rules.oversized-file.settings.nearest.path",
            [("README.md", None), ("x", (OWN, 4, 58))],
            id="the short form of a record",
        ),
        pytest.param("rules.oversized-file.settings.max_bytes", [(1000, None)], id="nobody said so"),
        pytest.param("limits.max_commits", [(5000, None), (7, (TEAM, 3, 23))], id="limits"),
        pytest.param("strategy.lifetime_days", [(0, None), (3, (TEAM, 5, 18))], id="shared by rules"),
        pytest.param("strategy.trunk", [(("main",), None)], id="shared, and nobody said so"),
    ],
)
def test_every_value_knows_who_said_it(path: str, said: list[tuple[object, tuple[str, int, int] | None]]) -> None:
    field = fields(**FILES)[tuple(path.split("."))]
    assert chain(field) == [(value, Mark(*place) if place else None) for value, place in said]
    assert field.value == said[-1][0]


def test_a_value_said_again_keeps_both_places() -> None:
    field = fields(
        policy="schema: 1\nextends: [./team.yaml]\nrules: {case-collision: info}",
        team="schema: 1\nrules: {case-collision: info}",
    )
    assert [said.place for said in field["rules", "case-collision", "severity"].chain] == [
        "default",
        "team.yaml:2",
        ".mlgovern.yaml:3",
    ]


def test_null_says_nothing() -> None:
    field = fields(policy="schema: 1\nrules: {case-collision: {severity: ~}, oversized-file: ~}")
    assert [len(field["rules", name, "severity"].chain) for name in ("case-collision", "oversized-file")] == [1, 1]


def test_what_one_rule_says_of_a_shared_setting_stands_there() -> None:
    found = fields(
        policy="schema: 1\nstrategy: {trunk: [x]}\nrules: {branch-too-old: {settings: {strategy: {trunk: [y]}}}}"
    )
    own = found["rules", "branch-too-old", "settings", "strategy", "trunk"]
    assert own.chain[-1].mark == Mark(OWN, 3, 55)
    assert ("strategy", "trunk") not in found


def test_a_shipped_pack_is_pinned_to_the_version_that_ships_it() -> None:
    from mlgovern.version import VERSION

    field = {field.path: field for field in traced(loaded(policy="schema: 1\nlimits: {max_commits: 1}"), RULES)}
    source = field["limits", "max_commits"].chain[-1].source
    assert source is not None
    assert (source.file, source.revision) == (OWN, "")
    from mlgovern.policy.packs import Source

    assert (Source("base", pack=True).file, Source("base", pack=True).revision) == ("builtin base.yaml", VERSION)
