"""What a Git server tells of a push beside its refs, and what its administrator has set: a table, no decision.

Settings stand in the environment of the server, or else in the configuration of the bare repository, but for the users who are
not judged: those the environment alone may name.
"""

import os
from collections.abc import Mapping

from mlgovern.errors import UserError
from mlgovern.record import NamedTuple

SECONDS = 3.5  # below the 5 s that GitHub Enterprise Server gives all hooks together
MOST_SECONDS = 600.0
MOST_OPTIONS = 100
PREFIX = "mlgovern"
WAIVER_OPTION = "mlgovern.waiver="


class Provider(NamedTuple):
    """A kind of server: the variables that name its user, project and protocol."""

    name: str
    user: tuple[str, ...]
    project: tuple[str, ...]
    protocol: str = ""


PROVIDERS = (
    Provider("gitlab", ("GL_USERNAME", "GL_ID"), ("GL_PROJECT_PATH", "GL_REPOSITORY"), "GL_PROTOCOL"),
    Provider("gitea", ("GITEA_PUSHER_NAME",), ("GITEA_REPO_USER_NAME", "GITEA_REPO_NAME")),
    Provider("github", ("GITHUB_USER_LOGIN",), ("GITHUB_REPO_NAME",), "GITHUB_VIA"),
    Provider("gitolite", ("GL_USER",), ("GL_REPO",)),
    Provider("git", ("REMOTE_USER", "USER", "LOGNAME", "USERNAME"), ()),
)


class Host(NamedTuple):
    """One push as its server tells of it, and the settings of whoever runs the server."""

    provider: str = "git"
    user: str = ""
    project: str = ""
    protocol: str = ""
    skipped: str = ""  # why this push is none to judge
    seconds: float = SECONDS
    audit: str = ""  # a file's path, stderr, syslog, or nothing
    policy: str = ""  # a file's path, whose final fields bind every repository
    waivers: tuple[str, ...] = ()  # the ids that the push names
    prefix: str = ""  # of a verdict, for GitLab to show it on its pages


# The settings: how the environment calls each, and the configuration of a bare repository.
SETTINGS = {
    "seconds": ("MLGOVERN_SECONDS", "seconds"),
    "audit": ("MLGOVERN_AUDIT", "audit"),
    "policy": ("MLGOVERN_POLICY", "policy"),
}
SKIP_USERS = "MLGOVERN_SKIP_USERS"
KEYS = [f"{PREFIX}.{key}" for _, key in SETTINGS.values()]


def host(environment: Mapping[str, str], config: Mapping[str, str], folder: str) -> Host:
    """What is told of this push; `folder` is the repository."""
    provider = next(one for one in PROVIDERS if one is PROVIDERS[-1] or any(environment.get(name) for name in one.user))
    user = _first(environment, provider.user)
    name = folder.replace("\\", "/").rstrip("/").rpartition("/")[2]
    project = "/".join(filter(None, (environment.get(key, "") for key in provider.project)))
    if provider.name == "gitlab":
        project = _first(environment, provider.project)
    set_ = {
        field: environment.get(variable) or config.get(f"{PREFIX}.{key}", "")
        for field, (variable, key) in SETTINGS.items()
    }
    if set_["policy"] and not os.path.isabs(set_["policy"]):
        raise UserError(f"{SETTINGS['policy'][0]} is an absolute path, not {set_['policy'][:40]!r}")
    return Host(
        provider.name,
        user,
        project or name.removesuffix(".git"),
        environment.get(provider.protocol, "") if provider.protocol else "",
        _skipped(environment, user, name),
        _seconds(set_["seconds"]),
        set_["audit"],
        set_["policy"],
        _named(environment),
        prefix(environment),
    )


def prefix(environment: Mapping[str, str]) -> str:
    """What GitLab wants to see in front of a line that it shows on its pages."""
    return "GL-HOOK-ERR: " if environment.get("GL_PROTOCOL") else ""


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _skipped(environment: Mapping[str, str], user: str, name: str) -> str:
    kind = environment.get("GL_REPOSITORY", "").partition("-")[0]
    if kind in {"wiki", "design"} or environment.get("GITEA_REPO_IS_WIKI") == "true":
        return "a wiki or designs"
    if not kind and name.endswith((".wiki.git", ".design.git")):
        return "a wiki or designs"
    spared = {one.strip() for one in environment.get(SKIP_USERS, "").split(",")} - {""}
    return "a user who is not judged" if user in spared else ""


def _seconds(text: str) -> float:
    try:
        seconds = float(text) if text else SECONDS
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= MOST_SECONDS:
        raise UserError(f"{SETTINGS['seconds'][0]} is a number of seconds up to {MOST_SECONDS:.0f}, not {text[:40]!r}")
    return seconds


def _named(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The waivers that push options name."""
    text = environment.get("GIT_PUSH_OPTION_COUNT", "")
    count = min(int(text), MOST_OPTIONS) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    said = (environment.get(f"GIT_PUSH_OPTION_{number}", "") for number in range(count))
    return tuple(dict.fromkeys(one.removeprefix(WAIVER_OPTION)[:80] for one in said if one.startswith(WAIVER_OPTION)))
