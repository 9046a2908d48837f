"""A push service and the devices behind it: takes messages (RFC 8030), opens them as a browser would (RFC 8291 and the draft before
it, draft-ietf-webpush-encryption-04), and checks who signed them (RFC 8292)."""
import base64
import json
import os
import re
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .remote import FakeRemote, reply


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hkdf(salt, secret, info, length):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def point(key):
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


class Device:
    """One browser's keys; subscription() is what its client sends to the server."""

    def __init__(self, service, name):
        self.service, self.path = service, f"/device/{name}"
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        service.remote.behave(self.path, lambda h, go_on: reply(h, 201))

    @property
    def endpoint(self):
        return self.service.remote.url + self.path

    def subscription(self, standard=None, **data):
        keys = {"p256dh": b64(point(self.key.public_key())), "auth": b64(self.secret)}
        more = {} if standard is None else {"standard": standard}
        return {"subscription": {"endpoint": self.endpoint, "keys": keys, **more}, "data": data}

    def answers(self, how):
        self.service.remote.behave(self.path, how)

    @property
    def received(self):
        return [r for r in self.service.remote.received if r.path == self.path]

    def wait(self, n=1):
        """Its n-th message, opened."""
        seen = self.service.remote.wait_for(lambda r: r.path == self.path and len(self.received) >= n, f"message {n} at {self.path}")
        assert seen
        return self.open(self.received[n - 1])

    # Opening

    def _shared(self, theirs):
        return self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))

    def open(self, got):
        how = got.headers["content-encoding"]
        assert how in ("aes128gcm", "aesgcm"), got.headers
        return json.loads(self._open_standard(got) if how == "aes128gcm" else self._open_draft(got))

    def _open_standard(self, got):
        salt, size, n = got.body[:16], struct.unpack(">I", got.body[16:20])[0], got.body[20]
        theirs, sealed = got.body[21:21 + n], got.body[21 + n:]
        assert len(sealed) <= size == 4096
        ikm = _hkdf(self.secret, self._shared(theirs), b"WebPush: info\0" + point(self.key.public_key()) + theirs, 32)
        plain = AESGCM(_hkdf(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)).decrypt(
            _hkdf(salt, ikm, b"Content-Encoding: nonce\0", 12), sealed, None)
        return plain.rstrip(b"\0")[:-1]

    def _open_draft(self, got):
        salt = unb64(re.fullmatch(r"salt=([\w-]+)", got.headers["encryption"])[1])
        theirs, mine = unb64(re.search(r"dh=([\w-]+)", got.headers["crypto-key"])[1]), point(self.key.public_key())
        context = b"P-256\0" + struct.pack(">H", len(mine)) + mine + struct.pack(">H", len(theirs)) + theirs
        ikm = _hkdf(self.secret, self._shared(theirs), b"Content-Encoding: auth\0", 32)
        plain = AESGCM(_hkdf(salt, ikm, b"Content-Encoding: aesgcm\0" + context, 16)).decrypt(
            _hkdf(salt, ikm, b"Content-Encoding: nonce\0" + context, 12), got.body, None)
        return plain[2 + struct.unpack(">H", plain[:2])[0]:]


class PushService:
    def __init__(self):
        self.remote = FakeRemote()

    def device(self, name):
        return Device(self, name)

    def close(self):
        self.remote.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def claims(got, server_key):
    """What the VAPID token of a message says, once its signature holds for the server's key, which the message must name."""
    said = got.headers["authorization"]
    if said.startswith("vapid "):
        token, key = re.fullmatch(r"vapid t=([^,]+),k=([\w-]+)", said).groups()
    else:
        token, key = re.fullmatch(r"WebPush (\S+)", said)[1], re.search(r"p256ecdsa=([\w-]+)", got.headers["crypto-key"])[1]
    assert key == server_key
    head, body, signature = token.split(".")
    raw = unb64(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(unb64(body))
