"""What vouches for a commit: its author's sign-off, and a signature."""

from typing import Literal

from mlgovern.anew import below, redone
from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Commit, Person, Snapshot
from mlgovern.fields import Allowed, Laxer, Stricter
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.authorship.people import judged, people, shown, told
from mlgovern.trailers import trailers_of


class SignOff(NamedTuple):
    """Whose sign-off counts. That there is one at all is asked for by `commit-trailer-missing`."""

    committer: Laxer = False  # the committer's is as good as the author's
    merges: Stricter = False  # look at merge commits as well
    bots: Allowed[str] = BOTS


class Signed(NamedTuple):
    """The kinds of signature that count, and who need not sign; but anybody can take the name of a bot."""

    kinds: Allowed[Literal["gpg", "ssh", "x509"]] = ("gpg", "ssh", "x509")
    merges: Stricter = True  # look at merge commits as well
    bots: Allowed[str] = ()


def sign_off_mismatch(snapshot: Snapshot, settings: SignOff) -> Verdicts:
    """The message is signed off, but not by the author.

    Why: a sign-off says under one's own name that one may give the work away; nobody else can say it for the author.
    Name and address are compared, the address whatever its letter case.
    Mend: git commit --amend --no-edit --signoff
    """
    for commit in judged(snapshot, merges=settings.merges):
        if "author" not in people(commit, but=settings.bots):
            continue
        signed = [trailer for trailer in trailers_of(commit.message) if trailer.token.lower() == "signed-off-by"]
        wanted = [commit.author, *([commit.committer] if settings.committer else [])]
        if signed and not any(_same(trailer.person, one) for trailer in signed for one in wanted):
            other = f"{shown(signed[-1].value)}{f' and {len(signed) - 1} more' if len(signed) > 1 else ''}"
            message = f"no sign-off is by the author, {shown(commit.author)}: there is {other}"
            place = Place(line=signed[-1].line + 1, column=1, commit=commit.id)
            yield Finding(message, place, _signed_off(commit, snapshot), key=shown(commit.author))


def _same(signer: Person | None, person: Person) -> bool:
    from unicodedata import normalize

    if signer is None:
        return False
    one, other = (" ".join(normalize("NFC", each.name).split()) for each in (signer, person))
    return one == other and signer.email.lower() == person.email.strip().lower()


def _signed_off(commit: Commit, snapshot: Snapshot) -> str:
    """Git signs off as the committer."""
    if told(commit.committer, commit) and not _same(commit.committer, commit.author):
        return f"let {shown(commit.author)} sign off"
    return "git commit --signoff" if commit.id is None else redone(commit, snapshot, "--signoff")


def missing_signature(snapshot: Snapshot, settings: Signed) -> Verdicts:
    """A stored commit carries no signature.

    Why: author and committer are whatever somebody typed; a signature ties the commit to a key. Only that there is one is
    judged, not whether it is good or whose it is: for that keys are needed, and the forge or the server has them.
    Mend: git commit --amend --no-edit --gpg-sign, or once and for all: git config commit.gpgSign true
    """
    for commit in judged(snapshot, merges=settings.merges):
        if commit.id is None or commit.signature in settings.kinds or not people(commit, but=settings.bots):
            continue
        if commit.signature is None:
            yield NotJudged(f"the signature of commit {commit.id[:12]}", "the commit cannot be read; try `git fsck`")
            continue
        has = f"a signature of kind {commit.signature}" if commit.signature else "no signature"
        message = f"commit {commit.id[:12]} by {shown(commit.author)} has {has}; wanted: {', '.join(settings.kinds)}"
        base = below(commit, snapshot)
        mend = f"git rebase --force-rebase --gpg-sign {base}" if base else "git commit --amend --no-edit --gpg-sign"
        yield Finding(message, Place(commit=commit.id), mend, key="signature")
