"""A database of its own for each server: a file in its folder, or a new one in the PostgreSQL that HOWDAH_TEST_PG names."""
import contextlib
import os
import secrets
import sqlite3
import subprocess
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


class Database:
    """url is what database_url is set to: empty for SQLite."""

    def __init__(self, engine=None):
        self.url, self.name = "", None
        engine = engine or ("postgres" if postgres() else "sqlite")
        if engine == "postgres":
            self.name = "howdah_" + secrets.token_hex(6)
            psql(postgres(), f"CREATE DATABASE {self.name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
            self.url = urllib.parse.urlsplit(postgres())._replace(path="/" + self.name).geturl()

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
