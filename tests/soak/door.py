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

    def say(self, telegram_id: int, words: str) -> None:
        self._ask("POST", f"/soak/people/{telegram_id}", {"say": words})

    def tap(self, telegram_id: int, word: str) -> None:
        """Press a button with this word, wherever it was shown."""
        self._ask("POST", f"/soak/people/{telegram_id}", {"tap": word})

    def deliver(self, phone: str) -> None:
        """Let a code come to the latest rental of a number."""
        self._ask("POST", "/world/sms/active/sms", {"phone": phone})

    def deliver_to_newest(self) -> None:
        """Let a code come to what was rented last, whoever knows of it."""
        newest = self._ask("GET", "/world/sms/active/activations")[-1]
        self._ask("POST", "/world/sms/active/sms", {"activation_id": newest["id"]})

    def lose_answer(self) -> None:
        """The next number is rented, and nobody hears which."""
        self._ask("POST", "/world/sms/active/faults", {"kind": "reset_after"})

    def pay(self, session: str) -> None:
        self._ask("POST", f"/world/stripe/sessions/{session}/pay", {"outcome": "paid"})

    def evidence(self) -> Any:
        return self._ask("GET", "/soak/evidence")

    def _ask(self, method: str, path: str, order: object = None) -> Any:
        connection = HTTPConnection(HOST, self._port, timeout=_ANSWER_WITHIN_SECONDS)
        try:
            body = None if order is None else json.dumps(order)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()
