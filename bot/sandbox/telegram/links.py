import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+|localhost|\[[0-9a-f:.]+\]", re.IGNORECASE)
_PERSON = re.compile(r"tg:(?://)?user\?id=(\d{1,18})", re.ASCII)
_MEANT_FOR_TELEGRAM = {"tg", "ton", "tonsite"}


def checked_link(url: str) -> str:
    """Complete an address as Telegram does; empty when it is none."""
    url = url.strip()
    if not url or re.search(r"\s", url):
        return ""
    scheme, separator, _ = url.partition("://")
    if not separator:
        return checked_link(f"http://{url}") if not url.startswith(("tg:", "ton:")) else url
    if scheme.lower() in _MEANT_FOR_TELEGRAM:
        return url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not _is_host(host):
        return ""
    return parts._replace(path=parts.path or "/").geturl()


def person_in_link(url: str) -> int:
    """Tell whom `tg://user?id=…` means; 0 for any other address."""
    match = _PERSON.fullmatch(url)
    return int(match[1]) if match else 0


def _is_host(host: str | None) -> bool:
    return bool(host and _HOST.fullmatch(host if ":" not in host else f"[{host}]"))
