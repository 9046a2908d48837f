"""What operators left open or let run out elsewhere, and were told of too late."""
import re
import signal

import requests
from howdah.advisory import replays
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
