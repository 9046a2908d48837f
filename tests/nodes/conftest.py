"""Fixtures for several processes on one PostgreSQL."""
import pytest
from howdah import Server, need
from howdah.api import Api
from howdah.database import postgres, psql


class House:
    """Nodes of one Howdah; the first one's domain and keys are everybody's."""

    def __init__(self, folder):
        need(postgres(), "a PostgreSQL (HOWDAH_TEST_PG)")
        self.folder, self.nodes = folder, []

    def node(self, roles, **settings):
        if not self.nodes:
            made = Server(self.folder / "node0", engine="postgres", roles=roles, **settings)
        else:
            first = self.nodes[0]
            made = Server(self.folder / f"node{len(self.nodes)}", database=first.database, roles=roles, domain=first.domain,
                          secret_key_file=str(first.data / "secret.key"), media_dir=str(first.data / "media"), **settings)
        self.nodes.append(made)
        return made

    def at(self, node, api):
        """The same person, at another node."""
        other = Api(node.url, api.token)
        other.name = api.name
        return other

    def rows(self, sql):
        return psql(self.nodes[0].database.url, sql).splitlines()

    def close(self):
        """The first owns the database and goes last."""
        wrong = []
        for node in reversed(self.nodes):
            try:
                node.close()
            except AssertionError as e:
                wrong.append(str(e))
        assert not wrong, "\n".join(wrong)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.close()
