from datetime import UTC, datetime, timedelta


class Clock:
    """The sandbox's time: the machine's, until somebody moves it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Tell the time, aware and in UTC."""
        return datetime.now(UTC) + self._ahead  # noqa: TID251  this is the clock others are handed

    def advance(self, seconds: float) -> None:
        """Move on; a clock of the world never goes back."""
        if seconds < 0:
            msg = "the sandbox's clock goes forward only"
            raise ValueError(msg)
        self._ahead += timedelta(seconds=seconds)
