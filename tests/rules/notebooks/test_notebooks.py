"""The rules on notebooks: what they find, what they say, and what they admit not to have judged."""

import json
from typing import Any

import pytest

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.rule import Glob
from mlgovern.rules.notebooks import RULES, Limits, Names
from mlgovern.rules.notebooks.definition import OF_NBSTRIPOUT, Settings
from mlgovern.rules.notebooks.reading import MOST_FINDINGS, quoted
from mlgovern.rules.notebooks.runs import Kernels, Order
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of
from tests.rules.notebooks.samples import STREAM, code, notebook, written

OUTPUT, BROKEN, LEAK = (rule_of(RULES, rule_id) for rule_id in ("notebook-output", "broken-notebook", "notebook-leak"))
UNTITLED, CHECKPOINT = (rule_of(RULES, rule_id) for rule_id in ("untitled-notebook", "tracked-checkpoint"))
KERNEL, ORDER = (rule_of(RULES, rule_id) for rule_id in ("notebook-kernel", "notebook-order"))
READERS = (OUTPUT, BROKEN, LEAK, KERNEL, ORDER)


def _ids(rules: Any) -> list[str]:
    return [rule.id for rule in rules]


def test_notebook_output_message() -> None:
    data = written(code(), code({"text": "x" * 12_345}, count=3, metadata={"collapsed": True, "scrolled": 1}))
    assert judged(OUTPUT, a_snapshot({"a b.ipynb": data})) == [
        Finding(
            "cell 2 is not stripped: outputs, execution count 3, metadata.collapsed, metadata.scrolled (12.4 KB would go)",
            Place("a b.ipynb", line=12, column=3, cell=1),
            "mlgovern fix --staged 'a b.ipynb'",
            key="1 outputs execution_count cell.metadata.collapsed cell.metadata.scrolled",
        )
    ]


@pytest.mark.parametrize(
    ("value", "policy", "message"),
    [
        pytest.param(notebook(code({"text": "x" * 40})), Settings(), "cell 1 is not stripped: outputs (52 bytes would go)", id="bytes"),
        pytest.param(notebook(code({"text": "x" * 2_345_678})), Settings(), "cell 1 is not stripped: outputs (2.3 MB would go)", id="megabytes"),
        pytest.param(notebook(metadata={"widgets": {"a": "x" * 200}}), Settings(), "the notebook is not stripped: metadata.widgets (220 bytes would go)", id="metadata"),
        pytest.param(notebook(code(id="ab")), Settings(compat="nbstripout"), "cell 1 is not stripped: an id that is not its number (1 byte would go)", id="id"),
        pytest.param(notebook(code({"execution_count": 1}, metadata={"init_cell": 1})), Settings(), "cell 1 is not stripped: execution counts in outputs", id="count of an output"),
        pytest.param(notebook(code(execution_count="a secret")), Settings(), "cell 1 is not stripped: execution count (6 bytes would go)", id="count that is none"),
        pytest.param(notebook(code(prompt_number=5)), Settings(), "cell 1 is not stripped: prompt number 5", id="prompt number"),
        pytest.param(notebook(code(STREAM, metadata={"keep_output": 0, "tags": ["keep_output"]})), Settings(), "cell 1 has a tag that keeps its output, and metadata that says not to", id="contradiction"),
        pytest.param(notebook(code(STREAM, outputs=[STREAM])), Settings(keep_output=(Glob("*.ipynb"),)), None, id="kept by the policy"),
        pytest.param(notebook(code()), Settings(), None, id="stripped"),
        pytest.param(notebook(1, code(count=2)), Settings(), "cell 2 is not stripped: execution count 2", id="beside a broken cell"),
        pytest.param(notebook(code(outputs={}, count=2)), Settings(), "cell 1 is not stripped: execution count 2", id="beside broken outputs"),
    ],
)  # fmt: skip
def test_notebook_output(value: dict[str, Any], policy: Settings, message: str | None) -> None:
    found = judged(OUTPUT, a_snapshot({"a.ipynb": json.dumps(value)}), policy)
    assert [finding.message for finding in found] == ([] if message is None else [message])


def test_each_cell_is_a_finding() -> None:
    found = judged(OUTPUT, a_snapshot({"a.ipynb": written(*[code(count=1)] * 8)}))
    assert [finding.place.cell for finding in found] == [*range(8)]
    assert {finding.mend for finding in found} == {"mlgovern fix --staged a.ipynb"}


def test_of_very_many_cells_the_first_are_named() -> None:
    found = judged(OUTPUT, a_snapshot({"a.ipynb": written(*[code(count=1)] * (MOST_FINDINGS + 2000))}))
    assert len(found) == MOST_FINDINGS + 1
    assert (found[-1].message, found[-1].place) == ("the notebook has 2,000 more cells like these", Place("a.ipynb"))


def test_zeppelin() -> None:
    data = json.dumps({"paragraphs": [{}, {"results": {"msg": [{"data": "1"}]}}]})
    assert [finding.place for finding in judged(OUTPUT, a_snapshot({"a.zpln": data}))] == [
        Place("a.zpln", 1, 21, cell=1)
    ]


@pytest.mark.parametrize(
    ("facts", "command"),
    (
        pytest.param({}, "git rm --cached a.ipynb", id="everything"),
        pytest.param({"before": ""}, "git restore --staged a.ipynb", id="staged"),
        pytest.param({"commit": "a" * 40, "before": ""}, "git rebase -i aaaaaaaa~", id="committed"),
    ),
)
def test_broken_notebook_message(facts: dict[str, Any], command: str) -> None:
    data = b'{"cells": [\n}'
    file = a_file("a.ipynb", data)._replace(**facts)
    assert judged(BROKEN, a_snapshot(files={"a.ipynb": data})._replace(files=(file,))) == [
        Finding(
            "the notebook is not JSON: Expecting value",
            Place("a.ipynb", line=2, column=1, commit=facts.get("commit")),
            f"repair it, or leave it out: {command}",
            key="broken",
        )
    ]


def test_broken_cells() -> None:
    found = judged(BROKEN, a_snapshot({"a.ipynb": written({"source": []}, 1, code(outputs={}))}))
    assert [(finding.message, finding.at_most) for finding in found] == [
        ("cell 2 is not an object", Severity.ERROR),
        ("cell 3 has outputs that are not a list", Severity.ERROR),
        ("cell 1 has no metadata; some readers refuse it", Severity.WARNING),
    ]
    assert [finding.place.cell for finding in found] == [1, 2, 0]


def test_a_broken_notebook_is_not_called_stripped() -> None:
    snapshot = a_snapshot({"a.ipynb": b"{"})
    assert judged(OUTPUT, snapshot) == []
    why = "the notebook is not JSON: Expecting property name enclosed in double quotes"
    assert not_judged(OUTPUT, snapshot) == [NotJudged("a.ipynb", why, expected=False)]


def test_an_unknown_format_is_judged_and_named() -> None:
    snapshot = a_snapshot({"a.ipynb": written(code(count=1), nbformat=5)})
    assert len(judged(OUTPUT, snapshot)) == 1
    assert not_judged(OUTPUT, snapshot) == [NotJudged("a.ipynb", "its nbformat is newer than 4, and is judged like 4")]


def test_git_is_asked_what_nbstripout_would_ask() -> None:
    compat = Settings(compat="nbstripout")
    assert (OUTPUT.asks(Settings()), OUTPUT.asks(compat)) == ((), (("config", *OF_NBSTRIPOUT),))
    snapshot = a_snapshot({"a.ipynb": written(metadata={"a": 1})}, config={OF_NBSTRIPOUT[0]: "metadata.a"})
    assert judged(OUTPUT, snapshot) == []
    assert [finding.key for finding in judged(OUTPUT, snapshot, compat)] == ["metadata.a"]


def test_a_setting_that_names_nothing() -> None:
    (entry,) = not_judged(OUTPUT, a_snapshot(), Settings(extra_keys=("foo",)))
    assert entry == NotJudged("the key 'foo' of notebook-output", "a key starts with metadata. or cell.")


@pytest.mark.parametrize("rule", READERS, ids=_ids(READERS))
def test_what_is_not_judged_is_said(rule: Any) -> None:
    unread = Snapshot(files=(a_file("a.ipynb", b"x"),))
    pointer = a_snapshot({"a.ipynb": b"version https://git-lfs.github.com/spec/v1\n"})
    link = Snapshot(files=(a_file("a.ipynb", b"x", mode=SYMLINK),))
    assert not_judged(rule, unread) == [NotJudged("a.ipynb", "larger than limits.max_file_bytes: 1 bytes")]
    assert not_judged(rule, pointer) == [NotJudged("a.ipynb", "it is a Git LFS pointer", expected=False)]
    assert not_judged(rule, link) == []
    assert [*rule.judge(a_snapshot({"a.py": "{"}), rule.settings)] == []


@pytest.mark.parametrize("rule", [OUTPUT, BROKEN], ids=_ids([OUTPUT, BROKEN]))
def test_too_large(rule: Any) -> None:
    settings = rule.settings._replace(max_file_bytes=3)
    assert not_judged(rule, a_snapshot({"a.ipynb": b"1234"}), settings) == [
        NotJudged("a.ipynb", "it has 4 bytes; at most 3 are judged")
    ]
    assert Limits().max_file_bytes == Settings().max_file_bytes


@pytest.mark.parametrize(
    ("cell", "message", "mend"),
    [
        pytest.param(code({"text": "/home/ann/x"}), "cell 1 shows the path of a home directory in its output; it tells strangers about one machine", "mlgovern fix --staged a.ipynb", id="output"),
        pytest.param(code({"output_type": "error", "evalue": "/home/ann/x"}, source="/home/ann/x"), "cell 1 shows a traceback and the path of a home directory in its output, the path of a home directory in its source; it tells strangers about one machine", "change the path to one relative to the repository\nmlgovern fix --staged a.ipynb", id="both"),
        pytest.param(code(source="/home/ann/x"), "cell 1 shows the path of a home directory in its source; it tells strangers about one machine", "change the path to one relative to the repository", id="source"),
        pytest.param(code({"output_type": "error"}, metadata={"init_cell": True}), "cell 1 shows a traceback in its output; it tells strangers about one machine", "run the cell again without it", id="kept"),
    ],
)  # fmt: skip
def test_notebook_leak(cell: dict[str, Any], message: str, mend: str) -> None:
    (finding,) = judged(LEAK, a_snapshot({"a.ipynb": written(cell)}))
    assert (finding.message, finding.mend) == (message, mend)
    assert "ann" not in repr(finding)


@pytest.mark.parametrize(
    ("path", "settings", "flagged"),
    [
        pytest.param("Untitled.ipynb", Names(), True, id="untitled"),
        pytest.param("a/Untitled12.ipynb", Names(), True, id="in a folder"),
        pytest.param("a/Model copy 2.ipynb", Names(), True, id="copy"),
        pytest.param("Model-Copy1.ipynb", Names(), True, id="Jupyter's copy"),
        pytest.param("model.ipynb", Names(), False, id="named"),
        pytest.param("Copy.ipynb", Names(), False, id="about copies"),
        pytest.param("Untitled.py", Names(), False, id="no notebook"),
        pytest.param("Untitled/model.ipynb", Names(), False, id="an untitled folder"),
        pytest.param("tmp/a.ipynb", Names((Glob("tmp/*.ipynb"),)), True, id="a team's names"),
    ],
)
def test_untitled_notebook(path: str, settings: Names, flagged: bool) -> None:
    assert bool(judged(UNTITLED, a_snapshot({path: b""}), settings)) is flagged


def test_untitled_notebook_message() -> None:
    assert judged(UNTITLED, a_snapshot({"my work/Untitled.ipynb": b""})) == [
        Finding(
            "the editor named this notebook; a name says its topic, as in 'my work/TOPIC.ipynb'",
            Place("my work/Untitled.ipynb"),
            "git mv 'my work/Untitled.ipynb' 'my work/TOPIC.ipynb'",
            key="name",
        )
    ]


@pytest.mark.parametrize(
    ("path", "flagged"),
    [
        (".ipynb_checkpoints/a.txt", True),
        ("a/.ipynb_checkpoints/b/c-checkpoint.ipynb", True),
        ("a/b-checkpoint.ipynb", True),
        ("a/b.ipynb", False),
        ("a/checkpoint.ipynb", False),
        ("a/.ipynb_checkpoints", False),
        ("a/model-checkpoint.pt", False),
    ],
)
def test_tracked_checkpoint(path: str, flagged: bool) -> None:
    assert bool(judged(CHECKPOINT, a_snapshot({path: b""}))) is flagged


def test_tracked_checkpoint_message() -> None:
    assert judged(CHECKPOINT, a_snapshot({"-a-checkpoint.ipynb": b""})) == [
        Finding(
            "an automatic copy made by Jupyter is tracked; .gitignore should hold .ipynb_checkpoints/",
            Place("-a-checkpoint.ipynb"),
            "git rm --cached ./-a-checkpoint.ipynb",
            key="checkpoint",
        )
    ]


@pytest.mark.parametrize(
    ("kernel", "settings", "flaws"),
    [
        pytest.param({"name": "python3", "display_name": "Python 3 (ipykernel)"}, Kernels(), 0, id="usual"),
        pytest.param({"name": "python3", "display_name": "Python 3.11"}, Kernels(), 0, id="with a version"),
        pytest.param({"name": "tf"}, Kernels(), 1, id="one's own kernel"),
        pytest.param({"name": "ir", "display_name": "R"}, Kernels(names=("ir",)), 0, id="a team's kernel"),
        pytest.param({"name": "python3", "display_name": ".venv (3.11.4)"}, Kernels(), 1, id="an environment"),
        pytest.param({"name": "python3", "display_name": "production-env (3.11.13)"}, Kernels(), 1, id="a named one"),
        pytest.param({"name": "x", "display_name": "Python [conda env:x]"}, Kernels(), 2, id="conda"),
        pytest.param({"name": "python3", "display_name": "\ud800 venv"}, Kernels(), 1, id="lone surrogate"),
        pytest.param({"name": 1, "display_name": None}, Kernels(), 0, id="no names"),
        pytest.param(["python3"], Kernels(), 0, id="no object"),
    ],
)
def test_notebook_kernel(kernel: Any, settings: Kernels, flaws: int) -> None:
    data = json.dumps(notebook(metadata={"kernelspec": kernel}))
    assert len(judged(KERNEL, a_snapshot({"a.ipynb": data}), settings)) == flaws


def test_notebook_kernel_message() -> None:
    kernel = {"name": "t" * 50, "display_name": "acme-env (3.11.4)"}
    found = judged(KERNEL, a_snapshot({"a.ipynb": written(metadata={"kernelspec": kernel})}))
    assert [finding.message for finding in found] == [
        f"the kernel is '{'t' * 40}'; allowed: python3",
        "the kernel's display name is that of one's own environment; usual is one like 'Python 3 (ipykernel)'",
    ]
    assert {finding.mend for finding in found} == {"select the kernel python3, and save"}


@pytest.mark.parametrize(
    ("counts", "back", "incomplete"),
    [
        pytest.param([], None, None, id="no cells"),
        pytest.param([None, None], None, None, id="never run"),
        pytest.param([1, 2, 3], None, None, id="top to bottom"),
        pytest.param([1, None, 2], None, None, id="an empty cell between"),
        pytest.param([1, 3], None, 1, id="one run twice, or gone"),
        pytest.param([2, 1], 1, 0, id="wrong order"),
        pytest.param([5, 5], 1, 0, id="a cell that was copied"),
        pytest.param([1, "2"], None, 1, id="no number"),
    ],
)
def test_notebook_order(counts: list[Any], back: int | None, incomplete: int | None) -> None:
    snapshot = a_snapshot({"a.ipynb": written(*(code(count=count) for count in counts))})
    for settings, cell in ((Order(), back), (Order(complete=True), incomplete)):
        found = judged(ORDER, snapshot, settings)
        assert [finding.place.cell for finding in found] == ([] if cell is None else [cell])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Order(), "cell 2 was run before the cell above it"),
        (Order(complete=True), "cell 1 was not run as number 1, as it is when all cells are run from top to bottom"),
    ],
)
def test_notebook_order_message(settings: Order, message: str) -> None:
    (finding,) = judged(ORDER, a_snapshot({"a.ipynb": written(code(count=4), code(count=2))}), settings)
    assert finding.message == message
    assert finding.mend == "restart the kernel, run all cells, and save"


@pytest.mark.parametrize(
    ("path", "pasted"),
    [("a.ipynb", "a.ipynb"), ("a b'c", "'a b'\"'\"'c'"), ("-rf", "./-rf"), (":top", "./:top"), ("$(x)", "'$(x)'")],
)
def test_quoted(path: str, pasted: str) -> None:
    assert quoted(path) == pasted


def test_findings_of_a_range_name_their_commit() -> None:
    file = a_file("a.ipynb", written(code(count=1)), commit="1" * 40)
    snapshot = Snapshot(files=(file,), contents={file.blob: written(code(count=1))})
    assert [finding.place.commit for finding in judged(OUTPUT, snapshot)] == ["1" * 40]


def test_a_finding_is_recognised_by_the_id_of_its_cell() -> None:
    cell = code(count=1, id="a1b2")
    before, after = (judged(OUTPUT, a_snapshot({"a.ipynb": written(*cells)})) for cells in ([cell], [code(), cell]))
    assert [finding.key for finding in before] == [finding.key for finding in after] == ["a1b2 execution_count"]
