#!/usr/bin/env python3
"""tools/with_database.py COMMAND...: runs a test program with a database of its own on the cluster that HOWDAH_TEST_PG names, so that
several may run at once; without a cluster just runs it. A pool of keys stands in for those that take long to make. meson test takes it as --wrapper."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/howdah"))
import database  # noqa: E402
import signing  # noqa: E402

own = database.Database()
try:
    env = {**os.environ, "HOWDAH_TEST_PG": own.url, "HOWDAH_TEST_KEYS": str(signing.key_pool())}
    code = subprocess.run(sys.argv[1:], env=env).returncode
finally:
    own.drop()
sys.exit(code if code >= 0 else 128 - code)
