"""Clients in a process of their own: kept-alive connections that ask as fast as they are answered.

`python -m tests.load.clients <port> <clients> <seconds> <file>`: the file holds a pickled list of
whole HTTP requests, each sent once. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_LENGTH = b"content-length:"


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.waits: list[float] = []
        self.bad = 0

    async def run(self, requests: Iterator[bytes], until: float) -> None:
        """Ask one after the other, until the time is over or nothing is left to ask."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for request in requests:
            began = time.perf_counter()
            if began >= until:
                break
            writer.write(request)
            status = await _answer(reader)
            self.waits.append(time.perf_counter() - began)
            self.bad += status >= 400
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    found = head.lower().partition(_LENGTH)[2]
    await reader.readexactly(int(found.split(b"\r\n", 1)[0] or 0))
    return int(head[9:12])


async def load(port: int, number: int, seconds: float, requests: list[bytes]) -> dict[str, float]:
    """Put the load on; gives what was seen, times in seconds."""
    clients, left = [Client(port) for _ in range(number)], iter(requests)
    began = time.perf_counter()
    await asyncio.gather(*(client.run(left, began + seconds) for client in clients))
    took = time.perf_counter() - began
    waits = sorted(wait for client in clients for wait in client.waits)
    return {
        "requests": len(waits),
        "bad": sum(client.bad for client in clients),
        "per_second": len(waits) / took,
        "p50": waits[len(waits) // 2],
        "p95": waits[int(len(waits) * 0.95)],
    }


def main(port: str, number: str, seconds: str, file: str) -> None:
    """Print what was seen."""
    requests = pickle.loads(Path(file).read_bytes())
    seen = asyncio.run(load(int(port), int(number), float(seconds), requests))
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
