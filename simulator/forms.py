"""How a Bot API call travels: query, urlencoded form, JSON, or multipart with files."""

import json
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from simulator.errors import ApiError, JsonObject, bad_request
from simulator.files import MAX_UPLOAD, Upload

_CHUNK = 65536


async def read_form(request: web.Request) -> tuple[JsonObject, dict[str, Upload]]:
    """Parameters and uploads of a call, whichever of the four ways of passing them it uses.

    Raises:
        ApiError: 400 for broken JSON, 413 for an upload above 50 MB.
    """
    form: JsonObject = dict(request.query)
    if request.content_type == "multipart/form-data":
        uploads: dict[str, Upload] = {}
        await read_multipart(await request.multipart(), form, uploads)
        return form, uploads
    form.update(parse_form(request.content_type, await request.read()))
    return form, {}


def parse_form(content_type: str, body: bytes) -> JsonObject:
    """Parameters of a body without files.

    Raises:
        ApiError: 400 for broken JSON.
    """
    if not body:
        return {}
    if content_type != "application/json":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        parsed = json.loads(body)
    except ValueError as exc:
        raise bad_request("can't parse request JSON") from exc
    if not isinstance(parsed, dict):
        raise bad_request("can't parse request JSON: an object is expected")
    return parsed


async def read_multipart(reader: MultipartReader, form: JsonObject, uploads: dict[str, Upload]) -> None:
    """Adds plain parts to the form and parts with a file name to the uploads.

    Raises:
        ApiError: 413 for an upload above 50 MB.
    """
    async for part in reader:
        if isinstance(part, BodyPartReader):
            await _read_part(part, form, uploads)


async def _read_part(part: BodyPartReader, form: JsonObject, uploads: dict[str, Upload]) -> None:
    name = part.name or ""
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > MAX_UPLOAD:
            raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
    if part.filename is None:
        form[name] = data.decode("utf-8", "replace")
        return
    content_type = part.headers.get("Content-Type", "application/octet-stream")
    uploads[name] = Upload(part.filename, content_type, bytes(data))
