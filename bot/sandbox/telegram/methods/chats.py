from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


@methods.add
async def get_chat(world: World, asked: Parameters) -> Json:
    person = world.chat(asked)
    pinned = {"pinned_message": person.posts[person.pinned[-1]].body} if person.pinned else {}
    return {
        **person.as_chat(),
        "accent_color_id": person.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, True),
        **pinned,
    }


@methods.add
async def get_chat_member(world: World, asked: Parameters) -> Json:
    person = world.chat(asked)
    user_id = asked.integer("user_id")
    if user_id <= 0:
        raise BadRequest("invalid user_id specified")
    if user_id == world.bot.id:
        return {"status": "member", "user": world.bot.as_user()}
    if user_id != person.id:
        raise BadRequest("member not found")
    return {"status": "member", "user": person.as_user()}
