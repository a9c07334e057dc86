import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.json_fields import Json, parse
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.world import World

Door = Callable[[World, web.Request], Awaitable[Any]]


class Doors:
    """Places where the person's side is asked and told things: JSON in, JSON out."""

    def __init__(self) -> None:
        self._doors: list[tuple[str, str, Door]] = []

    def get(self, path: str) -> Callable[[Door], Door]:
        return self._door("GET", path)

    def post(self, path: str) -> Callable[[Door], Door]:
        return self._door("POST", path)

    def patch(self, path: str) -> Callable[[Door], Door]:
        return self._door("PATCH", path)

    def delete(self, path: str) -> Callable[[Door], Door]:
        return self._door("DELETE", path)

    def routes(self, prefix: str, world: World) -> list[web.RouteDef]:
        return [
            web.route(method, prefix + path, _answering(door, world)) for method, path, door in self._doors
        ]

    def _door(self, method: str, path: str) -> Callable[[Door], Door]:
        def add(door: Door) -> Door:
            self._doors.append((method, path, door))
            return door

        return add


def refused(sentence: str) -> web.HTTPBadRequest:
    """Make a refusal that says why."""
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")


def person_of(world: World, request: web.Request) -> Person:
    number = request.match_info["person_id"]
    person = world.people.get(int(number)) if number.isdecimal() else None
    if person is None:
        message = json.dumps({"error": f"there is nobody with the id {number}"})
        raise web.HTTPNotFound(text=message, content_type="application/json")
    return person


async def json_of(request: web.Request) -> Json:
    given = parse(await request.text(), "the body is no JSON") if request.can_read_body else {}
    if not isinstance(given, dict):
        raise refused("the body should be a JSON object")
    return given


def number_of(given: Json, name: str, default: float = 0) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refused(f"{name} should be a number")
    return value


def whole_number_of(given: Json, name: str, default: int = 0) -> int:
    value = number_of(given, name, default)
    if not isinstance(value, int):
        raise refused(f"{name} should be a whole number")
    return value


def asked_number(request: web.Request, name: str, default: float = 0) -> float:
    try:
        return float(request.query.get(name, default))
    except ValueError:
        raise refused(f"{name} should be a number") from None


def _answering(door: Door, world: World) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            said = await door(world, request)
        except ApiError as error:
            raise refused(error.description) from None
        return said if isinstance(said, web.StreamResponse) else web.json_response(said)

    return answer
