"""Writes down every exchange (one JSON object a line, in the folder HOWDAH_RECORD) and holds each reply to the schema at once, so
that the test that caused a wrong reply is the one that fails."""
import json
import os
import pathlib

from schema import openapi


class Recorder:
    def __init__(self):
        folder = os.environ.get("HOWDAH_RECORD")
        self.file = open(pathlib.Path(folder) / f"{os.getpid()}.jsonl", "a") if folder else None
        self.schema = openapi.load()
        self.violations = []

    def add(self, reply, *, user):
        try:
            body = reply.json if reply.type == "application/json" and reply.content else None
            if body is None:
                body = reply.text[:2000]
        except ValueError:
            body = reply.text[:2000]
            self.violations.append(f"{reply.method} {reply.path} -> {reply.status}: says application/json and is not")
        if self.file:
            row = {"method": reply.method, "path": reply.path, "status": reply.status, "type": reply.type, "user": user, "body": body}
            self.file.write(json.dumps(row) + "\n")
            self.file.flush()
        if self.schema:
            for pointer, message in self.schema.check(reply.method, reply.path, reply.status, reply.type, body, user=user):
                self.violations.append(f"{reply.method} {reply.path} -> {reply.status} at {pointer or '/'}: {message}")

    def page(self, method, path, status):
        """A page that somebody opened: no schema describes it, but the rows of the endpoint table ask who has seen it."""
        if self.file:
            self.file.write(json.dumps({"method": method, "path": path, "status": status, "page": True}) + "\n")
            self.file.flush()

    def take(self):
        """The violations since the last call."""
        taken, self.violations = self.violations, []
        return taken


RECORDER = Recorder()
