"""Passwords in URLs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.urls import find_url_passwords, unquote

PW = "Otter" + "AfterLunch"
AT = "@"  # kept apart, so that no scanner trips over this file


def passwords(text: str, *, code: bool = False) -> list[str]:
    return [text[one.start : one.end] for one in find_url_passwords(text, code=code)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"postgresql://postgres:{PW}{AT}localhost:5432/db", [PW], id="localhost"),
        pytest.param(f"mysql+pymysql://root:{PW}{AT}127.0.0.1/ml", [PW], id="driver"),
        pytest.param(f"mongodb+srv://app:{PW}{AT}a.example/x", [PW], id="srv"),
        pytest.param(f"redis://:{PW}{AT}10.0.3.7:6379/0", [PW], id="no user"),
        pytest.param(f"jdbc:postgresql://u:{PW}{AT}h/db", [PW], id="jdbc"),
        pytest.param(f"amqp://worker:{PW}{AT}mq:5672//", [PW], id="amqp"),
        pytest.param(f"https://u:p{AT}ss-{PW}{AT}h", [f"p{AT}ss-{PW}"], id="the last at sign"),
        pytest.param(f"https://u:Otter%41fter{AT}h", ["Otter%41fter"], id="percent-encoded"),
        pytest.param(f"https://u:{PW}{AT}h and ftp://v:{PW}2{AT}i", [PW, f"{PW}2"], id="two"),
        pytest.param(f"https://u:${{X:-{PW}}}{AT}h", [f"${{X:-{PW}}}"], id="default of a reference"),
        pytest.param(f"https://${{U:-a}}:{PW}{AT}h", [PW], id="user with a colon of its own"),
        pytest.param(f"https://a.example/x?token=k9F2{PW}7", [f"k9F2{PW}7"], id="query"),
        pytest.param("postgres://postgres:postgres@db/x", ["postgres"], id="default password in an environment"),
        pytest.param("http://localhost:5001", [], id="port"),
        pytest.param("ssh://git@example.com:22/x.git", [], id="user alone"),
        pytest.param("git@example.com:org/repo", [], id="scp form"),
        pytest.param("postgresql://postgres@localhost:5432/x", [], id="user and port"),
        pytest.param("postgresql://user:password@localhost/x", [], id="documentation"),
        pytest.param("amqp://guest:guest@mq", [], id="guest"),
        pytest.param("postgresql://${U}:${P}@db/x", [], id="references"),
        pytest.param("postgresql://u:$P@db/x", [], id="a variable"),
        pytest.param("postgresql://u:changeme@db/x", [], id="placeholder"),
        pytest.param(
            "postgresql://u:test-password@db/x", ["test-password"], id="words of an example in an environment"
        ),
        pytest.param("postgresql://u:<password>@db/x", [], id="angle brackets"),
        pytest.param("postgresql://u:***@db/x", [], id="redacted"),
        pytest.param("postgresql://u:ab@db/x", [], id="two characters"),
        pytest.param("https://example.com/a:b@c", [], id="in the path"),
        pytest.param("https://example.com?a:b@c", [], id="in the query"),
        pytest.param("sqlite:////data/app.db", [], id="no authority"),
        pytest.param("://u:OtterAfterLunch@h", [], id="no scheme"),
        pytest.param("https://a.example/x?token=YOUR_TOKEN_1", [], id="placeholder in a query"),
        pytest.param("https://a.example/x?token=${TOKEN1}", [], id="reference in a query"),
    ],
)
def test_urls(text: str, expected: list[str]) -> None:
    assert passwords(text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"https://u:{PW}{AT}h", True),
        ("https://u:{password}@h", False),
        ("https://u:%s@h", False),
        ("https://u:pass%20pass@h", False),
        ("https://u:pre{x}@h", False),
        ("https://u:xxxx1@h", False),
        ("postgres://postgres:postgres@db/x", False),
        ("https://u:OtterAfterLunch@", False),
    ],
)
def test_in_code(text: str, found: bool) -> None:
    assert bool(passwords(text, code=True)) is found


def test_a_default_password_is_less_sure() -> None:
    assert [one.sure for one in find_url_passwords("postgres://postgres:postgres@db/x")] == [False]


def test_far_from_the_next_at_sign() -> None:
    assert passwords("http://a " * 500 + f"https://u:{PW}{AT}h") == [PW]


def test_unquote() -> None:
    assert unquote("a%41%c3%a9%zz%ff") == "aAé%zz\ufffd"


@given(st.text())
def test_total(text: str) -> None:
    whole = f"{text}://{text}@"
    assert all(whole[one.start : one.end] for one in find_url_passwords(whole))
