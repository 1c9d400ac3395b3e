"""What the walk through plans and reminders says and sees, in both languages."""

PLAN_SAYS = {
    "en": {
        "city": "London",
        "introduced": "All set",
        "plan": "/meeting tomorrow 15:00 John Smith, Acme: show the samples",
        "planned": "🤝 Meeting · planned",
        "reminder": "⏰",
        "answer": "held, takes 20 pallets, call on Friday",
        "held": "takes 20 pallets",
        "away": "While I was away: 3",
        "far": "Vladivostok",
        "moved": "so moved",
    },
    "ru": {
        "city": "Москва",
        "introduced": "Готово",
        "plan": "/meeting завтра в 15:00 Иван Иванов, Ромашка: показать образцы",
        "planned": "🤝 Встреча · запланировано",
        "reminder": "⏰",
        "answer": "состоялась, берут 20 паллет, позвонить в пятницу",
        "held": "берут 20 паллет",
        "away": "Пока меня не было: 3",
        "far": "Владивосток",
        "moved": "поэтому сдвинулось",
    },
}
"""By language; a zone far from the first one is `far`."""
