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
        "next": "📞",
        "away": "While I was away: 3",
        "far": "Vladivostok",
        "moved": "Moved along",
        "repeat": "/repeat {plan} every Monday",
        "repeated": "🔁",
    },
    "ru": {
        "city": "Москва",
        "introduced": "Готово",
        "plan": "/meeting завтра в 15:00 Иван Иванов, Ромашка: показать образцы",
        "planned": "🤝 Встреча · запланировано",
        "reminder": "⏰",
        "answer": "состоялась, берут 20 паллет, позвонить в пятницу",
        "held": "берут 20 паллет",
        "next": "📞",
        "away": "Пока меня не было: 3",
        "far": "Владивосток",
        "moved": "Сдвинулись",
        "repeat": "/repeat {plan} каждый понедельник",
        "repeated": "🔁",
    },
}
"""By language; a zone far from the first one is `far`."""
