"""The decision: deadline, what is skipped, the audit line, and what hostile pushes and clumsy administrators get."""

import json
import time
from pathlib import Path

import pytest

from mlgovern.enforce.server.apart import Ended
from mlgovern.enforce.server.hook import Outcome, decision
from mlgovern.enforce.server.host import Host
from mlgovern.enforce.server.judging import Case
from mlgovern.finding import Finding, Place, Report
from tests.enforce.server.arriving import ENV, PASSWORD, Server

NOTHING: dict[str, str | None] = {}


def test_the_deadline(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.enforce.server import judging

    monkeypatch.setattr(judging, "_files", lambda *_: time.sleep(60))
    begun = time.monotonic()
    tip = server.grow(("feat: load the data", NOTHING))[0]
    told = server.push(server.line("refs/heads/feat/x", tip), MLGOVERN_SECONDS="0.8")
    assert time.monotonic() - begun < 20
    assert told.lines == [
        "",
        f"REFUSED: not everything was judged (policy main@{server.tip()[:7]})",
        "  not judged: this push: 0.8 s were over before all of it was judged;",
        "    push less at a time",
    ]
    assert (told.code, told.audit["exit"], told.audit["not_judged"]) == (3, 3, 1)


FLAW = Finding("a flaw", Place(commit="1" * 40), rule="commit-full-stop")
LATE, DONE, LARGE = Ended("late"), Ended("done"), Ended("large")
CASE = Case("main@1234567", {}, {}, "reject", 3, frozenset(), frozenset(), ())
LENIENT = CASE._replace(on_timeout="accept-with-warning")


@pytest.mark.parametrize(
    ("found", "ended", "case", "code", "head"),
    [
        pytest.param((), DONE, CASE, 0, "", id="sound"),
        pytest.param((FLAW,), DONE, CASE, 1, "REFUSED: 1 commit message", id="found"),
        pytest.param((), LATE, CASE, 3, "REFUSED: not everything was judged", id="late"),
        pytest.param((), LATE, LENIENT, 0, "ACCEPTED: not everything was judged", id="late, which is accepted"),
        pytest.param((FLAW,), LATE, LENIENT, 1, "REFUSED: 1 commit message", id="late, but something was found"),
        pytest.param(
            (FLAW._replace(waiver="W-1"),),
            LATE,
            CASE,
            3,
            "REFUSED: not everything",
            id="late, what was found is waived",
        ),
        pytest.param((), LARGE, LENIENT, 0, "ACCEPTED: not everything was judged", id="too large"),
        pytest.param((), Ended("died"), CASE, 3, "REFUSED: not everything was judged", id="killed from outside"),
        pytest.param((), LATE, None, 3, "REFUSED: not everything was judged", id="late before there was a policy"),
        pytest.param(
            (), Ended("broke", "Traceback"), LENIENT, 4, "REFUSED: it could not be judged, by our own bug", id="our bug"
        ),
        pytest.param((), Ended("refused", "git is gone"), LENIENT, 2, "REFUSED: git is gone", id="something to mend"),
        pytest.param(
            (FLAW,), Ended("refused", "git is gone"), LENIENT, 1, "REFUSED: 1 commit message", id="found before that"
        ),
    ],
)
def test_decisions(found: tuple[Finding, ...], ended: Ended, case: Case | None, code: int, head: str) -> None:
    made, out = decision(Outcome(Report("pre-receive", found), ended, case), (), Host())
    assert (made.exit, "".join(out[1:2])[: len(head)]) == (code, head)


def test_a_judge_that_breaks_refuses(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.enforce.server import judging

    def breaks(*_: object) -> None:
        raise ValueError(PASSWORD)

    monkeypatch.setattr(judging, "_others", breaks)
    told = server.push(server.line("refs/heads/feat/x", server.tip()))
    assert (told.code, told.audit["decision"]) == (4, "broken")
    assert told.verdict.startswith("REFUSED: it could not be judged, by our own bug")
    assert PASSWORD not in told.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"GL_REPOSITORY": "wiki-7", "GL_USERNAME": "ann"}, id="wiki"),
        pytest.param({"GL_REPOSITORY": "design-7", "GL_USERNAME": "ann"}, id="designs"),
        pytest.param({"GITEA_PUSHER_NAME": "mirror", "MLGOVERN_SKIP_USERS": "geo, mirror"}, id="a mirror"),
    ],
)
def test_what_is_skipped(server: Server, variables: dict[str, str]) -> None:
    (tip,) = server.grow(("added some stuff.", ENV))
    told = server.push(server.line("refs/heads/feat/x", tip), **variables)
    assert (told.code, told.lines, told.audit["decision"]) == (0, [], "accepted")
    assert told.audit["why"]


@pytest.mark.slow
def test_a_push_cannot_name_itself_to_be_skipped(server: Server) -> None:
    (tip,) = server.grow(("added some stuff.", ENV))
    server.repo.git("config", "mlgovern.skipusers", "ann")
    options = {"GIT_PUSH_OPTION_COUNT": "1", "GIT_PUSH_OPTION_0": "mlgovern.skip-users=ann", "GL_USERNAME": "ann"}
    assert server.push(server.line("refs/heads/feat/x", tip), **options).code == 1


def test_the_audit_line(server: Server) -> None:
    (tip,) = server.grow(("added some stuff.", ENV))
    variables = {"GL_USERNAME": "ann", "GL_PROJECT_PATH": "acme/vision", "GL_PROTOCOL": "ssh"}
    told = server.push(server.line("refs/heads/feat/x", tip), **variables)
    assert told.verdict.startswith("GL-HOOK-ERR: REFUSED: 1 commit message, 1 file")
    told.audit.pop("time")
    assert told.audit.pop("milliseconds") > 0
    assert told.audit == {
        "user": "ann",
        "project": "acme/vision",
        "server": "gitlab",
        "protocol": "ssh",
        "refs": [{"ref": "refs/heads/feat/x", "old": server.zeros, "new": tip}],
        "refs_in_all": 1,
        "commits": 1,
        "policy": f"main@{server.tip()[:7]}",
        "decision": "refused",
        "exit": 1,
        "why": "",
        "rules": dict.fromkeys(
            ("commit-full-stop", "commit-header-malformed", "commit-not-imperative", "env-secret", "tracked-env-file"),
            1,
        ),
        "refused_by": ["commit-full-stop", "commit-header-malformed", "env-secret", "tracked-env-file"],
        "waivers": [],
        "not_judged": 0,
        "left_to_the_gate": 0,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("stderr", ""),
        ("relative.log", "the audit log cannot be written: its path is not absolute"),
        ("/dev/full", "the audit log cannot be written: No space left on device"),
    ],
)
def test_where_the_audit_goes(server: Server, place: str, said: str) -> None:
    (tip,) = server.grow(("feat: load the data", NOTHING))
    told = server.push(server.line("refs/heads/feat/x", tip), MLGOVERN_AUDIT=place)
    assert told.code == 0
    if said:
        assert told.lines == [f"{said}; tell whoever runs this server"]
    else:
        assert json.loads(told.text)["exit"] == 0


@pytest.mark.slow
def test_the_audit_follows_no_link(server: Server, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("kept\n")
    (tmp_path / "link").symlink_to(victim)
    server.push(server.line("refs/heads/feat/x", server.tip()), MLGOVERN_AUDIT=str(tmp_path / "link"))
    assert victim.read_text() == "kept\n"


def test_foreign_text_forges_nothing(server: Server) -> None:
    message = "x\x1b]0;owned\x07 GL-HOOK-ERR: ACCEPTED\rGL-HOOK-ERR: fine ##vso[task.complete]"
    (tip,) = server.grow((f"{message}\n\nGL-HOOK-ERR: ACCEPTED\n", {"\x1b[31mGL-HOOK-ERR: x/.env": ENV[".env"]}))
    ref = "refs/heads/\x1b[2J GL-HOOK-ERR: ACCEPTED\u202e"
    told = server.push(server.line(ref, tip), server.line("refs/heads/feat/y", server.tip()), GL_PROTOCOL="web")
    assert told.code == 1
    assert told.text.count("GL-HOOK-ERR") == 1
    assert [line for line in told.lines if line.startswith("GL-HOOK-ERR")] == [told.verdict]
    assert not any(character in told.text for character in "\x1b\x07\r\u202e")
    assert max(map(len, told.lines)) <= 72


@pytest.mark.parametrize(
    ("lines", "code", "verdict"),
    [
        pytest.param([], 0, "", id="nothing"),
        pytest.param(
            ["what is this"],
            2,
            "REFUSED: pre-receive reads `OLD NEW REF` lines, as git writes them",
            id="no lines of git's",
        ),
        pytest.param([f"{'0' * 40} {'12' * 20} refs/heads/x"], 2, "", id="an object that is not there"),
    ],
)
def test_what_is_told_of_no_push(server: Server, lines: list[str], code: int, verdict: str) -> None:
    told = server.push(*lines)
    assert (told.code, told.audit["exit"]) == (code, code)
    assert told.verdict.startswith(verdict)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *(
            ("MLGOVERN_SECONDS", value, "MLGOVERN_SECONDS is a number of seconds")
            for value in ("soon", "-1", "nan", "1e9")
        ),
        ("MLGOVERN_POLICY", "policy.yaml", "MLGOVERN_POLICY is an absolute path"),
    ],
)
def test_settings_of_a_clumsy_administrator(server: Server, name: str, value: str, said: str) -> None:
    told = server.push(server.line("refs/heads/feat/x", server.tip()), GL_PROTOCOL="web", **{name: value})
    assert told.code == 2
    assert told.verdict.startswith(f"GL-HOOK-ERR: REFUSED: {said}")


def test_words_that_the_hook_does_not_take(server: Server) -> None:
    done = server.repo.mlgovern("hook", "pre-receive", "--help")
    assert (done.returncode, done.stderr) == (
        2,
        b"mlgovern: push refused: pre-receive takes no arguments but --self-test, got '--help'\n",
    )


@pytest.mark.slow
def test_replacing_an_object_or_its_parents_hides_nothing(server: Server) -> None:
    (tip,) = server.grow(("feat: begin work", ENV))
    (clean,) = server.grow(("feat: begin work", NOTHING))
    server.repo.git("replace", tip, clean)
    assert server.push(server.line("refs/heads/feat/x", tip)).code == 1
    _, end = server.grow(("feat: begin work", ENV), ("fix: take it out", {".env": None}))
    server.repo.write(".git/info/grafts", f"{end} {server.tip()}\n")
    assert server.push(server.line("refs/heads/feat/x", end)).audit["commits"] == 2


@pytest.mark.slow
def test_the_self_test(server: Server, tmp_path: Path) -> None:
    refs = server.repo.git("for-each-ref")
    done = server.repo.mlgovern("hook", "pre-receive", "--self-test", GIT_DIR=str(server.repo.top / ".git"))
    assert done.returncode == 0, done.stderr.decode()
    assert b"ok: a push that never was: exit 1" in done.stderr
    assert server.repo.git("for-each-ref") == refs
    wrong = {"MLGOVERN_AUDIT": str(tmp_path / "no" / "where.log"), "MLGOVERN_POLICY": str(tmp_path / "none.yaml")}
    broken = server.repo.mlgovern("hook", "pre-receive", "--self-test", **wrong)
    assert broken.returncode == 1
    assert broken.stderr.count(b"WRONG: ") == 3
