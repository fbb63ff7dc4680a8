"""The garbage collector is as it was after a model is built, even if the building fails."""

import gc

import pytest

from solvers.collecting import without_collecting


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_paused_and_left_as_it_was(on):
    before = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        with without_collecting():
            assert not gc.isenabled()
        assert gc.isenabled() is on
        with pytest.raises(ValueError, match="half built"), without_collecting():
            raise ValueError("half built")
        assert gc.isenabled() is on
    finally:
        (gc.enable if before else gc.disable)()
