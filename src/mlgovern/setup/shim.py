"""The script that Git starts for one hook: POSIX sh, no decision of its own, never silent when it cannot run.

It is sh because bash warns of missing locales first, and that warning would be the dialog of the editor.
"""

import shlex

from mlgovern.facts.installed import MARKER, marked

NEXT = ".mlgovern-next"  # what a hook that was there before ours is called from then on

READS_INPUT = ("pre-push", "post-rewrite", "pre-receive", "post-receive", "reference-transaction", "proc-receive")

# -E: a PYTHONPATH of "." is common, and would let a module of the work tree shadow ours; -P: so would the current folder.
_PYTHON = '"$python" -E -P -X utf8 -m mlgovern hook {hook} "$@"'

# Git starts this hook at every change of any ref, several times: only what may create a branch is worth an interpreter.
_CREATING = """\
creating() {
  [ "$1" = prepared ] || return 0
  while read -r old new ref; do
    case $ref in refs/heads/*) case $old in *[!0]*) ;; *) case $new in *[!0]*) echo "$old $new $ref" ;; esac ;; esac ;; esac
  done
}

judged() {
  created=$(creating "$1")
  [ -z "$created" ] || printf '%s\\n' "$created" | ours "$@"
}

"""

_OURS = """\
ours() {{
{baked}  for python in .venv/bin/python .venv/Scripts/python.exe; do
    # Only what git ignores and nobody tracks: nothing that the repository brings is ever started.
    if [ -x "$python" ] && git -c core.fsmonitor=false check-ignore -q "$python" 2>/dev/null &&
      tracked=$(git -c core.fsmonitor=false ls-files -- ':(icase).venv' 2>/dev/null) && [ -z "$tracked" ] &&
      "$python" -E -P -c 'import mlgovern' 2>/dev/null; then
      exec {run}
    fi
  done
  unset PYTHONPATH
  case $(command -v mlgovern) in /*) exec mlgovern hook {hook} "$@" ;; esac
  echo {sentence} >&2
  exit 1
}}

"""


def shim(hook: str, python: str, next_hook: bool, *, by_name: bool = False, runner: bool = False) -> str:
    """The text of one hook; without an interpreter, the one for `core.hooksPath` in any clone.

    `next_hook`: another hook follows. `by_name`: it is sh and looks at its own name, so it is sourced under ours.
    `runner`: it is pre-commit's or prek's own, which must not be started again from its own `.legacy`.
    """
    run = _PYTHON.format(hook=hook)
    if python:
        about = "written by `mlgovern install`, removed by `mlgovern uninstall`."
        given, baked = f"python={shlex.quote(python)}\n", f'  if [ -x "$python" ]; then exec {run}; fi\n'
        cure = 'the interpreter of this hook is gone: run "mlgovern install" again.'
    else:
        about = "for core.hooksPath, in any clone; all decisions are in `mlgovern hook`."
        given, baked, cure = "", "", "mlgovern is not installed here: pip install mlgovern"
    sentence = shlex.quote(f"mlgovern: {_verdict(hook)}, {cure}")
    ours = _OURS.format(baked=baked, run=run, hook=hook, sentence=sentence)
    call = "ours"
    if hook == "reference-transaction":
        ours, call = ours + _CREATING, "judged"
    end = _chained(hook, call, by_name=by_name, runner=runner) if next_hook else f'{call} "$@"\n'
    return f"#!/bin/sh\n{MARKER}: {about}\n{given}\n{ours}{end}"


def is_ours(text: bytes | None) -> bool:
    """Whether a hook carries our marker."""
    return text is not None and marked(text)


def _chained(hook: str, call: str, *, by_name: bool, runner: bool) -> str:
    reads, after = hook in READS_INPUT, hook.startswith("post-")
    given = 'printf %s "$input" 2>/dev/null | ' if reads else ""
    ours = f'{given}{call} "$@"' if reads else f'({call} "$@")'
    follow = f'{given}(. "$next")' if by_name else f'{given}"$next" "$@"'
    lines = [f'next=$(dirname -- "$0")/{hook}{NEXT}']
    if runner:
        lines.append("case $0 in *.legacy) next= ;; esac # called by that hook itself, which goes on by itself")
    if reads:  # the point keeps the last line's end, which $(…) would cut
        lines += ["input=$(cat && echo .)", "input=${input%.}"]
    if after:  # what has happened cannot be refused: the next one has its turn in any case
        lines += [ours, "code=$?", f'[ ! -x "$next" ] || {follow} || code=$((code ? code : $?))', 'exit "$code"']
    else:
        start = follow if reads or by_name else f"exec {follow}"
        lines += [f"{ours} || exit", f'if [ -x "$next" ]; then {start}; fi']
    return "\n".join(lines) + "\n"


def _verdict(hook: str) -> str:
    if hook.startswith("post-"):
        return "nothing was judged"
    if hook == "reference-transaction":
        return "branch refused"
    return "push refused" if hook in ("pre-push", "pre-receive") else "commit refused"
