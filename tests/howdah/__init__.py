"""The harness: servers, clients, streams and strangers for whole-system tests. tests/README.md says what is where."""
from .api import Api, Reply
from .binary import find_binary, is_release
from .need import need, need_tool
from .remote import FakeRemote
from .server import Server
from .stream import SseStream, WsStream
from .wait import until

__all__ = ["Api", "FakeRemote", "Reply", "Server", "SseStream", "WsStream", "find_binary", "is_release", "need", "need_tool", "until"]
