"""What the membership slice refuses, by name."""


class MembershipError(Exception):
    """Something about circles and seats that cannot be."""


class CircleIsFull(MembershipError):
    """All eight seats are taken."""


class AlreadySeated(MembershipError):
    """The person sits in this circle."""


class CircleIsQuiet(MembershipError):
    """Nothing is planned or changed in this circle now."""

    def __init__(self, circle_id: str) -> None:
        super().__init__(circle_id)
        self.circle_id = circle_id  # the public one


class CircleHasEnded(CircleIsQuiet):
    """The circle has ended: its log stays to be read, nothing else goes on."""


class CircleRests(CircleIsQuiet):
    """The circle rests: nothing is planned until it begins again."""


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
