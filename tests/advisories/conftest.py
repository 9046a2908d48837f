"""One scene for all advisories: a server, an honest one, and one that is not."""
import pytest
from howdah import FakeRemote
from howdah.advisory import Scene


@pytest.fixture
def advisory(request, record_property):
    """The id of what is replayed; script/advisories reads it in the report."""
    record_property("advisory", request.param)
    return request.param


@pytest.fixture(scope="session")
def house(shared):
    with FakeRemote() as good, FakeRemote(first_key=8) as evil:
        yield shared, good, evil, shared.account(shared.new_name("alice")), shared.account(shared.new_name("bob"))


@pytest.fixture
def scene(house):
    return Scene(*house)
