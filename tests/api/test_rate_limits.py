"""How often one may ask: by address, by token, and by address again where the token is none."""
import collections

import pytest
from howdah import Api


@pytest.fixture
def limited(new_server):
    return new_server(rate_limits="on")


def test_the_answer_says_how_much_is_left(limited):
    reply = limited.anonymous().request("GET", "/api/v1/timelines/public")
    assert reply.headers["X-RateLimit-Limit"] == "300" and int(reply.headers["X-RateLimit-Remaining"]) == 299
    assert reply.headers["X-RateLimit-Reset"].endswith("Z")


@pytest.mark.parametrize("token", [None, "guessed"])
@pytest.mark.parametrize("path", ["/api/v2/instance", "/api/v1/accounts/verify_credentials"])
def test_an_address_is_counted_whatever_it_claims_to_hold(limited, token, path):
    api = Api(limited.url, token)
    answered = collections.Counter()      # by window, in case one ends meanwhile
    for _ in range(700):
        reply = api.request("GET", path)
        if reply.status == 429:
            break
        answered[reply.headers["X-RateLimit-Reset"]] += 1
    assert reply.status == 429 and answered[reply.headers["X-RateLimit-Reset"]] == 300
    alice = limited.account()
    assert alice.request("GET", "/api/v1/accounts/verify_credentials").status == 200, "who has a token is counted by it"
