"""An IMAP server with one user and folders in memory, as much of RFC 9051 as a reader of bounces needs."""

import contextlib
import re
import socketserver
import threading
from base64 import b64decode

USER, PASSWORD = "bounces", 'päss"wörd'


class ImapServer(socketserver.ThreadingTCPServer):
    """Serves while it is entered; `folders` are lists of (uid, bytes, flags)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, capabilities=("MOVE", "UIDPLUS", "AUTH=PLAIN")):
        super().__init__(("127.0.0.1", 0), _Session)
        self.capabilities = capabilities
        self.folders = {"INBOX": []}
        self.next_uid = 1
        self.commands = []
        self.drop_at = ""  # the command at which the connection is lost
        self.damaged = ()  # what can't be fetched, by uid

    @property
    def port(self):
        return self.server_address[1]

    def put(self, data, folder="INBOX"):
        self.folders[folder].append((self.next_uid, data, set()))
        self.next_uid += 1

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    folder = ""

    def handle(self):
        self.say(b"* OK ready")
        with contextlib.suppress(OSError):
            while line := self.rfile.readline():
                tag, _, rest = line.decode("utf-8", "surrogateescape").strip().partition(" ")
                name, _, words = rest.partition(" ")
                if name.upper() == "UID":
                    name, _, words = words.partition(" ")
                self.server.commands.append(name.upper())
                if name.upper() == self.server.drop_at:
                    return
                answer = getattr(self, f"do_{name.lower()}", self.unknown)(words)
                self.say(f"{tag} {answer} done".encode())
                if name.upper() == "LOGOUT":
                    return

    def say(self, data):
        self.wfile.write(data + b"\r\n")

    def unknown(self, _words):
        return "BAD what?"

    def do_capability(self, _words):
        self.say(f"* CAPABILITY IMAP4rev1 {' '.join(self.server.capabilities)}".encode())
        return "OK"

    def do_authenticate(self, _words):
        self.say(b"+ ")
        given = b64decode(self.rfile.readline()).decode()
        return "OK" if given == f"\0{USER}\0{PASSWORD}" else "NO [AUTHENTICATIONFAILED] wrong"

    def do_login(self, words):
        return "OK" if words == f'"{USER}" "plain"' else "NO [AUTHENTICATIONFAILED] wrong"

    def do_create(self, words):
        name = words.strip('"')
        if name in self.server.folders:
            return "NO [ALREADYEXISTS] it is there"
        self.server.folders[name] = []
        return "OK"

    def do_select(self, words):
        self.folder = words.strip('"')
        if self.folder not in self.server.folders:
            return "NO there is no such folder"
        self.say(f"* {len(self.letters)} EXISTS".encode())
        return "OK [READ-WRITE]"

    @property
    def letters(self):
        return self.server.folders[self.folder]

    def do_search(self, _words):
        found = [str(uid) for uid, _, flags in self.letters if r"\Deleted" not in flags]
        self.say(f"* SEARCH {' '.join(found)}".encode())
        return "OK"

    def do_fetch(self, words):
        wanted = int(words.split()[0])
        if wanted in self.server.damaged:
            return "NO [SERVERBUG] this one is damaged"
        longest = int(re.search(r"<0\.(\d+)>", words)[1])
        for number, (uid, data, _) in enumerate(self.letters, 1):
            if uid == wanted:
                part = data[:longest]
                self.say(f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}".encode())
                self.wfile.write(part)
                self.say(b")")
        return "OK"

    def do_move(self, words):
        answer = self.do_copy(words)
        if answer == "OK":
            self.letters[:] = [each for each in self.letters if each[0] != int(words.split()[0])]
        return answer

    def do_copy(self, words):
        uid, name = words.split(" ", 1)
        if name.strip('"') not in self.server.folders:
            return "NO [TRYCREATE] no such folder"
        for each in self.letters:
            if each[0] == int(uid):
                self.server.put(each[1], name.strip('"'))
        return "OK"

    def do_store(self, words):
        uid = int(words.split()[0])
        for each in self.letters:
            if each[0] == uid:
                each[2].add(r"\Deleted")
        return "OK"

    def do_expunge(self, words):
        self.letters[:] = [each for each in self.letters if each[0] != int(words)]
        return "OK"

    def do_logout(self, _words):
        self.say(b"* BYE")
        return "OK"
