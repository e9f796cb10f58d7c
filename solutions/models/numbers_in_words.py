"""Numbers from 1 to 9,999 in English and French words, hyphens written as spaces."""

_ENGLISH_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FRENCH_UNITS = (
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
).split()
_FRENCH_TENS = "vingt trente quarante cinquante soixante".split()

ENGLISH = [*_ENGLISH_UNITS[1:], *_ENGLISH_TENS, "hundred", "thousand", "and"]
FRENCH = [*_FRENCH_UNITS[1:], *_FRENCH_TENS, "vingts", "cent", "cents", "mille", "et"]


def english(number: int) -> str:
    """Of 1 to 9,999, with the British "and": "one thousand and one", "two hundred and forty"."""
    if number < 20:
        return _ENGLISH_UNITS[number]
    if number < 100:
        tens = _ENGLISH_TENS[number // 10 - 2]
        return f"{tens} {english(number % 10)}" if number % 10 else tens
    size, word = (100, "hundred") if number < 1000 else (1000, "thousand")
    many, rest = divmod(number, size)
    beginning = f"{english(many)} {word}"
    if rest == 0:
        return beginning
    return f"{beginning} and {english(rest)}" if rest < 100 else f"{beginning} {english(rest)}"


def french(number: int) -> str:
    """Of 1 to 9,999: "vingts" and "cents" take their s at the very end only; one thousand is "mille"."""
    if number < 17:
        return _FRENCH_UNITS[number]
    if number < 20:
        return f"dix {french(number - 10)}"
    if number < 100:
        return _french_tens(number)
    if number < 1000:
        many, rest = divmod(number, 100)
        hundreds = "cent" if many == 1 else f"{french(many)} {'cent' if rest else 'cents'}"
        return f"{hundreds} {french(rest)}" if rest else hundreds
    many, rest = divmod(number, 1000)
    thousands = "mille" if many == 1 else f"{french(many)} mille"
    return f"{thousands} {french(rest)}" if rest else thousands


def _french_tens(number: int) -> str:
    """Of 20 to 99: seventy is sixty and ten, eighty is four twenties, ninety is four twenties and ten."""
    if number == 80:
        return "quatre vingts"
    if number > 80:
        return f"quatre vingt {french(number - 80)}"
    tens = min(number // 10, 6)
    word, rest = _FRENCH_TENS[tens - 2], number - 10 * tens
    if rest == 0:
        return word
    return f"{word} et {french(rest)}" if rest in (1, 11) else f"{word} {french(rest)}"
