"""Refusals in the Bot API's own words: programs compare these texts."""


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


class BadRequest(ApiError):
    def __init__(self, reason: str) -> None:
        super().__init__(400, f"Bad Request: {reason}")


class Forbidden(ApiError):
    def __init__(self, reason: str) -> None:
        super().__init__(403, f"Forbidden: {reason}")


class Conflict(ApiError):
    def __init__(self, reason: str) -> None:
        super().__init__(409, f"Conflict: {reason}")


class TooManyRequests(ApiError):
    def __init__(self, retry_after: int) -> None:
        super().__init__(429, f"Too Many Requests: retry after {retry_after}", retry_after)


QUERY_IS_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
