"""What all tests share: a temporary folder of their own, so that other programs' leftovers are not counted."""

from __future__ import annotations

import multiprocessing.util
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# Times are not judged here: the machine is shared.
settings.register_profile(
    "mrkit", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("mrkit")


@pytest.fixture(autouse=True, scope="session")
def own_temporary_folder():
    multiprocessing.util.get_temp_dir()  # its own stays where it is: that is removed when Python ends
    # Not pytest's own, whose path is too long for the sockets that multiprocessing puts there on macOS.
    with tempfile.TemporaryDirectory(prefix="t-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield folder
