from bot.sandbox.telegram.errors import BadRequest
from bot.sandbox.telegram.files import check_downloadable
from bot.sandbox.telegram.json_fields import Json
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.registry import Methods
from bot.sandbox.telegram.world import World

methods = Methods()


@methods.add
async def get_file(world: World, asked: Parameters) -> Json:
    if not asked.text("file_id"):
        raise BadRequest("file_id not specified")
    stored = world.files.find(asked.text("file_id"))
    if stored is None:
        raise BadRequest("wrong file_id or the file is temporarily unavailable")
    check_downloadable(stored)
    return {**stored.as_file(), "file_path": stored.path}
