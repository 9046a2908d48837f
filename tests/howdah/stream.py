"""Open streams, read by a thread of their own: server-sent events and WebSockets, with the same face."""
import http.client
import json
import socket
import threading
import time
import urllib.parse

from . import wait
from .record import RECORDER


class Stream:
    """Events are dicts: event, payload (JSON where it is JSON) and, on a WebSocket, stream (a list)."""

    def __init__(self):
        self.ready, self.events, self.taken, self.ended = threading.Condition(), [], 0, None

    def _add(self, event):
        with self.ready:
            self.events.append(event)
            self.ready.notify_all()

    def _end(self, why):
        with self.ready:
            self.ended = self.ended or why
            self.ready.notify_all()

    def take_until(self, match, seconds=30):
        """All events not yet taken, up to and with the first that match(event) is true of. A test of what must not come sends
        something that must come after it, and looks at what came before."""
        deadline, got = time.monotonic() + wait.stretch(seconds), []
        with self.ready:
            while True:
                while self.taken < len(self.events):
                    event = self.events[self.taken]
                    self.taken += 1
                    got.append(event)
                    if match(event):
                        return got
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    raise AssertionError(f"no such event ({self.ended or 'still open'}); taken meanwhile: {got}")
                self.ready.wait(left)

    def wait(self, match, seconds=30):
        """The first event, of those not yet taken, that match(event) is true of; an event's name will do for match."""
        return self.take_until((lambda e: e["event"] == match) if isinstance(match, str) else match, seconds)[-1]

    def wait_end(self, seconds=30):
        """Waits for the server to close the stream; why it ended."""
        with self.ready:
            assert self.ready.wait_for(lambda: self.ended, wait.stretch(seconds)), "the stream stays open"
            return self.ended


def _payload(text):
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


class SseStream(Stream):
    """GET /api/v1/streaming/NAME. Returns when the server has answered; a refusal is in .status and ends the stream."""

    def __init__(self, api, path, params=None, *, headers=None):
        super().__init__()
        at = urllib.parse.urlsplit(api.base)
        self.connection = http.client.HTTPConnection(at.hostname, at.port, timeout=wait.stretch(60))
        self.connection.connect()
        self.socket = self.connection.sock
        sent = {"Accept": "text/event-stream", **({"Authorization": f"Bearer {api.token}"} if api.token else {}), **(headers or {})}
        self.connection.request("GET", path + ("?" + urllib.parse.urlencode(params) if params else ""), headers=sent)
        self.response = self.connection.getresponse()
        self.status, self.type, self.comments = self.response.status, self.response.headers.get_content_type(), 0
        RECORDER.page("GET", path, self.status)
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
        else:
            self.body = self.response.read()
            self._end(f"refused with {self.status}")

    def _read(self):
        name, data = None, []
        try:
            while True:
                line = self.response.readline()
                if not line:
                    return self._end("closed by the server")
                line = line.decode().rstrip("\r\n")
                if line.startswith(":"):
                    self.comments += 1
                elif line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].lstrip())
                elif not line and name:
                    self._add({"event": name, "payload": _payload("\n".join(data))})
                    name, data = None, []
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as e:
            self._end(repr(e))        # AttributeError: http.client, closed while it reads

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class WsStream(Stream):
    """One multiplexed WebSocket: subscribe() and unsubscribe() by stream name."""

    def __init__(self, api, stream=None, *, how="query", **params):
        super().__init__()
        import websocket
        self._errors, self._kinds = (websocket.WebSocketException, OSError, ValueError), websocket.ABNF
        self._said, self._heard = 0, 0            # pings of ours, and how many were answered
        at = urllib.parse.urlsplit(api.base)
        query = {**({"stream": stream} if stream else {}), **params}
        options = {"timeout": wait.stretch(60), "http_no_proxy": ["*"]}
        if api.token and how == "query":
            query["access_token"] = api.token
        elif api.token and how == "header":
            options["header"] = [f"Authorization: Bearer {api.token}"]
        elif api.token and how == "protocol":
            options["subprotocols"] = [api.token]
        path = "/api/v1/streaming" + ("?" + urllib.parse.urlencode(query) if query else "")
        self.socket = websocket.create_connection(f"ws://{at.netloc}{path}", **options)
        RECORDER.page("WS", "/api/v1/streaming", 101)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            while True:
                kind, text = self.socket.recv_data(control_frame=True)
                if kind == self._kinds.OPCODE_PONG:
                    with self.ready:
                        self._heard += 1
                        self.ready.notify_all()
                if kind in (self._kinds.OPCODE_PING, self._kinds.OPCODE_PONG):
                    continue
                if kind == self._kinds.OPCODE_CLOSE or not text:
                    return self._end("closed by the server")
                frame = json.loads(text)
                if "event" in frame:
                    frame["payload"] = _payload(frame["payload"]) if isinstance(frame.get("payload"), str) else frame.get("payload")
                else:
                    frame["event"] = "error" if "error" in frame else "unknown"
                self._add(frame)
        except self._errors as e:
            self._end(repr(e))

    def _say(self, **said):
        """Returns when the server has dealt with it: nothing answers it, but a ping behind it is answered after it."""
        self.socket.send(json.dumps(said))
        self.socket.ping()
        self._said += 1
        with self.ready:
            assert self.ready.wait_for(lambda: self.ended or self._heard >= self._said, wait.stretch(30)), f"no answer to a ping after {said}"

    def subscribe(self, stream, **params):
        self._say(type="subscribe", stream=stream, **params)

    def unsubscribe(self, stream, **params):
        self._say(type="unsubscribe", stream=stream, **params)

    def close(self):
        try:
            self.socket.close(timeout=1)
        except self._errors:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
