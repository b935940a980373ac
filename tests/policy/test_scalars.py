import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.policy.scalars import resolved


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *((text, text) for text in ("yes", "no", "on", "off", "y", "n", "nULL", "tRUE")),
        *(
            (text, text)
            for text in ("1_000", "12:30:45", "2026-13-01", "2026-11-20", "0b11", "0o8", "0xg", "-0x1", "+", ".")
        ),
        ("0", 0),
        ("012", 12),
        ("-7", -7),
        ("+7", 7),
        ("0o14", 12),
        ("0xFf", 255),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1E-2", 0.01),
        ("٣", "٣"),
    ],
)
def test_a_plain_scalar_by_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found, wrong = resolved(text, None, plain=True)
    assert (found, type(found), wrong) == (value, type(value), "")


@pytest.mark.parametrize(
    ("text", "tag", "plain", "value"),
    [
        pytest.param("true", None, False, "true", id="quoted"),
        pytest.param("12", "str", True, "12", id="!!str"),
        pytest.param("12", "!", True, "12", id="the non-specific tag"),
        pytest.param("12", "int", False, 12, id="!!int of quoted text"),
        pytest.param("1", "float", True, 1, id="!!float of a whole number"),
        pytest.param("", "null", True, None, id="!!null"),
        pytest.param("true", "bool", True, True, id="!!bool"),
    ],
)
def test_quotes_and_tags(text: str, tag: str | None, plain: bool, value: object) -> None:
    assert resolved(text, tag, plain=plain) == (value, "")


@pytest.mark.parametrize(
    ("text", "tag", "wrong"),
    [
        (".inf", None, "not a finite number: '.inf'"),
        ("-.Inf", None, "not a finite number: '-.Inf'"),
        (".nan", None, "not a finite number: '.nan'"),
        ("1e999", None, "not a finite number: '1e999'"),
        (".nan", "float", "not a finite number: '.nan'"),
        ("9223372036854775808", None, "the number is too large: 9223372036854775808"),
        ("9" * 5000, None, "the number is too large: 999999999999999999999999"),
        ("0x" + "f" * 40, None, "the number is too large: 0xffffffffffffffffffffff"),
        ("x", "int", "not what its tag !!int says: 'x'"),
        (
            "x",
            "python/object/apply:os.system",
            "the tag '!!python/object/apply:os.system' is not allowed here; a policy is plain data",
        ),
        ("aGk=", "binary", "the tag '!!binary' is not allowed here; a policy is plain data"),
        ("x", "!own", "the tag '!own' is not allowed here; a policy is plain data"),
        ("\ud83d", None, "half of a surrogate pair is no character"),
    ],
)
def test_what_is_no_value(text: str, tag: str | None, wrong: str) -> None:
    assert resolved(text, tag, plain=True)[1] == wrong


@given(st.text(), st.sampled_from([None, "!", "str", "int", "float", "bool", "null", "x"]), st.booleans())
def test_any_text_has_a_value_or_a_reason(text: str, tag: str | None, plain: bool) -> None:
    value, wrong = resolved(text, tag, plain=plain)
    assert isinstance(value, None | bool | int | float | str)
    assert isinstance(wrong, str)
