"""Where the documentation of Python source stands: an assignment that it shows is none."""

from collections.abc import Iterator

_MOST = 1_000_000  # characters; a longer source is taken line by line


def docstrings(text: str) -> list[tuple[int, int]]:
    """Strings that are statements of their own, up to where the source is no Python any more."""
    import tokenize

    found: list[tuple[int, int]] = []
    if len(text) <= _MOST:
        try:
            found.extend(_docstrings(text))
        except (tokenize.TokenError, SyntaxError):
            return found
    return found


def _docstrings(text: str) -> Iterator[tuple[int, int]]:
    import tokenize
    from io import StringIO

    begins = [0]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    before, waiting = tokenize.NEWLINE, None
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type in {tokenize.NL, tokenize.COMMENT}:
            continue
        if waiting is not None and token.type in {tokenize.NEWLINE, tokenize.ENDMARKER}:
            yield begins[waiting.start[0] - 1] + waiting.start[1], begins[waiting.end[0] - 1] + waiting.end[1]
        begins_statement = before in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
        waiting = token if token.type == tokenize.STRING and begins_statement else None
        before = token.type
