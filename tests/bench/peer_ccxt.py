"""The peer of the book bench, run by the Python of a throw-away environment that has ccxt and nothing of ours.

Reads lines of a depth feed (the JSON of each message, the REST snapshot first) from the file named as its argument
and feeds them to ccxt.pro's Binance order book: decode, its sequence check, apply; the best bid and ask are read
after every message and 20 levels a side 20 times a second. Prints one JSON line: the seconds of each run and the
touch at the end.
"""

import asyncio
import json
import sys
import time
from pathlib import Path


class Client:
    """What the handler asks of a connection."""

    url = "wss://stream.binance.com:9443/stream"

    def __init__(self) -> None:
        self.subscriptions: dict[str, object] = {}

    def resolve(self, result: object, name: str) -> None:
        """Nobody waits."""

    def reject(self, error: Exception, name: str) -> None:
        """A refused message ends the bench."""
        raise error


def one_run(lines: list[bytes]) -> tuple[float, list[list[float]]]:
    """Seconds for the whole feed, and the touch at the end."""
    import ccxt.pro

    venue = ccxt.pro.binance()
    market = venue.safe_market_structure(
        {"id": "BTCUSDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "type": "spot", "spot": True}
    )
    venue.set_markets([market])
    snapshot = json.loads(lines[0])
    book = venue.order_book({}, 1000)
    venue.orderbooks["BTC/USDT"] = book
    parsed = venue.parse_order_book(snapshot, "BTC/USDT")
    parsed["nonce"] = snapshot["lastUpdateId"]
    book.reset(parsed)
    client = Client()
    top: tuple[list[float], list[float]] = ([], [])
    levels: tuple[list[object], list[object]] = ([], [])
    begin = time.perf_counter()
    due = time.perf_counter_ns()
    for line in lines[1:]:
        venue.handle_order_book(client, json.loads(line)["data"])
        top = book["bids"][0], book["asks"][0]
        if time.perf_counter_ns() >= due:
            due += 50_000_000
            levels = book["bids"][:20], book["asks"][:20]
    seconds = time.perf_counter() - begin
    assert len(levels[0]) == 20
    asyncio.run(venue.close())
    return seconds, [list(top[0]), list(top[1])]


def main() -> None:
    """Run as often as asked and print what it took."""
    lines = Path(sys.argv[1]).read_bytes().splitlines()
    runs = [one_run(lines) for _ in range(int(sys.argv[2]))]
    json.dump({"seconds": [run[0] for run in runs], "messages": len(lines) - 1, "top": runs[-1][1]}, sys.stdout)


main()
