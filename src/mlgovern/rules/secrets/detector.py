"""What the tables of token formats are made of.

In a pattern `&A` is a letter or digit, `&B` the alphabet of base64url, `&S` of base64, `&H` a lower-case hex digit, `&U` a UUID.
Where a pattern has a group, the group is the secret. Nothing is compiled before a gate word was seen.
`page` is the vendor's page that describes the token; a format that was observed, not published, ends with `(observed)`.
"""

from mlgovern.record import NamedTuple


class Detector(NamedTuple):
    """One token format. `lead` is how far before its gate word a token may begin: least and most."""

    id: str
    name: str  # as a sentence goes on after "holds": with its article
    page: str
    gates: tuple[str, ...]
    pattern: str
    check: str = ""
    lead: tuple[int, int] = (0, 0)


class Context(NamedTuple):
    """A format without a mark of its own: a whole value behind a sensitive key, beside a vendor's name in lower case."""

    id: str
    name: str
    page: str
    words: tuple[str, ...]
    pattern: str
