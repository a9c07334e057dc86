"""Processes that are forked from this warmed one, to be killed or waited for."""

import asyncio
import json
import logging
import mmap
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from bot.sandbox.demo import free_port
from tests.soak.crowd import Cards, Habits
from tests.soak.door import Door
from tests.soak.outside import serve

Work = Callable[[], Coroutine[Any, Any, Any]]
_PARENT_LOOK_SECONDS = 1.0
_FELL = 70


class Child:
    """A forked process; what its work gives back comes through a pipe."""

    def __init__(self, work: Work) -> None:
        assert "aiogram" not in sys.modules, "what is forked must be small"
        sys.stdout.flush()
        self._ear, mouth = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._ear)
            _do(work, mouth)
        os.close(mouth)

    def kill(self) -> bool:
        """End it as a power cut would; False: it had ended by itself before."""
        os.kill(self.pid, signal.SIGKILL)
        return self._bury() == -signal.SIGKILL

    def outcome(self) -> Any:
        """Wait for its end and what it tells; None: it was killed."""
        told = b""
        while piece := os.read(self._ear, 1 << 16):
            told += piece
        code = self._bury()
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a child of the harness fell with {code}")
        return json.loads(told) if code == 0 else None

    def _bury(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        os.close(self._ear)
        return os.waitstatus_to_exitcode(status)


def _do(work: Work, mouth: int) -> None:
    code = _FELL
    try:
        logging.basicConfig(level=logging.ERROR)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        told = json.dumps(asyncio.run(work())).encode()
        while told:
            told = told[os.write(mouth, told) :]
        code = 0
    except BaseException:  # noqa: BLE001  whatever it was is shown, and the process ends here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


async def while_the_parent_lives() -> None:
    """Nobody outlives the harness."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110  a death rings no bell
        await asyncio.sleep(_PARENT_LOOK_SECONDS)


class Mark:
    """One byte that a child writes and its parent reads, also after the child's death."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self, value: int) -> None:
        self._byte[0] = value

    def get(self) -> int:
        return self._byte[0]

    def wait_for(self, value: int, within_seconds: float) -> bool:
        """Tell whether it got so far in time."""
        end = time.monotonic() + within_seconds
        while self.get() < value and time.monotonic() < end:
            time.sleep(0.002)
        return self.get() >= value


class World:
    """The world outside, in a process of its own."""

    def __init__(self, seed: str, habits: Habits, cards: Cards) -> None:
        port = free_port()

        async def stand() -> None:
            standing = asyncio.get_running_loop().create_task(serve(port, seed, habits, cards))
            await while_the_parent_lives()
            standing.cancel()

        self._child = Child(stand)
        self.door = Door(port)
        self.door.wait_until_open()

    def end(self) -> None:
        self._child.kill()
