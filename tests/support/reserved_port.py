"""A port for a server that tests kill and start again."""

import socket


class ReservedPort:
    """A free port of 127.0.0.1 that the system gives to nobody else while this lives.

    The socket is bound and never listens: a server that sets SO_REUSEADDR, as all of ours do, can bind the port all the
    same, as often as it is started, while the system hands it out to no other server and to no outgoing connection.
    """

    def __init__(self):
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))

    @property
    def number(self):
        return self._socket.getsockname()[1]

    def close(self):
        self._socket.close()
