#!/usr/bin/env python3
"""tests/schema/check.py [--routes BINARY] FOLDER: holds the exchanges that a test run wrote down (FOLDER/*.jsonl) to the schema;
with --routes also names every row of BINARY's endpoint table that no test has seen succeed, and every row of the client API that
Mastodon's description lacks and extensions.txt does not name. Ends with 77 where the description is not at hand."""
import argparse
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from schema import openapi, overlay  # noqa: E402


def rows_of(binary):
    out = subprocess.run([binary, "routes"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
    return [(line.split()[0], re.sub(r"\{[^}]*\}|:[A-Za-z_]+", "{}", line.split()[1])) for line in out.splitlines() if line.strip()]


def pattern(path):
    return re.compile("[^/]+".join(re.escape(part) for part in path.split("{}")) + "/?")


def check_routes(binary, exchanges, schema):
    said = pathlib.Path(__file__).with_name("extensions.txt").read_text().splitlines()
    extensions = {tuple(line.split()) for line in said if line.strip() and not line.startswith("#")}
    described = {(m.upper(), re.sub(r"\{[^}]+\}", "{}", p)) for p, ops in schema.document["paths"].items() for m in ops}
    done = {(e["method"], e["path"]) for e in exchanges if e["status"] < 400 or overlay.is_answer(e)}
    problems = []
    for method, path in rows_of(binary):
        if not path.startswith(("/api/", "/oauth/")):
            continue
        if (method, path) not in described and (method, path) not in extensions:
            problems.append(f"{method} {path}: neither described by Mastodon nor in extensions.txt")
        match = pattern(path).fullmatch
        if "/streaming" not in path and not any(m == method and match(p) for m, p in done):
            problems.append(f"{method} {path}: no test has seen it succeed")
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--routes", metavar="BINARY")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    schema = openapi.load()
    if schema is None:
        print("Mastodon's OpenAPI description is not at hand (HOWDAH_OPENAPI names it)")
        return 77
    exchanges = [json.loads(line) for f in sorted(args.folder.glob("*.jsonl")) for line in f.read_text().splitlines()]
    problems = []
    for e in exchanges:
        if e.get("page"):
            continue
        for pointer, message in schema.check(e["method"], e["path"], e["status"], e["type"], e["body"], user=e["user"]):
            problems.append(f"{e['method']} {e['path']} -> {e['status']} at {pointer or '/'}: {message}")
    if args.routes:
        problems += check_routes(args.routes, exchanges, schema)
    for line in sorted(set(problems)):
        print(line)
    print(f"{len(exchanges)} exchanges, {len(set(problems))} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
