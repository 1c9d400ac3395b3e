"""GetMe and the two ways of receiving updates."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram.methods import Close, DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, LogOut, SetWebhook

from simulator.bots import Webhook
from simulator.calling import ApiRequest
from simulator.errors import JsonObject, conflict, violation
from simulator.methods.registry import MethodTable
from simulator.updates import MAX_BATCH

table = MethodTable()
MAX_WAIT_SECONDS = 50
DEFAULT_CONNECTIONS = 40
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@table.serves(GetMe)
def get_me(request: ApiRequest[GetMe]) -> JsonObject:
    """GetMe."""
    return {
        **request.bot.as_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": not request.bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@table.serves(GetUpdates)
async def get_updates(request: ApiRequest[GetUpdates]) -> list[Any]:
    """GetUpdates: a true long poll."""
    if request.bot.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    method = request.method
    limit = MAX_BATCH if method.limit is None else method.limit
    if not 1 <= limit <= MAX_BATCH:
        raise violation("limit must be between 1 and 100")
    queue = request.bot.updates
    queue.set_allowed(method.allowed_updates)
    return await queue.poll(method.offset, limit, min(method.timeout or 0, MAX_WAIT_SECONDS))


@table.serves(SetWebhook, url="")
def set_webhook(request: ApiRequest[SetWebhook]) -> bool:
    """SetWebhook; as with a local Bot API server, plain HTTP and any port are allowed."""
    method, bot = request.method, request.bot
    if method.drop_pending_updates:
        bot.updates.clear()
    bot.updates.set_allowed(method.allowed_updates)
    if not method.url:
        bot.webhook = None
        return True
    address = urlsplit(method.url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise violation("bad webhook: invalid URL specified")
    if method.secret_token is not None and not _SECRET.fullmatch(method.secret_token):
        raise violation("secret token contains unallowed characters")
    bot.updates.terminate_poller(conflict("terminated by setWebhook request"))
    bot.webhook = Webhook(method.url, method.secret_token, method.max_connections or DEFAULT_CONNECTIONS)
    bot.updates.arrived.set()
    return True


@table.serves(DeleteWebhook)
def delete_webhook(request: ApiRequest[DeleteWebhook]) -> bool:
    """DeleteWebhook."""
    if request.method.drop_pending_updates:
        request.bot.updates.clear()
    request.bot.webhook = None
    return True


@table.serves(GetWebhookInfo)
def get_webhook_info(request: ApiRequest[GetWebhookInfo]) -> JsonObject:
    """GetWebhookInfo; `pending_update_count` is true in polling mode too."""
    bot = request.bot
    info: JsonObject = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": bot.updates.pending_count(),
    }
    if bot.updates.allowed is not None:
        info["allowed_updates"] = sorted(bot.updates.allowed)
    if bot.webhook is not None:
        info.update(url=bot.webhook.url, max_connections=bot.webhook.max_connections)
        if bot.webhook.last_error_at is not None:
            info["last_error_date"] = int(bot.webhook.last_error_at.timestamp())
            info["last_error_message"] = bot.webhook.last_error
    return info


@table.serves(LogOut)
def log_out(_request: ApiRequest[LogOut]) -> bool:
    """LogOut changes nothing here: there is no cloud to go back to."""
    return True


@table.serves(Close)
def close(_request: ApiRequest[Close]) -> bool:
    """Close changes nothing here: the server has no other place to move the bot to."""
    return True
