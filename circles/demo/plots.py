"""The circles of the demo: what each is, how it came about and in what state it is today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

ONLINE = "https://bellen.delinde.example/"


@dataclass(frozen=True)
class Plot:
    """A circle before it is lived. `began` and `ended` are parts of the time there is to look back on, 0 to 1."""

    name: str
    field: str  # of its texts
    craft: str | None
    purpose: str
    place: str
    began: float
    size: int  # seated today; of a circle that ended, or that lost people, at its fullest
    at: time = time(14, 0)
    every: int = 6  # weeks
    kind: str = "craft"
    findable: bool = True
    cast: tuple[str, ...] = ()  # who begins it, and who sits there from the beginning
    later: tuple[str, ...] = ()  # leaves after a while
    full_at_once: bool = False
    turnover: int = 0  # people who came and went before today
    lost: int = 0  # left lately and not replaced
    ended: float | None = None
    rests: bool = False  # since the last meeting, for a while
    waiting: int = 0
    asking: int = 0
    inviting: int = 0
    paused: int = 0
    unsaid: bool = False  # nobody said yet whether the last meeting was held
    moved: bool = False  # the next meeting was moved
    skipped: int | None = None  # the meeting, counted from 0, that did not go on
    shows_theme: bool = False
    next_theme: str = ""  # key of the theme that the circle chose for next time
    story: bool = False  # what it kept is written out
    english: bool = False

    @property
    def people(self) -> int:
        """Everybody who ever sits there."""
        return self.size + self.turnover + len(self.later)


JEUGD, WIJK, ZORG = "jeugdhulpverlener", "maatschappelijk werker", "wijkverpleegkundige"
BELEID, ICT, OPLEIDER = "beleidsadviseur", "softwareontwikkelaar", "opleider"

LINDE = (
    Plot("Vakcirkel Jeugdhulp Zuid", "jeugd", JEUGD,
         "We nemen elkaars lastigste situatie serieus, en houden vast wat we goed werk vinden.",
         "Wijkhuis De Ark, zaal 2", 0.02, 7, every=4, cast=("alice", "bob", "carol"), later=("eve",),
         asking=1, inviting=2, story=True),
    Plot("Vakcirkel Wijkverpleging", "wijkverpleging", ZORG,
         "Ruimte nemen om te doen wat nodig is, ook als het schema vol is.",
         "Teampost Beukenlaan", 0.72, 4, time(15, 30), 4, cast=("dan",), asking=1, unsaid=True),
    Plot("Kopgroep goed werk", "leiden", None,
         "Wat vraagt goed werk van ons, en wat kan dit huis daarvoor doen?",
         "Bibliotheek, tafel bij het raam", 0.03, 7, time(9, 30), kind="hotspot", findable=False,
         cast=("hanna",), turnover=1, inviting=1, next_theme="de-foto-van-over-vijf-jaar"),
    Plot("Vakcirkel Jeugdhulp Noord", "jeugd", JEUGD, "Eén keer per maand hardop twijfelen.",
         "De Schakel, eerste verdieping", 0.05, 8, time(13, 0), 5, waiting=3, turnover=1),
    Plot("Aan de keukentafel", "wijkteam", WIJK, "Hoe doen we recht aan mensen die geen loket willen zijn?",
         "Buurthuis Oost", 0.04, 6, time(10, 0), asking=1, skipped=4),
    Plot("Craft circle Software", "english", ICT,
         "Making things people can rely on, and saying so when we can’t.",
         ONLINE + "craft", 0.3, 6, time(11, 0), 5, english=True),
    Plot("Bouwen wat blijft", "ict", ICT, "Trots op wat we maken, eerlijk over wat het aanricht.",
         "Werkplaats, begane grond", 0.06, 6, time(15, 0), 5, moved=True),
    Plot("Ruimte voor twijfel", "wijkteam", WIJK, "Vaste mensen, vast moment, geen vaste antwoorden.",
         "Kamer achter de receptie", 0.1, 7, time(16, 0), 8, findable=False, turnover=1),
    Plot("Leidinggeven onder ogen", "leiden", None, "Leidinggevenden uit verschillende teams onder elkaar.",
         "Landgoed Zonhoeve", 0.08, 7, time(8, 30), 8, kind="leadership", inviting=1),
    Plot("Eerste gesprekken", "jeugd", JEUGD, "Wat zeg je in de eerste tien minuten?", "", 0.96, 2, inviting=2),
    Plot("Vakcirkel Wijkteams", "wijkteam", WIJK, "Van wijk naar wijk kijken hoe de ander het doet.",
         "Wisselend, bij wie gespreksleider is", 0.06, 8, time(9, 0), 5, waiting=2, turnover=1,
         shows_theme=True),
    Plot("Nachtdienst online", "wijkverpleging", ZORG,
         "Voor wie ’s nachts werkt en overdag niemand spreekt.", ONLINE + "nachtdienst", 0.25, 6,
         time(19, 30), 5),
    Plot("Dagbesteding in beweging", "wijkteam", WIJK, "Werk dat ertoe doet, voor iedereen die meedoet.",
         "Atelier De Loods", 0.12, 7, time(13, 30), 6, lost=2, asking=1),
    Plot("Thuis in de wijk", "wijkverpleging", ZORG, "Een jaar samen kijken, en dan weer verder.",
         "Teampost Beukenlaan", 0.04, 6, time(12, 30), 8, ended=0.78),
    Plot("Leren doe je niet alleen", "onderwijs", OPLEIDER, "Opleiders die zelf ook willen leren.",
         "Leslokaal 3", 0.15, 6, time(9, 30), 6),
    Plot("Managementteam Wijkzorg", "leiden", None, "Ons team als onderwerp, niet onze agenda.",
         "Directiekamer", 0.35, 6, time(17, 0), 8, kind="team", findable=False, full_at_once=True,
         next_theme="wat-we-op-de-gang-zeggen"),
    Plot("Beleid dat de vloer raakt", "beleid", BELEID, "Schrijven voor wie het moet doen.",
         "Vergaderzaal Linde", 0.1, 7, time(14, 30), 6),
    Plot("Jong in het vak", "jeugd", JEUGD, "Voor wie minder dan drie jaar in de jeugdhulp werkt.",
         "Café De Overkant", 0.83, 5, time(16, 30), 4, asking=2),
    Plot("Wat verpleegkunde is", "wijkverpleging", ZORG, "Wat ons vak is, als je de minuten weghaalt.",
         "Teampost Molenweg", 0.12, 7, time(13, 0), 8, paused=1),
    Plot("Ouders en wij", "jeugd", JEUGD, "Samenwerken met ouders, ook als het schuurt.",
         "De Schakel, tuinkamer", 0.2, 6, time(10, 30), 6),
    Plot("De lange lijn", "jeugd", JEUGD, "Gezinnen die we jaren kennen, en wat dat met ons doet.",
         "Wijkhuis De Ark, zaal 1", 0.08, 8, time(15, 0), 8, findable=False, rests=True),
    Plot("Praktijkopleiders", "onderwijs", OPLEIDER, "Begeleiden zonder voor te doen.", "Leslokaal 1", 0.88, 3,
         time(11, 0), 4, inviting=1),
    Plot("Cijfers en verhalen", "beleid", BELEID, "Wat een getal niet zegt, en wie dat wel kan zeggen.",
         "Vergaderzaal Es", 0.4, 6, time(11, 30), 6),
    Plot("Wondzorg en wat eromheen zit", "wijkverpleging", ZORG, "Meer zien dan de wond.",
         "Behandelkamer Molenweg", 0.15, 7, time(14, 0), 8),
    Plot("Tafel van zes", "wijkteam", WIJK, "Klein, trouw en zonder verslag.", "Bij iemand thuis", 0.3, 6,
         time(19, 0), 8, findable=False),
    Plot("Dichtbij en op tijd", "wijkverpleging", ZORG, "Er zijn als het nodig is, weg zijn als het kan.",
         "Teampost Beukenlaan", 0.45, 6, time(12, 0), 5),
)  # fmt: skip

ANKER = (
    Plot("Vakcirkel Techniek", "ict", ICT, "Bouwen wat je over vijf jaar nog begrijpt.",
         "Zaal Kompas", 0.1, 6, time(14, 0), 6, cast=("zoe",)),
    Plot("Zorg dicht bij huis", "wijkverpleging", "zorgkundige", "Vaste gezichten, ook voor elkaar.",
         "Lokaal dienstencentrum", 0.1, 8, time(13, 0), 8, waiting=1),
    Plot("Onthaal en nabijheid", "wijkteam", "maatschappelijk werker", "Wie binnenkomt, is er al.",
         "Keuken van het onthaal", 0.2, 6, time(10, 0), 6),
    Plot("Nieuw aan boord", "wijkverpleging", "zorgkundige", "Voor wie dit jaar begon.", "Zaal Kompas", 0.8, 4,
         time(15, 0), 4, asking=1),
)  # fmt: skip

SEATED_IN_100 = 69
ALWAYS = 6  # of De Linde: these carry the story


def for_people(people: int) -> list[Plot]:
    """The circles of De Linde that so many people can fill; beyond the written ones, more of the same."""
    room = people * SEATED_IN_100 // 100
    chosen: list[Plot] = []
    for number in range(people):
        plot = LINDE[number % len(LINDE)] if number < len(LINDE) else _another(number)
        room -= plot.people
        if room < 0 and number >= ALWAYS:
            break
        chosen.append(plot)
    return chosen


def _another(number: int) -> Plot:
    kinds = [
        plot for plot in LINDE if plot.craft and not plot.cast and not plot.english and plot.ended is None
    ]
    return replace(
        kinds[number % len(kinds)], name=f"{kinds[number % len(kinds)].name} {number // len(kinds) + 1}"
    )
