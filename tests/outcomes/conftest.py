from tests.providers.handler_api.conftest import _first_request_is_over

__all__ = ["_first_request_is_over"]
