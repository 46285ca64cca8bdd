"""Lines and paths of what has been read."""

from __future__ import annotations

from indexer.material import Document, dotted

DOCUMENT = Document("x.yaml", {}, {(): 1, ("a",): 3, ("a", "b", 0): 5})


def test_a_path_without_a_line_has_that_of_its_nearest_parent() -> None:
    assert DOCUMENT.line(("a", "b", 0)) == 5
    assert DOCUMENT.line(("a", "b", 1)) == 3
    assert DOCUMENT.line(("z",)) == 1


def test_dotted() -> None:
    assert dotted(()) == ""
    assert dotted(("a", "b", 0, "c")) == "a.b[0].c"
    assert dotted((0, "a")) == "[0].a"


def test_fault() -> None:
    fault = DOCUMENT.fault(("a",), 2.5, "is wrong", "mend it")
    assert fault.as_dict() == {
        "file": "x.yaml", "line": 3, "column": "a", "value": "2.5", "message": "is wrong", "remedy": "mend it",
    }  # fmt: skip
    assert DOCUMENT.fault((), None, "is wrong", "mend it").column is None
