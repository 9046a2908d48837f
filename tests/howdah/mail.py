"""A mail server that takes everything and keeps it (RFC 5321, as far as a client that sends needs it)."""
import email
import email.policy
import re
import socketserver
import threading

from .wait import until


class MailSink:
    def __init__(self, refuse=None):
        """refuse: the answer to RCPT, instead of taking the mail ("550 no such mailbox")."""
        self.mails, self.refuse = [], refuse
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 sink")
                to = []
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"RCPT":
                        if sink.refuse:
                            self.say(sink.refuse)
                            continue
                        to.append(re.search(rb"<(.*)>", line)[1].decode())
                    elif word == b"DATA":
                        self.say("354 go on")
                        data = b""
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            data += line[1:] if line.startswith(b".") else line
                        sink.mails.append((to, email.message_from_bytes(data, policy=email.policy.default)))
                        to = []
                    elif word == b"QUIT":
                        self.say("221 bye")
                        return
                    self.say("250 fine")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, address, seconds=30):
        """Takes the next mail to that address."""
        def find():
            return next((i for i, (to, _) in enumerate(self.mails) if address in to), None)

        until(lambda: find() is not None, f"a mail to {address}", seconds)
        return self.mails.pop(find())[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def link_in(mail):
    return re.search(r"https?://\S+", mail.get_content())[0]
