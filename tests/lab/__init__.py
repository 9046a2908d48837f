"""A fediverse on loopback for servers that others wrote: names without a port, reached by https on port 443, as in production, with
certificates of a private root. Nothing on the machine changes: the TLS front (Debian's caddy) listens on a loopback address of this
lab's own, and peers run in a mount namespace of their own, where /etc/hosts and the system's roots are the lab's.

    with Lab(folder, {"alpha.test": 8300, "snac.test": 8301}) as lab:
        Server(..., domain="alpha.test", **lab.settings)
        lab.run(["snac", "httpd", str(base)])
"""
import datetime
import ipaddress
import os
import pathlib
import random
import socket
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from howdah.need import need, need_tool
from howdah.wait import until

SYSTEM_ROOTS = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


def _name(common_name):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


class Authority:
    """A root and the certificates it signs, in folder: root.crt, bundle.crt (the system's roots and this one), NAME.crt, NAME.key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), _name("Howdah test root")
        root = (self._builder(self.name, self.key)
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
                .sign(self.key, hashes.SHA256()))
        self.root = self.folder / "root.crt"
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self.bundle = self.folder / "bundle.crt"
        self.bundle.write_bytes((SYSTEM_ROOTS.read_bytes() if SYSTEM_ROOTS.exists() else b"") + self.root.read_bytes())

    def _builder(self, subject, key):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30)))

    def issue(self, name, address):
        """A certificate for a name, which also answers for the lab's address: (certificate file, key file)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address(address))]
        leaf = (self._builder(_name(name), key)
                .add_extension(x509.SubjectAlternativeName(names), critical=False)
                .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
                .sign(self.key, hashes.SHA256()))
        crt, key_file = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        crt.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return crt, key_file


class Lab:
    """names: which port of 127.0.0.1 each name leads to."""

    def __init__(self, folder, names):
        self.caddy, self.unshare = need_tool("caddy"), need_tool("unshare")
        can = subprocess.run([self.unshare, "-m", "true"], capture_output=True, stdin=subprocess.DEVNULL)
        need(os.geteuid() == 0 and can.returncode == 0, "a mount namespace of its own (root)")
        self.folder, self.names, self.children = pathlib.Path(folder), dict(names), []
        self.folder.mkdir(parents=True, exist_ok=True)
        lot = random.SystemRandom()
        self.address = f"127.{lot.randint(64, 127)}.{lot.randint(1, 254)}.{lot.randint(2, 254)}"
        self.authority = Authority(self.folder / "tls")
        self.hosts = self.folder / "hosts"
        self.hosts.write_text("127.0.0.1 localhost\n" + "".join(f"{self.address} {name}\n" for name in self.names))
        self._front()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def settings(self):
        """What a Howdah needs to live here."""
        return {"static_hosts": " ".join(f"{name}={self.address}:443" for name in self.names), "ca_file": str(self.authority.root),
                "allow_private_addresses": "127.0.0.0/8", "trusted_proxies": "127.0.0.0/8"}

    def environment(self):
        """For programs that are told their roots by a variable: Node, OpenSSL, Go, Python, curl."""
        return {**{k: v for k, v in os.environ.items() if not k.startswith("HOWDAH_")}, "NODE_EXTRA_CA_CERTS": str(self.authority.root),
                **{k: str(self.authority.bundle) for k in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")}}

    def run(self, argv, *, log=None, env=None, cwd=None):
        """Starts a peer that sees the lab's names and roots, wherever it looks for them. It ends with the lab."""
        script = 'mount --bind "$1" /etc/hosts; [ ! -e "$3" ] || mount --bind "$2" "$3"; shift 3; exec "$@"'
        out = open(log or self.folder / f"peer{len(self.children)}.log", "ab")
        child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", self.unshare, "-m", "sh", "-ec", script, "lab", str(self.hosts),
                                  str(self.authority.bundle), str(SYSTEM_ROOTS), *map(str, argv)], stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.STDOUT, env={**self.environment(), **(env or {})}, cwd=cwd or self.folder)
        out.close()
        self.children.append(child)
        return child

    def _front(self):
        text = ["{\n\tadmin off\n\tauto_https off\n\tskip_install_trust\n}\n"]
        for name, port in self.names.items():
            crt, key = self.authority.issue(name, self.address)
            text.append(f"https://{name}:443 {{\n\tbind {self.address}\n\ttls {crt} {key}\n\treverse_proxy 127.0.0.1:{port}\n}}\n")
        config, log = self.folder / "Caddyfile", self.folder / "caddy.log"
        config.write_text("".join(text))
        env = {**os.environ, "XDG_DATA_HOME": str(self.folder / "caddy"), "XDG_CONFIG_HOME": str(self.folder / "caddy")}
        with open(log, "wb") as out:
            child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", self.caddy, "run", "--config", str(config), "--adapter", "caddyfile"],
                                     stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=env)
        self.children.append(child)

        def listens():
            if child.poll() is not None:
                raise RuntimeError(f"caddy ended\n{log.read_text()}")
            with socket.socket() as s:
                return s.connect_ex((self.address, 443)) == 0
        try:
            until(listens, "the TLS front listens")
        except BaseException:
            self.close()
            raise

    def close(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []
