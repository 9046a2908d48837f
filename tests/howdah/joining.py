"""What signing up takes: an application of its own, and somebody new."""
import secrets

from .api import Api

OOB = "urn:ietf:wg:oauth:2.0:oob"


def app_of(server):
    """The client of an application's own token."""
    nobody = Api(server.url)
    app = nobody.post("/api/v1/apps", data={"client_name": "Joiner", "redirect_uris": OOB, "scopes": "read write"})
    token = nobody.post("/oauth/token", data={"grant_type": "client_credentials", "scope": "read write", "client_id": app["client_id"],
                                              "client_secret": app["client_secret"]})
    return Api(server.url, token["access_token"])


def person(**changes):
    name = f"new_{secrets.token_hex(4)}"
    return {"username": name, "email": f"{name}@example.com", "password": "correct horse", "agreement": "true", "locale": "en", **changes}
