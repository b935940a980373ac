"""`mlgovern check --history` over real repositories: every version, whoever brought it, and never clean by omission."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from random import Random
from typing import Any
from unittest import mock

import pytest

from mlgovern import engine
from mlgovern.enforce import history
from mlgovern.enforce.bench import STAGES, Bench, Held
from mlgovern.enforce.check import Request, check
from mlgovern.facts import streams, versions
from mlgovern.facts.snapshot import BASELINE, Snapshot
from mlgovern.facts.versions import Listing
from mlgovern.finding import Report
from mlgovern.policy.cache import effective
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.scan import scan
from tests.conftest import Sealed
from tests.facts.test_collect import opened
from tests.facts.test_versions import bring, tangled
from tests.rules.secrets.histories import notebooks, texts

PASSWORD = "Otter" + "AfterLunch"
ENV = f"POSTGRES_PASSWORD={PASSWORD}\n"


def checked(repo: Sealed, *words: str) -> tuple[int, str]:
    done = repo.mlgovern("check", "--history", *words)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def findings(repo: Sealed, **asked: Any) -> list[tuple[str, str | None, str | None]]:
    """Rule, path and commit of each, in this process."""
    return [(one.rule, one.place.path, one.place.commit) for one in report(repo, **asked).findings]


def report(repo: Sealed, **asked: Any) -> Report:
    with chdir(repo.top), mock.patch.dict(os.environ, repo.environment, clear=True):
        return check(Request(history=True, **asked))


@pytest.fixture
def leaky(repo: Sealed) -> Sealed:
    """A password came with one commit, changed with the next, and went with the third."""
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    bring(repo, "src/a.py", "x = 1\n")
    bring(repo, "conf/.env", f"# one\n{ENV}")
    bring(repo, "conf/.env", f"# one\n# two\n{ENV}")
    repo.git("rm", "-q", "conf/.env")
    repo.commit("fix: remove it")
    return repo


def test_the_text_says_who_brought_what(leaky: Sealed) -> None:
    came, last = leaky.git("rev-parse", "--short=8", "HEAD~2"), leaky.git("rev-parse", "--short=8", "HEAD~1")
    code, out = checked(leaky)
    assert code == 1
    assert out.startswith(
        "mlgovern: 2 errors; 4 commits and 4 files judged.\n\n"
        f"{came} conf/.env:1:1: error tracked-env-file .env is an environment file and holds a credential; a template such as "
        f".env.example may be tracked; brought by Ann Author, in 2 versions up to {last}\n"
        "    mend: rotate it: HEAD lacks it by now, but whoever has a clone has it\n"
        f"{came} conf/.env:2:19: error env-secret POSTGRES_PASSWORD holds a credential (15 characters); brought by Ann Author, "
        f"in 2 versions up to {last}\n"
        "    mend: rotate it: HEAD lacks it by now, but whoever has a clone has it\n"
    )


def test_json_and_a_report_file(leaky: Sealed) -> None:
    code, out = checked(leaky, "--format", "json", "--report", "text=report.txt")
    told = json.loads(out)
    assert (code, told["stage"], told["judged"]) == (1, "audit", {"files": 4, "commits": 4})
    assert {one["commit"] for one in told["findings"]} == {leaky.git("rev-parse", "HEAD~2")}
    assert {"path", "line", "fingerprint", "mend"} <= told["findings"][1].keys()
    assert "brought by Ann Author" in (leaky.top / "report.txt").read_text()


def test_no_value_is_said_or_kept(leaky: Sealed) -> None:
    out = checked(leaky)[1] + checked(leaky, "--format", "json")[1]
    kept = b"".join(path.read_bytes() for path in (leaky.top / ".git/mlgovern").iterdir())
    assert b"POSTGRES_PASSWORD holds" in kept
    for text in (out.encode(), kept):
        assert PASSWORD.encode() not in text
        assert PASSWORD[:6].encode() not in text


def test_a_range_and_what_contradicts_it(leaky: Sealed) -> None:
    assert findings(leaky, range="HEAD~3..HEAD~2") == findings(leaky)
    assert checked(leaky, "--range", "HEAD~1..HEAD")[0] == 0
    assert checked(leaky, "--range", "HEAD..HEAD") == (0, "mlgovern: nothing to judge.\n")
    for words, sentence in (
        (("--staged",), b"--staged and --history ask for different things; give one"),
        (("src",), b"--history takes no paths"),
        (("--range", "a..b"), b"--range: there is no commit 'a' here; `git fetch` may bring it"),
    ):
        done = leaky.mlgovern("check", "--history", *words)
        assert (done.returncode, done.stderr) == (2, b"mlgovern: " + sentence + b"\n")


def test_the_present_of_a_range_is_its_end(leaky: Sealed) -> None:
    leaky.git("tag", "then", "HEAD~1")
    then = leaky.git("rev-parse", "--short=8", "then")
    for end, said in (
        ("then", f"brought by Ann Author, in 2 versions up to {then}, still in {then}\n"),
        ("HEAD", "mend: rotate it: HEAD lacks it by now, but whoever has a clone has it\n"),
    ):
        assert said in checked(leaky, "--range", f"HEAD~3..{end}")[1]


def test_what_policy_and_head_add_and_accept(repo: Sealed) -> None:
    detector = "secrets: {detectors: [{id: team, pattern: 'team-[0-9]+'}]}"
    bring(repo, ".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {{tracked-env-file: off}}\n{detector}\n")
    came = bring(repo, "a.py", "x = 'team-1'\n")
    suppressed = (
        "# mlgovern: " + "ignore provider-token a demo"
    )  # joined here, else it would stand in this file as well
    bring(repo, "a.py", f"x = 'team-1'  {suppressed}\n")
    named = bring(repo, "deploy/app.txt", ENV)
    bring(repo, "deploy/compose.yaml", "env_file: app.txt\n")
    env = ("env-secret", "deploy/app.txt", named)
    assert findings(repo) == [
        env,
        ("provider-token", "a.py", came),
        ("provider-token", "a.py", repo.git("rev-parse", "HEAD~2")),
    ]
    assert [one.waiver for one in report(repo).findings] == [None, None, "inline: a demo"]
    repo.mlgovern("check", "--write-baseline")
    repo.git("add", BASELINE)
    repo.commit()
    assert [one.waiver for one in report(repo).findings] == ["baseline", None, "inline: a demo"]


def test_all_refs(leaky: Sealed) -> None:
    leaky.git("switch", "-q", "--orphan", "other")
    bring(leaky, "other.env", ENV)
    leaky.git("tag", "kept")
    leaky.git("switch", "-q", "main")
    leaky.git("branch", "-qD", "other")
    leaky.stage("stashed.env", ENV)
    leaky.git("stash", "-q")
    leaky.git("tag", "blob", leaky.git("hash-object", "-w", "--stdin", stdin=f"ghp{'_'}aB1{'cD2eF3' * 5}gH4"))
    seen = findings(leaky)
    assert {path for _, path, _ in seen} == {"conf/.env", "other.env", "stashed.env", "refs/tags/blob"}
    assert next(commit for _, path, commit in seen if path == "refs/tags/blob") is None


def test_parents_are_those_that_commits_name(leaky: Sealed) -> None:
    seen = findings(leaky)
    leaky.write(".git/info/grafts", leaky.git("rev-parse", "HEAD"))
    leaky.git("replace", "--graft", "HEAD")
    assert findings(leaky) == seen


def test_a_path_tells_how_a_content_is_read(repo: Sealed) -> None:
    bring(repo, "notes.txt", ENV)
    moved = repo.git("mv", "notes.txt", ".env") or repo.commit("feat: use it")
    assert findings(repo) == [("tracked-env-file", ".env", moved), ("env-secret", ".env", moved)]


@pytest.mark.parametrize("object_format", ("sha1", pytest.param("sha256", marks=pytest.mark.slow)))
def test_equal_to_a_scan_of_every_blob(
    make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch, object_format: str
) -> None:
    repo = make_repo("repo", f"--object-format={object_format}")
    random = Random(object_format)
    for number in range(12):
        for path, data in (texts if number % 3 else notebooks)(random):
            repo.stage(f"d{random.randint(0, 2)}/{path}", data)
            repo.commit()
    tangled(repo)
    policy = effective({".mlgovern.yaml": b"schema: 1\nextends: [base]\n"}.get, None)
    policy = policy._replace(decisions=dict(engine.enabled(policy, STAGES, ("secrets",))))
    with opened(repo, monkeypatch) as here, Listing(here) as listing:
        past = versions.history(listing)
        blobs = {blob.id: blob.data for blob in streams.blobs(here, (group[0].blob for group in past.blobs)) if blob}
    bench = Bench(policy, Snapshot(stages=STAGES, scope="files"), "2026-11-23", None)
    batch = [Held(version, len(blobs[version.blob]), blobs[version.blob]) for group in past.blobs for version in group]
    seen = {
        (version.path, version.blob, finding.rule, finding.place[1:5], finding.place.cell)
        for version, verdict, crashes in bench.judge(batch)
        for finding in verdict.findings
        if finding.rule != "tracked-env-file"
    }
    expected = {
        (version.path, version.blob, hit.rule, hit.span or (None,) * 4, hit.cell)
        for version in past.first
        for hit in scan(version.path, blobs[version.blob], EnvFiles())
    }
    assert seen == expected
    assert len(seen) > 20


def test_a_second_run_goes_by_what_was_kept(leaky: Sealed) -> None:
    first = checked(leaky)
    assert checked(leaky) == first
    bring(leaky, "new.env", ENV)
    assert {path for _, path, _ in findings(leaky)} == {"conf/.env", "new.env"}
    leaky.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {env-secret: off}\n")
    assert {rule for rule, _, _ in findings(leaky)} == {"tracked-env-file"}
    for path in (leaky.top / ".git/mlgovern").glob("history-*"):
        path.write_bytes(b"c00000010deadbeef" + b"x" * 16)
    assert {rule for rule, _, _ in findings(leaky)} == {"tracked-env-file"}


def grown(repo: Sealed, number: int) -> None:
    """Many commits at once: a text that changes, with a secret in every fifth version."""
    who = "A <a@acme.example> 1700000000 +0000"
    lines = [f"value {line} = other({line}, {line * 7})\n" for line in range(1000)]
    stream = []
    for n in range(number):
        lines[(n * 31) % 1000] = f"token {n} = another(key, {n})\n"
        secret = f'password = "{PASSWORD}{n}"\n' if n % 5 == 0 else ""
        data = ("".join(lines) + secret).encode()
        place = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 1\nx\nM 100644 inline d{n % 7}/a.py\n"
        stream += [place.encode(), b"data %d\n" % len(data), data, b"\n"]
    repo.git("fast-import", "--quiet", stdin=b"".join(stream))


def judged_until(repo: Sealed, command: list[str], stop: signal.Signals, wait: float) -> tuple[int, bytes, bytes]:
    """How a run ends that is stopped a while after it has kept something more than there was."""
    folder = repo.top / ".git/mlgovern"
    kept = {path: path.stat().st_size for path in folder.glob("history-*")}
    out = (repo.top / "out").open("w+b")
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # what a shell's background ignores, its children do
    process = subprocess.Popen(command, cwd=repo.top, env=repo.environment, stdout=out, stderr=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    while process.poll() is None and {path: path.stat().st_size for path in folder.glob("history-*")} == kept:
        time.sleep(0.005)
    time.sleep(wait)
    process.send_signal(stop)
    _, err = process.communicate()
    out.close()
    return process.returncode, (repo.top / "out").read_bytes(), err


def forget(repo: Sealed) -> None:
    for path in (repo.top / ".git/mlgovern").iterdir():
        path.unlink()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupted_run_goes_on(repo: Sealed) -> None:
    grown(repo, 1500)
    (repo.top / "p.yaml").write_text("schema: 1\nextends: [base]\n")
    command = [sys.executable, "-P", "-m", "mlgovern", "check", "--history", "--policy", "p.yaml"]
    random, ends = Random(1), []
    for attempt in range(12):
        stop = (signal.SIGINT, signal.SIGKILL)[attempt % 2]
        code, _, err = judged_until(repo, command, stop, random.uniform(0, 0.05))
        if code in {130, -signal.SIGKILL, -signal.SIGINT}:  # the last: when all was said, and Python was leaving
            ends.append((code, err))
        else:  # it came to its end before: the next one begins anew
            forget(repo)
    said = b"mlgovern: interrupted.\n"
    assert {code for code, _ in ends} >= {130, -signal.SIGKILL}
    assert {err[-len(said) :] for code, err in ends if code == 130} == {said}
    assert any(b"the same command goes on from there.\n" in err for _, err in ends)
    last = repo.run(*command)
    forget(repo)
    fresh = repo.run(*command)
    assert (last.returncode, last.stdout) == (fresh.returncode, fresh.stdout)
    assert last.stdout.startswith(b"mlgovern: 300 warnings; 1,500 commits and 1,500 files judged.\n")


def test_the_end_of_the_time_is_said(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        bring(repo, f"{number}.env", f"# {number}\n{ENV}")
    policy = effective({".mlgovern.yaml": b"schema: 1\nextends: [base]\nlimits: {max_seconds: 1}\n"}.get, None)
    monkeypatch.setattr(history, "_MANY", 1)
    ticks = iter(range(100))
    monkeypatch.setattr(history, "monotonic", lambda: float(next(ticks)))
    with opened(repo, monkeypatch) as here:
        tip = repo.git("rev-parse", "HEAD")
        with Listing(here, tip=tip) as listing:
            cut = history.judge(listing, policy, (), "2026-11-23")
        longer = policy._replace(limits=policy.limits._replace(max_seconds=50))
        with Listing(here, tip=tip) as listing:
            rest = history.judge(listing, longer, (), "2026-11-23")
    assert (cut.files, cut.exit_code, len(cut.findings)) == (1, 1, 2)
    assert [entry.what for entry in cut.not_judged] == ["2 file versions"]
    assert cut.not_judged[0].why == "limits.max_seconds, 1, were over; the same command goes on from there"
    assert (rest.files, rest.not_judged, len(rest.findings)) == (3, (), 6)


def test_a_bare_repository_goes_by_the_policy_of_head(leaky: Sealed) -> None:
    bring(leaky, ".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {tracked-env-file: off}\n")
    leaky.git("clone", "-q", "--bare", str(leaky.top), "bare.git")
    done = leaky.mlgovern("check", "--history", "-C", "bare.git", "--format", "json")
    assert [one["rule"] for one in json.loads(done.stdout)["findings"]] == ["env-secret"]
    inside = Sealed(leaky.top / "bare.git", leaky.environment)
    done = inside.mlgovern("check", "--history")
    assert (done.returncode, done.stderr) == (
        2,
        b"mlgovern: this is a bare repository; name it if you mean it: -C PATH\n",
    )


@pytest.mark.parametrize(
    ("options", "judged", "gap"),
    (
        (("--depth=1",), 3, "history: this clone is shallow; `git fetch --unshallow` brings the rest"),
        (
            ("--filter=blob:none",),
            3,
            "2 file versions: this is a partial clone; `git fetch --refetch --no-filter` completes it",
        ),
        (
            ("--filter=tree:0",),
            0,
            "history: its trees are missing: this is a partial clone; `git fetch --refetch --no-filter`",
        ),
    ),
)
def test_a_clone_that_lacks_something_is_not_clean(
    leaky: Sealed, options: tuple[str, ...], judged: int, gap: str
) -> None:
    leaky.git("config", "uploadpack.allowFilter", "true")
    bring(leaky, "b.py", "b = 1\n")
    leaky.git("clone", "-q", *options, f"file://{leaky.top}", "clone")
    code, out = checked(Sealed(leaky.top / "clone", leaky.environment))
    assert (code, "clean" in out, gap in out) == (3, False, True)
    assert f" {judged} file" in out.splitlines()[0]


@pytest.mark.parametrize(
    ("files", "words", "code", "line"),
    (
        pytest.param({}, (), 3, "history: no ref holds any file", id="no commit"),
        pytest.param({"a": "x"}, ("--only", "branches"), 3, "branches: nothing of it is on at stage audit", id="another stage"),
        pytest.param({"a": "x"}, ("--only", "ignored-but-tracked"), 3, "ignored-but-tracked: it does not judge files one by one", id="of the tree"),
        pytest.param({"a": "x", ".mlgovern.yaml": "schema: 1\nextends: [base]\nlimits: {max_file_bytes: 90}\n", "b": "y" * 91}, (), 3, "b: larger than limits.max_file_bytes: 91 bytes", id="too large"),
        pytest.param({"m.bin": "version https://git-lfs.github.com/spec/v1\n"}, (), 0, "m.bin: its content is in Git LFS, not in Git", id="elsewhere"),
    ),
)  # fmt: skip
def test_what_is_not_judged_is_said(
    repo: Sealed, files: dict[str, str], words: tuple[str, ...], code: int, line: str
) -> None:
    for path, data in files.items():
        bring(repo, path, data)
    seen, out = checked(repo, *words)
    assert (seen, f"  {line}\n" in out) == (code, True), out


def test_a_missing_object_is_not_clean(leaky: Sealed) -> None:
    blob = leaky.git("rev-parse", "HEAD~1:conf/.env")
    (leaky.top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    out = checked(leaky)[1]
    assert "1 file version: their objects are missing from this clone; `git fsck` tells more" in out


def test_other_families(repo: Sealed) -> None:
    bring(repo, "m.pkl", "x")
    repo.git("rm", "-q", "m.pkl")
    repo.commit("fix: remove it")
    bring(repo, ".env", ENV)
    assert [path for _, path, _ in findings(repo, only=("model-in-git", "env-secret"))] == [".env", "m.pkl"]


def test_a_rule_that_breaks_is_named(leaky: Sealed) -> None:
    code = (
        "import sys; from mlgovern.rules.secrets import scan; from mlgovern import __main__\n"
        "def broken(*_): raise ValueError('no')\n"
        "scan.scan = broken\n"
        "sys.exit(__main__.run(sys.argv[1:]))"
    )
    done = leaky.run(sys.executable, "-P", "-c", code, "check", "--history")
    assert (done.returncode, b"rules broke; 4 commits and 4 files judged" in done.stdout) == (4, True)
    assert checked(leaky)[0] == 1


def test_progress_is_for_terminals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.enforce.progress import Progress

    with Progress("file versions", 2000) as progress:
        progress.tell(1000, 1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress("file versions", 2000) as progress:
        progress.tell(1000, 1)
        progress.tell(1001, 2)
    assert capsys.readouterr().err == "\rmlgovern: 1,000 of 2,000 file versions, 1 finding\x1b[K\r\x1b[K"
    with Progress("file versions", 2000) as progress:
        progress.tell(1500, 0)
        progress.__exit__(KeyboardInterrupt, None, None)
    kept = "mlgovern: 1,500 of 2,000 file versions are judged; the same command goes on from there.\n"
    assert kept in capsys.readouterr().err


def test_a_waiver_accepts_what_stands_in_the_past(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlgovern.enforce.check.today", lambda: "2026-11-27")
    repo.stage("conf/.env", "POSTGRES_PASSWORD=" + "Otter7" + "AfterLunch\n")
    repo.commit()
    repo.git("rm", "-q", "conf/.env")
    words = "rule: env-secret, paths: [conf/.env], reason: rotated, owner: ann, created: 2026-11-01, until: 2026-11-30"
    repo.stage(".mlgovern/waivers.yaml", f"schema: 1\nwaivers: [{{id: W-1, {words}}}]\n")
    repo.commit("fix: rotate")
    done = repo.mlgovern("check", "--history", "--only", "env-secret")
    assert (done.returncode, b"    waived: W-1\n" in done.stdout) == (0, True)
    monkeypatch.setattr("mlgovern.enforce.check.today", lambda: "2026-12-01")
    assert repo.mlgovern("check", "--history", "--only", "env-secret").returncode == 1
