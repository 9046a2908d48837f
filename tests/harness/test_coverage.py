"""script/api-coverage: what it counts, on a table, an endpoint table and recordings made for it."""
import json
import os
import pathlib
import subprocess

from howdah import need
from schema import openapi

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COLUMNS = ("method", "path", "class", "priority", "status")
TABLE = [
    ("GET", "/api/v1/markers", "user", "P1", "current"),
    ("GET", "/api/v1/lists/:id", "user", "P1", "current"),
    ("GET", "/api/v1/lists/special", "user", "P1", "current"),
    ("GET", "/api/v1/preferences", "user", "P0", "deprecated"),
    ("WS", "/api/v1/streaming", "streaming", "P0", "current"),
    ("GET", "/api/v1/gone", "user", "P2", "removed"),
]


def coverage(folder, exchanges, *options):
    folder.joinpath("table.tsv").write_text("".join("\t".join(row) + "\n" for row in [COLUMNS, *TABLE]))
    binary = folder / "howdah"
    binary.write_text("#!/bin/sh\nprintf 'GET /api/v1/%s\\n' markers lists/:list_id streaming preferences\n")
    binary.chmod(0o755)
    folder.joinpath("1.jsonl").write_text("".join(json.dumps(e) + "\n" for e in exchanges))
    argv = [ROOT / "script/api-coverage", "--table", folder / "table.tsv", "--binary", binary, *options]
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env={**os.environ, "HOWDAH_API_TABLE": ""})


def exchange(path, body, status=200):
    return {"method": "GET", "path": path, "status": status, "type": "application/json", "user": True, "body": body}


def test_rows_are_counted_as_served_hit_and_conformant(tmp_path):
    need(openapi.source(), "Mastodon's OpenAPI description")
    done = coverage(tmp_path, [
        exchange("/api/v1/markers", {}),
        exchange("/api/v1/lists/1", {"id": 1}),
        exchange("/api/v1/preferences", {"error": "no"}, status=403),
        {"method": "WS", "path": "/api/v1/streaming", "status": 101, "page": True},
    ], tmp_path)
    assert done.returncode == 0, done.stderr
    rows = {line.rsplit(None, 4)[0]: [int(n) for n in line.split()[-4:]] for line in done.stdout.split("\n\n")[0].splitlines()[1:-1]}
    assert rows["user"] == [4, 3, 2, 1] and rows["user P1"] == [3, 2, 2, 1] and rows["user P0"] == [1, 1, 0, 0]
    assert rows["all"] == [5, 4, 3, 2]
    lacking = {part.splitlines()[0]: part.splitlines()[1:] for part in done.stdout.split("\n\n")[1:]}
    assert lacking == {"not served (1):": ["  user       P1  GET /api/v1/lists/special"],
                       "served, and no test has seen it succeed (1):": ["  user       P0  GET /api/v1/preferences"],
                       "hit, with replies that do not fit (1):": ["  user       P1  GET /api/v1/lists/:id"]}


def test_too_few_conformant_rows_fail_and_without_recordings_only_the_rows_are_told(tmp_path):
    done = coverage(tmp_path, [], "--fail-below", "1")
    assert done.returncode == 1 and "conformant" not in done.stdout and "not served (1):" in done.stdout


def test_without_a_table_it_says_so(tmp_path):
    done = coverage(tmp_path, [], "--table", tmp_path / "none.tsv")
    assert done.returncode == 77 and "no table of endpoints" in done.stdout
