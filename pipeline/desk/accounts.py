"""Who may come in: users, their passwords (argon2id), and the wait after wrong ones."""

from __future__ import annotations

import ipaddress
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from pipeline.desk.store import Store, now
from pipeline.desk.tables import Attempt, Session, User
from pipeline.text import nfc

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["reader", "clerk", "admin"]
ROLES: tuple[Role, ...] = ("reader", "clerk", "admin")
"""Each may do all that the one before it may."""

CLEARANCES = (0, 1, 2, 3)
"""0 none, 1 MẬT, 2 TỐI MẬT, 3 TUYỆT MẬT."""

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
ADMIN = "admin"

# Wrong passwords in a row before each kind of key must wait; one address may hold an office.
_PATIENCE = {"pair": 5, "address": 20, "name": 50}
_FIRST_WAIT = 30.0
_LONGEST_WAIT = 900.0
_FORGET_AFTER = timedelta(hours=1)

# A hash takes 64 MiB while it is made: two at a time keep a flood of sign-ins from eating memory.
_HASHING = threading.BoundedSemaphore(2)
_COUNTING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Account:
    """A user as the pages see one."""

    id: int
    name: str
    role: Role
    clearance: int
    fresh: bool
    active: bool

    def may(self, role: Role) -> bool:
        """Whether this user's role includes ``role``."""
        return ROLES.index(self.role) >= ROLES.index(role)


class BadPassword(Exception):
    """The new password breaks a rule; the argument is the text's code."""


class NameTaken(Exception):
    """There is a user of this name, or it is no name."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()  # RFC 9106's second recommendation: argon2id, 64 MiB, 3 passes


def hash_password(password: str) -> str:
    """The argon2id hash of a password, its Unicode form settled first."""
    with _HASHING:
        return _hasher().hash(nfc(password))


def _matches(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    with _HASHING:
        try:
            return _hasher().verify(stored, nfc(password))
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    """Checked when the name is unknown, so that the answer takes as long as for a known one."""
    return hash_password(secrets.token_urlsafe(16))


def account_of(user: User) -> Account:
    """The row as a frozen account."""
    role = next(r for r in ROLES if r == user.role)
    return Account(user.id, user.name, role, user.clearance, user.fresh, user.active)


def network_of(address: str) -> str:
    """What one holder of addresses is known by: of IPv6 the /64 that every home gets."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def sign_in(store: Store, name: str, password: str, address: str) -> Account | float:
    """The account, or the seconds to wait before the next try (0 = none: just wrong).

    Wrong name and wrong password look alike, in the answer and in time. A try is counted before
    the password is looked at, so that a hundred tries at once get no further than five.
    """
    name, address = nfc(name).strip()[:100], network_of(address)
    keys = {
        "pair": f"pair {address} {name}",
        "address": f"address {address}",
        "name": f"name {name}",
    }
    with _COUNTING:
        wait = _wait(store, list(keys.values()))
        if wait > 0:
            return wait
        _count(store, keys)
    with store.look() as work:
        user = work.query(User).filter_by(name=name).one_or_none()
    right = _matches(user.password if user else _nobodys_hash(), password[:LONGEST_PASSWORD])
    if user is None or not right or not user.active:
        return _wait(store, list(keys.values()))
    with _COUNTING, store.work() as work:
        work.query(Attempt).filter_by(key=keys["pair"]).delete()
        for kind in ("address", "name"):
            row = work.get(Attempt, keys[kind])
            if row is not None:
                row.failures -= 1
    return account_of(user)


def _wait(store: Store, keys: Sequence[str]) -> float:
    """Seconds that the strictest of ``keys`` must still wait."""
    with store.look() as work:
        rows = work.query(Attempt).filter(Attempt.key.in_(keys), Attempt.blocked_until > now())
        until = [row.blocked_until for row in rows]
    if not until:
        return 0.0
    return (datetime.fromisoformat(max(until)) - datetime.fromisoformat(now())).total_seconds()


def _count(store: Store, keys: dict[str, str]) -> None:
    """One more try; each beyond the patience doubles the wait."""
    with store.work() as work:
        work.query(Attempt).filter(Attempt.last_at < now(-_FORGET_AFTER)).delete()
        for kind, key in keys.items():
            row = work.get(Attempt, key)
            if row is None:
                row = Attempt(key=key, failures=0, last_at="", blocked_until="")
                work.add(row)
            row.failures += 1
            row.last_at = now()
            over = row.failures - _PATIENCE[kind]
            if over >= 0:
                seconds = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(over, 10))
                row.blocked_until = now(timedelta(seconds=seconds))


def check_new_password(name: str, password: str) -> None:
    """Length and difference from the name (NIST SP 800-63B asks for no more classes).

    Raises:
        BadPassword: with the code of the text that says what is wrong.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadPassword("password.short")
    if len(password) > LONGEST_PASSWORD:
        raise BadPassword("password.long")
    if name.lower() in password.lower() or len(set(password)) < 5:
        raise BadPassword("password.weak")


def change_password(store: Store, account: Account, old: str, new: str, keep: str) -> None:
    """A user's own change; every other session of theirs ends (``keep`` is this one's hash).

    Wrong old ones make one wait as at the door: whoever finds a browser left open may not guess.

    Raises:
        BadPassword: the old one is wrong, or the new one breaks a rule.
    """
    check_new_password(account.name, new)
    keys = {"pair": f"password {account.id}"}
    with _COUNTING:
        if _wait(store, list(keys.values())) > 0:
            raise BadPassword("password.wait")
        _count(store, keys)
    with store.look() as work:
        stored = work.get_one(User, account.id).password
    if not _matches(stored, old[:LONGEST_PASSWORD]):
        raise BadPassword("password.wrong")
    if nfc(old) == nfc(new):
        raise BadPassword("password.same")
    hashed = hash_password(new)
    with store.work() as work:
        user = work.get_one(User, account.id)
        user.password = hashed
        user.fresh = False
        work.query(Attempt).filter_by(key=keys["pair"]).delete()
        work.query(Session).filter(
            Session.user_id == account.id, Session.token_hash != keep
        ).delete()


def add_user(store: Store, name: str, role: Role, clearance: int) -> str:
    """A new user; returns the one-time password, which nobody can read again.

    Raises:
        NameTaken: there is one of this name, or the name is empty or holds odd characters.
    """
    name = nfc(name).strip()
    if not name or len(name) > 60 or not name.isprintable():
        raise NameTaken(name)
    password = secrets.token_urlsafe(12)
    hashed = hash_password(password)
    with store.work() as work:
        if work.query(User).filter_by(name=name).count():
            raise NameTaken(name)
        work.add(
            User(
                name=name, password=hashed, role=role, clearance=clearance,
                fresh=True, active=True, created_at=now(),
            )
        )  # fmt: skip
    return password


def reset_password(store: Store, user_id: int) -> str:
    """A new one-time password for a user; their sessions end."""
    password = secrets.token_urlsafe(12)
    hashed = hash_password(password)
    with store.work() as work:
        user = work.get_one(User, user_id)
        user.password = hashed
        user.fresh = True
        work.query(Session).filter_by(user_id=user_id).delete()
        work.query(Attempt).filter_by(key=f"name {user.name}").delete()
    return password


def change_user(store: Store, user_id: int, role: Role, clearance: int, active: bool) -> bool:
    """Set role, clearance and whether they may come in; their sessions end.

    False (and nothing changes) if no active admin would be left.
    """
    with store.work() as work:
        user = work.get_one(User, user_id)
        others = work.query(User).filter(
            User.id != user_id, User.role == "admin", User.active.is_(True)
        )
        if (role != "admin" or not active) and user.role == "admin" and not others.count():
            return False
        user.role, user.clearance, user.active = role, clearance, active
        work.query(Session).filter_by(user_id=user_id).delete()
    return True


def users(store: Store) -> list[Account]:
    """All users by name."""
    with store.look() as work:
        return [account_of(user) for user in work.query(User).order_by(User.name)]


def first_admin(store: Store) -> str | None:
    """On the first start: makes ``admin`` and returns its one-time password; later None."""
    with store.look() as work:
        if work.query(User).count():
            return None
    return add_user(store, ADMIN, "admin", max(CLEARANCES))
