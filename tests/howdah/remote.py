"""A server of strangers, scripted: serves actors, notes and WebFinger on loopback, signs what it sends, verifies what it is sent,
and can be as slow, broken or malicious as a test wants it. Its domain is 127.0.0.1:PORT, reached by plain http, which a server in
a laboratory does for addresses in allow_private_addresses; with a name from static_hosts, give that name as domain."""
import http.server
import itertools
import json
import socket
import struct
import threading
import urllib.parse

import requests

from . import signing, wait

ACTIVITY = "application/activity+json"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Received:
    """One request that the remote was sent. problem: None where its signature holds, else what is wrong with it."""

    def __init__(self, method, target, headers, body, problem):
        self.method, self.target, self.headers, self.body, self.problem = method, target, headers, body, problem
        self.dialect = signing.dialect_of(headers)
        self.path = target.split("?")[0]
        try:
            self.activity = json.loads(body) if body else None
        except ValueError:
            self.activity = None

    def __repr__(self):
        return f"{self.method} {self.target} ({self.problem or 'signed'}): {self.body[:400]!r}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def do_GET(self):
        self.server.remote._serve(self)

    do_POST = do_HEAD = do_GET


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_):
        pass


class FakeRemote:
    """first_key: where its actors' keys begin among those of signing.key(); they take turns with eight of them."""

    def __init__(self, domain=None, scheme="http", first_key=0):
        self.first_key = first_key
        self.listener = _Listener(("127.0.0.1", 0), _Handler)
        self.listener.remote = self
        self.port = self.listener.server_address[1]
        self.domain = domain or f"127.0.0.1:{self.port}"
        self.url = f"{scheme}://{self.domain}"
        self.documents, self.actors, self.behaviour = {}, {}, {}
        self.received, self.arrived, self.closing = [], threading.Condition(), threading.Event()
        self.numbers, self.public_keys = itertools.count(1), {}
        self.dialects = {"draft", "rfc9421"}      # which signatures it reads
        self.authorized_fetch = False             # shows nothing but to who signs; WebFinger to everybody
        threading.Thread(target=self.listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.closing.set()
        self.listener.shutdown()
        self.listener.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What it serves

    def actor(self, name="bob", **more):
        if name not in self.actors:
            self.actors[name] = Actor(self, name, more)
        return self.actors[name]

    def put(self, path, document, type=ACTIVITY):
        """Serves a document (a dict, text or bytes) at that path; its address."""
        body = document if isinstance(document, bytes) else (document if isinstance(document, str) else json.dumps(document)).encode()
        self.documents[path] = (type, body)
        return self.url + path

    def drop(self, url_or_path):
        """From now on that document is gone (410)."""
        self.documents[urllib.parse.urlsplit(url_or_path).path] = None

    def behave(self, where, how):
        """From now on, what begins with the path where ("" for everything) is answered by how(handler, go_on): one of the
        functions below, or one of a test's own. None makes it behave again."""
        if how is None:
            self.behaviour.pop(where, None)
        else:
            self.behaviour[where] = how

    # Its answers

    def _serve(self, h):
        length = int(h.headers.get("Content-Length") or 0)
        body = h.rfile.read(length)
        headers = {k.lower(): v for k, v in h.headers.items()}
        problem = signing.verify(h.command, h.path, headers, body, self._key_of, self.url)
        if problem is None and signing.dialect_of(headers) not in self.dialects:
            problem = "not a signature that is read here"
        got = Received(h.command, h.path, headers, body, problem)
        # How it is answered is settled before anybody knows that it came: a test that has waited for it may change how the next one is.
        how = self.behaviour.get(max((w for w in list(self.behaviour) if h.path.startswith(w)), key=len, default=None))
        with self.arrived:
            self.received.append(got)
            self.arrived.notify_all()
        if how is None:
            self._answer(h, got)
        else:
            how(h, lambda: self._answer(h, got))

    def _answer(self, h, got):
        if got.method == "POST":
            return reply(h, 202 if got.problem is None else 401)
        if got.path == "/.well-known/webfinger":
            return self._webfinger(h, got)
        if self.authorized_fetch and got.problem is not None:
            return reply(h, 401)
        if got.path not in self.documents:
            return reply(h, 404)
        if self.documents[got.path] is None:
            return reply(h, 410)
        type, body = self.documents[got.path]
        return reply(h, 200, body, type)

    def _webfinger(self, h, got):
        resource = urllib.parse.parse_qs(urllib.parse.urlsplit(got.target).query).get("resource", [""])[0]
        for actor in self.actors.values():
            if resource in (f"acct:{actor.name}@{self.domain}", actor.id):
                found = {"subject": f"acct:{actor.name}@{self.domain}", "aliases": [actor.id],
                         "links": [{"rel": "self", "type": ACTIVITY, "href": actor.id}]}
                return reply(h, 200, json.dumps(found).encode(), "application/jrd+json")
        return reply(h, 404)

    def _key_of(self, key_id):
        """The PEM of a sender's key, fetched as any server would."""
        if key_id not in self.public_keys:
            got = requests.get(key_id, headers={"Accept": ACTIVITY}, timeout=wait.stretch(10))
            got.raise_for_status()
            document = got.json()
            key = document.get("publicKey", document)
            assert key["id"] == key_id, f"the key at {key_id} says that it is {key['id']}"
            self.public_keys[key_id] = key["publicKeyPem"]
        return self.public_keys[key_id]

    # What it was sent

    def wait_for(self, match, what, seconds=30):
        """The first request received, from the beginning, that match(received) is true of."""
        found = []

        def look():
            found[:] = [r for r in self.received if match(r)][:1]
            return bool(found)
        with self.arrived:
            assert self.arrived.wait_for(look, wait.stretch(seconds)), f"{what}: not received; received: {self.received}"
        return found[0]

    def wait_activity(self, type, match=lambda activity: True, seconds=30):
        """The first activity of that type, whose signature must hold."""
        got = self.wait_for(lambda r: isinstance(r.activity, dict) and r.activity.get("type") == type and match(r.activity),
                            f"a {type}", seconds)
        assert got.problem is None, repr(got)
        return got.activity

    def activities(self, type):
        return [r.activity for r in self.received if isinstance(r.activity, dict) and r.activity.get("type") == type]


class Actor:
    """Somebody at the remote."""

    def __init__(self, remote, name, more):
        self.remote, self.name = remote, name
        self.private = signing.key(remote.first_key + len(remote.actors) % 8)
        self.id = f"{remote.url}/users/{name}"
        self.key_id = self.id + "#main-key"
        self.handle = f"{name}@{remote.domain}"
        self.inbox, self.shared_inbox = self.id + "/inbox", remote.url + "/inbox"
        self.document = {
            "@context": CONTEXT, "id": self.id, "type": "Person", "preferredUsername": name, "name": name.capitalize(),
            "summary": f"<p>{name} of elsewhere</p>", "url": f"{remote.url}/@{name}", "inbox": self.inbox, "outbox": self.id + "/outbox",
            "followers": self.id + "/followers", "following": self.id + "/following", "endpoints": {"sharedInbox": self.shared_inbox},
            "manuallyApprovesFollowers": False, "discoverable": True, "published": "2024-01-01T00:00:00Z",
            "publicKey": {"id": self.key_id, "owner": self.id, "publicKeyPem": signing.pem(self.private)}, **more,
        }
        self.publish()

    def publish(self):
        path = urllib.parse.urlsplit(self.id).path
        self.remote.put(path, self.document)
        for name in ("outbox", "followers", "following"):
            self.remote.put(f"{path}/{name}", {"@context": CONTEXT, "id": f"{self.id}/{name}", "type": "OrderedCollection",
                                               "totalItems": 0, "orderedItems": []})

    # Sending

    def deliver(self, inbox, activity, *, private=None, key_id=None, headers=None, body=None, sign=signing.sign, **signing_how):
        """POSTs a signed activity; the answer. What is not right about it is up to the test. sign: signing.sign or sign_message."""
        body = json.dumps(activity).encode() if body is None else body
        sent = sign(private or self.private, key_id or self.key_id, "POST", inbox, body, **signing_how)
        sent["Content-Type"] = ACTIVITY
        sent.update(headers or {})
        return requests.post(inbox, data=body, headers=sent, timeout=wait.stretch(30), allow_redirects=False)

    def send(self, inbox, activity, **how):
        """As deliver, and must be accepted."""
        got = self.deliver(inbox, activity, **how)
        assert got.status_code in (200, 202), f"{got.status_code} {got.text[:500]} for {activity}"
        return activity

    def fetch(self, url, **how):
        """A signed GET."""
        headers = signing.sign(self.private, self.key_id, "GET", url, **how)
        return requests.get(url, headers={**headers, "Accept": ACTIVITY}, timeout=wait.stretch(30), allow_redirects=False)

    # Saying

    def new_id(self, kind="activities"):
        return f"{self.remote.url}/{kind}/{next(self.remote.numbers)}"

    def activity(self, type, object, **more):
        return {"@context": CONTEXT, "id": self.new_id(), "type": type, "actor": self.id, "object": object, **more}

    def note(self, content, *, to=None, cc=None, **more):
        """A note, served at its own address."""
        id = more.pop("id", None) or self.new_id("notes")
        note = {"@context": CONTEXT, "id": id, "type": "Note", "attributedTo": self.id, "content": f"<p>{content}</p>",
                "published": more.pop("published", "2026-01-01T00:00:00Z"), "to": to or [PUBLIC],
                "cc": cc if cc is not None else [self.document["followers"]], "url": id, "tag": [], **more}
        self.remote.put(urllib.parse.urlsplit(id).path, note)
        return note

    def create(self, note):
        return self.activity("Create", {k: v for k, v in note.items() if k != "@context"}, to=note["to"], cc=note["cc"],
                             published=note["published"])

    def follow(self, target):
        return self.activity("Follow", target)

    def accept(self, follow):
        return self.activity("Accept", follow)

    def undo(self, activity):
        return self.activity("Undo", activity)


# Ways to answer, for FakeRemote.behave(where, how).

def reply(h, status, body=b"", type="text/plain", headers=None):
    h.send_response(status)
    h.send_header("Content-Type", type)
    h.send_header("Content-Length", str(len(body)))
    for name, value in (headers or {}).items():
        h.send_header(name, value)
    h.end_headers()
    if h.command != "HEAD":
        h.wfile.write(body)


def status(code, headers=None):
    return lambda h, go_on: reply(h, code, headers=headers)


def redirect(to, code=302):
    return lambda h, go_on: reply(h, code, headers={"Location": to})


def slow(seconds):
    """Answers rightly, but late; at once when the remote closes."""
    def how(h, go_on):
        h.server.remote.closing.wait(seconds)
        go_on()
    return how


def silent(h, go_on):
    """Never answers."""
    h.server.remote.closing.wait()
    h.close_connection = True


def reset(after=0):
    """Breaks the connection off, after that many bytes of an answer."""
    def how(h, go_on):
        h.wfile.write((b"HTTP/1.1 200 OK\r\nContent-Type: " + ACTIVITY.encode() + b"\r\nContent-Length: 1000\r\n\r\n" + b"{" * 1000)[:after])
        h.wfile.flush()
        h.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        h.connection.close()
        h.close_connection = True
    return how


def trickle(interval=0.2):
    """Sends headers, then a body a byte at a time that never gets done."""
    def how(h, go_on):
        h.send_response(200)
        h.send_header("Content-Type", ACTIVITY)
        h.send_header("Content-Length", "100000")
        h.end_headers()
        while not h.server.remote.closing.wait(interval):
            h.wfile.write(b" ")
            h.wfile.flush()
        h.close_connection = True
    return how


def big(size=10 * 1024 * 1024, told=True):
    """A body of that size, with its length told or chunked."""
    def how(h, go_on):
        h.send_response(200)
        h.send_header("Content-Type", ACTIVITY)
        h.send_header(*(("Content-Length", str(size)) if told else ("Transfer-Encoding", "chunked")))
        h.end_headers()
        block, left = b'{"a":"' + b"x" * 65530, size
        while left > 0:
            piece = block[:left]
            h.wfile.write(piece if told else b"%x\r\n%s\r\n" % (len(piece), piece))
            left -= len(piece)
        if not told:
            h.wfile.write(b"0\r\n\r\n")
    return how


def flaky(times, how):
    """Answers so that many times by how, then rightly."""
    left = itertools.count(times, -1)
    return lambda h, go_on: how(h, go_on) if next(left) > 0 else go_on()
