"""What the people slice refuses, by name."""


class PeopleError(Exception):
    """Something about people that cannot be."""


class AlreadyHere(PeopleError):
    """This address is a member of the organisation already."""


class LastAdministrator(PeopleError):
    """An organisation keeps at least one administrator."""


class TooManyTries(PeopleError):
    """The limit for this is reached; it passes by itself."""


class WeakPassword(PeopleError):
    """Too short, too common, or made of one's own name."""


class InvitationClosed(PeopleError):
    """Accepted, declined or withdrawn before."""


class NameTaken(PeopleError):
    """The organisation has a department or craft of that name."""


class MayOnlyBeRaised(PeopleError):
    """The smallest group in figures never gets smaller."""


class UploadClosed(PeopleError):
    """Confirmed before, or looked at longer than an hour ago."""
