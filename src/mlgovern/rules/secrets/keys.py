"""What a key's name says of the value behind it."""

from functools import lru_cache
from itertools import pairwise

from mlgovern.rules.secrets.values import word_set
from mlgovern.rx import rx

STRONG, WEAK, BENIGN, UNKNOWN = "strong", "weak", "benign", "unknown"

_PASSWORDS = word_set(
    """PASSWORD PASSWD PASSWORT PASS PWD PASSPHRASE PASSCODE PIN
    DBPASSWORD DBPASSWD DBPASS DBPWD PGPASSWORD SSHPASS ADMINPASSWORD ROOTPASSWORD USERPASSWORD"""  # written as one word
)
_STRONG = (_PASSWORDS - {"PIN"}) | word_set(
    """PEPPER SECRET SECRETS TOKEN PAT APIKEY CREDENTIAL CREDENTIALS CONN
    ACCESSKEY SECRETKEY AUTHTOKEN ACCESSTOKEN APITOKEN CLIENTSECRET APPSECRET PRIVATEKEY SIGNINGKEY ENCRYPTIONKEY MASTERKEY"""
)
_LAST_ONLY = frozenset({"PASS", "PAT", "CONN"})  # PASS_ZERO is a filter, CONN_MAX_AGE a time
_BEFORE_KEY = word_set(
    "API ACCESS SECRET PRIVATE SIGNING ENCRYPTION MASTER FERNET SERVICE DEPLOY ACCOUNT STORAGE LICENSE SSH HMAC"
)
_WEAK = word_set("KEY SALT DSN WEBHOOK SIG SIGNATURE COOKIE SESSION")
_BENIGN_TAIL = word_set(
    """FILE PATH DIR FOLDER NAME ID IDS USER USERNAME EMAIL HOST PORT REGION HEADER FIELD COLUMN TYPE ALGORITHM ALG METHOD
    BACKEND PROVIDER POLICY MODE FORMAT LENGTH LEN SIZE COUNT LIMIT MAX MIN TTL EXPIRE EXPIRES EXPIRY LIFETIME AGE MINUTES
    SECONDS HOURS DAYS TIMEOUT INTERVAL ENABLED DISABLED REQUIRED PREFIX SUFFIX URL URI ENDPOINT ARN CMD COMMAND ENV REF
    LOCATION CLASS MODEL VERSION SCOPE SCOPES MANAGER PUBLIC PATTERN REGEX REGEXP LABEL PLACEHOLDER DESCRIPTION TITLE ERROR ALIAS"""
)
_BEFORE_BENIGN_KEY = word_set("PUBLIC PRIMARY FOREIGN PARTITION SORT ROW CACHE PUBLISHABLE")
_SPECIAL_TOKEN = word_set(  # of a tokenizer, and of pages of results
    """PAD EOS BOS UNK SEP CLS MASK SPECIAL START END STOP NEXT PAGE CONTINUATION BEGIN BLANK IMAGE AUDIO VIDEO NEW
    FIRST LAST FAKE PREV EOT EOD SOT EOM INPUT OUTPUT CHANGE LOCK IDEMPOTENCY STARTING SEQUENCE CURSOR REQUEST UPDATE KEY"""
)
_OF_ENCRYPTION = ("sops_", "DOTENV_VAULT")  # what tools write into files whose values they encrypted
_SPLIT = rx(r"[_.\-\s/:$]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=2048)
def words(key: str) -> tuple[str, ...]:
    """The words of a key, upper-case, without the number at the end of each."""
    parts = (part.upper() for part in _SPLIT.split(key[:200]) if part)
    return tuple(part if part == "AUTH0" else part.rstrip("0123456789") or part for part in parts)


@lru_cache(maxsize=2048)
def classify(key: str) -> str:
    """One of STRONG, WEAK, BENIGN, UNKNOWN: the last section of A__B first, then the whole."""
    if key.startswith(_OF_ENCRYPTION):
        return BENIGN
    if "__" in key.strip("_"):
        kind = _classify(words(key.rpartition("__")[2]))
        if kind != UNKNOWN:
            return kind
    return _classify(words(key))


def is_password(key: str) -> bool:
    """Whether the key names what a person would type."""
    return not _PASSWORDS.isdisjoint(words(key))


def has_head(key: str) -> bool:
    """Whether one word alone tells, not a pair such as ACCESS KEY."""
    return not (_STRONG | _PASSWORDS).isdisjoint(words(key))


def is_login(key: str) -> bool:
    """Whether the value is `user/password` in one: NEO4J_AUTH, HTTP_AUTH."""
    return words(key)[-1:] == ("AUTH",)


def _classify(parts: tuple[str, ...]) -> str:
    if not parts:
        return UNKNOWN
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if last in _BENIGN_TAIL or (last == "KEY" and before in _BEFORE_BENIGN_KEY) or parts[-2:] == ("KEY", "COLUMN"):
        return BENIGN
    if last in {"TOKEN", "TOKENS"} and before in _SPECIAL_TOKEN:
        return BENIGN
    pairs = [*pairwise(parts)]
    if last in {"AUTH", "PIN"} or last in _LAST_ONLY or not (_STRONG - _LAST_ONLY).isdisjoint(parts):
        return STRONG
    if any((a in _BEFORE_KEY and b == "KEY") or (a, b) == ("CONNECTION", "STRING") for a, b in pairs):
        return STRONG
    if any(a in _BEFORE_BENIGN_KEY and b == "KEY" for a, b in pairs):  # PUBLIC_KEY_PRODUCTION
        return BENIGN
    return UNKNOWN if _WEAK.isdisjoint(parts) else WEAK
