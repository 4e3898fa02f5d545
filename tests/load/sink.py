"""A push service that does the least: TLS, one answer for each request, a count and instants."""

from __future__ import annotations

import asyncio
import ssl
import sys
import time

_ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Sink(asyncio.Protocol):
    """One kept-alive connection."""

    instants: list[float] = []  # noqa: RUF012 - one list for the whole process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            if head.startswith(b"get "):
                said = "\n".join(f"{at:.6f}" for at in self.instants).encode()
                self._transport.write(
                    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)
                )
                self._buffer = self._buffer[end + 4 :]
                continue
            length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self.instants.append(time.time())
            self._transport.write(_ANSWER)


async def serve(certificate: str) -> None:
    """Serve until the process ends; prints the port first."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, ssl=tls)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
