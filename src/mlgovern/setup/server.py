"""`mlgovern install --server`: what an administrator has to put where. Nothing is written: the places belong to the server."""

import shlex
import sys

from mlgovern.facts.installed import MARKER
from mlgovern.policy.packs import archive
from mlgovern.setup.install import interpreter

# `update` is missing with intent: it runs when the objects have left quarantine, so that a refused secret stays in the store.
PLACES = (
    (
        "GitLab, all projects",
        "CUSTOM_HOOKS_DIR/pre-receive.d/mlgovern",
        "custom_hooks_dir of Gitaly's configuration, on every Gitaly node; Geo copies no hooks",
    ),
    (
        "GitLab, one project",
        "gitaly hooks set --storage S --repository R --config C < TAR",
        "TAR holds custom_hooks/pre-receive",
    ),
    (
        "Gitea, Forgejo",
        "REPOSITORY.git/hooks/pre-receive.d/mlgovern",
        "of each repository; for new ones in the template folder of git init",
    ),
    (
        "GitHub Enterprise Server",
        "Settings, Hooks, Pre-receive hooks: pre-receive",
        "in an environment with Python 3.11; 5 s for all hooks",
    ),
    (
        "bare repositories",
        "REPOSITORY.git/hooks/pre-receive",
        "or core.hooksPath in the system's configuration, for all",
    ),
)
SCRIPT = """\
#!/bin/sh
{marker}: for a Git server, see docs/server.md; all decisions are in `mlgovern hook`.
python={python}
program={program}

if [ -x "$python" ] && [ -f "$program" ]; then
  # -I, -S: neither the environment of a push nor the packages of the system have a say.
  exec "$python" -I -S -X utf8 "$program" hook pre-receive "$@"
fi
echo 'GL-HOOK-ERR: REFUSED: mlgovern is missing on this server' >&2
exit 1
"""
_INSTALLED = """\
#!/bin/sh
{marker}: for a Git server, see docs/server.md; all decisions are in `mlgovern hook`.
python={python}

if [ -x "$python" ]; then
  exec "$python" -I -X utf8 -m mlgovern hook pre-receive "$@"
fi
echo 'GL-HOOK-ERR: REFUSED: mlgovern is missing on this server' >&2
exit 1
"""


def script() -> str:
    """The hook that starts this very program."""
    python, program = (shlex.quote(path) for path in (interpreter(), archive()))
    text = SCRIPT if archive() else _INSTALLED
    return text.format(marker=MARKER, python=python, program=program)


def places() -> list[str]:
    """What to do, line by line."""
    rows = [line for kind, place, more in PLACES for line in (f"  {kind}", f"      {place}", f"      {more}")]
    told = "this archive" if archive() else f"the Python at {sys.prefix}"
    return [
        f"The hook, which starts {told}; every user that git runs as has to be able to read it:",
        "",
        *(f"    {line}".rstrip() for line in script().splitlines()),
        "",
        "Save it as `pre-receive`, executable, where your server looks for it:",
        "",
        *rows,
        "",
        "Then, as the user that git runs as, in a bare repository (nothing is pushed):",
        "",
        "    PATH/TO/pre-receive --self-test",
        "",
        "Settings (environment of the server, or `git config --system`): MLGOVERN_POLICY (mlgovern.policy), MLGOVERN_AUDIT",
        "(mlgovern.audit), MLGOVERN_SECONDS (mlgovern.seconds); of the environment alone: MLGOVERN_SKIP_USERS.",
        "Nothing was written.",
    ]
