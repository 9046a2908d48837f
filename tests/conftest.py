"""Fixtures for all whole-system tests."""
import pytest

from howdah import Api, FakeRemote, Server
from howdah.record import RECORDER


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """One server for all tests that only add to it: make accounts of your own, count nothing that others may add to."""
    server = Server(tmp_path_factory.mktemp("shared"))
    yield server
    server.close()


@pytest.fixture
def new_server(tmp_path):
    """Starts servers of this test's own; settings are keywords of Server. All are stopped and judged at the end."""
    made = []

    def start(**settings):
        begin = settings.pop("start", True)
        server = Server(tmp_path / f"server{len(made)}", start=False, **settings)
        made.append(server)
        if begin:
            server.start()
        return server

    yield start
    problems = []
    for server in reversed(made):
        try:
            server.close()
        except AssertionError as e:
            problems.append(str(e))
    assert not problems, "\n".join(problems)


@pytest.fixture
def server(new_server):
    """A server of this test's own."""
    return new_server()


@pytest.fixture
def alice(shared):
    return shared.account(shared.new_name("alice"))


@pytest.fixture
def bob(shared):
    return shared.account(shared.new_name("bob"))


@pytest.fixture
def carol(shared):
    return shared.account(shared.new_name("carol"))


@pytest.fixture
def anonymous(shared):
    return Api(shared.url)


@pytest.fixture
def remote():
    """A server of strangers, scripted."""
    with FakeRemote() as remote:
        yield remote


@pytest.fixture(autouse=True)
def replies_fit_the_schema():
    """Every reply that a test causes is held to the schema of the API."""
    RECORDER.take()
    yield
    wrong = RECORDER.take()
    assert not wrong, "replies that do not fit the schema:\n" + "\n".join(wrong[:20])


def pytest_report_header():
    from howdah.binary import find_binary
    from howdah.database import postgres
    try:
        binary = find_binary()
    except FileNotFoundError as e:
        binary = str(e)
    schema = RECORDER.schema.source if RECORDER.schema else "absent, so replies are not held to it (HOWDAH_OPENAPI names it)"
    return [f"howdah: {binary}", f"database: {postgres() or 'SQLite'}", f"schema: {schema}"]
