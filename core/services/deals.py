"""Deals in their plain form: opened, edited, won, lost, closed, reopened (domain.md D1, D2, D3, D4)."""

from datetime import date
from typing import Any

from core.enums import DealStatus, FunctionalOption, Role, SalesList, SubjectKind, SubjectState, UserState
from core.errors import Invalid, NotFound, StateForbids
from core.models import Deal, Subject, SubjectParticipant, User
from core.queries import loss_reasons
from core.queries.loss_reasons import LossReasonView
from core.repositories import access, contacts, sales, subjects
from core.repositories.access import require_role
from core.repositories.options import require_option
from core.rules.user_day import user_day
from core.services.deal_edits import EDITORS, get_partner
from core.services.promotion import create_deal, create_subject
from core.services.subject_people import join_team
from core.services.work import Work, Works
from core.values import Caller, ContactId, DealId, InteractionId, Ref, RefKind, UserId

CERTAIN = 100
_MAX_ROLE = 64


class Deals:
    """The life of a deal."""

    def __init__(self, works: Works, *, currency: str) -> None:
        self._works = works
        self._currency = currency

    async def create(self, caller: Caller, title: str, *, partner_id: ContactId | None = None) -> DealId:
        """Open a deal from nothing; the caller is responsible.

        Raises:
            OptionOff: Deals are switched off.
            Invalid: The title is empty or too long.
            NotFound: No such partner.
        """
        async with self._works.begin(caller, "create_deal") as work:
            await require_option(work.session, FunctionalOption.DEALS)
            if partner_id is not None:
                await get_partner(work, partner_id)
            subject = await create_subject(work, SubjectKind.DEAL, title)
            deal = await create_deal(work, subject, caller, partner_id=partner_id, currency=self._currency)
            await join_team(work, subject, [caller.user_id])
            work.confirm(Ref(RefKind.DEAL, deal.id), note="deal_created")
            return DealId(deal.id)

    async def edit(self, caller: Caller, deal_id: DealId, field: str, value: Any) -> None:
        """Change title, amount, agreed, cost, currency, partner, competitor or expected_close_on.

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            Invalid, AmountInvalid: There is no such field, or the value is none of it.
        """
        async with self._works.begin(caller, "edit_deal") as work:
            deal, subject = await _get_open(work, deal_id)
            edit = EDITORS.get(field)
            if edit is None:
                raise Invalid("field", field)
            await edit(work, deal, subject, value)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="edited")

    async def win(self, caller: Caller, deal_id: DealId, *, committed_on: date | None = None) -> None:
        """Mark a deal won; its commitment event happened on the day given, else today (domain.md D2, D3).

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            Invalid: The day lies in the future.
        """
        async with self._works.begin(caller, "win_deal") as work:
            deal, _ = await _get_open(work, deal_id)
            today = user_day(work.now, caller.timezone)
            day = committed_on or deal.committed_on or today
            if day > today:
                raise Invalid("committed_on", day.isoformat())
            of = Ref(RefKind.DEAL, deal.id)
            work.change(
                deal,
                of=of,
                status=DealStatus.WON,
                committed_on=day,
                probability=CERTAIN,
                loss_reason_id=None,
                loss_shown_by_id=None,
            )
            work.confirm(of, note="won")

    async def lose(
        self, caller: Caller, deal_id: DealId, reason: str, *, shown_by: InteractionId | None = None
    ) -> None:
        """Mark a deal lost (domain.md D3, D4).

        Args:
            caller: Who says so.
            deal_id: Which deal.
            reason: A name from the organisation's list, in any case.
            shown_by: The interaction of the deal that shows it; None: the client did not say.

        Raises:
            NotFound: No such deal for the caller, or no such interaction in it.
            SubjectClosed: It is closed.
            Invalid: The reason is not on the list.
        """
        async with self._works.begin(caller, "lose_deal") as work:
            deal, subject = await _get_open(work, deal_id)
            row = await sales.find_item(work.session, SalesList.LOSS_REASONS, reason)
            if shown_by is not None:
                proof = await access.get_visible_interaction(work.session, caller, shown_by)
                if proof.subject_id != subject.id:
                    raise NotFound(Ref(RefKind.INTERACTION, shown_by))
            of = Ref(RefKind.DEAL, deal.id)
            work.change(
                deal,
                of=of,
                status=DealStatus.LOST,
                loss_reason_id=row.id,
                loss_shown_by_id=shown_by,
                probability=0,
            )
            work.confirm(of, note="lost")

    async def close(self, caller: Caller, deal_id: DealId) -> None:
        """Close a won or lost deal (domain.md D1).

        Raises:
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed already.
            StateForbids: It is neither won nor lost.
        """
        async with self._works.begin(caller, "close_deal") as work:
            deal, subject = await _get_open(work, deal_id)
            of = Ref(RefKind.DEAL, deal.id)
            if deal.status is DealStatus.IN_PROGRESS:
                raise StateForbids(of, deal.status)
            work.change(deal, of=of, closed_at=work.now)
            work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), state=SubjectState.CLOSED)
            work.confirm(of, note="closed")

    async def reopen(self, caller: Caller, deal_id: DealId) -> None:
        """Reopen a deal: work on it goes on (domain.md D1).

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
                probability=None,
                loss_reason_id=None,
                loss_shown_by_id=None,
            )
            work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), state=SubjectState.OPEN)
            work.confirm(of, note="reopened")

    async def set_role(self, caller: Caller, deal_id: DealId, contact_id: ContactId, role: str) -> None:
        """Say which part a contact has in a deal; who took no part yet joins.

        Raises:
            NotFound: No such deal or contact for the caller.
            SubjectClosed: It is closed.
            Invalid: The role is too long.
        """
        if len(role) > _MAX_ROLE:
            raise Invalid("role", role)
        async with self._works.begin(caller, "set_role") as work:
            _, subject = await _get_open(work, deal_id)
            contact = await contacts.get_contact(work.session, contact_id)
            of = Ref(RefKind.SUBJECT, subject.id)
            row = await subjects.find_participant(work.session, subject.id, contact.id)
            if row is None:
                row = SubjectParticipant(
                    subject_id=subject.id, contact_id=contact.id, presentation=contact.name, role=role.strip()
                )
                await work.add(row, of=of)
            else:
                work.change(row, of=of, role=role.strip())
            work.confirm(Ref(RefKind.DEAL, deal_id), note="role_set")

    async def add_to_team(self, caller: Caller, deal_id: DealId, user_id: UserId) -> None:
        """Let a user join the team of a deal: they see all its interactions (domain.md U2).

        Raises:
            NotFound: No such deal or active user for the caller.
            SubjectClosed: It is closed.
        """
        async with self._works.begin(caller, "join_team") as work:
            _, subject = await _get_open(work, deal_id)
            user = await work.session.get(User, user_id)
            if user is None or user.state is not UserState.ACTIVE:
                raise NotFound(Ref(RefKind.USER, user_id))
            await join_team(work, subject, [user.id])
            work.confirm(Ref(RefKind.DEAL, deal_id), note="team_joined")

    async def list_loss_reasons(self) -> tuple[LossReasonView, ...]:
        """The reasons to choose from."""
        async with self._works.database.reading() as session:
            return await loss_reasons.list_loss_reasons(session)


async def _get_open(work: Work, deal_id: DealId) -> tuple[Deal, Subject]:
    await require_option(work.session, FunctionalOption.DEALS)
    return await access.get_open_deal(work.session, work.caller, deal_id)
