"""Finds tokens of a team's own formats."""

from collections.abc import Iterator

from mlgovern.rules.secrets.own import OwnDetector, encodable, found_in, own_rx
from mlgovern.rules.secrets.tokens import Token
from mlgovern.rules.secrets.values import entropy

_MOST = 1000  # tokens of one format in one file


def find_own(text: str, path: str, detectors: tuple[OwnDetector, ...]) -> Iterator[Token]:
    """Every token of these formats."""
    lower, plain = text.lower(), encodable(text)
    for detector in detectors:
        if detector.keywords and not any(word.lower() in lower for word in detector.keywords):
            continue
        if not found_in((detector.path,), path) or found_in(detector.allow_path_patterns, path):
            continue
        for number, found in enumerate(own_rx(detector.pattern).finditer(plain)):
            if number == _MOST:
                break
            group = 1 if found.re.groups and found.start(1) >= 0 else 0
            secret = found[group]
            if secret and entropy(secret[:1000]) >= detector.entropy and not found_in(detector.allow_values, secret):
                name = detector.name or f"a token of the kind {detector.id}"
                yield Token(detector.id, name, found.start(group), found.end(group))
