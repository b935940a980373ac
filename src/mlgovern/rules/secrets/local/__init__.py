"""Finds what the developer keeps in env files of their own, wherever it is about to leave with a commit."""

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Ask, Snapshot
from mlgovern.finding import Finding, NotJudged
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule, Verdicts, unread
from mlgovern.rules.secrets.names import COMPOSE, EnvFiles, env_names
from mlgovern.rules.secrets.own import Secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.local.search import Leak

MOST_BINARY_BYTES = 5_000_000
_BINARY_HEAD = 8000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MEND = "take it out and read it from the environment; rotate it if it was ever pushed"


class Settings(NamedTuple):
    env_files: EnvFiles = EnvFiles()
    secrets: Secrets = Secrets()  # of which the values that are allowed count here; what is allowed by path does not


def leaked_local_secret(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """A value of your own env file is in a file that is to be committed.

    Why: it is a secret that you have, not one that looks like it: in a notebook's output, a log, a copied line.
    Mend: take it out and read it from the environment; rotate it if it was ever pushed
    """
    if not snapshot.own:
        return
    from mlgovern.rules.secrets.local.search import Search

    search = Search(snapshot, snapshot.own, settings)
    for file in snapshot.files if search.values else ():
        if file.mode in {SYMLINK, SUBMODULE}:
            continue
        data = snapshot.read(file)
        if data is None:
            yield unread(file)
        elif len(data) > MOST_BINARY_BYTES and b"\0" in data[:_BINARY_HEAD]:
            yield NotJudged(file.path, "large and binary: not searched for values of your own", expected=False)
        else:
            text = data.decode("utf-16", "replace").encode() if data.startswith(_UTF_16) else data
            yield from (_finding(snapshot, leak) for leak in search.leaks(file, text))
            if search.cut:
                yield NotJudged(file.path, "values of your own are in it more often than anybody reads")


def _finding(snapshot: Snapshot, leak: "Leak") -> Finding:
    what = f"a value of {leak.key}" if leak.key else "a value"
    form = f", {leak.form}" if leak.form else ""
    mend = _MEND
    if leak.place.commit is not None:
        from mlgovern.rules.secrets.mends import rebase

        mend = f"{_MEND}; the commit opens with {rebase(snapshot, leak.place.commit)}"
    return Finding(f"{what} in your own {leak.source} is in this file{form}", leak.place, mend, key=leak.key)


def _asks(settings: Settings) -> tuple[Ask, ...]:
    return (("own-env", *env_names(settings.env_files)),)


RULES = (
    Rule(
        "leaked-local-secret",
        leaked_local_secret,
        Settings(),
        reads=("**",),
        consults=(COMPOSE,),
        each="file",
        asks=_asks,
        waivable=False,
    ),
)
