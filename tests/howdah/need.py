"""What a test cannot do without. Where it is missing the test is a skip with a name; in CI, where everything was promised to be
there, a failure."""
import os
import shutil

import pytest


def need(condition, what):
    if not condition:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} cannot be had, and CI promises it")
        pytest.skip(f"{what} cannot be had")


def need_tool(name):
    """The path of a program."""
    path = shutil.which(name)
    need(path, name)
    return path
