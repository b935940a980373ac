"""Finds tokens of a team's own formats."""

from collections.abc import Iterator

from mlgovern.rules.secrets.own import encodable, found_in
from mlgovern.rules.secrets.tokens import Token
from mlgovern.rules.secrets.values import entropy
from mlgovern.rx import supplied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.marks import Subject

_MOST = 1000  # tokens of one format in one file


def find_own(subject: "Subject", text: str) -> Iterator[Token]:
    """Every token of the formats that the policy adds."""
    lower, plain, path = text.lower(), encodable(text), subject.path
    for detector in subject.secrets.detectors:
        if detector.keywords and not any(word.lower() in lower for word in detector.keywords):
            continue
        if not found_in((detector.path,), path) or found_in(detector.allow_path_patterns, path):
            continue
        for number, found in enumerate(supplied(detector.pattern).finditer(plain)):
            if number == _MOST:
                subject.cut = True
                break
            group = 1 if found.re.groups and found.start(1) >= 0 else 0
            secret = found[group]
            if secret and entropy(secret[:1000]) >= detector.entropy and not found_in(detector.allow_values, secret):
                name = detector.name or f"a token of the kind {detector.id}"
                yield Token(detector.id, name, found.start(group), found.end(group))
