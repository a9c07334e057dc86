"""How the harness speaks to the world outside."""

import json
import time
from http.client import HTTPConnection
from typing import Any

HOST = "127.0.0.1"
_OPEN_WITHIN_SECONDS = 30.0
_ANSWER_WITHIN_SECONDS = 60.0


class Door:
    def __init__(self, port: int) -> None:
        self.address = f"http://{HOST}:{port}"
        self._port = port

    def wait_until_open(self) -> None:
        end = time.monotonic() + _OPEN_WITHIN_SECONDS
        while True:
            try:
                self._ask("GET", "/soak/still")
            except ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def let_shop(self, *, shopping: bool) -> None:
        self._ask("POST", "/soak/shopping", {"shopping": shopping})

    def advance(self, seconds: float) -> None:
        """Move the world's time on; only while nothing is in flight, or deadlines would mean nothing."""
        self._ask("POST", "/soak/advance", {"seconds": seconds})

    def ahead_seconds(self) -> float:
        """Tell how far the world's time was moved on so far."""
        return float(self._ask("GET", "/soak/ahead")["seconds"])

    def wait_until_still(self) -> None:
        self._ask("GET", "/soak/still")

    def evidence(self) -> Any:
        return self._ask("GET", "/soak/evidence")

    def _ask(self, method: str, path: str, order: object = None) -> Any:
        connection = HTTPConnection(HOST, self._port, timeout=_ANSWER_WITHIN_SECONDS)
        try:
            connection.request(method, path, json.dumps(order), {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
