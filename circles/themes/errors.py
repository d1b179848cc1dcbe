"""What the themes slice refuses, by name."""


class ThemeError(Exception):
    """Something about a theme that cannot be."""


class NotYetEnoughCurators(ThemeError):
    """Publishing takes two seated members of the hotspot."""


class NothingToPublish(ThemeError):
    """No draft waits."""


class ShuttersClosed(ThemeError):
    """The organisation has no hotspot that has opened its shutters."""
