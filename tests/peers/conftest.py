"""One Howdah and one server that others wrote, each with a name of its own behind TLS."""
import dataclasses

import pytest
from howdah import Api, Server
from howdah.server import free_port
from lab import Lab


@dataclasses.dataclass
class World:
    lab: Lab
    howdah: Server
    domain: str
    port: int

    def find(self, api, what):
        """What a search with resolve=true finds of a person: an account."""
        found = api.get("/api/v2/search", {"q": what, "type": "accounts", "resolve": "true"}, timeout=60)["accounts"]
        assert len(found) == 1, f"{what}: {found}"
        return found[0]


@pytest.fixture(scope="module")
def meet(tmp_path_factory):
    """Makes the world in which alpha.test is ours and domain is the peer's; the peer itself is started by who asks."""
    made = []

    def begin(domain):
        folder = tmp_path_factory.mktemp(domain)
        howdah, port = Server(folder / "howdah", start=False, domain="alpha.test"), free_port()
        lab = Lab(folder / "lab", {"alpha.test": howdah.port, domain: port})
        made.append((lab, howdah))
        howdah.settings.update(lab.settings)
        howdah.start()
        return World(lab, howdah, domain, port)

    yield begin
    for lab, howdah in made:
        # The peer goes first, so that nothing is still being said while Howdah is judged.
        lab.close()
        howdah.close()


def home_text(api: Api):
    """The texts in somebody's home."""
    return [s["content"] for s in api.home(limit=40)]
