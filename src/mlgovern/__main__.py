"""The way in: one place that turns whatever goes wrong into one sentence and an exit code."""

import gc
import os
import sys

from mlgovern.errors import PluginError, UserError, trace

# What did not happen, where a hook could not judge.
STOPPED = {
    "pre-commit": "commit refused",
    "pre-merge-commit": "commit refused",
    "prepare-commit-msg": "commit refused",
    "commit-msg": "commit refused",
    "pre-push": "push refused",
    "pre-receive": "push refused",
    "reference-transaction": "branch refused",
}


CALLED_BY_GIT = ("hook", "filter-process", "textconv")


def main() -> int:
    """The program: what its process ends with."""
    waits = "".join(sys.argv[1:2]) in CALLED_BY_GIT
    if waits:
        gc.disable()  # it is over before there is anything to collect
    code = run(sys.argv[1:])
    if waits:  # git need not wait until Python has tidied up
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def run(words: list[str]) -> int:
    """Run one command; 0 to 4 as DESIGN section 6 says, 130 where the user interrupted."""
    hook = "".join(words[1:2]) if words[:1] == ["hook"] else None
    try:
        return _dispatched(hook, words)
    except UserError as error:
        return _said(_sentence(hook, str(error)), 2)
    except PluginError as error:
        return _said(_sentence(hook, str(error)), 4)
    except KeyboardInterrupt:
        return _said("mlgovern: interrupted.", 130)
    except ModuleNotFoundError as error:
        if (error.name or "mlgovern").partition(".")[0] == "mlgovern":
            return _said(_bug(hook, error), 4)
        return _said(_sentence(hook, f"this needs {error.name}, which is not here: pip install mlgovern brings it"), 2)
    except Exception as error:  # noqa: BLE001 - the one place where our own bugs surface, and they fail closed
        if hook is None and isinstance(error, BrokenPipeError):  # the reader of a report had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return _said(_bug(hook, error), 4)


def _dispatched(hook: str | None, words: list[str]) -> int:
    if hook is not None:
        from mlgovern.enforce import hooks

        return hooks.run(hook, words[2:])
    if words[:1] == ["filter-process"]:
        from mlgovern.fix import filter_process

        return filter_process.run()
    if words[:1] == ["textconv"]:
        from mlgovern.fix import textconv

        return textconv.run(words[1:])
    from mlgovern import cli

    return cli.run(words)


def _sentence(hook: str | None, problem: str) -> str:
    """A hook's first line is all that some readers see, so it says what did not happen as well."""
    from mlgovern.reporters.plain import words

    lines = [words(line) for line in problem.splitlines()]
    first = lines[0]
    if hook is not None and (hook in STOPPED or hook.startswith("post-")):
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        return "\n".join([f"mlgovern: {STOPPED.get(hook, f'{hook} stopped')}: {first}{more}", *lines[1:]])
    return f"mlgovern: {first}" if len(lines) == 1 else "\n".join([*lines, f"mlgovern: {len(lines)} problems."])


def _bug(hook: str | None, error: Exception) -> str:
    from mlgovern.reporters.plain import words

    what = STOPPED.get(hook or "", f"{hook} stopped" if hook else "stopped")
    line = f"mlgovern: {what} by our own bug, {type(error).__name__}; MLGOVERN_DEBUG=1 shows where."
    if os.environ.get("MLGOVERN_DEBUG"):
        line += "\n" + "\n".join(words(part) for part in trace(error).splitlines())
    return line


def _said(text: str, code: int) -> int:
    from mlgovern.reporters.plain import disarmed

    sys.stderr.write(disarmed(text) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
