"""The words by which signatures are known, in the languages that our users' clients write in.

Where a word may stand in business of its own ("sent from the warehouse"), only its company with a device or program
makes it a signature.
"""

import re

DELIMITER = re.compile(r"^\s*(?:--|[\u2013\u2014]|\*--\*|-- -)\s*$")
"""A line that says: here the signature begins (RFC 3676, 4.3), and its kin."""

DASHED_NAME = re.compile(r"^\s*[-\u2013\u2014~]{1,2} ?[A-ZА-ЯЁ][\w.]*(?: [A-ZА-ЯЁ][\w.]*){0,3}\s*$")
"""A name after a dash."""

_DEVICES = (
    r"(?:\b(?:(?:i|smart|cell)?phone|ipad|ipod|mobile|handy|device|tablet|blackberry|android|samsung|galaxy|outlook"
    r"|windows|pixel|nokia|huawei|honor|xiaomi|redmi|realme|oppo|gmail|mail|mymail|aquamail|bluemail|spark|sparrow"
    r"|yahoo|aol|proton|thunderbird|mailbird|mailbox|htc|lg|motorola|sony|cell)\b"
    r"|\b(?:телефон|смартфон|планшет|устройств|почт[аы]\b|яндекс|айфон|айпад|приложени|мобильн))"
)
_SENT = (
    r"(?:sent|written|posted)(?: wirelessly)? (?:from|with|via|using|by|on)"
    r"|отправлен[оа]?,? (?:с|со|из|от|через|при помощи)|надіслано з|gesendet (?:von|mit)|von meinem"
    r"|envoyé (?:de|depuis|sans fil|à partir)|inviato da(?:l)?|enviado (?:desde|do|de)|från min|skickat från|sendt fra"
    r"|verzonden (?:vanaf|met)|wysłane? z|via"
)
_PROGRAMS = r"(?:outlook|yahoo|bluemail|mymail|spark|aquamail|яндекс|почт)"
DEVICE_LINE = re.compile(
    rf"^(?:(?:{_SENT})\b(?=[^,;!?]{{0,60}}{_DEVICES})|(?:get|download|скачать|получить|получите|загрузить) {_PROGRAMS})"
    rf"[^,;!?]{{0,90}}(?:<[^<>]{{0,300}}>|\([^()]{{0,300}}\))?[.!]?$",
    re.IGNORECASE,
)
"""What a telephone or program adds."""

_REGARDS = (
    r"(?:with |my )?(?:(?:best|kind|kindest|warm|warmest|many|great|cordial)[ ,]?(?:and kind )?(?: ?personal)? )?regards"
    r"|(?:all the |with )?(?:very )?best(?: wishes)?|(?:yours )?(?:sincerely|faithfully|truly|cordially|respectfully)"
    r"(?: yours)?|yours|cheers|rgds|br|kr|warmly|take care|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|viele gr(?:ü|ue)(?:ß|ss)e"
    r"|cordialement|bien à vous|saludos|с уважением(?: к вам)?(?: и (?:наилучшими пожеланиями|благодарностью))?"
    r"|с наилучшими (?:пожеланиями|словами)|всего (?:доброго|хорошего|наилучшего|самого доброго)"
    r"|с (?:благодарностью|признательностью|приветом|почтением|любовью)|искренне ваша?|ваша?|з повагою|с ув\.?"
)
_THANKS = (
    r"thanks(?: again| so much| a lot| in advance| and (?:best |kind )?regards)?|thank you(?: very much| so much| again"
    r"| in advance| and (?:best |kind )?regards)?|many thanks|thx|tia|спасибо(?: большое)?|заранее (?:спасибо|благодарю|благодарен"
    r"|благодарна)|благодарю|хорошего (?:дня|вечера)|удачи|дякую"
)
CLOSING = re.compile(
    rf"^(?:(?P<regards>{_REGARDS})|(?P<thanks>{_THANKS}))(?P<end> ?[,.!]*| ?[-\u2013\u2014])$", re.IGNORECASE
)
"""A closing phrase alone on its line."""

CLOSING_AND_NAME = re.compile(
    rf"^(?i:{_REGARDS}) ?[,.!\u2013\u2014-]{{0,2}} (?P<name>[A-ZА-ЯЁ\"«][^,;:?]{{0,60}})$"
)
"""A closing phrase with the name on its line."""

FOOTER = re.compile(
    r"^(?:this (?:e-?mail|message|communication|letter)|the information (?:contained |transmitted )?in this"
    r"|the contents of this|confidentiality|disclaimer|please consider the environment|privileged"
    r"|настоящее (?:электронное |письмо|сообщение)|это (?:электронное |письмо|сообщение)|данное (?:электронное |письмо"
    r"|сообщение)|информация,? (?:содержащаяся|в этом|в данном)|содержание (?:данного|настоящего|этого)|внимание[!.:]"
    r"|уведомление о конф|конфиденциальн|you (?:are receiv|receiv)|to unsubscribe|unsubscribe|чтобы отписаться|отписаться"
    r"|без вирусов|virus-free|проверено|not? virus|думайте об экологии|подумайте об|берегите природу)",
    re.IGNORECASE,
)
"""How a paragraph begins that a company or list adds."""

FOOTER_WORDS = re.compile(
    r"confiden|privileged|intended (?:only |solely |recipient)|addressee|environment|unsubscribe|subscribed|virus"
    r"|конфиденц|предназнач|адресат|охраняем|отписаться|вирус|природ|экологи|печат",
    re.IGNORECASE,
)
"""What such a paragraph is about."""

CONTACT = re.compile(
    r"\S@\w|\bwww\.|https?://|\b(?:skype|telegram|whatsapp|icq|viber|тел|моб|факс|tel|phone|fax|mob|cell)\b|\(?\+?\d[\d\s().-]{7,}"
    r"|(?<!\w)[tmfт][.:] ?\+?\d",
    re.IGNORECASE,
)
"""How to reach somebody."""

NAME = re.compile(r"^[\"«]?[A-ZА-ЯЁ][\w.'’-]*(?: [\"«(]?[A-ZА-ЯЁ][\w.'’-]*[,)»\"]?){0,4}(?:, [\w. ]{1,20})?$")
"""Somebody's name, or their company's."""

AFTERTHOUGHT = re.compile(r"^(?:p\.? ?s\b|ps:|p\.p\.s|п\.? ?с\b|з\.? ?ы\b|постскриптум)", re.IGNORECASE)
"""What stands below a signature and is no part of it."""
