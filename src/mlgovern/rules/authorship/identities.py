"""Whom a commit names as author and committer: nobody, or somebody who should not."""

from collections.abc import Iterator

from mlgovern.bots import BOTS, any_called
from mlgovern.facts.snapshot import Person, Snapshot
from mlgovern.fields import Allowed, Covered, Fixed
from mlgovern.finding import Finding, Place, Severity
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts, Whole
from mlgovern.rules.authorship.people import Kind, judged, people, reconfigured, shown, unknown
from mlgovern.rx import holds


class Placeholders(NamedTuple):
    """What stands for a person and is none, letter case aside; `bots` may be called so all the same."""

    names: Covered[str] = (
        *("your name", "your full name", "your actual name", "first last", "firstname lastname", "test user"),
        *("john doe", "jane doe", "name", "user", "username", "unknown", "none", "nobody"),
        *("root", "admin", "administrator", "ubuntu", "ec2-user", "azureuser", "jovyan", "vscode"),
    )
    mailboxes: Covered[str] = (  # ahead of the @, blanks, dots, hyphens and underscores aside
        *("you", "your email", "your mail", "your name", "your username", "your github email", "your actual email"),
        *("unknown", "none", "nobody"),
    )
    domains: Covered[str] = (  # or their ends: no mail reaches them
        *("local", "localdomain", "localhost", "lan", "home", "internal", "corp", "(none)", "fritz.box", "domain.name"),
    )
    machines: Covered[str] = ("macbook", "-mbp", "desktop-", "laptop-")  # within a domain, or at a name's start
    examples: Covered[str] = ("example.com", "example.net", "example.org", "invalid", "test")  # warn at the most
    bots: Allowed[str] = ()


class Approved(NamedTuple):
    """Patterns of the whole address, letter case aside, and of the whole name; no pattern allows any."""

    emails: Fixed[tuple[Whole, ...]] = ()
    names: Fixed[tuple[Whole, ...]] = ()
    committers: Allowed[str] = ("noreply@github.com",)  # beside these: forges, where they merge for somebody
    bots: Allowed[str] = BOTS


def placeholder_identity(snapshot: Snapshot, settings: Placeholders) -> Verdicts:
    """The author or the committer is a placeholder, or a machine's name for its user.

    Why: git makes an identity up where none is configured, and tutorials are pasted whole; later nobody can tell who
    made the commit, nor ask. A name, or an address in a domain of `examples`, is a warning at the most. Of the commit
    being made, who git tells its hooks of is judged: the author, though in a merge nobody; the rest once it is stored.
    Mend: git config user.email ADDRESS and git config user.name "YOUR NAME"; then, for a commit that is there already,
    git commit --amend --no-edit --reset-author
    """
    known = settings._replace(**{field: tuple(map(str.lower, words)) for field, words in settings._asdict().items()})
    for commit in judged(snapshot):
        for who, person in people(commit, but=settings.bots).items():
            kind, what, at_most = _flaw(person, known)
            if what:
                place, mend = Place(commit=commit.id), reconfigured(kind, commit, snapshot)
                yield Finding(f"the {who}{what}", place, mend, f"{who} {shown(person)}", at_most)


def _flaw(person: Person, known: Placeholders) -> tuple[Kind, str, Severity]:
    """What is wrong with an identity, if anything. A name misleads less: the address still reaches somebody."""
    name, email = person.name.strip(), person.email.strip()
    mailbox, _, domain = email.lower().rpartition("@")
    if not email:
        return "email", f" {shown(name)} has no e-mail address", Severity.ERROR
    if not (mailbox and domain):
        return "email", f"'s e-mail {shown(email)} is no address", Severity.ERROR
    if _bare(mailbox) in map(_bare, known.mailboxes):
        return "email", f"'s e-mail {shown(email)} is a placeholder", Severity.ERROR
    if _within(domain, known.domains) or any(word in domain for word in known.machines) or not _whole(domain):
        return "email", f"'s e-mail {shown(email)} lies in no domain that mail reaches", Severity.ERROR
    if _within(domain, known.examples):
        return "email", f"'s e-mail {shown(email)} lies in a domain that is kept for examples", Severity.WARNING
    if not any(char.isprintable() and not char.isspace() for char in name):
        return "name", f" {shown(email)} has no name that can be read", Severity.ERROR
    if name.lower() in known.names or name.lower().startswith(known.machines):
        return "name", f"'s name {shown(name)} is a placeholder", Severity.WARNING
    return "name", "", Severity.OFF


def _bare(mailbox: str) -> str:
    return "".join(char for char in mailbox if char not in " ._-")


def _within(domain: str, ends: tuple[str, ...]) -> bool:
    return f".{domain}".endswith(tuple(f".{end}" for end in ends))


def _whole(domain: str) -> bool:
    """Whether it has a dot and is no number of a machine: `root@3f2a1b4c5d6e` and `root@10.0.0.1` are containers'."""
    plain = domain.strip("[].")
    return "." in plain and not plain.replace(".", "").isdigit()


def unapproved_identity(snapshot: Snapshot, settings: Approved) -> Verdicts:
    """The author or the committer has a name or an address that the policy does not allow.

    Why: a company's history names its people by their addresses there; a private one ties the commit to nobody it knows.
    What a commit says of itself is no proof of who made it: a signature is.
    Mend: git config user.email ADDRESS, with one that is allowed; then, for a commit that is there already,
    git commit --amend --no-edit --reset-author
    """
    for commit in judged(snapshot) if settings.emails or settings.names else ():
        yield from unknown(commit)
        for who, person in people(commit, but=settings.bots).items():
            if who == "committer" and any_called(settings.committers, [person]):
                continue
            for kind in _unapproved(person, settings):
                word, text = ("e-mail", person.email) if kind == "email" else ("name", person.name)
                allowed = ", ".join(settings.emails if kind == "email" else settings.names)
                message = f"the {who}'s {word} {shown(text)} is not allowed; allowed: {allowed}"
                mend = reconfigured(kind, commit, snapshot)
                yield Finding(message, Place(commit=commit.id), mend, key=f"{who} {kind} {text}")


def _unapproved(person: Person, settings: Approved) -> Iterator[Kind]:
    if settings.emails and not any(holds(form, person.email, whole=True, nocase=True) for form in settings.emails):
        yield "email"
    if settings.names and not any(holds(form, person.name, whole=True) for form in settings.names):
        yield "name"
