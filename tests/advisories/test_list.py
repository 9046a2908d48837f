"""The list of advisories, and what became of each."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_each_advisory_is_tried_or_said_why_not():
    done = subprocess.run([sys.executable, str(ROOT / "script/advisories"), "--list"], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
