"""A client of the API. Every exchange is written down and held to the schema (record.py)."""
import json as jsonlib
import re
import urllib.parse

import requests

from . import wait
from .record import RECORDER


class Reply:
    def __init__(self, method, path, got):
        self.method, self.path, self.status, self.headers = method, path, got.status_code, got.headers
        self.content, self.type = got.content, got.headers.get("Content-Type", "").split(";")[0].strip()
        self.set_cookies = got.raw.headers.getlist("Set-Cookie") if hasattr(got.raw.headers, "getlist") else []

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    @property
    def json(self):
        return jsonlib.loads(self.content)

    @property
    def links(self):
        """The Link header, by rel."""
        found = re.findall(r'<([^>]*)>\s*;\s*rel="([^"]+)"', self.headers.get("Link", ""))
        return {rel: url for url, rel in found}

    def __repr__(self):
        return f"{self.method} {self.path} -> {self.status} {self.text[:600]}"


class Api:
    def __init__(self, base, token=None):
        self.base, self.token = base.rstrip("/"), token
        self.session = requests.Session()
        self.session.trust_env = False

    def request(self, method, path, *, headers=None, timeout=30, allow_redirects=False, **how):
        """One exchange, whatever its status. path may be a whole address; how is what requests takes: params, json, data, files."""
        url = path if "://" in path else self.base + path
        # An address that the server wrote names its domain; it is reached where it listens.
        parts = urllib.parse.urlsplit(url)
        url = urllib.parse.urlsplit(self.base)._replace(path=parts.path, query=parts.query).geturl()
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent.update(headers or {})
        got = self.session.request(method, url, headers=sent, timeout=wait.stretch(timeout), allow_redirects=allow_redirects, **how)
        reply = Reply(method, parts.path, got)
        RECORDER.add(reply, user=bool(self.token))
        return reply

    def ok(self, method, path, **how):
        """The body of a reply that must be 200, or one of the 2xx given as status."""
        want = how.pop("status", 200)
        reply = self.request(method, path, **how)
        assert reply.status == want, f"wanted {want}: {reply!r}"
        return reply.json if reply.type == "application/json" and reply.content else reply.content

    def fails(self, status, method, path, error=None, **how):
        """A refusal: that status and, where given, that error text."""
        reply = self.request(method, path, **how)
        assert reply.status == status, f"wanted {status}: {reply!r}"
        assert reply.type == "application/json" and isinstance(reply.json.get("error"), str), f"no error text: {reply!r}"
        assert error is None or reply.json["error"] == error, f"wanted {error!r}: {reply!r}"
        return reply

    def get(self, path, params=None, **how):
        return self.ok("GET", path, params=params, **how)

    def post(self, path, data=None, **how):
        return self.ok("POST", path, **({"json": data} if data is not None else {}), **how)

    def put(self, path, data=None, **how):
        return self.ok("PUT", path, **({"json": data} if data is not None else {}), **how)

    def patch(self, path, data=None, **how):
        return self.ok("PATCH", path, **({"json": data} if data is not None else {}), **how)

    def delete(self, path, **how):
        return self.ok("DELETE", path, **how)

    def pages(self, path, params=None, rel="next", most=100):
        """Each page of a list, by its Link header, until a page names no further one."""
        how = {"params": params}
        for _ in range(most):
            reply = self.request("GET", path, **how)
            assert reply.status == 200, repr(reply)
            yield reply.json
            path, how = reply.links.get(rel), {}
            if not path:
                return
        raise AssertionError(f"more than {most} pages")

    # What nearly every test does

    def me(self):
        return self.get("/api/v1/accounts/verify_credentials")

    @property
    def id(self):
        if not hasattr(self, "_id"):
            self._id = self.me()["id"]
        return self._id

    def status(self, text, **more):
        return self.post("/api/v1/statuses", {"status": text, **more})

    def follow(self, whom):
        """whom is a client, an account or an id."""
        target = whom.id if isinstance(whom, Api) else whom["id"] if isinstance(whom, dict) else whom
        return self.post(f"/api/v1/accounts/{target}/follow")

    def relationship(self, whom):
        target = whom.id if isinstance(whom, Api) else whom["id"] if isinstance(whom, dict) else whom
        return self.get("/api/v1/accounts/relationships", {"id[]": target})[0]

    def home(self, **params):
        return self.get("/api/v1/timelines/home", params)
