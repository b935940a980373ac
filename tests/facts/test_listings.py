"""Commits read one by one are what git's own log tells of them."""

import pytest

from mlgovern.facts.git import Blob, locate
from mlgovern.facts.listings import commits, parsed, recorded
from tests.conftest import Sealed


def test_a_commit_by_its_id_is_what_git_logs(repo: Sealed) -> None:
    first = repo.commit("feat: one\n\nbody\n\n\nmore\n")
    repo.git("commit", "-q", "--allow-empty", "-F", "-", stdin=b"feat: \xff\n")
    repo.git(
        "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "-", stdin=b"fix: caf\xe9\n"
    )
    repo.git("-c", "i18n.commitEncoding=no-such", "commit", "-q", "--allow-empty", "-m", "fix: odd encoding")
    repo.git(
        "-c",
        "i18n.commitEncoding=UTF-7",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "fix: a+AAo-b",
        "--author=A+AAo-B <a@b>",
    )
    repo.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "", GIT_AUTHOR_NAME="Zoë O'Hara [bot]")
    tip = repo.git("rev-parse", "HEAD")
    repo.git("switch", "-qc", "side", first)
    repo.commit("feat: side")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge main", tip)
    signed = repo.git("cat-file", "commit", "HEAD").replace(
        "\n\n",
        "\ngpgsig -----BEGIN SSH SIGNATURE-----\n \n author nobody <n@n.example>\n -----END SSH SIGNATURE-----\n\n",
        1,
    )
    repo.git("update-ref", "HEAD", repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed + "\n"))
    with locate(str(repo.top)) as git:
        logged = {commit.id: commit for commit in commits(git, ("HEAD",), 20)}
        assert len(logged) == 8
        assert recorded(git, filter(None, logged)) == logged
        assert recorded(git, ["0" * 40, repo.git("rev-parse", "HEAD^{tree}")]) == {}


def test_what_is_no_second_parent_makes_no_merge(repo: Sealed) -> None:
    parent, tree = repo.commit(), repo.git("rev-parse", "HEAD^{tree}")
    who = "A <a@acme.example> 1 +0000"
    for above, below in ((f"parent {parent}\n", ""), ("", f"parent {tree}\n"), ("", "parent café\n")):
        text = f"tree {tree}\nparent {parent}\n{above}author {who}\ncommitter {who}\n{below}\nMerge my junk\n"
        forged = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
        with locate(str(repo.top)) as git:
            assert commits(git, (f"{parent}..{forged}",), 2)[0].parents == (parent,)
            assert recorded(git, [forged])[forged].parents == (parent,)


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        *((name, b"m\xff") for name in ("punycode", "undefined", "zlib", "utf-7\0", "no-such", "utf-8-sig")),
        ("unicode_escape", rb"\x66eat: begin"),
    ],
)
def test_an_encoding_that_git_cannot_use_is_none(encoding: str, message: bytes) -> None:
    who = b"Zo\xc3\xab <z@acme.example> 1 +0000"
    text = b"tree x\nauthor %s\ncommitter %s\nencoding %s\n\n%s\n" % (who, who, encoding.encode(), message)
    seen = parsed(Blob("1" * 40, "commit", text))
    assert (seen.author.name, seen.message) == ("Zoë", message.decode("utf-8", "surrogateescape"))
