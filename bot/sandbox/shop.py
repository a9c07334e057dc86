import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
_TAIL_BYTES = 6_000
_POLITE_SECONDS = 15.0
_LOOK_SECONDS = 0.2
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=2)


class Shop:
    """The unchanged bot as a child process, which knows nothing but the environment it is given."""

    def __init__(
        self, environment: Mapping[str, str], home: Path, *, program: Path = ROOT / "main.py"
    ) -> None:
        self.phase = "migrating"
        self.log = home / "bot.log"
        self._environment = environment
        self._home = home
        self._program = program
        self._health = f"http://{environment['WEB_HOST']}:{environment['WEB_PORT']}/health"
        self._process: asyncio.subprocess.Process | None = None

    def state(self) -> dict[str, object]:
        """Tell the page how the shop is, with its last words once it has ended."""
        return {"phase": self.phase, "log": self.last_words() if self.phase == "stopped" else ""}

    def last_words(self, lines: int = 25) -> str:
        """Read the end of the bot's log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    async def keep(self) -> None:
        """Open the shop and watch it for ever; a shop that ends by itself is not started again."""
        await self.open()
        async for phase in self.phases():
            if phase == "stopped":
                return

    async def phases(self) -> AsyncIterator[str]:
        """Tell each phase as it begins."""
        told = ""
        while True:
            await self._look()
            if self.phase != told:
                yield (told := self.phase)
            await asyncio.sleep(_LOOK_SECONDS)

    async def open(self) -> None:
        """Bring the tables to the newest form and start selling."""
        self.phase = "migrating"
        migrating = await self._spawn("migrate")
        try:
            failed = await migrating.wait()
        finally:
            await _end(migrating)
        if failed:
            self.phase = "stopped"
        else:
            await self.start()

    async def start(self) -> None:
        """Start the process, unless it runs; it is open once it says that it is well."""
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await self._spawn("run")
        self.phase = "starting"

    async def unplug(self) -> None:
        """End the process without a warning, as a power cut would."""
        if self._process is None or self._process.returncode is not None:
            return
        self.phase = "unplugged"
        self._process.kill()
        await self._process.wait()

    async def close(self) -> None:
        """Ask the process to end, and insist after a while."""
        if self._process is not None:
            await _end(self._process)

    async def ask(self, *command: str) -> tuple[int, str]:
        """Run one of the shop's commands and hand back its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *self._line(command),
            cwd=self._home,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            printed, _ = await process.communicate()
        finally:
            await _end(process)
        return process.returncode or 0, printed.decode(errors="replace")

    async def _look(self) -> None:
        has_ended = self._process is not None and self._process.returncode is not None
        if has_ended and self.phase != "unplugged":
            self.phase = "stopped"
        elif self.phase == "starting" and await self._is_well():
            self.phase = "open"

    async def _is_well(self) -> bool:
        try:
            async with (
                aiohttp.ClientSession(timeout=_HEALTH_TIMEOUT) as session,
                session.get(self._health) as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _spawn(self, command: str) -> asyncio.subprocess.Process:
        # A session of its own: Ctrl-C in the terminal reaches the demo alone, which ends the shop politely.
        # Its own folder: no `.env` of a real shop is found from there.
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self._line((command,)),
                cwd=self._home,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _line(self, command: tuple[str, ...]) -> tuple[str, ...]:
        return (sys.executable, str(self._program), *command)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), _POLITE_SECONDS)
        return
    process.kill()
    await process.wait()
