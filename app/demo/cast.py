"""Who appears in the demo, and what they say: invented people, domains and numbers kept for examples."""

from dataclasses import dataclass

from core.enums import Language, Role


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A user of the demo; `mailbox` is empty for those without one."""

    account_id: int
    first_name: str
    last_name: str
    role: Role
    mailbox: str = ""

    @property
    def name(self) -> str:
        """As colleagues see it."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Client:
    """A person outside; `company` is empty for an individual."""

    name: str
    company: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything of the demo in one language.

    Attributes:
        words: What is said, by the keys that the script uses.
    """

    language: Language
    timezone: str
    country: str
    currency: str
    department: str
    rep: TeamMember
    second_rep: TeamMember
    manager: TeamMember
    administrator: TeamMember
    buyer: Client
    engineer: Client
    complainer: Client
    private: Client
    newcomer: Client
    unknown_phone: str
    words: dict[str, str]

    @property
    def team(self) -> tuple[TeamMember, ...]:
        """All users."""
        return (self.rep, self.second_rep, self.manager, self.administrator)

    @property
    def clients(self) -> tuple[Client, ...]:
        """Those whom the team knows."""
        return (self.buyer, self.engineer, self.complainer, self.private)


RUSSIAN = Cast(
    language=Language.RU,
    timezone="Europe/Moscow",
    country="RU",
    currency="RUB",
    department="Отдел продаж",
    rep=TeamMember(1001, "Анна", "Орлова", Role.REP, "anna@sever.example"),
    second_rep=TeamMember(1002, "Борис", "Ким", Role.REP, "boris@sever.example"),
    manager=TeamMember(1003, "Мария", "Седова", Role.MANAGER),
    administrator=TeamMember(1004, "Олег", "Титов", Role.ADMINISTRATOR),
    buyer=Client("Иван Петров", "Ромашка", "petrov@romashka.example", "+7 495 555-01-10"),
    engineer=Client("Ольга Лисина", "Стройдеталь", "lisina@stroydetal.example", "+7 495 555-01-20"),
    complainer=Client("Павел Громов", "Гранит", "gromov@granit.example", "+7 495 555-01-30"),
    private=Client("Елена Белова", "", "belova@pochta.example", "+7 495 555-01-40"),
    newcomer=Client("Тимур Ахметов", "", "timur@ahmetov.example", "+7 495 555-01-50"),
    unknown_phone="+7 495 555-01-60",
    words={
        "request_topic": "Насосы для теплицы",
        "request_text": "Спрашивает цену на 40 насосов с доставкой до конца месяца. Обещал прислать требования.",
        "letter_topic": "Запрос цены на насосы",
        "letter_text": "Анна, добрый день!\n\nКак договорились, требования во вложении. Нужны 40 штук, лучше двумя "
        "партиями. Пришлите, пожалуйста, цену с доставкой.\n\nИван Петров",
        "file_name": "требования.txt",
        "file_text": "Подача 12 м3/ч, напор 30 м, 380 В. 40 штук.",
        "answer_text": "Обсудили требования, подходит модель В-12. Просит скидку за вторую партию.",
        "deal_title": "Ромашка: 40 насосов",
        "meeting_topic": "Осмотр склада",
        "meeting_place": "Склад «Стройдетали», ул. Лесная, 5",
        "meeting_text": "Показали образцы. Ольге понравилась вторая серия, решение за директором.",
        "after_topic": "После нашей встречи",
        "after_text": "Борис, спасибо за встречу. Директор просит два варианта поставки и отзывы.\n\nОльга Лисина",
        "sms_text": "Елена, заказ готов, можно забирать с 9 до 18.",
        "missed_text": "Не дождался ответа.",
        "claim_topic": "Треснул корпус",
        "claim_text": "Из партии в 10 штук у двух треснул корпус. Ждёт замену на этой неделе.",
        "claim_title": "Гранит: замена двух корпусов",
        "reply_text": "Анна, спасибо! Цена подходит, если вторая партия придёт до 20-го. Пришлите договор.\n\nИван",
        "new_topic": "Подойдут ли насосы для бассейна?",
        "new_text": "Здравствуйте! Строю бассейн, 60 кубов. Посоветуете модель и сориентируете по цене?\n\nТимур",
        "call_plan": "Позвонить Ивану: договор и срок второй партии",
        "offer_plan": "Отправить Стройдетали два варианта поставки",
        "visit_plan": "Показать образцы в офисе",
    },
)

ENGLISH = Cast(
    language=Language.EN,
    timezone="Europe/London",
    country="GB",
    currency="GBP",
    department="Sales",
    rep=TeamMember(1001, "Anna", "Hale", Role.REP, "anna@north.example"),
    second_rep=TeamMember(1002, "Ben", "Kim", Role.REP, "ben@north.example"),
    manager=TeamMember(1003, "Maria", "Stone", Role.MANAGER),
    administrator=TeamMember(1004, "Oliver", "Tate", Role.ADMINISTRATOR),
    buyer=Client("John Smith", "Acme", "smith@acme.example", "+44 20 7946 0110"),
    engineer=Client("Olivia Fox", "Buildwell", "fox@buildwell.example", "+44 20 7946 0120"),
    complainer=Client("Paul Granger", "Granite Works", "granger@granite.example", "+44 20 7946 0130"),
    private=Client("Ellen White", "", "white@post.example", "+44 20 7946 0140"),
    newcomer=Client("Tim Archer", "", "tim@archer.example", "+44 20 7946 0150"),
    unknown_phone="+44 20 7946 0160",
    words={
        "request_topic": "Pumps for the greenhouse",
        "request_text": "Asks for the price of 40 pumps with delivery by the end of the month. Will send requirements.",
        "letter_topic": "Price of pumps",
        "letter_text": "Dear Anna,\n\nas agreed, the requirements are attached. We need 40, in two lots if possible. "
        "Please send a price with delivery.\n\nJohn Smith",
        "file_name": "requirements.txt",
        "file_text": "Flow 12 m3/h, head 30 m, 380 V. 40 pieces.",
        "answer_text": "Went through the requirements, model B-12 fits. Wants a discount on the second lot.",
        "deal_title": "Acme: 40 pumps",
        "meeting_topic": "Visit to the warehouse",
        "meeting_place": "Buildwell's warehouse, 5 Wood Street",
        "meeting_text": "Showed the samples. Olivia likes the second series, her director decides.",
        "after_topic": "After our meeting",
        "after_text": "Ben, thank you for coming. Our director asks for two ways of delivery and for references."
        "\n\nOlivia Fox",
        "sms_text": "Ellen, your order is ready, collect it between 9 and 18.",
        "missed_text": "Hung up before an answer.",
        "claim_topic": "Cracked housings",
        "claim_text": "Two of ten housings are cracked. Expects replacements this week.",
        "claim_title": "Granite Works: two housings to replace",
        "reply_text": "Anna, thank you! The price is fine if the second lot comes by the 20th. Send the contract, "
        "please.\n\nJohn",
        "new_topic": "Are your pumps right for a pool?",
        "new_text": "Hello! I am building a pool of 60 cubic metres. Which model, and what would it cost?\n\nTim",
        "call_plan": "Call John: contract and date of the second lot",
        "offer_plan": "Send Buildwell two ways of delivery",
        "visit_plan": "Show samples in the office",
    },
)

CASTS = {Language.RU: RUSSIAN, Language.EN: ENGLISH}
