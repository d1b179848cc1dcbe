"""What the membership slice refuses, by name."""


class MembershipError(Exception):
    """Something about circles and seats that cannot be."""


class CircleIsFull(MembershipError):
    """All eight seats are taken."""


class AlreadySeated(MembershipError):
    """The person sits in this circle."""


class CircleHasEnded(MembershipError):
    """The circle has ended."""


class NotAllowedToJoin(MembershipError):
    """Another organisation, or a kind of circle that is by invitation only."""


class InvitationClosed(MembershipError):
    """Answered, withdrawn or expired before."""


class AskClosed(MembershipError):
    """Answered, withdrawn or expired before."""


class TooManyInvitations(MembershipError):
    """Twelve open for a circle, or twenty sent by one person in a day."""


class AlreadyInvited(MembershipError):
    """An invitation to this address is open."""


class TooLate(MembershipError):
    """More than 24 hours ago, or undone before."""


class MovedOn(MembershipError):
    """Something else happened to it since, so it cannot simply be undone."""


class OneHotspot(MembershipError):
    """The organisation has an open hotspot."""
