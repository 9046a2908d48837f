"""Signatures of requests as the fediverse speaks them, both ways: draft-cavage-http-signatures-12 and RFC 9421, with RSA and SHA-256 or
Ed25519."""
import base64
import email.utils
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import tempfile
import threading
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

_keys, _lock = [], threading.Lock()


def key(n):
    """The n-th RSA key: making one takes a while, so actors of different tests share them, and the first come out of the pool."""
    with _lock:
        while len(_keys) <= n:
            at = key_pool() / f"{31 - len(_keys)}.pem"
            _keys.append(serialization.load_pem_private_key(at.read_bytes(), None) if at.exists() else
                         rsa.generate_private_key(public_exponent=65537, key_size=2048))
        return _keys[n]


@functools.lru_cache(maxsize=None)
def key_pool(count=32):
    """A folder with that many private keys, 0.pem and on, which servers under test take for their accounts: made once on a machine."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"howdah-test-keys-{os.getuid()}"
    if not folder.exists():
        fresh = pathlib.Path(tempfile.mkdtemp(prefix="howdah-test-keys."))
        for n in range(count):
            text = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            (fresh / f"{n}.pem").write_bytes(text)
        try:
            fresh.rename(folder)
        except OSError:                   # another worker was quicker
            shutil.rmtree(fresh)
    return folder


def pem(private):
    return private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def new_ed25519():
    return ed25519.Ed25519PrivateKey.generate()


ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(raw):
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, place = divmod(number, 58)
        text = ALPHABET[place] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def base58_bytes(text):
    number = 0
    for c in text:
        number = number * 58 + ALPHABET.index(c)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(id, controller, public):
    """An Ed25519 key as FEP-521a has it in an actor's assertionMethod."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"id": id, "type": "Multikey", "controller": controller, "publicKeyMultibase": "z" + base58(b"\xed\x01" + raw)}


def canonical(value):
    """JSON as RFC 8785 has it, for values without fractions."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda m: m[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(k)}:{canonical(v)}" for k, v in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def prove(document, private, key_id, *, context="own", **options):
    """The document with an integrity proof of its maker's (FEP-8b32). context: whether the proof has the document's context ("own"), is
    over it without having it ("document"), or knows of none ("none")."""
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "verificationMethod": key_id, "proofPurpose": "assertionMethod",
             "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **options}
    over = {**proof, "@context": document["@context"]} if context != "none" and "@context" in document else proof
    sums = b"".join(hashlib.sha256(canonical(d).encode()).digest() for d in (over, {k: v for k, v in document.items() if k != "proof"}))
    return {**document, "proof": {**(over if context == "own" else proof), "proofValue": "z" + base58(private.sign(sums))}}


def proof_problem(document, public_multibase):
    """None, or what is wrong with a document's proof, by the key of that Multikey."""
    proof = document["proof"]
    options = {**{k: v for k, v in proof.items() if k != "proofValue"}, "@context": document["@context"]}
    sums = b"".join(hashlib.sha256(canonical(d).encode()).digest() for d in (options, {k: v for k, v in document.items() if k != "proof"}))
    raw = base58_bytes(public_multibase[1:])
    assert raw[:2] == b"\xed\x01"
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(raw[2:]).verify(base58_bytes(proof["proofValue"][1:]), sums)
    except InvalidSignature:
        return "the proof is not the key's"
    return None


def _sign(private, text):
    return private.sign(text, padding.PKCS1v15(), hashes.SHA256()) if isinstance(private, rsa.RSAPrivateKey) else private.sign(text)


def digest(body):
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def http_date(at=None):
    return email.utils.formatdate(time.time() if at is None else at, usegmt=True)


def signing_string(names, method, target, headers):
    """headers: by lower-case name."""
    return "\n".join(f"(request-target): {method.lower()} {target}" if n == "(request-target)" else f"{n}: {headers[n]}" for n in names)


def sign(private, key_id, method, url, body=None, *, date=None, names=None, extra=None):
    """The headers of a signed request. names: what is signed, for tests that leave something out."""
    at = urllib.parse.urlsplit(url)
    target = at.path + ("?" + at.query if at.query else "")
    headers = {"host": at.netloc, "date": http_date(date)}
    if body is not None:
        headers["digest"] = digest(body)
    headers.update(extra or {})
    names = names or ["(request-target)", "host", "date"] + (["digest"] if body is not None else [])
    raw = _sign(private, signing_string(names, method, target, headers).encode())
    algorithm = "rsa-sha256" if isinstance(private, rsa.RSAPrivateKey) else "hs2019"
    headers["signature"] = (f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(names)}",'
                            f'signature="{base64.b64encode(raw).decode()}"')
    return headers


def content_digest(body):
    return "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"


def base(names, params, method, url, headers):
    """What a message signature is over (RFC 9421, 2.5)."""
    at = urllib.parse.urlsplit(url)
    derived = {"@method": method, "@target-uri": url, "@authority": at.netloc, "@path": at.path, "@scheme": at.scheme}
    lines = [f'"{n}": {derived[n] if n in derived else headers[n]}' for n in names]
    return "\n".join(lines + [f'"@signature-params": {params}'])


def sign_message(private, key_id, method, url, body=None, *, created=None, expires=None, names=None, alg="rsa-v1_5-sha256", params=None):
    """The headers of a request signed as RFC 9421 says."""
    names = names or ["@method", "@target-uri"] + (["content-digest"] if body is not None else [])
    headers = {"content-digest": content_digest(body)} if body is not None else {}
    if params is None:
        params = (f"({' '.join(chr(34) + n + chr(34) for n in names)});created={int(time.time() if created is None else created)}"
                  + (f";expires={int(expires)}" if expires is not None else "") + f';keyid="{key_id}"' + (f';alg="{alg}"' if alg else ""))
    text = base(names, params, method, url, {**headers, "date": http_date()}).encode()
    raw = _sign(private, text)
    return {**headers, "signature-input": f"sig1={params}", "signature": f"sig1=:{base64.b64encode(raw).decode()}:"}


def dialect_of(headers):
    return "rfc9421" if "signature-input" in headers else "draft" if "signature" in headers else None


def _verify_message(method, url, headers, body, public_pem_of):
    label, params = headers["signature-input"].split("=", 1)
    listed, rest = re.fullmatch(r'\(([^)]*)\)(.*)', params).groups()
    names = [n.strip('"') for n in listed.split()]
    fields = dict(re.findall(r';(\w+)="?([^";]*)"?', rest))
    must = {"@method", "@target-uri"} | ({"content-digest"} if body else set())
    if not must <= set(names):
        return f"does not sign {sorted(must - set(names))}"
    if body and headers.get("content-digest") != content_digest(body):
        return "the digest is not the body's"
    if abs(int(fields["created"]) - time.time()) > 60:
        return f"was made {int(fields['created']) - time.time():.0f} s off"
    raw = re.fullmatch(re.escape(label) + r"=:([^:]*):", headers["signature"])[1]
    return _check(public_pem_of, fields["keyid"], raw, base(names, params, method, url, headers))


def _check(public_pem_of, key_id, raw, text):
    try:
        public = serialization.load_pem_public_key(public_pem_of(key_id).encode())
        public.verify(base64.b64decode(raw), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "the signature is not the key's"
    except (KeyError, ValueError, OSError, AssertionError) as e:
        return f"cannot be verified: {e!r}"
    return None


def verify(method, target, headers, body, public_pem_of, origin=None):
    """None, or what is wrong with a request's signature. headers: by lower-case name; public_pem_of(key id) fetches a key; origin: as
    which it was asked, which message signatures are over."""
    if "signature" not in headers:
        return "not signed"
    if dialect_of(headers) == "rfc9421":
        try:
            return _verify_message(method, (origin or f"http://{headers['host']}") + target, headers, body, public_pem_of)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            return f"cannot be read: {e!r}"
    fields = dict(re.findall(r'(\w+)="([^"]*)"', headers["signature"]))
    names = fields.get("headers", "date").split()
    must = {"(request-target)", "host", "date"} | ({"digest"} if body else set())
    if not must <= set(names):
        return f"does not sign {sorted(must - set(names))}"
    if body and headers.get("digest") != digest(body):
        return "the digest is not the body's"
    sent = email.utils.parsedate_to_datetime(headers["date"]).timestamp()
    if abs(sent - time.time()) > 60:
        return f"the date is {sent - time.time():.0f} s off"
    return _check(public_pem_of, fields.get("keyId"), fields.get("signature", ""), signing_string(names, method, target, headers))
