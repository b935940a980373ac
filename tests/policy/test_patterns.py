import pytest

from mlgovern.policy.patterns import wrong_glob, wrong_pattern


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("^(a+)+$", ""),
        (r"(?m)^\p{L}+\z", ""),
        ("", ""),
        ("a" * 511, ""),
        ("a" * 512, "512 characters; a pattern has at most 511"),
        ("a ∧ b", "∧ and ∨ stand between patterns of several policies here: write \\x{2227} or \\x{2228}"),
        ("a(?=b)", "lookahead is not in the RE2 dialect: match the text itself, or use two rules"),
        ("(?!wip)", "lookahead is not in the RE2 dialect: match what is allowed, or use two rules"),
        ("(?<=a)b", "lookbehind is not in the RE2 dialect: match the text itself, or use two rules"),
        ("(?<!a)b", "lookbehind is not in the RE2 dialect: match the text itself, or use two rules"),
        ("(?>a)", "atomic groups are not in the RE2 dialect, which never backtracks: write (?:…)"),
        (r"(a)\1", "back-references are not in the RE2 dialect: write the text out"),
        (r"(?P<x>a)(?P=x)", "back-references are not in the RE2 dialect: write the text out"),
        (r"(?P<x>a)\k<x>", "back-references are not in the RE2 dialect: write the text out"),
        (r"a\Z", r"\Z is not in the RE2 dialect: write \z"),
        ("a++", "possessive and doubled repetition are not in the RE2 dialect: write one of * + ? {n,m}"),
        ("(a{1000}){1000}", "a repetition counts to 1000 at most, nested ones together"),
        (r"((\pL{30}){30})", "it needs too much memory: use smaller repetitions"),
        ("(", "missing ): ("),
        ("[b-a]", "invalid character class range: b-a"),
    ],
)
def test_patterns(pattern: str, wrong: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert wrong_pattern(pattern) == wrong
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("glob", "wrong"),
    [
        ("**/*.{yml,yaml}", ""),
        ("data/", ""),
        ("[!a-z]?", ""),
        ("", "it is empty"),
        ("*" * 512, "512 characters; a glob has at most 511"),
        ("[z-a]", ""),  # holds nothing
        ("{a,b}" * 9, "more than 256 alternatives"),
    ],
)
def test_globs(glob: str, wrong: str) -> None:
    assert wrong_glob(glob) == wrong
