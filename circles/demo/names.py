"""Names of colleagues, made up and spread as they are in the Low Countries."""

from __future__ import annotations

import unicodedata
from random import Random

FIRST = """
Aafke Abel Adil Amber Amina Anke Anneloes Annemiek Aron Aryan Ashna Aylin Babette Bahar Bart Bas Berend Bilal Birgit
Bo Boris Bram Britt Cas Charlotte Chiara Claire Coen Cynthia Daan Dana Daphne Dewi Diede Dilara Doortje Edwin Elif
Elin Ellen Emine Esmee Esther Fatima Femke Fenna Fleur Floor Floris Freek Geertje Gerard Guus Hajar Hamza Harm Hilde
Ibrahim Ilse Imke Indra Iris Isa Ivo Jasmijn Jelle Jette Jitske Joke Joost Jorrit Jurre Karim Karin Kasper Katja Khadija
Koen Lara Latifa Leonie Lieke Lisanne Lotte Lucas Luna Maaike Maarten Marije Marleen Marouane Martijn Mees Meral Merel
Mieke Milou Mirjam Mohamed Nadia Naomi Nienke Nils Noor Nouria Olaf Onno Otto Pascal Petra Pien Pim Puck Quinten Radha
Rania Renske Rik Roos Rosalie Ruben Sabine Saar Samira Sander Sanne Sem Selma Siham Simone Sofie Stijn Suzan Tamar Tess
Thijs Tim Tom Tuba Valerie Vera Veerle Wessel Wouter Yara Yasmin Youssef Yvonne Zeynep
""".split()
LAST = """
Aerts|van Amerongen|Arslan|Baan|Baars|Bakkers|el Bakkali|Beekman|van den Berg|Bergsma|Bloem|de Boer|Boersma|Bos|Bosman
|Bouman|van Breukelen|Brink|Brouwer|Buis|de Bruin|Chaoui|Claassen|van Dam|Demir|Dijkstra|van Doorn|Driessen|van Duin
|Eijkman|van Eck|van Es|Faber|Fens|Gerritsen|van Ginkel|Goossens|de Graaf|Groen|de Haan|Haverkamp|Heemskerk|Hendriks
|van der Heijden|Hoekstra|Hofman|van Houten|Huisman|Idrissi|Jacobs|Jaspers|de Jong|Jonker|Kaya|van Kampen|Karimi
|Kerkhof|Klaassen|Koster|Kramer|Kroes|Kuiper|van Laar|Lammers|van Leeuwen|Lemmens|van Loon|Maas|Meijer|Mertens
|Molenaar|Mulder|Naber|Nijhuis|Noordam|van Oers|Oudshoorn|Ouali|Peeters|Pinas|Polman|Postma|Prins|Ramdin|Reinders
|de Ridder|van Rijn|Rietveld|Roelofs|Rutten|Sahin|Schaap|Scholten|Schouten|Smeets|Smit|Snijders|van Staveren|Steenbergen
|Tahiri|Timmer|Tromp|van Tuyl|Uilenberg|Vaessen|Veenstra|Verbeek|Verhoeven|Vermeer|Visser|de Vos|Vrolijk|de Vries
|van Wageningen|Wassenaar|Westra|Wiersma|Wijnen|de Wit|Wolters|Yildiz|Zandstra|van Zanten|Zijlstra|Zonneveld
""".replace("\n", "").split("|")


def colleagues(rng: Random, how_many: int) -> list[str]:
    """Full names, no two of them with the same address. There are some eighteen thousand."""
    names: dict[str, str] = {}
    while len(names) < how_many:
        first = FIRST[(len(names) * 7 + rng.randrange(5)) % len(FIRST)]
        name = f"{first} {rng.choice(LAST)}"
        names.setdefault(address(name, ""), name)
    return list(names.values())


def address(name: str, domain: str) -> str:
    """`fenna.vandenberg@delinde.example`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first, _, last = plain.partition(" ")
    return f"{first}.{last.replace(' ', '')}@{domain}"
