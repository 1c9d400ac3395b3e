"""Erasing an interaction for good: a person's wish, the administrator's deed, on record (domain.md I8)."""

import asyncio

from core.enums import Role
from core.errors import NotFound, StateForbids
from core.models import Interaction
from core.ports import BlobStore
from core.repositories import erasing
from core.repositories.access import require_role
from core.services.care import delete_in
from core.services.work import Works
from core.values import Caller, InteractionId, Ref, RefKind


class Erasure:
    """Erases content where marking as deleted is not enough."""

    def __init__(self, works: Works, blobs: BlobStore) -> None:
        self._works = works
        self._blobs = blobs

    async def erase(self, caller: Caller | None, interaction_id: InteractionId) -> None:
        """Erase an interaction; neither undo nor the next poll brings it back.

        Its bytes go first and the commit follows: a crash between the two leaves an interaction whose files are
        gone, to be erased again, and never files of an interaction that is said to be erased.

        Args:
            caller: An administrator, who need not see the interaction to fulfil the wish.
            interaction_id: Which one; deleted ones too.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such interaction.
            StateForbids: It was erased before.
        """
        require_role(caller, Role.ADMINISTRATOR, action="erase")
        async with self._works.begin(caller, "erase") as work:
            of = Ref(RefKind.INTERACTION, interaction_id)
            interaction = await work.session.get(Interaction, interaction_id, with_for_update=True)
            if interaction is None:
                raise NotFound(of)
            if await erasing.is_erased(work.session, interaction.id):
                raise StateForbids(of, "erased")
            if interaction.deleted_at is None:
                await delete_in(work, interaction)
            await work.session.flush()
            digests = await erasing.list_digests(work.session, interaction.id)
            await erasing.remove_content(work.session, interaction.id)
            for digest in digests:
                if not await erasing.is_kept_elsewhere(work.session, digest):
                    await asyncio.to_thread(self._blobs.delete, digest)
            work.record(erasing.ERASURE, of=of, before={}, after={})
            work.confirm("admin", note="erased")
