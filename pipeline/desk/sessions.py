"""Signed-in browsers and programs: random tokens, kept as hashes, with CSRF tokens made of them.

A browser sends its token as an HttpOnly cookie and must repeat the CSRF token in every change; a
program sends it as ``Authorization: Bearer …``, which no other site can make a browser do.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from pipeline.desk.accounts import Account, account_of
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Session, User

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """A live session: whose it is, and the hash that names it."""

    account: Account
    token_hash: str
    csrf: str


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: a leaked database opens no session."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(token: str) -> str:
    """The CSRF token that belongs to a session (or pre-session) token."""
    key = token.encode("utf-8", "surrogatepass")
    return hmac.new(key, b"congvan csrf", hashlib.sha256).hexdigest()


def csrf_fits(token: str, given: str) -> bool:
    """Whether ``given`` is the CSRF token of ``token``, compared in constant time."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "surrogatepass"))


def begin(store: Store, account: Account, address: str) -> str:
    """A new session's token. Sessions past their time are swept away on the way."""
    token = new_token()
    with store.work() as work:
        work.query(Session).filter(
            (Session.born_at < now(-LONGEST)) | (Session.seen_at < now(-IDLE))
        ).delete()
        work.add(
            Session(
                token_hash=token_hash(token), user_id=account.id, address=address,
                born_at=now(), seen_at=now(),
            )
        )  # fmt: skip
    return token


def find(store: Store, token: str) -> Pass | None:
    """The live session of a token; None if it is unknown, idle too long, or its user is gone."""
    digest = token_hash(token)
    with store.look() as work:
        row = work.get(Session, digest)
        if row is None or row.born_at < now(-LONGEST) or row.seen_at < now(-IDLE):
            return None
        user = work.get(User, row.user_id)
        if user is None or not user.active:
            return None
    if row.seen_at < now(-_TOUCH):
        with store.work() as work:
            work.query(Session).filter_by(token_hash=digest).update({"seen_at": now()})
    return Pass(account_of(user), digest, csrf_of(token))


def end(store: Store, digest: str) -> None:
    """Sign out."""
    with store.work() as work:
        work.query(Session).filter_by(token_hash=digest).delete()
