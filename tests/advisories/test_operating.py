"""What operators left open or let run out elsewhere, and were told of too late."""
import contextlib
import datetime
import re
import signal
import socket
import ssl
import threading

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from howdah.advisory import replays
from howdah.mail import MailSink
from howdah.server import free_port
from howdah.wait import until


def warnings(server):
    """Of `config check`: the settings it warns of."""
    return re.findall(r"^warning: (\w+): (.+)$", server.cli("config", "check"), re.M)


@replays("OPS-HACHY-2023-07-16")
def test_a_database_or_metrics_that_anybody_reaches_are_told_of(new_server):
    open_to_all = new_server(start=False, empty=True, database_url="postgresql://howdah@db.example/howdah", metrics_listen="0.0.0.0:9100")
    said = warnings(open_to_all)
    assert [key for key, _ in said] == ["database_url", "database_url", "metrics_listen"], said
    assert "without a password" in said[0][1] and "passfile=" in said[0][1] and "sslmode=verify-full" in said[1][1] and "127.0.0.1" in said[2][1], said
    shut = new_server(start=False, empty=True, database_url="postgresql://howdah:s3cret@db.example/howdah?sslmode=verify-full")
    assert warnings(shut) == []
    # A server that runs says it where its operators look, again after each reload, and listens on loopback where nothing else was said.
    port = free_port()
    server = new_server(metrics_listen=f"0.0.0.0:{port}", listen=None)
    assert re.search(r"warn serve\.exposed .*setting=metrics_listen .*127\.0\.0\.1", server.log()), server.log_tail()
    assert server.listens.startswith("http://127.0.0.1:")
    assert "\nhowdah_settings_exposed{} 1\n" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text


@replays("OPS-HACHY-2023-07-16")
def test_what_became_open_while_running_is_told_of_at_the_reload(new_server):
    server = new_server(start=False, empty=True)
    conf = server.data / "howdah.conf"
    conf.write_text("metrics_token = a-token-that-nobody-guesses\n")
    server.start()
    assert "serve.exposed" not in server.log()
    conf.write_text("metrics_token = short\n")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: re.search(r"serve\.exposed .*setting=metrics_token", server.log()), "the reload has told of it")
    assert "short" not in server.log()


# ---- certificates ----


def certificate(folder, host, days, until_days):
    """A key and a self-made certificate, made days before its end, which is until_days from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    until = now + datetime.timedelta(days=until_days, hours=1)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(until - datetime.timedelta(days=days)).not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    pem = folder / f"{host}-{until_days}.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return pem


class Front:
    """A TLS front that shakes hands with the certificate it was last given, and hears nothing."""

    def __init__(self, pem):
        self.heard, self.hands = [], 0
        self.show(pem)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def show(self, pem):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)

    def serve(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            try:
                plain.settimeout(30)
                with self.context.wrap_socket(plain, server_side=True) as shaken:
                    self.hands += 1
                    self.heard.append(shaken.recv(100))
            except OSError:
                plain.close()

    def close(self):
        self.socket.close()


def days_left(server, port):
    said = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    return dict((host, int(n)) for host, n in re.findall(r'^howdah_certificate_days_left\{host="([^"]+)"\} (-?\d+)$', said, re.M))


def look_again(server):
    server.stop()
    server.sql("UPDATE schedule SET next_run_us = 0 WHERE name = 'certificates'")
    server.start()


@replays("OPS-HACHY-2023-02-27")
def test_a_certificate_that_is_not_renewed_is_told_of(new_server, tmp_path):
    with contextlib.ExitStack() as stack:
        good, ends = (stack.enter_context(contextlib.closing(Front(certificate(tmp_path, host, 90, left))))
                      for host, left in (("social.howdah.test", 80), ("howdah.test", 10)))
        sink, port = stack.enter_context(contextlib.closing(MailSink())), free_port()
        server = new_server(start=False, domain="howdah.test", web_domain="social.howdah.test", base_url=None, smtp_url=sink.url,
                            mail_from="howdah@howdah.test", metrics_listen=f"127.0.0.1:{port}",
                            static_hosts=f"howdah.test={ends.address} social.howdah.test={good.address}")
        server.cli("account", "create", "root", "--email", "root@example.com", "--role", "owner")
        server.cli("account", "create", "alice", "--email", "alice@example.com")
        server.expect_error("certificate.ends")
        server.start()
        until(lambda: days_left(server, port) == {"howdah.test": 10, "social.howdah.test": 80}, "both have been looked at")
        until(lambda: re.search(r"error certificate\.ends .*host=howdah\.test .*days_left=10", server.log()), "the log tells of it")
        assert "howdah.test, until 20" in sink.wait_for("root@example.com").get_content()
        done = server.cli("doctor", check=False)
        assert done.returncode == 1 and "certificate of howdah.test: 10 days left" in done.stdout and "renew" in done.stdout, done
        assert "certificate of social.howdah.test: 80 days left" in done.stdout
        # Twenty days are a warning, and nobody is written to; the same certificate is told of once a week.
        ends.show(certificate(tmp_path, "howdah.test", 90, 20))
        look_again(server)
        until(lambda: re.search(r"warn certificate\.ends_soon .*host=howdah\.test .*days_left=20", server.log()), "a warning")
        ends.show(certificate(tmp_path, "howdah.test", 90, 9))
        look_again(server)
        until(lambda: days_left(server, port).get("howdah.test") == 9, "it was looked at")
        sink.wait_for("root@example.com")
        look_again(server)
        until(lambda: days_left(server, port).get("howdah.test") == 9, "it was looked at again")
        server.settled("MAIL", "SCHEDULE")
        assert [to for to, _ in sink.mails] == [], "once for each certificate, and to nobody else"
        ends.show(certificate(tmp_path, "howdah.test", 90, -1))
        look_again(server)
        until(lambda: days_left(server, port).get("howdah.test") == -1, "one that has ended is seen, too")
        ends.show(certificate(tmp_path, "howdah.test", 90, 85))
        look_again(server)
        until(lambda: days_left(server, port).get("howdah.test") == 85, "it was renewed")
        assert "certificate of howdah.test: 85 days left" in server.cli("doctor", check=False).stdout
        assert set(ends.heard) | set(good.heard) == {b""}, "nothing is asked for"


@replays("OPS-HACHY-2023-02-27")
def test_a_laboratory_is_not_drowned_in_warnings(new_server, tmp_path):
    with contextlib.closing(Front(certificate(tmp_path, "lab.test", 1, 0.9))) as front:
        port = free_port()
        server = new_server(domain="lab.test", base_url=None, metrics_listen=f"127.0.0.1:{port}", mail_from="howdah@lab.test",
                            static_hosts=f"lab.test={front.address}")
        until(lambda: days_left(server, port) == {"lab.test": 0}, "a certificate for a day, by a root of one's own")
        front.close()
        look_again(server)
        server.settled("SCHEDULE")
        assert not re.search(r"(warn|error) certificate", server.log()), server.log_tail()
    plain = new_server()
    plain.settled("SCHEDULE")
    assert "certificate" not in plain.log()
