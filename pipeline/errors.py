"""What can go wrong, as one tree of exceptions.

Every message comes from :mod:`pipeline.wording`: a sentence that says what happened and what
to do about it, in the language of the settings.

::

    CongvanError
    ├── UsageError            the command line or a setting is wrong        exit 2
    │   └── ConfigError       config.yaml or an environment variable
    ├── InputError            this file can't become a letter               exit 1
    │   ├── UnreadableInput   missing, empty, truncated, damaged, no permission
    │   ├── EncryptedInput    a password stands before the pages
    │   ├── UnknownInput      not a kind of file that congvan reads
    │   ├── TooLargeInput     over a limit of the settings
    │   ├── BlankInput        no ink on any page
    │   └── NotALetter        ink, but no sign of an official letter
    ├── EngineError           an external program failed on this file       exit 1
    │   ├── EngineTimeout     it ran past its time
    │   └── EngineMissing     it is not installed (``congvan doctor``)
    └── ArchiveError          the archive can't be read or written          exit 1
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.wording import say


class CongvanError(Exception):
    """Base of all: carries the wording's ``code`` and the ``values`` that fill its sentence."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(code, values)

    def sentence(self, language: str = "en") -> str:
        """The message in ``language`` (``en`` or ``vi``)."""
        return say(self.code, language, **self.values)

    def __str__(self) -> str:
        return self.sentence()

    def __reduce__(self) -> tuple[object, ...]:
        """Workers send errors home by pickle; keyword-only values need this."""
        return (_rebuild, (type(self), self.code, self.values))


def _rebuild(kind: type[CongvanError], code: str, values: dict[str, object]) -> CongvanError:
    return kind(code, **values)


class UsageError(CongvanError):
    """The command line is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting is unknown or has a wrong value."""


class InputError(CongvanError):
    """This file can't become a letter; the others go on."""


class UnreadableInput(InputError):
    """Missing, empty, truncated, damaged, or not permitted."""


class EncryptedInput(InputError):
    """A password stands before the pages."""


class UnknownInput(InputError):
    """Not a kind of file that congvan reads."""


class TooLargeInput(InputError):
    """Over a limit of the settings; the sentence names both."""


class BlankInput(InputError):
    """No ink on any page."""


class NotALetter(InputError):
    """Ink, but no sign of an official letter."""


class EngineError(CongvanError):
    """An external program failed on this file."""


class EngineTimeout(EngineError):
    """An external program ran past its time and was stopped."""


class EngineMissing(EngineError):
    """An external program or a language of it is not installed."""


class ArchiveError(CongvanError):
    """The archive can't be read or written."""
