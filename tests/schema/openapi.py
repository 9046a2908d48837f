"""Holds replies to Mastodon's OpenAPI description, mended by overlay.py. load() gives None where the description is not at hand: it
is under another licence and so no part of this repository (HOWDAH_OPENAPI names it, or it stands in ../shared/data)."""
import functools
import json
import os
import pathlib
import re

from . import overlay
from .validator import Compiler

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
FAULT = {"type": "object", "required": ["error"], "properties": {"error": {"anyOf": [{"type": "string"}, {
    "type": "object", "required": ["error", "details"], "properties": {"error": {"type": "string"}, "details": {"type": "object"}}}]}}}


def source():
    named = os.environ.get("HOWDAH_OPENAPI")
    path = pathlib.Path(named) if named else ROOT.parent / "shared/data/mastodon-openapi.json"
    return path if path.is_file() else None


@functools.lru_cache(maxsize=None)
def load():
    path = source()
    return Schema(json.loads(path.read_text()), path) if path else None


class Schema:
    def __init__(self, document, path):
        self.source = path
        self.document = overlay.mend(document)
        plain = overlay.REQUIRED
        with_user = {k: plain.get(k, []) + overlay.USER.get(k, []) for k in {*plain, *overlay.USER}}
        self.compilers = {False: Compiler(self.document, plain), True: Compiler(self.document, with_user)}
        self.validators = {}
        # A trailing slash is as good as none; a path with fewer parameters is preferred.
        self.routes = sorted(((p.count("{"), re.compile(re.sub(r"\{[^}]+\}", "[^/]+", p) + "/?"), p, ops)
                              for p, ops in self.document["paths"].items()), key=lambda row: row[0])

    @functools.lru_cache(maxsize=4096)
    def template(self, path):
        """The described path that this one is an instance of, or None."""
        return next((p for _, pattern, p, _ in self.routes if pattern.fullmatch(path)), None)

    def operation(self, method, path):
        template = self.template(path)
        operations = self.document["paths"].get(template, {}) if template else {}
        return template, operations.get(method.lower()) or (operations.get("get") if method == "HEAD" else None)

    def validator(self, key, schema, user):
        key = (*key, user)
        if key not in self.validators:
            self.validators[key] = self.compilers[user].compile(schema)
        return self.validators[key]

    def check(self, method, path, status, type, body, *, user):
        """A list of (JSON pointer, message); empty where the reply fits or nothing is said about it."""
        if status >= 500 and status != 503:
            return [("", "a reply that no client can be expected to understand")]
        if method == "HEAD" or 300 <= status < 400:
            return []
        template, operation = self.operation(method, path)
        if operation is None:
            return []
        if status >= 400:
            if template in overlay.EMPTY_404 and status == 404 and not body:
                return []
            if type != "application/json":
                return [("", f"an error of type {type or 'none'}, not application/json")]
            fault = template in overlay.FAULT_WITHIN and status == 422
            return self.validator((template, method, "fault" if fault else "error"), FAULT if fault else ERROR, user)(body, "")
        response = operation["responses"].get(str(status))
        if response is None:
            described = [c for c in operation["responses"] if c.startswith("2")]
            return [("", f"status {status}, where {' or '.join(described)} is described")] if described else []
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return []
        if type != "application/json":
            return [("", f"type {type or 'none'}, not application/json")]
        return self.validator((template, method, status), schema, user)(body, "")
