"""A scripted fediverse: one process that is as many domains as one likes, each on a loopback address of its own (127.1.0.1, 127.1.0.2, …), with
real signatures both ways. Each behaves as it is told:

    ok · slow:SECONDS · silent (takes the request, never answers) · reset · status:CODE · redirect:URL · page (a parked domain's) · big (10 MiB)
    trickle (a byte every 0.2 s) · dead (of the first `doors` domains, which have a port of their own: nobody listens there any more)

and beside them stand addresses that refuse (world.refused(n)), that do not answer a SYN (world.hole(n)), and a name whose certificate is
another's (WRONG_CERTIFICATE). The load tests of bench/replay use it as well as the tests beside it.

    with World(server.url, domains=40, doors=4) as world:
        world.send(3, server, world.follow(3, actor))
        world.behave({3: "silent"})
        world.count()["posts"][3]
"""
import functools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import requests
from cryptography.hazmat.primitives import serialization
from howdah import signing
from howdah.wait import stretch, until

ACTIVITY = "application/activity+json"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
NETWORK = "127.1.0.0/16"                 # what a server under test must be allowed to reach
WRONG_CERTIFICATE = "wrong.test"


def address_of(n):
    return f"127.1.{(n + 1) >> 8 & 255}.{n + 1 & 255}"


def number_of(address):
    a, b, c, d = map(int, address.split("."))
    return (c << 8 | d) - 1 if (a, b) == (127, 1) else -1


@functools.lru_cache(maxsize=64)
def _key(n):
    return serialization.load_pem_private_key((signing.key_pool() / f"{n}.pem").read_bytes(), None)


def key_of(domain):
    """The private key of all who live at that domain: of the pool that servers under test use too, so nothing is made."""
    return _key(number_of(domain.partition(":")[0]) % 32)


@functools.lru_cache(maxsize=64)
def _pem(n):
    return signing.pem(_key(n))


def actor_of(domain, name):
    id = f"http://{domain}/users/{name}"
    return {"@context": CONTEXT, "id": id, "type": "Person", "preferredUsername": name, "name": name, "summary": "", "url": id,
            "inbox": id + "/inbox", "outbox": id + "/outbox", "followers": id + "/followers", "following": id + "/following",
            "endpoints": {"sharedInbox": f"http://{domain}/inbox"}, "manuallyApprovesFollowers": False, "published": "2024-01-01T00:00:00Z",
            "publicKey": {"id": id + "#main-key", "owner": id, "publicKeyPem": _pem(number_of(domain.partition(":")[0]) % 32)}}


def note_of(domain, name, by="u0"):
    id = f"http://{domain}/users/{by}"
    return {"@context": CONTEXT, "id": f"http://{domain}/notes/{name}", "type": "Note", "attributedTo": id, "content": f"<p>note {name} of {domain}</p>",
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "to": [PUBLIC], "cc": [id + "/followers"]}


class World:
    """howdah: the address of the server under test, where keys are fetched and activities sent. verify: of every so many deliveries one
    is verified (0: none)."""

    def __init__(self, howdah, domains, doors=0, verify=1):
        self.howdah, self.domains = howdah, domains
        env = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).resolve().parent.parent)}
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "fediverse.serve", howdah, str(domains), str(doors),
                                         str(verify)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())
        self.ids = 0

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(pathlib.Path(self.ports["root"]).parent, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def static_hosts(self):
        """What a server under test is told of names."""
        return f"{WRONG_CERTIFICATE}=127.1.255.1:{self.ports['tls']}"

    def domain(self, n):
        doors = self.ports["doors"]
        return f"{address_of(n)}:{doors[n] if n < len(doors) else self.ports['port']}"

    def refused(self, n):
        return f"{address_of(n)}:{self.ports['refused']}"

    def hole(self, n):
        return f"{address_of(n)}:{self.ports['hole']}"

    # Telling it, asking it

    def _say(self, said):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['port']}/_world", json.dumps(said).encode())
        return json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60))

    def behave(self, how):
        """From now on: {number or "first-last": how}."""
        self._say({"behave": {str(k): v for k, v in how.items()}})
        for n in (k for k, v in how.items() if isinstance(k, int) and k < len(self.ports["doors"])):
            until(lambda n=n: self._listens(n) == (how[n] != "dead"), f"the door of {n}")

    def _listens(self, n):
        with socket.socket() as s:
            s.settimeout(stretch(5))
            return s.connect_ex((address_of(n), self.ports["doors"][n])) == 0

    def count(self):
        """posts, requests, bad (deliveries whose signature does not hold): a number for each domain; types: activities in all, by type."""
        return self._say({})

    # Its people speak

    def actor(self, n, name="u0"):
        return f"http://{self.domain(n)}/users/{name}"

    def activity(self, n, type, object, name="u0", **more):
        self.ids += 1
        return {"@context": CONTEXT, "id": f"http://{self.domain(n)}/activities/{os.getpid()}-{self.ids}", "type": type, "actor": self.actor(n, name),
                "object": object, **more}

    def follow(self, n, target, name="u0"):
        return self.activity(n, "Follow", target, name)

    def signed(self, n, server_domain, activity):
        """Headers and body of a delivery to the shared inbox."""
        body = json.dumps(activity).encode()
        headers = signing.sign(key_of(self.domain(n)), activity["actor"] + "#main-key", "POST", f"http://{server_domain}/inbox", body)
        return {**headers, "Content-Type": ACTIVITY}, body

    def send(self, n, server, activity):
        headers, body = self.signed(n, server.domain, activity)
        got = requests.post(f"{server.url}/inbox", data=body, headers=headers, timeout=stretch(60))
        assert got.status_code == 202, f"{got.status_code} {got.text[:300]}"
        return activity
