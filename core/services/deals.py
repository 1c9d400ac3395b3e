"""The life of a deal: opened, edited, won, lost, closed, reopened (domain.md D1, D2, D3, D4)."""

from datetime import date
from typing import Any

from core.enums import DealStatus, FunctionalOption, Role, SalesList, SubjectKind, SubjectState, UserState
from core.errors import DemandUnsettled, Invalid, NotFound, StateForbids
from core.models import Deal, Subject, SubjectTeam, User
from core.queries.deal_demand import load_demand_facts
from core.repositories import access, sales
from core.repositories.access import require_role
from core.repositories.options import require_option
from core.rules.deal_outcomes import find_unsettled, may_close, may_commit
from core.rules.user_day import user_day
from core.services.deal_edits import EDITORS, get_partner
from core.services.deal_evidence import forget_evidence
from core.services.deal_moves import enter_again, enter_first, follow_stage, leave
from core.services.deal_opening import choose_kind, create_deal, create_subject
from core.services.deal_roles import give_role
from core.services.plans import drop_all_in
from core.services.sales_lists import find_or_add, read_name
from core.services.subject_people import join_team
from core.services.work import Work, Works
from core.values import Caller, ContactId, DealId, InteractionId, Ref, RefKind, UserId

_MAX_ROLE = 64


class Deals:
    """The life of a deal."""

    def __init__(self, works: Works, *, currency: str) -> None:
        self._works = works
        self._currency = currency

    async def create(
        self,
        caller: Caller,
        title: str,
        *,
        partner_id: ContactId | None = None,
        person_id: ContactId | None = None,
        kind_id: int | None = None,
    ) -> DealId:
        """Open a deal from nothing or from a contact, of a kind or the default one; the caller is responsible.

        Args:
            caller: Who opens it.
            title: What it is about.
            partner_id: With whom it is.
            person_id: Somebody who takes part from the start.
            kind_id: Its kind; None: the default one.

        Raises:
            OptionOff: Deals are switched off.
            Invalid: The title is empty or too long, or there is no such kind.
            NotFound: No such partner or person.
        """
        async with self._works.begin(caller, "create_deal") as work:
            await require_option(work.session, FunctionalOption.DEALS)
            if partner_id is not None:
                await get_partner(work, partner_id)
            subject = await create_subject(work, SubjectKind.DEAL, title)
            kind = await choose_kind(work, kind_id)
            deal = await create_deal(
                work, subject, caller, partner_id=partner_id, currency=self._currency, kind=kind
            )
            await join_team(work, subject, [caller.user_id])
            if person_id is not None:
                await give_role(work, subject.id, person_id, "")
            await enter_first(work, deal, kind)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="deal_created")
            return DealId(deal.id)

    async def edit(self, caller: Caller, deal_id: DealId, field: str, value: Any) -> None:
        """Change title, amount, agreed, cost, currency, partner, source, competitor, probability, kind or expected_close_on.

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            StateForbids: Its outcome says the probability; the kind of a lost deal or a begun process stays.
            Invalid, AmountInvalid: There is no such field, or the value is none of it.
        """
        async with self._works.begin(caller, "edit_deal") as work:
            deal, subject = await get_open(work, deal_id)
            edit = EDITORS.get(field)
            if edit is None:
                raise Invalid("field", field)
            await edit(work, deal, subject, value)
            await forget_evidence(work, deal, field)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="edited")

    async def win(self, caller: Caller, deal_id: DealId, *, committed_on: date | None = None) -> None:
        """Mark a deal won; its commitment event happened on the day given, else today (domain.md D2, D3).

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            Invalid: The day lies in the future.
        """
        async with self._works.begin(caller, "win_deal") as work:
            deal, _ = await get_open(work, deal_id)
            today = user_day(work.now, caller.timezone)
            day = committed_on or deal.committed_on or today
            if not may_commit(day, today):
                raise Invalid("committed_on", day.isoformat())
            of = Ref(RefKind.DEAL, deal.id)
            work.change(
                deal,
                of=of,
                status=DealStatus.WON,
                committed_on=day,
                loss_reason_id=None,
                loss_shown_by_id=None,
            )
            await follow_stage(work, deal)
            await enter_again(work, deal)
            work.confirm(of, note="won")

    async def lose(
        self,
        caller: Caller,
        deal_id: DealId,
        reason: str,
        *,
        shown_by: InteractionId | None = None,
        competitor: str | None = None,
        cancel_plans: bool = False,
    ) -> None:
        """Mark a deal lost (domain.md D3, D4).

        Args:
            caller: Who says so.
            deal_id: Which deal.
            reason: A name from the organisation's list, in any case.
            shown_by: The interaction of the deal that shows it; None: the client did not say.
            competitor: To whom; a name that the list has not joins it. None: as it is.
            cancel_plans: Whether what is still planned is dropped.

        Raises:
            NotFound: No such deal for the caller, or no such interaction in it.
            SubjectClosed: It is closed.
            Invalid: The reason is not on the list.
        """
        async with self._works.begin(caller, "lose_deal") as work:
            deal, subject = await get_open(work, deal_id)
            row = await sales.find_item(work.session, SalesList.LOSS_REASONS, reason)
            if shown_by is not None:
                proof = await access.get_visible_interaction(work.session, caller, shown_by)
                if proof.subject_id != subject.id:
                    raise NotFound(Ref(RefKind.INTERACTION, shown_by))
            of = Ref(RefKind.DEAL, deal.id)
            work.change(deal, of=of, status=DealStatus.LOST, loss_reason_id=row.id, loss_shown_by_id=shown_by)
            if competitor is not None:
                known = await find_or_add(work, SalesList.COMPETITORS, read_name(competitor, "competitor"))
                work.change(deal, of=of, competitor_id=known.id)
            await follow_stage(work, deal)
            await leave(work, deal)
            if cancel_plans:
                await drop_all_in(work, subject.id)
            work.confirm(of, note="lost")

    async def close(self, caller: Caller, deal_id: DealId, *, cancel_plans: bool = False) -> None:
        """Close a won or lost deal; what is still planned is kept unless told (domain.md D1, D4).

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed already.
            StateForbids: It is neither won nor lost.
            DemandUnsettled: Of some demand it is not said how far it was met, or why not wholly.
        """
        async with self._works.begin(caller, "close_deal") as work:
            deal, subject = await get_open(work, deal_id)
            of = Ref(RefKind.DEAL, deal.id)
            if not may_close(deal.status):
                raise StateForbids(of, deal.status)
            unsettled = find_unsettled(await load_demand_facts(work.session, deal.id))
            if unsettled:
                raise DemandUnsettled(of, unsettled)
            if cancel_plans:
                await drop_all_in(work, subject.id)
            await leave(work, deal)
            work.change(deal, of=of, closed_at=work.now)
            work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), state=SubjectState.CLOSED)
            work.confirm(of, note="closed")

    async def reopen(self, caller: Caller, deal_id: DealId) -> None:
        """Reopen a deal: work on it goes on, in the stage where it stood (domain.md D1).

        Raises:
            NotFound: No such deal for the caller.
            NotAllowed: The caller is no manager.
            StateForbids: It is in progress anyway.
        """
        require_role(caller, Role.MANAGER, Role.ADMINISTRATOR, action="reopen")
        async with self._works.begin(caller, "reopen_deal") as work:
            await require_option(work.session, FunctionalOption.DEALS)
            deal, subject = await access.get_visible_deal(work.session, caller, deal_id)
            of = Ref(RefKind.DEAL, deal.id)
            if deal.closed_at is None and deal.status is DealStatus.IN_PROGRESS:
                raise StateForbids(of, deal.status)
            work.change(
                deal,
                of=of,
                closed_at=None,
                status=DealStatus.IN_PROGRESS,
                probability_by_hand=False,
                loss_reason_id=None,
                loss_shown_by_id=None,
            )
            await follow_stage(work, deal)
            await enter_again(work, deal)
            work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), state=SubjectState.OPEN)
            work.confirm(of, note="reopened")

    async def set_role(self, caller: Caller, deal_id: DealId, contact_id: ContactId, role: str) -> None:
        """Say which part a contact has in a deal; who took no part yet joins.

        Args:
            caller: Who says so.
            deal_id: Which deal.
            contact_id: Whose part.
            role: A name of the organisation's list for such contacts, in any case; else own words. Empty: none.

        Raises:
            NotFound: No such deal or contact for the caller.
            SubjectClosed: It is closed.
            Invalid: The role is too long.
        """
        if len(role) > _MAX_ROLE:
            raise Invalid("role", role)
        async with self._works.begin(caller, "set_role") as work:
            _, subject = await get_open(work, deal_id)
            await give_role(work, subject.id, contact_id, role)
            work.confirm(Ref(RefKind.DEAL, deal_id), note="role_set")

    async def add_to_team(self, caller: Caller, deal_id: DealId, user_id: UserId) -> None:
        """Let a user join the team of a deal: they see all its interactions (domain.md U2).

        Raises:
            NotFound: No such deal or active user for the caller.
            SubjectClosed: It is closed.
        """
        async with self._works.begin(caller, "join_team") as work:
            _, subject = await get_open(work, deal_id)
            user = await work.session.get(User, user_id)
            if user is None or user.state is not UserState.ACTIVE:
                raise NotFound(Ref(RefKind.USER, user_id))
            await join_team(work, subject, [user.id])
            work.confirm(Ref(RefKind.DEAL, deal_id), note="team_joined")

    async def leave_team(self, caller: Caller, deal_id: DealId, user_id: UserId) -> None:
        """Let a user leave the team of a deal; its responsible stays in it.

        Raises:
            NotFound: No such deal for the caller, or the user is not in its team.
            SubjectClosed: It is closed.
            StateForbids: The user is responsible for it.
        """
        async with self._works.begin(caller, "leave_team") as work:
            deal, subject = await get_open(work, deal_id)
            member = await work.session.get(SubjectTeam, (subject.id, user_id))
            if member is None:
                raise NotFound(Ref(RefKind.USER, user_id))
            if deal.responsible_id == user_id:
                raise StateForbids(Ref(RefKind.USER, user_id), "responsible")
            await work.remove(member, of=Ref(RefKind.SUBJECT, subject.id))
            work.confirm(Ref(RefKind.DEAL, deal_id), note="team_left")


async def get_open(work: Work, deal_id: DealId) -> tuple[Deal, Subject]:
    """A deal that may be changed, with its subject.

    Raises:
        OptionOff: Deals are switched off.
        NotFound: There is none for the caller.
        SubjectClosed: It is closed.
    """
    await require_option(work.session, FunctionalOption.DEALS)
    return await access.get_open_deal(work.session, work.caller, deal_id)
