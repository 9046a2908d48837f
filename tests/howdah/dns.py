"""A name server that knows who takes the mail of a few domains (RFC 1035, as far as that needs it)."""
import socketserver
import struct
import threading


def name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


class MxServer:
    """mx: {"domain": ["host", ...]}; of any other domain it says that there is none. asked: what it was asked for, in order."""

    def __init__(self, mx):
        self.mx, self.asked = mx, []
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                data, reply = self.request
                labels, at = [], 12
                while data[at]:
                    labels.append(data[at + 1:at + 1 + data[at]].decode())
                    at += 1 + data[at]
                domain, end = ".".join(labels).lower(), at + 5
                outer.asked.append(domain)
                hosts = outer.mx.get(domain)
                records = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", 15, 1, 60, 2 + len(name(h))) + struct.pack(">H", 10 * i) + name(h)
                                   for i, h in enumerate(hosts or [], 1))
                head = data[:2] + struct.pack(">HHHHH", 0x8180 if hosts is not None else 0x8183, 1, len(hosts or []), 0, 0)
                reply.sendto(head + data[12:end] + records, self.client_address)

        self.server = socketserver.UDPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
