"""A small load generator and a served process whose CPU time it can ask for."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Served:
    """A server in a process of its own."""

    port: int
    _pipe: Connection

    def cpu_seconds(self) -> float:
        """Return the CPU time the process has used."""
        self._pipe.send("cpu")
        return float(self._pipe.recv())


def _serve(make_app: Callable[[], Any], pipe: Connection) -> None:
    from mockserver.web.server import Server  # noqa: PLC0415 - in the child only

    app = make_app()
    # As `mockserver serve` does: what is there at the start is never garbage.
    gc.collect()
    gc.freeze()
    with Server(app, port=0, tls_port=None) as server:
        pipe.send(server.port)
        while pipe.recv() == "cpu":
            pipe.send(time.process_time())


@contextmanager
def served(make_app: Callable[[], Any]) -> Iterator[Served]:
    """Serve the app that a function of a module makes, in a new process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(make_app, theirs))
    process.start()
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.send("stop")
        process.join(10)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run measured: requests a second, server CPU a request, median and p99 latency."""

    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


def measure(
    server: Served, requests: list[bytes], count: int, warm_up: list[bytes] | None = None
) -> Run:
    """Send so many requests over a few keep-alive connections and return what it took.

    Args:
        server: to whom.
        requests: sent in turn.
        count: how many.
        warm_up: sent before, not measured; else the same ones.
    """
    warming = warm_up or requests
    asyncio.run(
        _drive(server.port, warming, len(warm_up) if warm_up else count // 10 + CONNECTIONS)
    )
    cpu, start = server.cpu_seconds(), time.perf_counter()
    latencies = asyncio.run(_drive(server.port, requests, count))
    elapsed, used = time.perf_counter() - start, server.cpu_seconds() - cpu
    centiles = statistics.quantiles(latencies, n=100)
    made = len(latencies)
    return Run(made / elapsed, used / made * 1e6, centiles[49] * 1e3, centiles[98] * 1e3)


async def _drive(port: int, requests: list[bytes], count: int) -> list[float]:
    share = count // CONNECTIONS
    found = await asyncio.gather(
        *(_client(port, requests, share, offset) for offset in range(CONNECTIONS))
    )
    return [latency for part in found for latency in part]


async def _client(port: int, requests: list[bytes], count: int, offset: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies = []
    for index in range(count):
        start = time.perf_counter()
        writer.write(requests[(offset + index * CONNECTIONS) % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        status = head[9:12]
        length = next(
            int(line[15:])
            for line in head.split(b"\r\n")
            if line[:15].lower() == b"content-length:"
        )
        await reader.readexactly(length)
        latencies.append(time.perf_counter() - start)
        assert status in (b"200", b"201"), head
    writer.close()
    return latencies


def get(path: str, headers: dict[str, str] | None = None) -> bytes:
    """Return a GET request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> bytes:
    """Return a POST request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
