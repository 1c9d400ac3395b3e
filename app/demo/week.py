"""The week that the demo tells: calls, a meeting, letters, an SMS, a deal, a claim, plans.

Everything goes through the services and the mail server as it would in life, with the clock standing at the
moment that is told; so the product's own rules decide what is unreviewed, linked and counted.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.bootstrap import Core
from app.demo.cast import Cast, Client, TeamMember
from app.demo.scene_clock import SceneClock
from app.demo.team import Team, address
from core.enums import (
    AddressKind,
    CallResult,
    Direction,
    InteractionState,
    InteractionType,
    SubjectKind,
)
from core.values import Caller, DealId, InteractionDraft, InteractionId, ParticipantDraft, SubjectId, When
from mail.sync import sync_once
from simulator.mail_letters import Attachment, Draft, Letter
from simulator.mail_server import LocalMail


@dataclass(slots=True)
class Week:
    """Tells the week; days count back from today."""

    core: Core
    cast: Cast
    team: Team
    mail: LocalMail
    clock: SceneClock
    letters: dict[str, Letter] = field(default_factory=dict)

    async def tell(self) -> None:
        """Everything, in the order in which it happened."""
        deal = await self._tell_of_the_deal()
        await self._tell_of_the_meeting()
        await self._tell_of_small_things()
        await self._tell_of_the_claim()
        await self._make_plans(deal)
        self.clock.let_go()

    async def _tell_of_the_deal(self) -> DealId:
        words, rep = self.cast.words, self.team.rep
        self._stand(6, 10, 10)
        call = await self._record(
            rep,
            InteractionDraft(
                InteractionType.CALL,
                participants=(self._known(self.cast.buyer),),
                topic=words["request_topic"],
                text=words["request_text"],
                direction=Direction.IN,
                result=CallResult.REACHED,
                duration=timedelta(minutes=6),
            ),
        )
        self._stand(6, 12, 30)
        letter = await self._receive("letter", self.cast.buyer, self.cast.rep, with_file=True)
        self._stand(5, 11, 0)
        await self.core.services.review.mark_reviewed(rep, letter)
        await self._record(
            rep,
            InteractionDraft(
                InteractionType.CALL,
                participants=(self._known(self.cast.buyer),),
                topic=words["request_topic"],
                text=words["answer_text"],
                direction=Direction.OUT,
                result=CallResult.REACHED,
                duration=timedelta(minutes=11),
            ),
            continues=call,
        )
        self._stand(5, 11, 20)
        promoted = await self.core.services.promotion.promote(
            rep, call, SubjectKind.DEAL, title=words["deal_title"]
        )
        await self.core.services.promotion.attach(rep, letter, promoted)
        return DealId(promoted.id)

    async def _tell_of_the_meeting(self) -> None:
        words, rep = self.cast.words, self.team.second_rep
        self._stand(4, 13, 0)
        start = self._moment(4, 12, 0)
        await self._record(
            rep,
            InteractionDraft(
                InteractionType.MEETING,
                participants=(self._known(self.cast.engineer),),
                topic=words["meeting_topic"],
                text=words["meeting_text"],
                place=words["meeting_place"],
                when=When(start, ends_at=start + timedelta(minutes=45)),
            ),
        )
        self._stand(4, 16, 30)
        await self._receive("after", self.cast.engineer, self.cast.second_rep)

    async def _tell_of_small_things(self) -> None:
        words, rep = self.cast.words, self.team.rep
        self._stand(3, 10, 0)
        await self._record(
            rep,
            InteractionDraft(
                InteractionType.SMS,
                participants=(self._known(self.cast.private),),
                text=words["sms_text"],
                direction=Direction.OUT,
            ),
        )
        self._stand(3, 11, 20)
        stranger = ParticipantDraft(
            self.cast.unknown_phone, (address(AddressKind.PHONE, self.cast.unknown_phone, self.cast),)
        )
        await self._record(
            rep,
            InteractionDraft(
                InteractionType.CALL,
                participants=(stranger,),
                text=words["missed_text"],
                direction=Direction.IN,
                result=CallResult.NOT_REACHED,
            ),
        )

    async def _tell_of_the_claim(self) -> None:
        words, rep = self.cast.words, self.team.second_rep
        self._stand(2, 15, 0)
        call = await self._record(
            rep,
            InteractionDraft(
                InteractionType.CALL,
                participants=(self._known(self.cast.complainer),),
                topic=words["claim_topic"],
                text=words["claim_text"],
                direction=Direction.IN,
                result=CallResult.REACHED,
                duration=timedelta(minutes=4),
            ),
        )
        await self.core.services.promotion.promote(rep, call, SubjectKind.CLAIM, title=words["claim_title"])

    async def _make_plans(self, deal: DealId) -> None:
        words = self.cast.words
        present = self.clock.present()
        self.clock.stand_at(min(self._moment(0, 9, 5), present - timedelta(minutes=30)))
        card = await self.core.services.views.deal_card(self.team.rep, deal)
        await self._record(
            self.team.rep,
            InteractionDraft(
                InteractionType.CALL,
                participants=(self._known(self.cast.buyer),),
                state=InteractionState.PLANNED,
                goal=words["call_plan"],
                topic=words["call_plan"],
                when=When(_half_hour_after(present)),
                subject_id=SubjectId(card.subject.id),
            ),
        )
        tomorrow = self._moment(-1, 9, 0)
        await self._record(
            self.team.second_rep,
            InteractionDraft(
                InteractionType.PLANNED,
                participants=(self._known(self.cast.engineer),),
                state=InteractionState.PLANNED,
                topic=words["offer_plan"],
                when=When(
                    tomorrow,
                    due_on=tomorrow.astimezone(ZoneInfo(self.cast.timezone)).date(),
                    time_known=False,
                ),
            ),
        )
        await self._record(
            self.team.rep,
            InteractionDraft(
                InteractionType.MEETING,
                participants=(self._known(self.cast.private),),
                state=InteractionState.PLANNED,
                topic=words["visit_plan"],
                when=When(self._moment(-2, 14, 0), ends_at=self._moment(-2, 14, 30)),
            ),
        )

    async def write_now(self) -> None:
        """What clients write at this very moment; the running product takes it from here."""
        first = self.letters.get("letter")
        await self._send("reply", self.cast.buyer, self.cast.rep, answered=first)
        await self._send("new", self.cast.newcomer, self.cast.rep)

    def _moment(self, days_ago: int, hour: int, minute: int) -> datetime:
        zone = ZoneInfo(self.cast.timezone)
        today = self.clock.present().astimezone(zone).date()
        return datetime.combine(today - timedelta(days=days_ago), time(hour, minute), zone)

    def _stand(self, days_ago: int, hour: int, minute: int) -> None:
        self.clock.stand_at(self._moment(days_ago, hour, minute))

    def _known(self, client: Client) -> ParticipantDraft:
        phone = address(AddressKind.PHONE, client.phone, self.cast)
        return ParticipantDraft(client.name, (phone,), contact_id=self.team.known[client])

    async def _record(
        self, caller: Caller, draft: InteractionDraft, *, continues: InteractionId | None = None
    ) -> InteractionId:
        return await self.core.services.capture.record(caller, draft, continues=continues)

    async def _receive(
        self, key: str, client: Client, member: TeamMember, *, with_file: bool = False
    ) -> InteractionId:
        """A letter comes and is captured, as the mail engine does it; returns the interaction."""
        await self._send(key, client, member, with_file=with_file)
        is_first = member is self.cast.rep
        mailbox_id = self.team.rep_mailbox if is_first else self.team.second_mailbox
        await sync_once(mailbox_id, self.core.mail, self.core.mail_settings)
        page = await self.core.services.views.inbox(self.team.rep if is_first else self.team.second_rep, 1)
        return InteractionId(next(row.id for row in page.rows if row.type is InteractionType.EMAIL))

    async def _send(
        self,
        key: str,
        client: Client,
        member: TeamMember,
        *,
        answered: Letter | None = None,
        with_file: bool = False,
    ) -> None:
        words = self.cast.words
        topic = f"Re: {answered.subject}" if answered is not None else words[f"{key}_topic"]
        files = (
            [Attachment(words["file_name"], "text/plain", words["file_text"].encode())] if with_file else []
        )
        self.letters[key] = await self.mail.write_as_client(
            Draft(
                from_name=client.name,
                from_address=client.email,
                to=[member.mailbox],
                subject=topic,
                text=words[f"{key}_text"],
                date=self.clock.now(),
                answered=answered.message_id if answered is not None else None,
                references=answered.references if answered is not None else (),
                attachments=files,
            )
        )


def _half_hour_after(moment: datetime) -> datetime:
    """The next full half hour at least an hour away."""
    later = moment + timedelta(minutes=90)
    return later.replace(minute=30 if later.minute >= 30 else 0, second=0, microsecond=0)
