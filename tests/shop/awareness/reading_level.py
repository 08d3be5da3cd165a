"""The Flesch-Kincaid grade of a text: the school year, in the United States, in which it is easily read.

Source: Kincaid and others, "Derivation of New Readability Formulas", 1975. Syllables are counted by rule, which is
exact enough for a bound.
"""

import re


def grade(text: str) -> float:
    text = text.replace("U.S.C.", "USC")
    sentences = [part for part in re.split(r"[.!?]+(?:[\s”]|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z0-9’'-]+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59


def _syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(re.findall(r"[aeiouy]+", letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee")):
        count -= 1
    if letters.endswith("ed") and not letters.endswith(("ted", "ded")):
        count -= 1
    return max(count, 1)
