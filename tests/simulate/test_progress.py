import sys

import pytest

from indexer.simulate.progress import shown


class Terminal:
    """Standard error that is a terminal, or is not."""

    def __init__(self, terminal):
        self.terminal, self.written = terminal, ""

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.written += text

    def flush(self):
        pass


@pytest.fixture
def screen(monkeypatch):
    def make(terminal):
        found = Terminal(terminal)
        monkeypatch.setattr(sys, "stderr", found)
        return found

    return make


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
def test_items_pass_in_order(screen, terminal, wanted):
    screen(terminal)
    assert list(shown(iter("abc"), 3, "drawing", wanted)) == ["a", "b", "c"]


def test_a_terminal_gets_a_bar(screen, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    found = screen(True)
    list(shown(iter("abc"), 3, "drawing", True))
    assert "drawing" in found.written


@pytest.mark.parametrize(("terminal", "wanted", "total"), [(False, True, 3), (True, False, 3), (True, True, 1)])
def test_nothing_is_written_in_a_pipe_or_unasked_or_for_one_step(screen, terminal, wanted, total):
    found = screen(terminal)
    list(shown(iter("abc"), total, "drawing", wanted))
    assert found.written == ""


def test_items_are_made_one_by_one(screen):
    screen(False)
    made = []
    items = shown((made.append(k) or k for k in range(5)), 5, "drawing", True)
    next(items)
    assert made == [0]
