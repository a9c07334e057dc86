import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from db.vault import Vault, hand_vault
from db.work import Work

T = TypeVar("T")
_READERS = 4


class SqliteStore:
    """One fair writer in a thread of its own, and separate readers.

    Fifteen connections that all write make SQLite's unfair busy handler starve some for seconds;
    one queue serves everybody in order.
    """

    def __init__(self, address: str, vault: Vault) -> None:
        path = make_url(address)
        self._writer = _writer_engine(path.set(drivername="sqlite"), vault)
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._thread.start()
        self._readers = create_async_engine(
            path.set(drivername="sqlite+aiosqlite"), pool_size=_READERS, max_overflow=0
        )
        hand_vault(self._readers.sync_engine, vault)
        _prepare(self._readers.sync_engine, begin="BEGIN", is_reader=True)

    async def write(self, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        job = _Job(work, loop)
        self._jobs.put(job)
        # A cancelled caller does not stop the writer: the transaction ends whole either way.
        result: T = await job.future
        return result

    async def read(self, work: Work[T]) -> T:
        async with self._readers.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._writer.dispose()
        await self._readers.dispose()

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run(self._writer)


class _Job:
    def __init__(self, work: Callable[[Connection], Any], loop: asyncio.AbstractEventLoop) -> None:
        self._work = work
        self._loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()

    def run(self, engine: Engine) -> None:
        try:
            with engine.begin() as connection:
                result = self._work(connection)
        except BaseException as error:  # noqa: BLE001  whatever it was belongs to the caller
            self._settle(self._fail, error)
        else:
            self._settle(self._succeed, result)

    def _settle(self, how: Callable[[Any], None], outcome: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(how, outcome)

    def _succeed(self, result: Any) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def _fail(self, error: BaseException) -> None:
        if not self.future.done():
            self.future.set_exception(error)


def _writer_engine(address: Any, vault: Vault) -> Engine:
    engine = create_engine(address, poolclass=StaticPool, connect_args={"check_same_thread": False})
    hand_vault(engine, vault)
    _prepare(engine, begin="BEGIN IMMEDIATE", is_reader=False)
    return engine


def _prepare(engine: Engine, *, begin: str, is_reader: bool) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # Python's own BEGIN comes only before a change, so a SELECT would run outside.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 5000")
        cursor.execute("PRAGMA foreign_keys = ON")
        if is_reader:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
