"""Departments: the tree that decides whom a manager leads (domain.md U1)."""

from collections.abc import Sequence

from core.enums import Role
from core.errors import Invalid
from core.models import Department
from core.queries import people as views
from core.queries.people import DepartmentView
from core.repositories import users
from core.repositories.access import require_role
from core.rules.coordinates import plain_text
from core.services.new_users import MAX_NAME
from core.services.people import check_another_administrator
from core.services.work import Works
from core.values import Caller, DepartmentId, Ref, RefKind, UserId


class Departments:
    """The organisation's departments; only administrators change them."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_departments(self) -> Sequence[DepartmentView]:
        """All departments with their managers, by id."""
        async with self._works.database.reading() as session:
            return await views.list_departments(session)

    async def add(
        self, caller: Caller | None, name: str, parent_id: DepartmentId | None = None
    ) -> DepartmentId:
        """Add a department, under another if told.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such parent.
            Invalid: The name is empty.
        """
        require_role(caller, Role.ADMINISTRATOR, action="add_department")
        async with self._works.begin(caller, "add_department") as work:
            if parent_id is not None:
                await users.get_department(work.session, parent_id)
            department = Department(name=_read_name(name), parent_id=parent_id)
            await work.add(department, of=None)
            await work.session.flush()
            return DepartmentId(department.id)

    async def rename(self, caller: Caller | None, department_id: DepartmentId, name: str) -> None:
        """Give a department another name.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such department.
            Invalid: The name is empty.
        """
        require_role(caller, Role.ADMINISTRATOR, action="rename_department")
        async with self._works.begin(caller, "rename_department") as work:
            department = await users.get_department(work.session, department_id)
            work.change(department, of=None, name=_read_name(name))

    async def set_parent(
        self, caller: Caller | None, department_id: DepartmentId, parent_id: DepartmentId | None
    ) -> None:
        """Put a department under another, or at the top.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such department.
            Invalid: The parent lies below the department itself.
        """
        require_role(caller, Role.ADMINISTRATOR, action="set_department_parent")
        async with self._works.begin(caller, "set_department_parent") as work:
            department = await users.get_department(work.session, department_id)
            if parent_id is not None:
                await users.get_department(work.session, parent_id)
                if department_id in await users.list_departments_above(work.session, parent_id):
                    raise Invalid("parent", str(parent_id))
            work.change(department, of=None, parent_id=parent_id)

    async def set_manager(self, caller: Caller | None, department_id: DepartmentId, user_id: UserId) -> None:
        """Have a user lead a department: they move into it as its manager.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such department or user.
            StateForbids: The user is the only administrator.
        """
        require_role(caller, Role.ADMINISTRATOR, action="set_department_manager")
        async with self._works.begin(caller, "set_department_manager") as work:
            await users.get_department(work.session, department_id)
            user = await users.get_user(work.session, user_id)
            await check_another_administrator(work.session, user)
            work.change(user, of=Ref(RefKind.USER, user.id), role=Role.MANAGER, department_id=department_id)


def _read_name(name: str) -> str:
    plain = plain_text(name)[:MAX_NAME]
    if not plain:
        raise Invalid("name", name)
    return plain
