"""What goes over the HTTP API: bodies of requests, and the answers that refuse one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Having


class Body(BaseModel):
    """Base of what is sent: unknown keys refused."""

    model_config = ConfigDict(extra="forbid")


class SignIn(Body):
    """Name and password."""

    name: str = Having(max_length=100)
    password: str = Having(max_length=1000)


class Edit(Body):
    """A change of one field. ``expected`` is the value that the editor saw."""

    field: str = Having(max_length=200, examples=["number", "issuer.name", "recipients.0"])
    value: str | None = Having(None, max_length=20_000)
    expected: str | None = Having(None, max_length=20_000)


class Switch(Body):
    """Undo a correction, or make it again."""

    undone: bool


class Closed(Body):
    """Mark a directive, named by its path of labels (``4/a``), as done or open."""

    label: str = Having(max_length=200)
    done: bool


class Elsewhere(Body):
    """Make the same change in other letters whose field reads the same."""

    field: str = Having(max_length=200)
    before: str = Having(max_length=20_000)
    value: str = Having(max_length=20_000)
    letters: list[str] = Having(max_length=50)


class Refusal(BaseModel):
    """Why a request was not done, in the language of the page; ``places`` names wrong values."""

    error: str
    places: list[str] | None = None


class Conflict(Refusal):
    """Someone else was first: what the field holds now, who set it and when."""

    theirs: str | None = None
    who: str = ""
    at: str = ""


REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": Refusal, "description": "Sign in first"},
    403: {"model": Refusal, "description": "Not allowed"},
    404: {"model": Refusal, "description": "Not there, or not to be seen"},
    409: {"model": Conflict, "description": "Changed by someone else meanwhile"},
    413: {"model": Refusal, "description": "Larger than the limit"},
    415: {"model": Refusal, "description": "A kind of content that is not taken"},
    422: {"model": Refusal, "description": "A value that does not fit"},
    503: {"model": Refusal, "description": "The archive can't answer now"},
    507: {"model": Refusal, "description": "The server's disk is full"},
}
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
AT_THE_DOOR: dict[int | str, dict[str, Any]] = {
    **{code: REFUSALS[code] for code in (401, 403, 413, 415, 422)},
    429: {"model": Refusal, "description": "Too many wrong tries: see Retry-After"},
}
