"""What the meetings slice refuses, by name."""


class MeetingError(Exception):
    """Something about meetings that cannot be."""


class MeetingIsOver(MeetingError):
    """Held, skipped, called off, or in the past."""


class MeetingMoved(MeetingError):
    """It has another time than the person saw."""


class TooEarly(MeetingError):
    """A meeting begins at most half an hour before its time."""


class InThePast(MeetingError):
    """A meeting cannot be planned before now."""


class NotSeated(MeetingError):
    """The person no longer sits in this circle."""


class TurnsMoved(MeetingError):
    """Somebody else has one of the turns by now."""
