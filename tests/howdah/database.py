"""A database of its own for each server: a file in its folder, or a new one in the PostgreSQL that HOWDAH_TEST_PG names."""
import contextlib
import fcntl
import functools
import hashlib
import os
import pathlib
import secrets
import sqlite3
import subprocess
import tempfile
import urllib.parse


def postgres():
    """The address of the cluster, or an empty string where the tests run on SQLite."""
    return os.environ.get("HOWDAH_TEST_PG", "")


def psql(url, sql):
    done = subprocess.run([os.environ.get("PSQL", "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    if done.returncode:
        raise RuntimeError(f"psql: {done.stderr.strip()}")
    return done.stdout.strip()


def create(name, template="template0"):
    """The address of a new database."""
    psql(postgres(), f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
    return urllib.parse.urlsplit(postgres())._replace(path="/" + name).geturl()


@functools.lru_cache(maxsize=None)
def template(binary):
    """The name of a database that this binary has migrated: copying one takes a quarter of making one. One a cluster and binary, whoever
    comes first makes it."""
    built = os.stat(binary)
    name = "howdah_template_" + hashlib.sha256(f"{binary} {built.st_mtime_ns} {built.st_size}".encode()).hexdigest()[:16]
    lock = pathlib.Path(tempfile.gettempdir()) / f"howdah-test-template-{os.getuid()}.lock"
    with lock.open("w") as held, tempfile.TemporaryDirectory() as data:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not psql(postgres(), f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            half = "howdah_" + secrets.token_hex(6)
            url = create(half)
            env = {k: v for k, v in os.environ.items() if not k.startswith("HOWDAH_")}
            env.update(HOWDAH_DATABASE_URL=url, HOWDAH_DOMAIN="template.example")
            subprocess.run([binary, "migrate", "--data", data], env=env, check=True, stdout=subprocess.DEVNULL, timeout=120)
            psql(url, "DELETE FROM meta")                 # whose it is, and with which key its secrets are sealed
            psql(postgres(), f"ALTER DATABASE {half} RENAME TO {name}")
    return name


class Database:
    """url is what database_url is set to: empty for SQLite. With a binary its schema stands already, as that binary makes it."""

    def __init__(self, engine=None, binary=None):
        self.url, self.name = "", None
        engine = engine or ("postgres" if postgres() else "sqlite")
        if engine == "postgres":
            self.name = "howdah_" + secrets.token_hex(6)
            self.url = create(self.name, template(binary) if binary else "template0")

    def sql(self, folder, text):
        """Runs one statement beside the server whose data is in folder; of a query the first row's columns by '|', as psql has them."""
        if self.url:
            return psql(self.url, text)
        with contextlib.closing(sqlite3.connect(folder / "howdah.db", timeout=30)) as db, db:
            row = db.execute(text).fetchone()
        return "|".join(str(v) for v in row) if row else ""

    def drop(self):
        if self.name:
            psql(postgres(), f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            self.name = None
