import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.settings import read_settings


def main(asked: argparse.Namespace) -> int:
    """Copy the embedded database, consistent, while the shop may be running."""
    settings = read_settings()
    if not settings.is_embedded:
        print(
            f"This shop's database is PostgreSQL; type: {_dump(settings.database_url, asked.path)}",
            file=sys.stderr,
        )
        return 1
    source, target = Path(make_url(settings.database_url).database or ""), Path(asked.path)
    if not source.is_file():
        print(f"There is no database at {source} yet.", file=sys.stderr)
        return 1
    if target.exists():
        print(f"{target} exists already; give another path.", file=sys.stderr)
        return 1
    copy(source, target)
    print(f"Copied to {target}, {target.stat().st_size} bytes, checked.")
    return 0


def copy(source: Path, target: Path) -> None:
    """Copy one moment of the database to a file that appears only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # people's numbers lie in it
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(unfinished)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        (verdict,) = there.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise OSError(f"the copy is damaged: {verdict}")
    unfinished.rename(target)


def _dump(address: str, path: str) -> str:
    url = make_url(address)
    # Without the password, which would stay in the shell's history: pg_dump asks for it.
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return f"pg_dump --format=custom --file={path} {plain.render_as_string()}"
