"""Values that are no secret by what they say: placeholders, documented examples and references. Always the whole value."""

import re
from functools import lru_cache

from mlgovern.rules.secrets.values import is_random, word_set
from mlgovern.rx import rx

_FIXED = word_set(
    """changeme changethis changeit pleasechange pleasechangethis replaceme replacethis fixme todo tbd tba none null nil undefined
    true false example sample dummy fake test testing placeholder redacted removed hidden masked secret password passwd pass pwd
    token apikey key value string str text foo bar baz foobar na notset unset empty default yoursecret yourpassword yourtoken
    yourkey mysecret mypassword mytoken mykey secretkey accesskey accesstoken authtoken passphrase credential credentials
    notasecret unused optional required n/a
    cryptographynotfoundstoringpasswordsinplaintext"""
)
_VERB = "(?:insert|enter|set|put|add|use|paste|fill|generate|provide|create)"
_SHAPES = (
    r"(?:please[-_ .]?)?(?:change|replace)[-_ .]?(?:me|this|it|with|in[-_ .]?prod)[a-z_ .-]*[!0-9]{0,4}",
    r"your[-_ .]?[a-z][a-z0-9_ .-]*",
    r"my(?:super|secret|password|passwd|pass|token|api|key|access|root|admin|strong)+",
    r"my[-_ .]?(?:[a-z]+[-_ .]){0,3}(?:secret|password|passwd|pass|token|key|apikey|api[-_ .]?key|credential|value)s?",
    rf"{_VERB}[-_ .]?(?:in[-_ .]?)?(?:your|the|an?|my|some|this|random|secret|token|key|api|password|value|strong|it|me)[a-z_ .-]*",
    rf"{_VERB}(?:[-_ .][a-z]+)+",
    r"[a-z_ .-]*(?:key|token|secret|password|passwd|value|id|string|goes|[-_ .])here",
    r"(?:[a-z_ .-]+[-_ .])?placeholder(?:[-_ .][a-z_ .-]+)?",
    r"<[^<>]*>|\[[a-z _-]*\]|__[a-z0-9_ -]+__|\{[a-z0-9_ .-]*\}",
    r"[a-z0-9_.-]{0,24}(?:\.{3}|…)[a-z0-9]{0,4}",
)
_REFERENCE = (
    r"\$\{[A-Za-z_][\w.-]*(?::?[?+][^}]*|:?-)?\}|\$[A-Za-z_]\w*|\$\([\s\S]*\)|\$\{\{[\s\S]*\}\}|%[A-Za-z_]\w*%|%\([A-Za-z_]\w*\)s"
    r"|\{\{[\s\S]*\}\}|\{%[\s\S]*%\}|<%=[\s\S]*%>|@\{[^}]*\}|@[A-Za-z]+\(.*\)|#\{[^}]*\}#?|!vault\b[\s\S]*|!(?:Ref|Sub|GetAtt|ImportValue|reference|ENV)\b.*"
    r"|vault:[\w/.-]+(?:#.*)?|(?:op|aws-sm|gcp-sm|awssm|gcpsm|azurekv|akv|bws|keyring|secret|sm|env)://\S*|ssm:/\S*|projects/[^/\s]+/secrets/\S*"
    r"|arn:[\w-]*:(?:secretsmanager|ssm):\S*|ref\+[\w-]+://\S*|encrypted:\S*|ENC\[[^\]]*\]|sops:\S*|env:[A-Za-z_]\w*|file:\S*"
    r"|(?:process\.env|os\.environ|env|var|local|data|module|secrets|vars|random_password|inputs|params|config|settings)(?:\.[A-Za-z_]\w*|\[[^\[\]]*\])+"
)
_DEFAULT = r"\$\{[A-Za-z_][\w.]*+:?-(?!\})(.+)\}"
_PART = r"\$\{[A-Za-z_][^{}]{0,200}\}|\$\([^()]{0,200}\)|\{\{[^{}]{0,200}\}\}"  # a reference within a value
_SEPARATORS = str.maketrans("", "", "-_ .")
_CONNECTORS = word_set(
    "my your the a an some this in for api access auth client db app admin user dev local mock super"
)
UNREAL = word_set("EXAMPLE SAMPLE DUMMY FAKE MOCK PLACEHOLDER")  # by what they say, no secret
_CROSSED = rx(r"x{12}|0{12}|\*{12}")
_NOT_WORDS = rx(r"[^a-z0-9]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_RUNS = (
    f"{_LETTERS}0123456789" * 3,
    f"{_LETTERS}1234567890" * 3,
    "1234567890" * 12,
    "0123456789abcdef" * 9,
    "1234567890abcdef" * 9,
)
_ANY_RUN = " ".join(_RUNS)
_DOCUMENTED = (  # in pieces, so that no scanner trips over this file
    "sk_test" + "_4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test" + "_BQokikJOvBiI2HlWgH4olfQ2",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwI",
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6" + "IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
)
DEFAULT_PASSWORDS = word_set(
    "password secret test admin postgres root mysql mariadb redis minio guest user minioadmin mongo rabbitmq elastic"
)
_URL_EXAMPLES = frozenset(
    {("guest", "guest"), ("user", "password"), ("user", "pass"), ("username", "password"), ("user", "passwd")}
)


@lru_cache(maxsize=4)
def _any_of(shapes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(shape if len(shapes) == 1 else f"(?:{shape})" for shape in shapes), re.DOTALL)


def is_placeholder(value: str, key_words: tuple[str, ...] = ()) -> bool:
    """Whether the whole value stands for one that is to come; also the key's own name or words."""
    lower = value.strip().lower()
    bare = lower.strip("<>[]{}\"'").translate(_SEPARATORS)
    if not bare or bare in _FIXED or is_filler(value):
        return True
    if len(value) <= 120 and not is_random(value) and _any_of(_SHAPES).fullmatch(lower.strip("\"'")):
        return True
    named = tuple(word.lower() for word in key_words)
    return bool(named) and (bare in named or bare == "".join(named))


def is_example_phrase(value: str) -> bool:
    """Two words or more that all say what ought to stand there: test-password, my_secret_key, `pass pass`."""
    if len(value) > 60:
        return False
    parts = [part for part in _NOT_WORDS.split(value.lower()) if part]
    numbered = not (UNREAL | {"TEST"}).isdisjoint(part.upper() for part in parts)
    words = [part for part in parts if not (numbered and part.isdigit())]
    return len(parts) > 1 and _FIXED.union(_CONNECTORS).issuperset(words)


def is_filler(value: str) -> bool:
    """One character from the middle to the end, or what is crossed out, or one counting run as the whole body."""
    bare = value.translate(_SEPARATORS).lower()
    repeated = len(bare) - len(bare.rstrip(bare[-1:]))
    if repeated == len(bare) or repeated >= max(4, len(bare) / 2) or _CROSSED.search(bare):
        return True
    body = value[max(map(value.rfind, "-_.")) + 1 :].lower()
    if len(body) < 10 or body[6:9] not in _ANY_RUN:
        return False
    return any(len(part) >= 10 and part in run for part in (body, body[4:]) for run in _RUNS)


def is_documented(value: str) -> bool:
    """An example of a vendor's own documentation."""
    return value.endswith(("EXAMPLE", "EXAMPLEKEY")) or value.startswith(_DOCUMENTED)


def is_default_password(value: str) -> bool:
    """What a service comes with: weak, but a password once it is live."""
    return value.lower() in DEFAULT_PASSWORDS


def is_url_example(user: str, password: str) -> bool:
    """The user and password of everybody's documentation."""
    return (user.lower(), password.lower()) in _URL_EXAMPLES


def is_reference(value: str) -> bool:
    """Whether the whole value only says where the secret is."""
    return (value.startswith("`") and value.endswith("`") and len(value) > 1) or bool(
        _any_of((_REFERENCE,)).fullmatch(value)
    )


def without_references(value: str) -> str:
    """The value without the references within it; of `${A}-${B}` a dash is left."""
    return value if "${" not in value and "$(" not in value and "{{" not in value else _any_of((_PART,)).sub("", value)


def default_of(value: str) -> str | None:
    """The literal of `${NAME:-literal}`."""
    found = _any_of((_DEFAULT,)).fullmatch(value) if value.startswith("${") else None
    return None if found is None else found[1]
