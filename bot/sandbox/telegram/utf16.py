"""Telegram counts text in UTF-16 code units; Python in characters."""


def length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, offset: int, size: int) -> str:
    """Take a piece named in code units, as an entity names it."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + size)].decode("utf-16-le", "surrogatepass")
