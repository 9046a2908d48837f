"""The command line and the settings, as somebody at a shell uses them: the contract that scripts and packagers rely on."""
import os
import pwd
import re
import signal
import socket
import subprocess
import time

import pytest
import requests
from howdah import Api, is_release, until
from howdah.database import psql
from howdah.push import PushService
from howdah.server import free_port
from howdah.wait import stretch


@pytest.fixture
def idle(new_server):
    """A folder and settings, and nothing that runs yet."""
    return new_server(start=False, empty=True)


def files(server):
    return sorted(p.name for p in server.data.iterdir())


def write_conf(server, text):
    (server.data / "howdah.conf").write_text(text)


def nothing_was_made(server):
    """Neither a file nor a table stands that was not there before."""
    if server.database.url:
        assert psql(server.database.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
    return set(files(server)) <= {"howdah.conf"}


class Started:
    """`howdah serve` with options of one's own, all of its output kept."""

    def __init__(self, server, *options):
        env = {k: v for k, v in server.environment().items() if k != "HOWDAH_LISTEN"}
        began = time.monotonic()
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", server.binary, "serve", "--data", str(server.data), *options],
                                        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline()
        self.took_s = time.monotonic() - began
        self.url = self.line.removeprefix("ready ").strip()

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=stretch(30))
        return self.process.returncode, self.line + out, err


# serve


def test_port_0_is_picked_and_told_in_the_one_line_that_is_printed(idle):
    started = Started(idle, "--listen", "127.0.0.1:0")
    assert re.fullmatch(r"ready http://127\.0\.0\.1:[1-9]\d+\n", started.line)
    assert requests.get(started.url + "/health", timeout=10).text == "OK"
    code, out, err = started.end()
    assert (code, out) == (0, started.line), err


def test_an_interrupt_from_the_keyboard_ends_it_as_well(idle):
    assert Started(idle, "--listen", "127.0.0.1:0").end(signal.SIGINT)[0] == 0


def test_sigterm_answers_what_is_under_way_and_takes_nothing_new(server):
    body = b'{"client_name":"drained","redirect_uris":"urn:ietf:wg:oauth:2.0:oob"}'
    with socket.create_connection(("127.0.0.1", server.port), timeout=stretch(20)) as s:
        s.sendall(b"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                  b"Content-Length: %d\r\n\r\n" % len(body))
        assert s.recv(1000).startswith(b"HTTP/1.1 100 ")      # it has the head: this request is under way
        server.process.terminate()

        def refused():
            try:
                socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            except OSError:
                return True
            return False

        until(refused, "nobody new is let in")
        s.sendall(body)
        answer = b""
        while b"client_secret" not in answer:
            piece = s.recv(65536)
            assert piece, f"cut off after {answer!r}"
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200 ")
    server.stop()


def test_an_address_in_use_stops_the_start_with_its_name(server, new_server):
    other = new_server(start=False, empty=True)
    done = other.cli("serve", "--listen", f"127.0.0.1:{server.port}", check=False)
    assert done.returncode == 1 and done.stdout == "" and str(server.port) in done.stderr


@pytest.mark.parametrize("roles", ["web", "streaming", "jobs", "web,streaming", "jobs,web"])
def test_each_role_serves_its_health(new_server, roles):
    server = new_server(roles=roles)
    assert requests.get(server.url + "/health", timeout=10).text == "OK"
    web = requests.get(server.url + "/api/v1/instance", timeout=10).status_code
    assert web == (200 if "web" in roles else 404)


@pytest.mark.parametrize("roles", ["webb", "web,jbos", "web,", "WEB"])
def test_an_unknown_role_is_wrong_usage(idle, roles):
    done = idle.cli("serve", "--roles", roles, check=False)
    assert done.returncode == 2 and "web,streaming,jobs" in done.stderr and nothing_was_made(idle)


def test_a_second_server_needs_postgresql(server):
    second = subprocess.Popen([server.binary, "serve", "--listen", "127.0.0.1:0"], env=server.environment(), cwd=server.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if server.environment().get("HOWDAH_DATABASE_URL"):
        assert second.stdout.readline().startswith("ready http://")
        second.send_signal(signal.SIGTERM)
        assert second.wait(stretch(30)) == 0
    else:
        assert second.wait(stretch(30)) == 1 and "another howdah serves this data directory" in second.stderr.read()
    second.stdout.close(), second.stderr.close()
    assert server.anonymous().get("/api/v2/instance")


def test_a_second_start_is_quick(server):
    server.stop()
    took = min(one.took_s for one in (Started(server, "--listen", "127.0.0.1:0") for _ in range(3)) if one.end()[0] == 0)
    if is_release():
        assert took < 0.1


def test_more_connections_than_the_database_lets_in_are_refused_with_the_numbers(new_server):
    server = new_server(start=False, db_connections=1000)
    if not server.database.url:
        server.start()         # the embedded one has no such bound
        return
    most = int(server.sql("SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"))
    done = server.cli("serve", check=False)
    assert done.returncode == 1 and re.search(rf"this one at .* \(web,streaming,jobs\) +1001\n(.*\n)+ +the database lets in +{most} ", done.stderr), done.stderr
    assert f"Set db_connections = {most - 9} or less here" in done.stderr, "eight are kept free, and one is listened with"
    new_server()               # which has some already
    server.settings.update(db_connections=most - 1, db_connections_spare=0)
    server.start()
    until(lambda: f"serve.connections may_hold={most} " in server.log(), "what is there already does not fit beside it")


def test_more_workers_than_the_connections_can_serve_are_refused_with_the_numbers(new_server):
    server = new_server(start=False, db_connections=8, job_workers=64)
    done = server.cli("serve", check=False)
    assert done.returncode == 1 and "Set job_workers = 48 or less, or db_connections = 11 or more" in done.stderr, done.stderr
    server.settings["db_connections"] = 11
    server.start()


# SIGHUP


def metrics(server, token=None):
    return requests.get(server.url + "/metrics", headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=10).status_code


def test_sighup_reads_what_can_change_while_running(new_server):
    server = new_server(start=False, empty=True, log_level=None, rate_limits=None)
    write_conf(server, "rate_limits = off\n")
    server.start()
    assert metrics(server, "first") == 404
    write_conf(server, "rate_limits = on\nmetrics_token = first\nlog_format = json\nio_threads = 5\n")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: metrics(server, "first") == 200, "the token opens the metrics")
    assert metrics(server) == metrics(server, "second") == 401
    until(lambda: '"event":"serve.reloaded"' in server.log(), "the log is JSON now")
    until(lambda: re.search(r'serve\.restart_wanted.*io_threads', server.log()), "what waits for a restart is named")


def test_sighup_refuses_a_broken_file_and_goes_on_as_before(new_server):
    server = new_server(start=False, empty=True)
    write_conf(server, "metrics_token = first\n")
    server.start()
    server.expect_error("serve.reload_failed")
    write_conf(server, "metrics_token = second\nmetrics_tokn = third\n")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: "serve.reload_failed" in server.log(), "the refusal is in the log")
    assert "howdah.conf:2: metrics_tokn: unknown setting; did you mean 'metrics_token'?" in server.log()
    assert (metrics(server, "first"), metrics(server, "second")) == (200, 401)
    write_conf(server, "metrics_token = second\n")
    server.process.send_signal(signal.SIGHUP)
    until(lambda: metrics(server, "second") == 200, "the mended file is read")


# Accounts


def test_an_account_made_beside_the_running_server_works_at_once(server):
    password = server.cli("account", "create", "alice", "--email", "alice@example.com", "--role", "owner")
    assert re.fullmatch(r"\S{16,}", password)
    token = server.cli("account", "token", "alice")
    assert re.fullmatch(r"\S{32,}", token)
    me = Api(server.url, token).me()
    assert me["username"] == "alice" and me["role"]["name"] == "Owner"
    assert server.cli("account", "create", "bob", "--email", "bob@example.com", "--password-stdin", stdin="a long password\n") == ""
    password, token = server.cli("account", "create", "carol", "--email", "carol@example.com", "--token", "read").splitlines()
    assert re.fullmatch(r"\S{16,}", password) and Api(server.url, token).me()["username"] == "carol"
    lines = [line.split("\t")[:3] for line in server.cli("account", "list").splitlines()]
    assert lines == [["alice", "alice@example.com", "owner"], ["bob", "bob@example.com", "user"], ["carol", "carol@example.com", "user"]]


def test_a_token_has_the_scopes_it_was_asked_for(server):
    server.cli("account", "create", "alice", "--email", "alice@example.com")
    reader = Api(server.url, server.cli("account", "token", "alice", "--scopes", "read"))
    reader.me()
    reader.fails(403, "POST", "/api/v1/statuses", json={"status": "no"})
    for handle in ("@alice", "ALICE"):
        Api(server.url, server.cli("account", "token", handle)).me()


@pytest.mark.parametrize("args, code, says", [
    (["create", "alice", "--email", "other@example.com"], 1, "taken"),
    (["create", "bob", "--email", "alice@example.com"], 1, "taken"),
    (["create", "b b", "--email", "b@example.com"], 1, "letters"),
    (["create", "bob", "--email", "nowhere"], 1, "Email is invalid"),
    (["create", "bob", "--email", "b@example.com", "--token", "read everything"], 2, "no scope"),
    (["create", "bob"], 2, "--email"),
    (["create", "bob", "--email", "b@example.com", "--role", "king"], 2, "user|moderator|admin|owner"),
    (["create", "bob", "--email", "b@example.com", "--password-stdin"], 2, "no password"),
    (["token", "nobody"], 1, "nobody"),
    (["token", "alice", "--scopes", "read frobnicate"], 2, "frobnicate"),
    (["token"], 2, "NAME"),
    (["list", "everybody"], 2, "everybody"),
])
def test_what_cannot_be_done_to_an_account_says_why_and_does_nothing(idle, args, code, says):
    idle.cli("account", "create", "alice", "--email", "alice@example.com")
    done = idle.cli("account", *args, check=False)
    assert (done.returncode, done.stdout) == (code, "") and says in done.stderr
    assert len(idle.cli("account", "list").splitlines()) == 1


def test_an_account_that_was_shut_out_is_refused_until_it_is_let_in_again(server):
    alice = server.account("alice")
    server.cli("account", "disable", "alice")
    alice.fails(403, "GET", "/api/v1/accounts/verify_credentials", "Your login is currently disabled")
    assert server.cli("account", "list").endswith("\tdisabled")
    server.cli("account", "enable", "alice")
    assert alice.me()["username"] == "alice"


def test_who_waits_for_approval_is_let_in_by_the_command_line(new_server):
    server = new_server(smtp_url="smtp://127.0.0.1:1")
    server.cli("config", "set", "confirm_email", "off")
    server.cli("config", "set", "registrations", "approval")
    until(lambda: server.anonymous().get("/api/v2/instance")["registrations"]["approval_required"], "approval is required")
    app = server.anonymous().post("/api/v1/apps", {"client_name": "t", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"})
    own = server.anonymous().post("/oauth/token", {"grant_type": "client_credentials", "client_id": app["client_id"],
                                                   "client_secret": app["client_secret"], "scope": "read write"})
    made = Api(server.url, own["access_token"]).post("/api/v1/accounts", {
        "username": "bob", "email": "bob@example.com", "password": "a long password", "agreement": True, "locale": "en", "reason": "please"})
    bob = Api(server.url, made["access_token"])
    bob.fails(403, "GET", "/api/v1/accounts/verify_credentials")
    assert server.cli("account", "list").endswith("\twaiting for approval")
    server.cli("account", "approve", "bob")
    assert bob.me()["username"] == "bob"


# Settings


def test_who_runs_a_changed_howdah_can_say_where_its_source_is(server):
    assert server.anonymous().get("/api/v2/instance")["source_url"] == f"http://{server.domain}/about"
    server.cli("config", "set", "source_url", "https://code.example/howdah")
    until(lambda: server.anonymous().get("/api/v2/instance")["source_url"] == "https://code.example/howdah", "the address of the source")
    server.cli("config", "set", "source_url", "")


def test_an_instance_setting_holds_in_the_running_server_within_a_second(server):
    for title in ("First", "Second", "Third"):
        server.cli("config", "set", "title", title)
        began = time.monotonic()
        until(lambda: server.anonymous().get("/api/v2/instance")["title"] == title, "the new title holds")
        if is_release():
            assert time.monotonic() - began < 1
        assert server.cli("config", "get", "title") == title
    server.cli("config", "unset", "title")
    until(lambda: server.anonymous().get("/api/v2/instance")["title"] == "Howdah", "the default holds again")


def test_the_settings_have_a_history(idle):
    assert idle.cli("config", "history") == ""
    idle.cli("config", "set", "title", "First")
    idle.cli("config", "set", "description", "One\nTwo " + "x" * 200)
    idle.cli("config", "set", "title", "Second")
    idle.cli("config", "unset", "title")
    who = re.escape(pwd.getpwuid(os.getuid()).pw_name)
    lines = idle.cli("config", "history").splitlines()
    assert len(lines) == 4 and all(re.match(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ  .*{who}.* on the command line: ", line) for line in lines)
    assert [line.partition("line: ")[2] for line in idle.cli("config", "history", "title").splitlines()] == [
        "title: 'Second' -> default", "title: 'First' -> 'Second'", "title: default -> 'First'"]
    assert r"description: default -> 'One\nTwo xxx" in lines[2] and lines[2].endswith("x...'")
    assert "did you mean 'title'" in idle.cli("config", "history", "titel", check=False).stderr


@pytest.mark.parametrize("key, value, says", [
    ("domain", "example.org", "'domain' is a boot setting; put it into howdah.conf or HOWDAH_DOMAIN"),
    ("titel", "x", "did you mean 'title'?"),
    ("qqqqqqqqqqqq", "x", "howdah config"),
    ("status_max_chars", "49", "50"),
    ("status_max_chars", "100001", "100000"),
    ("status_max_chars", "many", "50"),
    ("registrations", "opne", "open"),
    ("confirm_email", "perhaps", "on"),
    ("title", "", "title"),
    ("contact_email", "nowhere", "contact_email"),
])
def test_a_setting_that_cannot_be_is_refused_with_what_was_meant(idle, key, value, says):
    done = idle.cli("config", "set", key, value, check=False)
    assert (done.returncode, done.stdout) == (1, "") and says in done.stderr
    assert "# database" not in idle.cli("config", "show")


# A file's lines, or the environment, and what each must say. {conf} is the file's name as it was found.
MISTAKES = [
    ("lisen = 127.0.0.1:3000", "{conf}:1: lisen: unknown setting; did you mean 'listen'?"),
    ("# fine\n\ntitle = Mine", "{conf}:3: title: this setting lives in the database; use 'howdah config set title VALUE'"),
    ("titel = Mine", "{conf}:1: titel: unknown setting; did you mean 'title'?"),
    ("smtp = smtp://x", "{conf}:1: smtp: unknown setting; did you mean 'smtp_url'?"),
    ("db_connections = 1", "{conf}:1: db_connections: "),
    ("db_connections = twelve", "{conf}:1: db_connections: "),
    ("rate_limits = perhaps", "{conf}:1: rate_limits: "),
    ("log_format = xml", "logfmt"),
    ("listen = localhost", "{conf}:1: listen: "),
    ("trusted_proxies = 10.0.0.0/33", "{conf}:1: trusted_proxies: "),
    ("allow_private_addresses = everything", "{conf}:1: allow_private_addresses: "),
    ("static_hosts = here", "{conf}:1: static_hosts: "),
    ("metrics_listen = 127.0.0.1:1\nmetrics_listen = 127.0.0.1:2", "{conf}:2: metrics_listen: said twice; the first time in line 1"),
    ("just words", "{conf}:1: a line must be 'key = value' or begin with '#'"),
    ("database_url = mysql://localhost/x", "{conf}:1: database_url: it must begin with postgresql://"),
    ("smtp_url = mail.example.org", "{conf}:1: smtp_url: "),
    ("domain = example.org\nweb_domain = localhost:3000", "{conf}:2: web_domain: "),
    ("domain = example.org\nbase_url = http://example.org", "{conf}:2: base_url: plain http is for laboratories"),
    ("domain = example.org\nbase_url = https://other.example", "did you mean 'https://example.org'?"),
    ("listen = 127.0.0.1:4000\nmetrics_listen = 127.0.0.1:4000", "{conf}:2: metrics_listen: "),
    ({"HOWDAH_LISEN": "127.0.0.1:3000"}, "environment: HOWDAH_LISEN: unknown setting; did you mean 'HOWDAH_LISTEN'?"),
    ({"HOWDAH_TITLE": "Mine"}, "HOWDAH_TITLE: title: this setting lives in the database; use 'howdah config set title VALUE'"),
    ({"HOWDAH_JOB_WORKERS": "0"}, "HOWDAH_JOB_WORKERS: job_workers: "),
]


@pytest.mark.parametrize("mistake, says", MISTAKES, ids=[str(m) for m, _ in MISTAKES])
def test_a_mistake_in_the_settings_stops_the_start_before_anything_is_made(new_server, mistake, says):
    idle = new_server(start=False, empty=True, domain=None, listen=None, database_url=None, rate_limits=None, allow_private_addresses=None)
    if isinstance(mistake, dict):
        idle.settings.update({k.removeprefix("HOWDAH_"): v for k, v in mistake.items()})
    else:
        write_conf(idle, mistake + "\n")
    for command in (["serve"], ["config", "check"], ["account", "list"]):
        done = idle.cli(*command, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert says.format(conf=idle.data / "howdah.conf") in done.stderr
        assert nothing_was_made(idle)


def test_all_mistakes_are_told_at_once(idle):
    write_conf(idle, "lisen = x\nio_threads = 0\n")
    done = idle.cli("config", "check", check=False)
    assert "lisen" in done.stderr and "io_threads" in done.stderr and "the settings have 2 problems" in done.stderr


def test_a_config_file_is_named_and_the_environment_and_the_command_line_win(idle, tmp_path):
    conf = tmp_path / "other.conf"
    conf.write_text(f"data_dir = {tmp_path}/elsewhere\nio_threads = 3\njob_workers = 3\n")
    idle.settings["io_threads"] = "4"
    shown = subprocess.run([idle.binary, "config", "show", "--config", str(conf)], env={**idle.environment(), "HOWDAH_DATABASE_URL": ""},
                           capture_output=True, text=True, timeout=stretch(30))
    assert shown.returncode == 0, shown.stderr
    assert f"data_dir = {tmp_path}/elsewhere  # {conf}:1" in shown.stdout
    assert "io_threads = 4  # HOWDAH_IO_THREADS" in shown.stdout and f"job_workers = 3  # {conf}:3" in shown.stdout
    assert not (tmp_path / "elsewhere").exists()
    assert idle.cli("config", "check", "--config", str(tmp_path / "none"), check=False).returncode == 1


def test_a_file_found_in_the_data_folder_cannot_name_another(idle):
    write_conf(idle, "\ndata_dir = elsewhere\n")
    done = subprocess.run([idle.binary, "config", "check"], env=idle.environment(), cwd=idle.folder, capture_output=True, text=True,
                          timeout=stretch(30))
    assert done.returncode == 1 and "data/howdah.conf:2: data_dir: " in done.stderr and "--data" in done.stderr


def test_the_sample_is_a_file_that_can_be_used(idle):
    sample = idle.cli("config", "sample")
    assert nothing_was_made(idle)
    write_conf(idle, sample)
    assert idle.cli("config", "check").startswith("the settings are in order")
    write_conf(idle, re.sub(r"^#(\w+ = .+)$", lambda m: m[0] if "data_dir" in m[1] else m[1], sample, flags=re.M))
    assert idle.cli("config", "check").startswith("the settings are in order")


def test_no_secret_is_shown(new_server):
    idle = new_server(start=False, empty=True, smtp_url="smtp://me:hush-hush@127.0.0.1:2525", metrics_token="hush-hush-too")
    shown = idle.cli("config", "show")
    assert "hush" not in shown and "smtp://me:" in shown


# Who this server is, and its secrets


def refused(server, *says):
    done = server.cli("serve", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    for what in says:
        assert what in done.stderr
    return done.stderr


def test_a_start_under_another_name_is_refused_with_the_remedy(new_server):
    server = new_server(domain="example.org")
    server.stop()
    server.settings["domain"] = "example.net"
    refused(server, "domain = example.org", "example.net", "set domain = example.org again", "begin with an empty data_dir")
    server.settings.update(domain="example.org", web_domain="social.example.org")
    refused(server, "web_domain = example.org", "set web_domain = example.org again")
    server.settings["web_domain"] = None
    server.start()


def test_a_key_file_that_vanished_is_not_made_anew(server):
    server.stop()
    key = server.data / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_bytes()
    key.unlink()
    refused(server, str(key), "is missing", "secret_key_file")
    assert not key.exists()
    key.touch(0o600)
    key.write_bytes(kept)
    server.start()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(server, mode):
    server.stop()
    key = server.data / "secret.key"
    key.chmod(mode)
    refused(server, str(key), "600")
    key.chmod(0o600)
    server.start()


def test_another_key_is_refused_where_the_first_was_used(server, new_server):
    server.stop()
    other = new_server()
    other.stop()
    (server.data / "secret.key").write_bytes((other.data / "secret.key").read_bytes())
    refused(server, "holds none of the keys that this database was sealed with")


def test_a_key_is_rotated_by_a_new_first_line(server):
    alice, bob = server.account("alice"), server.account("bob")
    with PushService() as service:
        device = service.device("a")
        alice.post("/api/v1/push/subscription", device.subscription(alerts={"mention": True}))
        server.stop()
        key, fresh = server.data / "secret.key", server.folder / "fresh.key"
        subprocess.run([server.binary, "migrate", "--data", str(server.folder / "other")], check=True, timeout=stretch(30), capture_output=True,
                       env={**server.environment(), "HOWDAH_DATABASE_URL": "", "HOWDAH_SECRET_KEY_FILE": str(fresh)})
        key.write_text(fresh.read_text() + key.read_text())
        server.start()
        assert Api(server.url, alice.token).me()["username"] == "alice"
        # The keys of alice, bob and the instance, the one for push, and alice's token beside her subscription.
        assert re.search(r"secrets\.resealed count=([5-9]|\d\d)", server.log())
        server.stop()
        key.write_text(fresh.read_text())      # the old key may go now
        server.start()
        assert Api(server.url, alice.token).status("signed with a key that was sealed anew")
        Api(server.url, bob.token).status("@alice hello")
        assert device.wait()["access_token"] == alice.token


# The rest


def test_migrate_makes_the_database_and_may_be_said_again(idle):
    for _ in range(2):
        assert idle.cli("migrate") == "the database is up to date"
    assert idle.cli("account", "list") == ""


def test_the_version(idle):
    assert re.fullmatch(r"howdah \d+\.\d+\.\d+", idle.cli("version"))
    assert nothing_was_made(idle)


def test_help_is_had_for_every_command(idle):
    listed = re.findall(r"^  howdah ([a-z]+(?: [a-z]+)*)", idle.cli("help"), re.M)
    assert {"serve", "account create", "account token", "account list", "config check", "config show", "config sample", "config get",
            "config set", "migrate", "version"} <= set(listed)
    for words in listed:
        text = idle.cli("help", *words.split())
        assert text.startswith(f"howdah {words}") and "--config FILE" in text and "--data DIR" in text
        assert idle.cli(*words.split(), "--help") == text
    assert idle.cli("--help") == idle.cli("help")
    assert nothing_was_made(idle)


@pytest.mark.parametrize("args", [[], ["frobnicate"], ["serve", "now"], ["serve", "--port", "1"], ["config"], ["config", "get"],
                                  ["config", "set", "title"], ["version", "--config"], ["serve", "--listen", "a", "--listen", "b"]])
def test_wrong_usage_is_2_and_goes_to_standard_error(idle, args):
    done = subprocess.run([idle.binary, *args], env=idle.environment(), capture_output=True, text=True, timeout=stretch(30), cwd=idle.folder)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith("howdah: ")


def test_standard_output_that_is_full_is_an_error(idle):
    with open("/dev/full", "w") as full:
        done = subprocess.run([idle.binary, "version"], env=idle.environment(), stdout=full, stderr=subprocess.PIPE, timeout=stretch(30))
    assert done.returncode == 1 and b"standard output" in done.stderr


def test_metrics_are_on_an_address_of_their_own_and_nowhere_else_without_a_token(new_server):
    address = f"127.0.0.1:{free_port()}"
    server = new_server(metrics_listen=address)
    assert metrics(server) == metrics(server, "guess") == 404
    own = requests.get(f"http://{address}/metrics", timeout=10)
    assert own.status_code == 200 and "# HELP howdah_" in own.text
    assert requests.get(f"http://{address}/api/v1/instance", timeout=10).status_code == 404


def test_the_data_folder_is_for_its_owner_alone(server):
    fresh = server.folder / "fresh"
    subprocess.run([server.binary, "migrate", "--data", str(fresh)], env={**server.environment(), "HOWDAH_DATABASE_URL": ""}, check=True,
                   capture_output=True, timeout=stretch(30))
    assert fresh.stat().st_mode & 0o077 == 0
    assert all(p.stat().st_mode & 0o077 == 0 for p in fresh.iterdir()), [oct(p.stat().st_mode) for p in fresh.iterdir()]
    assert os.listdir(fresh)
