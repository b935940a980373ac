"""What gives itself away, whatever it is assigned to: keys, tokens, hashes, passwords in URLs, a team's own formats."""

from collections.abc import Iterator
from itertools import islice

from mlgovern.rules.secrets.found import Found, Hit
from mlgovern.rules.secrets.keyblocks import find_keys
from mlgovern.rules.secrets.own import Secrets
from mlgovern.rules.secrets.tokens import find_tokens
from mlgovern.rules.secrets.urls import find_url_passwords

_MOST = 10_000  # marks of one text; nobody needs to hear of more


class Subject:
    """The file that is looked at, what the policy says of its contents, and whether there is more than was looked at."""

    def __init__(self, path: str, secrets: Secrets, *, unmarked: bool = False) -> None:
        self.path = path
        self.name = path.rpartition("/")[2]
        self.secrets = secrets
        self.unmarked = unmarked  # as a screen told
        self.cut = False

    def counted(self, text: str, found: Iterator[Found]) -> list[Found]:
        """What is found, without the values that the policy allows."""
        every = [*islice(found, _MOST + 1)]
        self.cut = self.cut or len(every) > _MOST
        if not self.secrets.allow_values:
            return every
        return [one for one in every if not self.secrets.allows(text[one.start : one.end])]


def find_marks(subject: Subject, text: str, *, code: bool, urls: bool = True) -> Iterator[Found]:
    """Every mark; in `code`, whatever holds a field of a format string is no password of a URL."""
    if subject.unmarked:
        return
    for block in find_keys(text):
        name = f"{'an open' if block.open else 'a protected'} {block.kind} private key".replace("  ", " ")
        hit = Hit("private-key", "", block.kind or "pkcs8", name, block.end - block.start, sure=block.open)
        yield Found(hit, block.start, block.end)
    for token in find_tokens(text):
        rule = "hardcoded-secret" if token.hashed else "provider-token"
        hit = Hit(rule, "", token.id, token.name, token.end - token.start, sure=token.sure, hashed=token.hashed)
        yield Found(hit, token.start, token.end)
    if subject.secrets.detectors:
        from mlgovern.rules.secrets.own_tokens import find_own

        for own in find_own(subject, text):
            yield Found(Hit("provider-token", "", own.id, own.name, own.end - own.start), own.start, own.end)
    for url in find_url_passwords(text, code=code) if urls else ():
        yield Found(Hit("url-credentials", length=url.end - url.start, sure=url.sure), url.start, url.end)
