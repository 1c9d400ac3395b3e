"""Answering taps."""

from aiogram.methods import AnswerCallbackQuery

from simulator.calling import ApiRequest
from simulator.methods.registry import MethodTable

table = MethodTable()


@table.serves(AnswerCallbackQuery)
def answer_callback_query(request: ApiRequest[AnswerCallbackQuery]) -> bool:
    """AnswerCallbackQuery."""
    method = request.method
    answer = {"text": method.text or "", "show_alert": bool(method.show_alert), "url": method.url}
    request.world.callbacks.answer(request.bot.id, method.callback_query_id, answer)
    return True
