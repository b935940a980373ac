"""Whatever a repository calls its files, it stays one word of a mend, and one line of a message."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from mlgovern.custom.judging import expanded


@given(st.text())
def test_foreign_text_is_one_word_of_one_line(path: str) -> None:
    mend = expanded("git rm -- {path} {{x}}", {"path": path}, quoting=True)
    assert mend.isprintable()
    *head, word, last = shlex.split(mend)
    assert (head, last) == (["git", "rm", "--"], "{x}")
    assert word.removeprefix("./") == (path.removeprefix("./") if path.isprintable() else word.removeprefix("./"))


@given(st.text())
def test_a_message_is_filled_in_once(name: str) -> None:
    message = expanded("{name}|{what}", {"name": name, "what": "{name}"}, quoting=False)
    assert message.isprintable()
    assert message.endswith("|{name}")
