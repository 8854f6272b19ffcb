"""A private Redis with the settings of deploy/redis.conf, for the scripts beside this file."""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def settings(text, directory, port, changes=()):
    """Those of deploy/redis.conf, changed in what they leave open, by `changes`, and in nothing else."""
    for pattern, replacement in [
        (r"^bind .*$", "bind 127.0.0.1"),
        (r"^(tls-)?port 6379$", rf"\g<1>port {port}"),
        (r"^aclfile .*$", f"aclfile {directory}/users.acl"),
        (r"^dir .*$", f"dir {directory}"),
        *changes,
    ]:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


class PrivateRedis:
    """Ends, and is gone, at the end of its `with`."""

    def __init__(self, users=("user default on nopass allkeys allchannels allcommands",), changes=(), words=()):
        self.users, self.changes, self.words = users, changes, words
        self.port = free_port()

    def __enter__(self):
        # Short: the path of a unix socket has 108 bytes at the most.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-"))
        self.socket = self.directory / "redis.sock"
        (self.directory / "users.acl").write_text("".join(line + "\n" for line in self.users))
        text = settings((ROOT / "deploy/redis.conf").read_text(), self.directory, self.port, self.changes)
        (self.directory / "redis.conf").write_text(text)
        self.log = open(self.directory / "log", "w+")
        self.process = subprocess.Popen(
            ["redis-server", self.directory / "redis.conf", "--unixsocket", self.socket, *self.words],
            stdout=self.log, stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 20
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                self.log.seek(0)
                raise SystemExit("redis-server did not start:\n" + self.log.read())
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(1) in (b"+", b"-")
        except OSError:
            return False

    def cli(self, *words):
        """What redis-cli prints."""
        return subprocess.run(
            ["redis-cli", "-s", self.socket, *words], text=True, check=True, capture_output=True
        ).stdout.rstrip("\n")
