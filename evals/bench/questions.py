"""Questions about the conflict for the warm figure: templates over people, places and months."""

import random
from itertools import product

from evals.bench.place import SEED

PEOPLE = (
    "Ismail Haniyeh",
    "Hassan Nasrallah",
    "Masoud Pezeshkian",
    "Ali Khamenei",
    "Ebrahim Raisi",
    "Abbas Araghchi",
    "Mohammad Reza Zahedi",
    "Benjamin Netanyahu",
    "Yoav Gallant",
    "Joe Biden",
    "Donald Trump",
    "Antony Blinken",
    "Jake Sullivan",
    "John Kirby",
    "Karine Jean-Pierre",
)
PLACES = (
    "Isfahan",
    "Damascus",
    "Tehran",
    "Natanz",
    "Fordow",
    "Beirut",
    "Gaza",
    "Rafah",
    "the Red Sea",
    "the Strait of Hormuz",
    "the Golan Heights",
    "Nevatim air base",
)
MONTHS = (
    "October 2023",
    "January 2024",
    "April 2024",
    "July 2024",
    "September 2024",
    "October 2024",
    "June 2025",
)
ABOUT_PEOPLE = (
    "What did {person} say in {month}?",
    "How did {person} respond to the missile attack of {month}?",
    "Whom did {person} meet in {month}, and what was agreed?",
    "Did {person} speak of a ceasefire in {month}?",
)
ABOUT_PLACES = (
    "What was struck in {place} in {month}?",
    "Who was killed in {place} in {month}?",
    "What did the United States say about {place} in {month}?",
    "How many drones and missiles were fired towards {place} in {month}?",
)
ABOUT_BOTH = (
    "What did {person} say about {place}?",
    "Why did {person} warn about an attack on {place}?",
)


def every_question() -> list[str]:
    """All questions that the templates make, each once, in a fixed order."""
    asked = [
        template.format(person=person, month=month)
        for template, person, month in product(ABOUT_PEOPLE, PEOPLE, MONTHS)
    ]
    asked += [
        template.format(place=place, month=month)
        for template, place, month in product(ABOUT_PLACES, PLACES, MONTHS)
    ]
    asked += [
        template.format(person=person, place=place)
        for template, person, place in product(ABOUT_BOTH, PEOPLE, PLACES)
    ]
    return asked


def questions(count: int, *, seed: int = SEED) -> list[str]:
    """`count` different questions, drawn by `seed`."""
    return random.Random(seed).sample(every_question(), count)
