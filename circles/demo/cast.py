"""The people of the demo whom everybody knows by name, and how to sign in as them."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demo-vakcirkels-2026"  # noqa: S105  a demo, on this machine only


@dataclass(frozen=True)
class Role:
    """Somebody to sign in as. `shows` says in a few words what there is to see."""

    key: str
    name: str
    house: str  # slug of the organisation
    department: str
    craft: str
    shows: str = ""
    hat: str = ""  # a role in the organisation; empty for none

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.key}@{self.house}.example"


CAST = (
    Role("alice", "Alice Aalders", "delinde", "Jeugdhulp Zuid", "jeugdhulpverlener",
         "trekker, leidt het gesprek volgende keer"),
    Role("bob", "Bob Bakker", "delinde", "Jeugdhulp Zuid", "jeugdhulpverlener", "zit in de cirkel van Alice"),
    Role("carol", "Carol Cuypers", "delinde", "Jeugdhulp Noord", "jeugdhulpverlener",
         "zit in de cirkel van Alice"),
    Role("dan", "Dan Dekker", "delinde", "Wijkverpleging", "wijkverpleegkundige",
         "trekker van een cirkel die nog mensen zoekt"),
    Role("eve", "Eve Evers", "delinde", "Jeugdhulp Zuid", "jeugdhulpverlener",
         "verliet de cirkel, leest terug wat van haar tijd is"),
    Role("frank", "Frank Franssen", "delinde", "Jeugdhulp Zuid", "jeugdhulpverlener",
         "zit in geen cirkel, heeft een uitnodiging"),
    Role("hanna", "Hanna Haak", "delinde", "Kwaliteit en beleid", "beleidsadviseur",
         "hotspot: de kopgroep goed werk"),
    Role("olga", "Olga Oosting", "delinde", "Bestuursbureau", "beleidsadviseur",
         "ziet voor de organisatie wie meedoet", "viewer"),
    Role("ada", "Ada Albers", "delinde", "ICT", "softwareontwikkelaar",
         "beheert de lijst en de afdelingen", "administrator"),
    Role("zoe", "Zoë Zwart", "hetanker", "Techniek", "softwareontwikkelaar",
         "trekker in een andere organisatie"),
    Role("wim", "Wim Willems", "hetanker", "Directie", "coördinator", "beheert Het Anker", "administrator"),
    Role("xenia", "Xenia Xhonneux", "hetanker", "Directie", "coördinator",
         "ziet wie meedoet in Het Anker", "viewer"),
)  # fmt: skip


def sign_in_table() -> str:
    """Name, address and what there is to see of each, for a terminal."""
    rows = [("Naam", "Log in als", "Wat je ziet"), *((role.name, role.email, role.shows) for role in CAST)]
    name, address = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(f"  {row[0]:{name}}  {row[1]:{address}}  {row[2]}".rstrip() for row in rows)
