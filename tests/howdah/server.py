"""A real server: started in a folder of its own, waited for by its ready line, and judged when it stops."""
import os
import pathlib
import queue
import random
import re
import secrets
import socket
import subprocess
import threading
import time

from . import wait
from .api import Api
from .binary import find_binary
from .database import Database
from .signing import key_pool

SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:|AddressSanitizer:DEADLYSIGNAL")
ERROR_LINE = re.compile(r'^\S+ error (\S+)|"level":"error","event":"([^"]+)"')


# Below the range that the kernel lends to outgoing connections. Each worker of a run has a part of its own: a server that is started again
# finds its port free.
PORTS_FIRST, PORTS_EACH, PORTS_PARTS = 20000, 1500, 8
# As model/lanes.def numbers them.
LANES = ("INGRESS", "DEFAULT", "PUSH", "PULL", "MAIL", "MEDIA", "SCHEDULE", "DEVICES", "FILM", "FORWARD", "LOOKUP")


def free_port():
    """A port that nobody listens on."""
    part = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0) % PORTS_PARTS
    while True:
        port = PORTS_FIRST + part * PORTS_EACH + random.SystemRandom().randrange(PORTS_EACH)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    """Settings are given as keywords, by the names of conf (domain="...", rate_limits="on"); None leaves one unset. The server
    listens on 127.0.0.1, and its domain is localhost with that port, so plain http is said everywhere. empty: its database has no schema yet."""

    def __init__(self, folder, *, binary=None, database=None, engine=None, empty=False, roles=None, fault=None, start=True,
                 **settings):
        self.folder, self.binary = pathlib.Path(folder), str(binary or find_binary())
        self.data = self.folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.domain = f"localhost:{self.port}"
        self.owns_database = database is None
        self.database = database or Database(engine, None if empty else self.binary)
        self.roles, self.fault = roles, fault
        self.settings = {
            "domain": self.domain, "listen": f"127.0.0.1:{self.port}", "database_url": self.database.url or None,
            "rate_limits": "off", "allow_private_addresses": "127.0.0.0/8", "delivery_retry_s": "1", **settings,
        }
        self.domain = self.settings["domain"] or self.domain
        self.log_path = self.folder / "log"
        self.process, self.url, self.expected, self.output = None, None, [], []
        if start:
            self.start()

    # Running

    def environment(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("HOWDAH_")}
        env.update({f"HOWDAH_{k.upper()}": str(v) for k, v in self.settings.items() if v is not None})
        env["HOWDAH_TEST_KEYS"] = str(key_pool())     # builds made for tests listen; others make keys and hash passwords as they should
        if os.environ.get("HOWDAH_TEST_SHAKE_MS"):
            env["HOWDAH_TEST_SHAKE_MS"] = os.environ["HOWDAH_TEST_SHAKE_MS"]
        if self.fault:
            env["HOWDAH_FAULT"] = self.fault
        return env

    def start(self, seconds=30):
        """Returns when the server has said that it is ready."""
        argv = [self.binary, "serve", "--data", str(self.data)]
        if self.roles:
            argv += ["--roles", self.roles]
        # setpriv: where the tests are killed, their servers die with them.
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *argv], env=self.environment(), cwd=self.folder,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        said = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, said), daemon=True).start()
        self.output = []
        while True:
            try:
                line = said.get(timeout=wait.stretch(seconds))
            except queue.Empty:
                self.kill()
                raise AssertionError(f"not ready within {wait.stretch(seconds)} s\n{self.log_tail()}") from None
            if line is None:
                code = self.process.wait()
                self.process = None
                raise AssertionError(f"the server ended with {code} before it was ready\n{''.join(self.output)}{self.log_tail()}")
            self.output.append(line)
            m = re.match(r"ready (http://\S+)", line)
            if m:
                self.listens = m[1]
                self.url = f"http://127.0.0.1:{m[1].rsplit(':', 1)[1]}"
                return self

    @staticmethod
    def _read(pipe, said):
        for line in pipe:
            said.put(line)
        said.put(None)

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As a power cut would: nothing is judged but what stays behind."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def wait_dead(self, seconds=30):
        """Waits for a server that an armed fault kills; its exit code (negative: the signal)."""
        code = self.process.wait(timeout=wait.stretch(seconds))
        self.process = None
        return code

    def stop(self, seconds=30):
        """SIGTERM, and judges: exit code 0, no sanitizer report, no error line that was not announced."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            code = self.process.wait(timeout=wait.stretch(seconds))
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end within {wait.stretch(seconds)} s of SIGTERM\n{self.log_tail()}") from None
        self.process = None
        self.judge_log()
        assert code == 0, f"the server ended with {code}\n{self.log_tail()}"

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        """Stops, judges, and drops the database, whatever the judgement."""
        try:
            self.stop()
        finally:
            self.kill()
            if self.owns_database:
                self.database.drop()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.kill()
        self.close()

    # Its log

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_tail(self, lines=40):
        return "--- log\n" + "\n".join(self.log().splitlines()[-lines:])

    def queries(self, reply):
        """How many database calls that reply took, as the log says."""
        line = re.compile(rf"request .*queries=(\d+) .*id={re.escape(reply.headers['X-Request-Id'])}\b")
        return int(wait.until(lambda: line.search(self.log()), "the request's line in the log").group(1))

    def expect_error(self, event):
        """Announces that the log may hold error lines of that event."""
        self.expected.append(event)

    def judge_log(self):
        text = self.log()
        report = SANITIZER.search(text)
        assert not report, "sanitizer report\n" + text[max(0, report.start() - 200):report.start() + 6000]
        bad = []
        for line in text.splitlines():
            m = ERROR_LINE.search(line)
            if m and (m[1] or m[2]) not in self.expected:
                bad.append(line)
        assert not bad, "error lines that no test announced:\n" + "\n".join(bad[:20])

    # Its command line

    def cli(self, *args, stdin="", check=True, binary=None):
        """Runs one command beside the running server; what it printed. With check=False the whole subprocess result."""
        done = subprocess.run([binary or self.binary, *args, "--data", str(self.data)], env=self.environment(), cwd=self.folder, input=stdin,
                              capture_output=True, text=True, timeout=wait.stretch(60))
        if not check:
            return done
        assert done.returncode == 0, f"howdah {' '.join(args)} ended with {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout.strip()

    def sql(self, text):
        return self.database.sql(self.data, text)

    def inbound_done(self):
        """Waits until every activity that was accepted has been processed, or waits for another server."""
        lookups = f"lane = {LANES.index('LOOKUP')} AND (tries = 0 OR leased_until_us > 0)"
        wait.until(lambda: self.sql(f"SELECT count(*) FROM jobs WHERE lane = {LANES.index('INGRESS')} OR ({lookups})") == "0",
                   "no accepted activity is left", seconds=60)

    def settled(self, *also):
        """Waits until what was accepted has been processed, and what that caused, but for what waits for its time. What is sent to others, and
        pictures and films, are waited for where their lanes are named as well ("PUSH", "DEVICES"). A test of what must not come calls it before it
        looks: one job says nothing of another."""
        lanes = ", ".join(str(LANES.index(name)) for name in ("INGRESS", "DEFAULT", "PULL", "LOOKUP", *also))
        offset_s = int(self.settings.get("clock_offset_s") or 0)
        # What the database was too busy for is tried again some seconds later; elsewhere it is strangers who were not to be had.
        again = f"lane = {LANES.index('DEFAULT')} AND tries > 0"
        wait.until(lambda: self.sql(f"SELECT count(*) FROM jobs WHERE lane IN ({lanes}) AND parked_us = 0 AND "
                                    f"(leased_until_us > 0 OR due_us <= {int((time.time() + offset_s) * 1e6)} OR {again})") == "0",
                   "nothing is left to do", seconds=60)

    # Its people

    def new_name(self, stem="user"):
        return f"{stem}_{secrets.token_hex(4)}"

    def account(self, name=None, *, role=None, scopes="read write follow push", password=None):
        """A new confirmed account, as a client that is signed in to it. Its name is api.name, its password api.password."""
        name = name or self.new_name()
        password = password or secrets.token_urlsafe(12)
        args = ["account", "create", name, "--email", f"{name}@example.com", "--password-stdin"]
        # Under sanitizers a process starts three times as slowly, and this is one for each person of each test.
        maker = os.environ.get("HOWDAH_TEST_MAKER")
        api = Api(self.url, self.cli(*args, "--token", scopes, *(["--role", role] if role else []), stdin=password + "\n", binary=maker))
        api.name, api.password, api.email = name, password, f"{name}@example.com"
        api.handle = f"{name}@{self.domain}"
        return api

    def token(self, name, scopes="read write follow push"):
        return self.cli("account", "token", name, "--scopes", scopes)

    def anonymous(self):
        return Api(self.url, None)
