"""By which policy a push is judged, and what it cannot do about that."""

from pathlib import Path

import pytest

from tests.enforce.server.arriving import ENV, POLICY, Server

LAX = POLICY.replace("rules: {", "rules: {commit-full-stop: off, ")
PLUGIN = "plugins: [acme-absent==1.0]\n"
WAIVER = """\
schema: 1
waivers:
- {id: W-12, rule: tracked-env-file, paths: [.env], reason: demo, owner: ann, created: 2026-01-01, until: 2026-03-01}
- {id: W-13, rule: env-secret, paths: [.env], reason: demo, owner: ann, created: TODAY, until: TODAY}
- {id: W-14, rule: tracked-env-file, paths: [.env], reason: demo, owner: ann, created: TODAY, until: TODAY}
"""


def waivers() -> str:
    from mlgovern.enforce.client import today

    return WAIVER.replace("TODAY", today())


def test_a_push_is_judged_by_the_policy_from_before_it(server: Server) -> None:
    (tip,) = server.grow(("feat: take less care.", {".mlgovern.yaml": LAX + PLUGIN}))
    told = server.push(server.line("refs/heads/main", tip, server.tip()))
    assert (told.code, told.audit["refused_by"]) == (1, ["commit-full-stop", "weakened-policy"])
    assert "  .mlgovern.yaml:3 weakened-policy  this change makes the policy weaker:" in told.lines
    aside = server.push(server.line("refs/heads/feat/lax", tip))
    assert aside.audit["refused_by"] == ["commit-full-stop"]  # has no effect before it is on main


@pytest.mark.slow
def test_moving_main_to_a_weaker_policy_that_another_branch_has(server: Server) -> None:
    (tip,) = server.grow(("feat: take less care", {".mlgovern.yaml": LAX}))
    server.repo.git("update-ref", "refs/heads/feat/lax", tip)
    server.repo.git("symbolic-ref", "refs/heads/feat/same", "refs/heads/main")
    for ref in ("refs/heads/main", "refs/heads/feat/same"):
        told = server.push(server.line(ref, tip, server.tip()))
        assert (told.code, told.audit["commits"], told.audit["refused_by"]) == (1, 0, ["weakened-policy"])


def test_a_server_runs_no_plugins(server: Server) -> None:
    server.govern(policy=POLICY.replace("rules: {", "plugins: [not-there==1.0]\nrules: {not-there/some-rule: error, "))
    (tip,) = server.grow(("feat: go on.", {}))
    told = server.push(server.line("refs/heads/main", tip, server.tip()))
    assert (told.audit["refused_by"], told.audit["left_to_the_gate"]) == (["commit-full-stop"], 1)


@pytest.mark.slow
def test_a_stricter_policy_is_welcome(server: Server) -> None:
    (tip,) = server.grow(
        ("feat: take more care", {".mlgovern.yaml": POLICY.replace("error", "error, commit-body-missing: error")})
    )
    assert server.push(server.line("refs/heads/main", tip, server.tip())).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("broken", ["schema: 1\nrulez: {}\n", "[" * 100_000, "#" * 400_000])
def test_a_push_cannot_break_the_policy(server: Server, broken: str) -> None:
    (tip,) = server.grow(("feat: take care", {".mlgovern.yaml": broken}))
    told = server.push(server.line("refs/heads/main", tip, server.tip()))
    assert (told.code, told.verdict) == (2, "REFUSED: the policy that this push brings to main is broken")
    assert max(map(len, told.lines)) <= 72


@pytest.mark.slow
def test_a_broken_policy_lets_through_what_mends_it(server: Server) -> None:
    server.govern(policy="schema: 1\nrulez: {}\n")
    (other,) = server.grow(("feat: go on", {}))
    told = server.push(server.line("refs/heads/feat/on", other))
    assert (told.code, told.verdict) == (2, "REFUSED: the policy on main is broken; push a sound one there")
    (mend,) = server.grow(("fix: mend the policy", {".mlgovern.yaml": POLICY}))
    assert server.push(server.line("refs/heads/main", mend, server.tip())).code == 0


@pytest.mark.slow
def test_the_first_policy_judges_the_push_that_brings_it(server: Server) -> None:
    server.repo.git("rm", "-q", ".mlgovern.yaml")
    server.repo.commit("chore: have none")
    (tip,) = server.grow(("feat: have one.", {".mlgovern.yaml": LAX + PLUGIN}))
    told = server.push(server.line("refs/heads/main", tip, server.tip()))
    assert (told.code, told.audit["policy"]) == (0, f"main@{tip[:7]}")
    other = server.push(server.line("refs/heads/feat/x", tip))
    assert (other.code, other.audit["policy"]) == (1, "built in")
    (own,) = server.grow(("feat: have one", {".mlgovern.yaml": LAX, **ENV, ".mlgovern/waivers.yaml": waivers()}))
    assert server.push(server.line("refs/heads/main", own, server.tip())).audit["waivers"] == []


def test_waivers_of_the_default_branch_count(server: Server) -> None:
    (tip,) = server.grow(("feat: keep a demo", {**ENV, ".mlgovern/waivers.yaml": waivers()}))
    line = server.line("refs/heads/feat/demo", tip)
    options = {
        "GIT_PUSH_OPTION_COUNT": "2",
        "GIT_PUSH_OPTION_0": "mlgovern.waiver=W-13",
        "GIT_PUSH_OPTION_1": "ci.skip",
    }
    own = server.push(line, **options)
    assert (own.code, own.lines[-1]) == (1, "waiver W-13 is not on the default branch: no effect")
    server.govern(waivers=waivers())
    told = server.push(line, **options)
    assert (told.code, told.lines, told.audit["waivers"]) == (0, [], ["W-14", "W-13"])


@pytest.fixture
def bound(server: Server, tmp_path: Path) -> str:
    policy = tmp_path / "etc" / "policy.yaml"
    policy.parent.mkdir()
    policy.write_text(
        "schema: 1\nextends: [base, ./more.yaml]\nrules: {commit-full-stop: {severity: error, final: true}}\n"
    )
    (policy.parent / "more.yaml").write_text("schema: 1\nrules: {commit-body-missing: error}\n")
    server.govern(policy=LAX.replace("commit-full-stop: off", "commit-full-stop: off, commit-body-missing: off"))
    return str(policy)


def test_final_fields_of_the_server_bind(server: Server, bound: str) -> None:
    (tip,) = server.grow(("feat: end with a stop.", {"a.py": "a\n"}))
    line = server.line("refs/heads/feat/x", tip)
    assert server.push(line).code == 0
    told = server.push(line, MLGOVERN_POLICY=bound)
    assert (told.code, told.audit["refused_by"]) == (1, ["commit-full-stop"])
    assert told.audit["policy"] == f"server + main@{server.tip()[:7]}"
    server.repo.git("config", "mlgovern.policy", bound)
    assert server.push(line).code == 1


@pytest.mark.slow
def test_a_repository_without_a_policy_goes_by_that_of_the_server(server: Server, bound: str) -> None:
    server.repo.git("rm", "-q", ".mlgovern.yaml")
    server.repo.commit("chore: have none")
    (tip,) = server.grow(("feat: end with a stop.", {}))
    told = server.push(server.line("refs/heads/feat/x", tip), MLGOVERN_POLICY=bound)
    assert (told.audit["policy"], told.audit["refused_by"]) == (
        "the server",
        ["commit-body-missing", "commit-full-stop"],
    )


@pytest.mark.slow
def test_a_missing_policy_of_the_server_refuses(server: Server, tmp_path: Path) -> None:
    told = server.push(server.line("refs/heads/feat/x", server.tip()), MLGOVERN_POLICY=str(tmp_path / "gone.yaml"))
    assert told.code == 2
