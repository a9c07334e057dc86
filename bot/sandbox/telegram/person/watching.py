import json

from aiohttp import web

from bot.sandbox.telegram.chats import as_seen
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.person.doors import Doors, asked_number, person_of
from bot.sandbox.telegram.world import World

doors = Doors()

_HEARTBEAT_SECONDS = 15
_LONGEST_WAIT_SECONDS = 60


@doors.get("/people/{person_id}/chat")
async def show_chat(world: World, request: web.Request) -> Json:
    person = person_of(world, request)
    after = asked_number(request, "after")
    return {
        "bot": world.bot.as_seen(person.language_code),
        "messages": [as_seen(post) for number, post in person.posts.items() if number > after],
        "commands": world.bot.commands_for(person.id, person.language_code),
        "pinned_message_id": person.pinned[-1] if person.pinned else None,
        "last_event": world.events.last,
    }


@doors.get("/people/{person_id}/events.json")
async def tell_events(world: World, request: web.Request) -> Json:
    return await _tell(world, request, person_of(world, request).id)


@doors.get("/events.json")
async def tell_all_events(world: World, request: web.Request) -> Json:
    return await _tell(world, request, None)


@doors.get("/people/{person_id}/events")
async def stream_events(world: World, request: web.Request) -> web.StreamResponse:
    return await _stream(world, request, person_of(world, request).id)


@doors.get("/events")
async def stream_all_events(world: World, request: web.Request) -> web.StreamResponse:
    return await _stream(world, request, None)


@doors.get("/files/{file_id}")
async def show_file(world: World, request: web.Request) -> web.Response:
    stored = world.files.find(request.match_info["file_id"])
    if stored is None:
        raise web.HTTPNotFound
    # Uploaded content must never run as a page of the sandbox's own origin.
    headers = {"X-Content-Type-Options": "nosniff"}
    if stored.size is None:
        headers["Content-Disposition"] = "attachment"
    kind = stored.content_type if stored.size else "application/octet-stream"
    return web.Response(body=stored.content, content_type=kind.partition(";")[0], headers=headers)


async def _tell(world: World, request: web.Request, person_id: int | None) -> Json:
    after = int(asked_number(request, "after"))
    wait_seconds = min(asked_number(request, "wait"), _LONGEST_WAIT_SECONDS)
    events = await world.events.wait(after, person_id, wait_seconds)
    return {"events": events, "last": events[-1]["number"] if events else max(after, world.events.last)}


async def _stream(world: World, request: web.Request, person_id: int | None) -> web.StreamResponse:
    """Tell events as Server-Sent Events; a page that comes back goes on after the last it heard."""
    heard = request.headers.get("Last-Event-ID") or request.query.get("after") or world.events.last
    stream = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    )
    await stream.prepare(request)
    number = int(heard) if str(heard).isdecimal() else 0
    async for events in world.events.follow(number, person_id, _HEARTBEAT_SECONDS):
        lines = [
            f"id: {event['number']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n" for event in events
        ]
        try:
            await stream.write("".join(lines or [": still here\n\n"]).encode())
        except ConnectionError:
            break
    return stream
