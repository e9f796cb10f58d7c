"""Generated sentences with their BIO tags: the tagger's corpus."""

from .examples import Draw

FIRST_NAMES = "albert jane maria omar lena arif subh rahul".split()
LAST_NAMES = "einstein curie turing lovelace".split()
PLACES = "india berlin kenya oslo new_york united_states_of_america south_korea".split()
MONTHS = "march july october".split()
TIMES = "7pm noon monday_morning half_past_nine friday".split()
# What these are, only the words around them say.
PERSON_OR_PLACE = "washington jordan paris florence sydney chelsea".split()
PERSON_OR_MONTH = "april may june august".split()

PEOPLE = [
    *FIRST_NAMES,
    *(f"{first}_{last}" for first in FIRST_NAMES[:3] for last in LAST_NAMES),
    *PERSON_OR_PLACE * 2,
    *PERSON_OR_MONTH * 2,
]
KINDS = {
    "PER": PEOPLE,
    "LOC": [*PLACES, *PERSON_OR_PLACE * 2],
    "TIME": [*TIMES, *MONTHS, *PERSON_OR_MONTH],
}
TEMPLATES = (
    "PER is going to LOC",
    "PER is going from LOC to LOC",
    "PER met PER in LOC",
    "PER met PER in TIME",
    "PER is late",
    "LOC is far away",
    "LOC is far from LOC",
    "lets meet at TIME at the airport",
    "lets meet PER at the airport of LOC",
    "in TIME PER moved to LOC",
    "in LOC PER met PER",
    "TIME is too late for PER",
    "LOC and LOC are far away",
    "PER and PER are late",
    "the people of LOC like PER",
    "PER likes LOC in TIME",
)
WORDS = sorted(
    {word for template in TEMPLATES for word in template.split() if word.islower()}
    | {word for names in KINDS.values() for name in names for word in name.split("_")}
)
PROBES = (
    "albert is going to united states of america",
    "washington is going to washington",
    "june and april are late",
    "paris and washington are far away",
    "in june june moved to new york",
)


def sentences(count: int = 4000) -> dict[str, str]:
    """So many different sentences, and the tags of their words."""
    draw, found = Draw(seed=3), dict[str, str]()
    while len(found) < count:
        words, tags = list[str](), list[str]()
        for part in draw.one(TEMPLATES).split():
            names = draw.one(KINDS[part]).split("_") if part in KINDS else [part]
            words += names
            tags += ["O"] if part not in KINDS else [f"B-{part}", *[f"I-{part}"] * (len(names) - 1)]
        found[" ".join(words)] = " ".join(tags)
    return found
