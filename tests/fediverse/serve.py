"""The process that is the fediverse (see __init__.py): python3 -m fediverse.serve ADDRESS-OF-HOWDAH DOMAINS DOORS VERIFY.

It prints one line of JSON, its ports, and serves until its standard input ends. What it is told and asked comes as requests to /_world."""
import asyncio
import base64
import collections
import hashlib
import json
import re
import socket
import ssl
import sys
import tempfile
import urllib.parse
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fediverse import ACTIVITY, CONTEXT, actor_of, address_of, key_of, note_of, number_of
from howdah import signing
from lab import Authority

BIG = b'{"a":"' + b"x" * (10 * 1024 * 1024)


class Place:
    """One domain: how it behaves, and what it was asked."""
    __slots__ = ("how", "requests", "posts", "bad", "types")

    def __init__(self):
        self.how, self.requests, self.posts, self.bad, self.types = "ok", 0, 0, 0, collections.Counter()


class World:
    def __init__(self, howdah, domains, doors, verify):
        self.howdah, self.verify = howdah, verify
        self.places = [Place() for _ in range(domains)]
        self.door_ports, self.doors, self.keys, self.ids, self.tasks = [0] * doors, [None] * doors, {}, 0, set()

    def domain(self, n):
        return f"{address_of(n)}:{self.door_ports[n] if n < len(self.door_ports) else self.port}"

    async def start(self):
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Visit(self), "0.0.0.0", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        for n in range(len(self.doors)):
            await self.open_door(n)
        refused = socket.socket()                     # bound, and nobody listens
        refused.bind(("0.0.0.0", 0))
        hole = socket.socket()                        # its backlog is full, so that a SYN is not even answered
        hole.bind(("0.0.0.0", 0))
        hole.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for s in fillers:
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", hole.getsockname()[1]))
        folder = tempfile.mkdtemp(prefix="howdah-world-")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority = Authority(folder)
        authority.issue("another.test", "127.1.255.1")
        context.load_cert_chain(f"{folder}/another.test.crt", f"{folder}/another.test.key")
        tls = await loop.create_server(lambda: Visit(self), "0.0.0.0", 0, ssl=context)
        self.kept = [server, refused, hole, fillers, tls]
        return {"port": self.port, "doors": self.door_ports, "refused": refused.getsockname()[1], "hole": hole.getsockname()[1],
                "tls": tls.sockets[0].getsockname()[1], "root": f"{folder}/root.crt"}

    def begin(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)                          # the loop itself keeps no hold of it
        task.add_done_callback(self.tasks.discard)

    async def open_door(self, n):
        if not self.doors[n]:
            self.doors[n] = await asyncio.get_running_loop().create_server(lambda: Visit(self), address_of(n), self.door_ports[n])
            self.door_ports[n] = self.doors[n].sockets[0].getsockname()[1]

    # What it is told

    def command(self, said):
        for where, how in said.get("behave", {}).items():
            first, _, last = where.partition("-")
            for n in range(int(first), int(last or first) + 1):
                self.places[n].how = how
                if n < len(self.doors):
                    if how == "dead" and self.doors[n]:
                        self.doors[n].close()
                        self.doors[n] = None
                    elif how != "dead":
                        self.begin(self.open_door(n))
        return {"posts": [p.posts for p in self.places], "requests": [p.requests for p in self.places], "bad": [p.bad for p in self.places],
                "types": dict(sum((p.types for p in self.places), collections.Counter()))}

    # What it is asked

    def key(self, id):
        if id not in self.keys:
            at = urllib.parse.urlsplit(id)
            request = urllib.request.Request(f"{self.howdah}{at.path}", headers={"Accept": ACTIVITY, "Host": at.netloc})
            document = json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20))
            self.keys[id] = serialization.load_pem_public_key(document.get("publicKey", document)["publicKeyPem"].encode())
        return self.keys[id]

    def signed(self, method, target, headers, body):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', headers.get("signature", "")))
        if body and headers.get("digest") != "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode():
            return False
        try:
            self.key(fields["keyId"]).verify(base64.b64decode(fields["signature"]),
                                             signing.signing_string(fields["headers"].split(), method, target, headers).encode(),
                                             padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, KeyError, ValueError, OSError):
            return False
        return True

    def answer(self, n, method, target, headers, body):
        """Status, type, body."""
        place, domain, path = self.places[n], self.domain(n), target.split("?")[0]
        if method == "POST":
            place.posts += 1
            if self.verify and place.posts % self.verify == 0 and not self.signed(method, target, headers, body):
                place.bad += 1
                return 401, "text/plain", b"the signature does not hold"
            activity = json.loads(body)
            place.types[activity["type"]] += 1
            if activity["type"] == "Follow":
                self.begin(self.accept(n, activity))
            return 202, "text/plain", b""
        if path == "/.well-known/webfinger":
            name = urllib.parse.parse_qs(target.partition("?")[2]).get("resource", [""])[0].removeprefix("acct:").partition("@")[0]
            id = f"http://{domain}/users/{name}"
            found = {"subject": f"acct:{name}@{domain}", "aliases": [id], "links": [{"rel": "self", "type": ACTIVITY, "href": id}]}
            return 200, "application/jrd+json", json.dumps(found).encode()
        kind, _, rest = path[1:].partition("/")
        if kind == "users" and "/" not in rest:
            return 200, ACTIVITY, json.dumps(actor_of(domain, rest)).encode()
        if kind == "notes":
            return 200, ACTIVITY, json.dumps(note_of(domain, rest)).encode()
        if kind == "users":
            found = {"@context": CONTEXT, "id": f"http://{domain}{path}", "type": "OrderedCollection", "totalItems": 0, "orderedItems": []}
            return 200, ACTIVITY, json.dumps(found).encode()
        return 404, "text/plain", b""

    async def accept(self, n, follow):
        """Whom somebody here follows lets them in."""
        self.ids += 1
        domain, whom = self.domain(n), follow["object"]
        activity = {"@context": CONTEXT, "id": f"http://{domain}/activities/a{self.ids}", "type": "Accept", "actor": whom, "object": follow}
        at = urllib.parse.urlsplit(follow["actor"])
        body = json.dumps(activity).encode()
        headers = signing.sign(key_of(domain), whom + "#main-key", "POST", f"http://{at.netloc}/inbox", body)
        head = "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        host, _, port = urllib.parse.urlsplit(self.howdah).netloc.partition(":")
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"POST /inbox HTTP/1.1\r\n{head}Content-Type: {ACTIVITY}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            await reader.read()
            writer.close()
        except OSError:
            pass


class Visit(asyncio.Protocol):
    """One connection."""

    def __init__(self, world):
        self.world, self.held = world, b""

    def connection_made(self, transport):
        self.transport, self.waiting = transport, []

    def connection_lost(self, _):
        for handle in self.waiting:
            handle.cancel()

    def data_received(self, data):
        self.held += data
        while b"\r\n\r\n" in self.held:
            head, _, rest = self.held.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            if headers.get("expect"):
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.held = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"expect")) + b"\r\n\r\n" + rest
                continue
            if len(rest) < length:
                return
            self.held = rest[length:]
            method, target, _ = lines[0].split(" ")
            self.request(method, target, headers, rest[:length])

    def request(self, method, target, headers, body):
        if target == "/_world":
            return self.reply(200, "application/json", json.dumps(self.world.command(json.loads(body or b"{}"))).encode())
        n = number_of(self.transport.get_extra_info("sockname")[0])
        if not 0 <= n < len(self.world.places):
            return self.reply(404, "text/plain", b"")
        place = self.world.places[n]
        place.requests += 1
        how, _, what = place.how.partition(":")
        if how == "ok":
            self.reply(*self.world.answer(n, method, target, headers, body))
        elif how == "slow":
            self.later(float(what), lambda: self.reply(*self.world.answer(n, method, target, headers, body)))
        elif how in ("reset", "dead"):
            self.transport.abort()
        elif how == "status":
            self.reply(int(what), "text/plain", b"so I was told")
        elif how == "redirect":
            self.reply(307, "text/plain", b"", f"Location: {what}\r\n")
        elif how == "page":
            self.reply(200, "text/html", b"<!doctype html><title>this domain is for sale</title>")
        elif how == "big":
            self.reply(200, ACTIVITY, BIG)
        elif how == "trickle":
            self.transport.write(f"HTTP/1.1 200 OK\r\nContent-Type: {ACTIVITY}\r\nContent-Length: 100000\r\n\r\n".encode())
            self.drip()
        # "silent": nothing is ever said

    def later(self, seconds, do):
        self.waiting.append(asyncio.get_running_loop().call_later(seconds, do))

    def drip(self):
        self.waiting.clear()
        if not self.transport.is_closing():
            self.transport.write(b" ")
            self.later(0.2, self.drip)

    def reply(self, status, type, body, more=""):
        head = f"HTTP/1.1 {status} So\r\nContent-Type: {type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        self.transport.write(head.encode() + body)


async def main():
    howdah, domains, doors, verify = sys.argv[1], *map(int, sys.argv[2:5])
    print(json.dumps(await World(howdah, domains, doors, verify).start()), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
