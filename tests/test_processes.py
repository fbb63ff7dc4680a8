"""Work shared among processes: every item once and in order, and what goes wrong there is heard here."""

import os

import pytest

from experiments.running.processes import shared_out


def _own(_):
    return os.getpid()


def test_each_item_is_worked_once_and_in_order_elsewhere():
    assert shared_out(abs, list(range(-20, 0))) == list(range(20, 0, -1))
    assert os.getpid() not in shared_out(_own, [0, 0])


def test_a_mistake_in_another_process_is_raised_here():
    with pytest.raises(ValueError, match="invalid literal"):
        shared_out(int, ["1", "x"])
