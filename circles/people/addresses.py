"""Mail addresses: one spelling for comparing, the typed one for sending."""

from __future__ import annotations

# Where everybody gets an address: a whole country would be let in.
PUBLIC_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.nl", "hotmail.be", "outlook.com", "outlook.be",
    "live.nl", "live.be", "live.com", "msn.com", "yahoo.com", "icloud.com", "me.com", "proton.me",
    "protonmail.com", "gmx.net", "gmx.de", "ziggo.nl", "kpnmail.nl", "kpnplanet.nl", "planet.nl",
    "xs4all.nl", "home.nl", "telenet.be", "skynet.be", "proximus.be", "scarlet.be",
})  # fmt: skip


class BadAddress(ValueError):
    """Not an address that mail could go to."""


def normalise(address: str) -> str:
    """The spelling to compare by: trimmed, lower case, domains as people write them. Raises BadAddress."""
    # Here, not at the top: its patterns take long to compile, and most processes never see an address typed.
    from email_validator import EmailNotValidError, validate_email

    try:
        parts = validate_email(address.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadAddress(address) from error
    return parts.normalized.lower()


def domain_of(address: str) -> str:
    """What stands behind the @ of a normalised address."""
    return address.rpartition("@")[2]


def domain_typed(text: str) -> str | None:
    """A mail domain as it is compared, `delinde.nl`, of what somebody typed, `@DeLinde.nl`; None when it is none."""
    try:
        domain = domain_of(normalise(f"iemand@{text.strip().removeprefix('@')}"))
    except BadAddress:
        return None
    return domain if "." in domain and len(domain) <= 120 else None
