"""What the conclusions slice refuses, by name."""


class ConclusionError(Exception):
    """Something about the log that cannot be."""


class MeetingNotBegun(ConclusionError):
    """Nothing is kept of a conversation that has not begun."""


class GoneForGood(ConclusionError):
    """Deleted more than thirty days ago."""


class NotYours(ConclusionError):
    """Only who brought the situation may withdraw what was kept from it."""
