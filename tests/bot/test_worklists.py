"""Lists and search in the chat (conversation.md 7)."""

from datetime import timedelta

from core.enums import ContactKind, FunctionalOption, Language
from core.models import OptionSwitch
from core.services.contacts import ContactDraft
from core.values import When
from tests.bot.hand import anna
from tests.bot.office import Office
from tests.conftest import NOON
from tests.factories.calls import address, person, record_call
from tests.factories.deals import make_lists
from tests.factories.people import caller_of


class TestList:
    async def test_everything_newest_first_in_pages_of_six(self, office: Office) -> None:
        user, hand = await anna(office)
        for number in range(8):
            await record_call(
                office.works,
                caller_of(user),
                [person(f"Client {number}")],
                when=When(NOON - timedelta(hours=number)),
            )
        first = await hand.write("/list")
        assert first.splitlines()[0] == "📜 All interactions 8"
        assert "Client 0: Price request" in first.splitlines()[1]
        assert len(first.splitlines()) == 7
        second = await hand.tap("›")
        assert "Client 7" in second.splitlines()[2]
        assert (await hand.labels())[:4] == ["1", "2", "‹", "2/2"]

    async def test_a_page_that_never_was_shows_the_last(self, office: Office) -> None:
        user, hand = await anna(office)
        await record_call(office.works, caller_of(user), [person("John")])
        await hand.write("/list")
        await hand.forge("show:list:99")
        assert "John" in await hand.see()


class TestFind:
    async def test_by_words_name_and_phone(self, office: Office) -> None:
        user, hand = await anna(office)
        mary = await office.services.contacts.create(
            caller_of(user),
            ContactDraft(ContactKind.INDIVIDUAL, "Mary Jones", (address("+44 20 7946 0958"),)),
        )
        await hand.write("/call John Smith, Acme: agreed on twenty pallets")
        assert "/i1" in await hand.write("/find pallet")
        assert f"/c{mary}" in await hand.write("/find jones")
        assert f"/c{mary}" in await hand.write("/find 0958")
        nothing = await hand.write("/find xyzzy")
        assert nothing.splitlines() == ["🔎 xyzzy 0", "Nothing was found."]

    async def test_words_are_asked_for(self, office: Office) -> None:
        _, hand = await anna(office, language=Language.RU)
        await hand.write("/call Иван: двадцать паллет")
        question = await hand.write("🔎 Найти")
        assert question.startswith("Что искать?")
        found = await hand.write("паллеты")
        assert found.splitlines()[0] == "🔎 паллеты 1"
        assert (await hand.tap("1")).startswith("📞 Звонок, исходящий · /i1")

    async def test_pages(self, office: Office) -> None:
        user, hand = await anna(office)
        for number in range(10):
            await record_call(office.works, caller_of(user), [person(f"Client {number}")], text="pallets")
        first = await hand.write("/find pallets")
        assert first.splitlines()[0] == "🔎 pallets 10"
        second = await hand.tap("›")
        assert len(second.splitlines()) == 3
        await hand.tap("1")
        assert await hand.tap("Back") == second

    async def test_any_query_is_answered(self, office: Office) -> None:
        _, hand = await anna(office)
        for query in ("'; DROP TABLE users; --", '"', "a" * 3000, "<b>", "🙂", "NOT OR AND", "*", "ы" * 60):
            assert "Nothing was found." in await hand.write(f"/find {query}")

    async def test_o2_deals_are_not_found_without_their_option(self, office: Office) -> None:
        user, hand = await anna(office)
        await make_lists(office.works)
        await office.services.deals.create(caller_of(user), "Twenty pallets")
        assert "Twenty pallets" in await hand.write("/find pallets")
        async with office.database.transaction() as session:
            await session.merge(OptionSwitch(name=FunctionalOption.DEALS, is_on=False))
        assert "Twenty pallets" not in await hand.write("/find pallets")
