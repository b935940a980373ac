import pytest

from mlgovern.enforce.server.host import Host, host


@pytest.mark.parametrize(
    ("environment", "config", "expected"),
    [
        pytest.param({}, {}, Host(project="a"), id="a bare repository"),
        pytest.param({"USER": "git"}, {}, Host(user="git", project="a"), id="over ssh, one account for all"),
        pytest.param({"REMOTE_USER": "ann", "USER": "www"}, {}, Host(user="ann", project="a"), id="over http"),
        pytest.param(
            {
                "GL_ID": "user-7",
                "GL_USERNAME": "ann",
                "GL_PROJECT_PATH": "acme/v",
                "GL_PROTOCOL": "web",
                "GL_REPOSITORY": "project-3",
            },
            {},
            Host("gitlab", "ann", "acme/v", "web", prefix="GL-HOOK-ERR: "),
            id="GitLab",
        ),
        pytest.param(
            {"GL_ID": "key-7", "GL_REPOSITORY": "project-3"},
            {},
            Host("gitlab", "key-7", "project-3"),
            id="GitLab, a deploy key",
        ),
        pytest.param(
            {"GL_USERNAME": "ann", "GL_REPOSITORY": "wiki-3"},
            {},
            Host("gitlab", "ann", "wiki-3", skipped="a wiki or designs"),
            id="GitLab, a wiki",
        ),
        pytest.param(
            {
                "GITEA_PUSHER_NAME": "ann",
                "GITEA_REPO_USER_NAME": "acme",
                "GITEA_REPO_NAME": "v",
                "GITEA_REPO_IS_WIKI": "false",
            },
            {},
            Host("gitea", "ann", "acme/v"),
            id="Gitea, Forgejo",
        ),
        pytest.param(
            {"GITEA_PUSHER_NAME": "a", "GITEA_REPO_IS_WIKI": "true"},
            {},
            Host("gitea", "a", "a", skipped="a wiki or designs"),
            id="Gitea, a wiki",
        ),
        pytest.param(
            {"GITHUB_USER_LOGIN": "ann", "GITHUB_REPO_NAME": "acme/v", "GITHUB_VIA": "git push"},
            {},
            Host("github", "ann", "acme/v", "git push"),
            id="GitHub Enterprise Server",
        ),
        pytest.param({"GL_USER": "ann", "GL_REPO": "v"}, {}, Host("gitolite", "ann", "v"), id="gitolite"),
        pytest.param(
            {"USER": "bot", "MLGOVERN_SKIP_USERS": " geo,bot "},
            {},
            Host(user="bot", project="a", skipped="a user who is not judged"),
            id="a mirror",
        ),
        pytest.param({"MLGOVERN_SKIP_USERS": ","}, {}, Host(project="a"), id="nobody is skipped for having no name"),
        pytest.param(
            {"USER": "bot"},
            {"mlgovern.skipusers": "bot"},
            Host(user="bot", project="a"),
            id="the environment alone names who is skipped",
        ),
        pytest.param(
            {"MLGOVERN_AUDIT": "syslog"},
            {"mlgovern.audit": "/a.log", "mlgovern.seconds": "2"},
            Host(project="a", audit="syslog", seconds=2),
            id="the environment counts more",
        ),
        pytest.param(
            {}, {"mlgovern.policy": "/etc/p.yaml"}, Host(project="a", policy="/etc/p.yaml"), id="the configuration"
        ),
        pytest.param(
            {
                "GIT_PUSH_OPTION_COUNT": "3",
                "GIT_PUSH_OPTION_0": "mlgovern.waiver=W-1",
                "GIT_PUSH_OPTION_1": "ci.skip",
                "GIT_PUSH_OPTION_2": "mlgovern.waiver=W-1",
            },
            {},
            Host(project="a", waivers=("W-1",)),
            id="push options",
        ),
        pytest.param({"GIT_PUSH_OPTION_COUNT": "٣"}, {}, Host(project="a"), id="a count that is none"),
    ],
)
def test_host(environment: dict[str, str], config: dict[str, str], expected: Host) -> None:
    assert host(environment, config, "/srv/git/a.git") == expected


@pytest.mark.parametrize(
    ("folder", "skips"),
    [("/srv/a.wiki.git", True), ("C:\\git\\a.design.git", True), ("/srv/a.wiki", False), ("/srv/wiki.git/", False)],
)
def test_wikis_by_their_folder(folder: str, skips: bool) -> None:
    assert bool(host({}, {}, folder).skipped) is skips


def test_a_project_of_gitlab_is_no_wiki_for_its_name() -> None:
    assert host({"GL_REPOSITORY": "project-3", "GL_ID": "user-1"}, {}, "/srv/a.wiki.git").skipped == ""
