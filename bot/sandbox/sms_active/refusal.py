from collections.abc import Mapping
from typing import Any


class RefusedError(Exception):
    """Upstream says no; each dialect words the code in its own way."""

    def __init__(self, code: str, **info: Any) -> None:
        super().__init__(code)
        self.code = code
        self.info: Mapping[str, Any] = info
