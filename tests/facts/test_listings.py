"""Commits read one by one are what git's own log tells of them."""

import pytest

from mlgovern.facts.git import locate
from mlgovern.facts.listings import commits, recorded
from tests.conftest import Sealed


def test_a_commit_by_its_id_is_what_git_logs(repo: Sealed) -> None:
    first = repo.commit("feat: one\n\nbody\n\n\nmore\n")
    repo.git("commit", "-q", "--allow-empty", "-F", "-", stdin=b"feat: \xff\n")
    repo.git(
        "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "-", stdin=b"fix: caf\xe9\n"
    )
    repo.git("-c", "i18n.commitEncoding=no-such", "commit", "-q", "--allow-empty", "-m", "fix: odd encoding")
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
        assert len(logged) == 7
        assert recorded(git, filter(None, logged)) == logged
        assert recorded(git, ["0" * 40, repo.git("rev-parse", "HEAD^{tree}")]) == {}


def test_a_parent_that_is_named_twice_makes_no_merge(repo: Sealed) -> None:
    parent, tree = repo.commit(), repo.git("rev-parse", "HEAD^{tree}")
    who = "A <a@acme.example> 1 +0000"
    text = f"tree {tree}\nparent {parent}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nMerge my junk\n"
    forged = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)
    with locate(str(repo.top)) as git:
        assert commits(git, (f"{parent}..{forged}",), 2)[0].parents == (parent,)
        assert recorded(git, [forged])[forged].parents == (parent,)


@pytest.mark.parametrize("encoding", ("punycode", "undefined", "zlib", "utf-7\0", "no-such"))
def test_an_encoding_that_cannot_be_used_is_none(repo: Sealed, encoding: str) -> None:
    tree = repo.git("hash-object", "-t", "tree", "-w", "--stdin")
    who = b"Zo\xc3\xab <z@acme.example> 1 +0000"
    text = b"tree %s\nauthor %s\ncommitter %s\nencoding %s\n\nm\xff\n" % (tree.encode(), who, who, encoding.encode())
    odd = repo.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
    with locate(str(repo.top)) as git:
        seen = recorded(git, [odd])[odd]
    assert (seen.author.name, seen.message) == ("Zoë", "m\udcff")
