"""The settings that uv.lock records."""

import pytest

from mlgovern.rules.lockfiles import uv
from mlgovern.rules.lockfiles.uv_options import span_hours
from mlgovern.rules.lockfiles.verdict import Fresh, Stale, Unknown, Verdict
from tests.rules.lockfiles.bases import UV

# fmt: off
OPTIONS = [
    pytest.param("resolution = 'lowest'", "resolution-mode = 'lowest'", Fresh, id="resolution"),
    pytest.param("", "resolution-mode = 'lowest'", Stale, id="resolution taken out"),
    pytest.param("", "exclude-newer = '2026-01-01T00:00:00Z'", Stale, id="exclude-newer taken out"),
    pytest.param("exclude-newer = '2026-01-01T00:00:00Z'", "exclude-newer = '2026-01-01T00:00:00Z'", Fresh, id="the same moment"),
    pytest.param("exclude-newer = 2026-01-01T00:00:00Z", "exclude-newer = '2026-01-01T01:00:00+01:00'", Fresh, id="in another zone"),
    pytest.param("exclude-newer = '2026-01-02T00:00:00Z'", "exclude-newer = '2026-01-01T00:00:00Z'", Stale, id="another moment"),
    pytest.param("exclude-newer = '2026-01-01'", "exclude-newer = '2026-01-01T23:00:00Z'", Fresh, id="the end of a day, somewhere"),
    pytest.param("exclude-newer = '2026-01-01'", "exclude-newer = '2026-01-05T00:00:00Z'", Stale, id="another day"),
    pytest.param("exclude-newer = 'soon'", "exclude-newer = '2026-01-01T00:00:00Z'", Unknown, id="no moment"),
    pytest.param("exclude-newer = '7 days'", "exclude-newer = '2026-01-01T00:00:00Z'\nexclude-newer-span = 'P1W'", Fresh, id="the same span"),
    pytest.param("exclude-newer = '8 days'", "exclude-newer-span = 'P1W'", Stale, id="another span"),
    pytest.param("exclude-newer = '2026-01-01'", "exclude-newer-span = 'P1W'", Stale, id="a span before"),
    pytest.param("exclude-newer-package = {a = '2026-01-01', b = false}", "exclude-newer-package = {a = '2026-01-02T00:00:00Z', b = false}", Fresh, id="of packages"),
    pytest.param("exclude-newer-package = {a = false}", "exclude-newer-package = {a = '2026-01-02T00:00:00Z'}", Stale, id="of a package, lifted"),
    pytest.param("exclude-newer-package = {a = '1 week'}", "exclude-newer-package = {a = {timestamp = '0001-01-01T00:00:00Z', span = 'P1W'}}", Fresh, id="of a package, as a span"),
]
# fmt: on


@pytest.mark.parametrize(("setting", "option", "verdict"), OPTIONS)
def test_options(setting: str, option: str, verdict: type[Verdict]) -> None:
    manifest = f"{UV['pyproject.toml']}\n[tool.uv]\n{setting}\n"
    lock = UV["uv.lock"].replace("\n[[package]]", f"\n[options]\n{option}\n\n[[package]]", 1)
    assert isinstance(uv.judge(manifest.encode(), lock.encode()), verdict)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1 week", 168),
        ("7 days", 168),
        ("P1W", 168),
        ("PT24H", 24),
        ("P1DT1H", 25),
        ("2h", 2),
        ("1 day ago", 24),
        ("P", None),
        ("now", None),
    ],
)
def test_span_hours(text: str, hours: int | None) -> None:
    assert span_hours(text) == hours


RECORDED = [
    pytest.param("environments = [\"os_name == 'nt'\"]", "supported-markers = [\"os_name == 'nt'\"]", Fresh, id="environments"),
    pytest.param("environments = \"os_name == 'nt'\"", "supported-markers = [\"os_name == 'x'\"]", Stale, id="other environments"),
    pytest.param("conflicts = [[{extra='extra'},{group='dev'}]]", "conflicts = [[{package='demo',group='dev'},{package='demo',extra='extra'}]]", Fresh, id="conflicts"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "recorded", "verdict"), RECORDED)
def test_recorded(setting: str, recorded: str, verdict: type[Verdict]) -> None:
    manifest = f"{UV['pyproject.toml']}\n[tool.uv]\n{setting}\n"
    assert isinstance(uv.judge(manifest.encode(), f"{recorded}\n{UV['uv.lock']}".encode()), verdict)


def test_an_older_uv_recorded_the_extras_of_the_project_itself_in_place() -> None:
    manifest = UV["pyproject.toml"].replace('extra = ["six>=1.16"]', 'extra = ["demo[more]"]\nmore = ["six>=1.16"]')
    lock = (
        UV["uv.lock"]
        .replace("revision = 5\n", "")
        .replace("marker = \"extra == 'extra'\"", "marker = \"extra == 'extra' or extra == 'more'\"")
    )
    assert isinstance(uv.judge(manifest.encode(), lock.encode()), Fresh)


def test_an_index_that_a_source_names_is_compared() -> None:
    more = "\n[tool.uv.sources]\nclick = {index = 'p'}\n[[tool.uv.index]]\nname = 'p'\nurl = 'https://pypi.example/simple'\n"
    manifest = (UV["pyproject.toml"] + more).encode()
    lock = UV["uv.lock"].replace('specifier = ">=8" }', 'specifier = ">=8", index = "https://pypi.example/simple" }')
    assert isinstance(uv.judge(manifest, lock.encode()), Fresh)
    assert isinstance(uv.judge(manifest, UV["uv.lock"].encode()), Stale)
