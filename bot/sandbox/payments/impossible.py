class ImpossibleOrderError(Exception):
    """The world does not work like that, for the reason told."""

    status = 409
