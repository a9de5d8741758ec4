"""Made-up talk to fit on: clauses from a small grammar, strung together and stumbled over as people do.

Nobody's words are used.  ``@Name`` in a rule is another rule; everything is drawn with a fixed seed.
"""

from __future__ import annotations

import random
import re

_RULES: dict[str, str] = {
    "Noun": "engine market garden teacher company river model price customer bridge kitchen team country battery plan "
    "story question doctor student factory budget harbor phone camera village problem decision season machine song "
    "letter idea winter train forest contract salary neighbor museum book road farmer software policy election farm",
    "Nouns": "people engines prices customers countries batteries plans stories questions students factories machines "
    "letters ideas trains contracts neighbors farmers tools numbers folks kids companies chips models dollars hours",
    "Mass": "money energy water music data power growth trade work time traffic inflation research coffee bread compute",
    "Name": "Anna|Peter|Maria|Tom Baker|Linda Park|David Stone|Mr. Hill|Dr. Wong|Priya|Carlos Vega|Helen",
    "Place": "Oslo|Lake Geneva|New Delhi|South Korea|Berlin|the North Sea|Kenya|San Diego|Europe|West Africa|Brazil",
    "Firm": "Nordwind|Blue Finch|Acme Motors|Delta Foods|Kestrel Labs|the Harbor Bank|Open Field|the Green River Act",
    "Adjective": "big small new old great cheap strong strange quiet open local global hard good better important "
    "incredible long real whole early different possible huge second last first next sustainable free public private",
    "Compound": "coffee machine|energy market|trade deal|bicycle shop|power plant|team leader|price war|data center|"
    "phone company|weekend market|test engine|school bus|software engineer|supply chain|AI model|chip maker",
    "Number": "two|three|15|40%|$30 billion|a few hundred million|ten thousand|2,000|$5 million|half a dozen|1.2 million|six to eight|10 to 15|two or three|3 to 4 hundred",
    "Determiner": "the the the a this that every some my your our their his her any another no",
    "Degree": "very really so pretty quite too kind_of much",
    "NP": "@Determiner @Noun|@Determiner @Adjective @Noun|@Determiner @Compound|the @Nouns|@Adjective @Nouns|@Nouns|@Mass|"
    "@Number @Nouns|@Name|@Place|@Firm|@Name's @Noun|@Determiner @Degree @Adjective @Noun|the @Adjective @Compound|"
    "all of the @Nouns|a lot of @Mass|one of the @Adjective @Nouns|@Noun and @Noun|@NP @PP|@NP @Relative|the @Firm @Noun|"
    "what @Pronoun @Past|@Gerund @NP|both @Nouns and @Nouns|@Adjective, @Adjective @Nouns|something|everybody|it|that",
    "PP": "in @NP|on @NP|at @NP|for @NP|with @NP|from @NP|by @NP|about @NP|over @NP|into @NP|around @NP|of @NP|"
    "through @NP|between @NP and @NP|out of @NP|because of @NP|in @Place|as @NP|than @NP|like @NP|across @Place",
    "Pronoun": "I I you we they he she it you_guys",
    "Object": "it him her them me us you that this",
    "Relative": "that @Pronoun @Past|who @Past @NP|which @Linking @Degree @Adjective|where @Pronoun @Past|@Pronoun @Past",
    "Past": "built sold saw found wanted liked bought made read kept lost paid asked_for said thought needed heard took",
    "Verb": "build sell see find want like buy make read keep lose pay ask hear take use need help open watch move call",
    "Gerund": "building selling buying making reading watching moving getting using helping asking talking_about",
    "Linking": "is was looks seems feels sounds gets got became",
    "Particle": "pick up|give up|figure out|turn off|bring back|set up|take over|hand out|shut down|put off|write down",
    "Modal": "can could will would should might must may 'll_never won't can't didn't don't has_to",
    "Adverb": "now today again really probably actually just already always never together quickly maybe there here",
    "VP": "@Past @NP|@Past @NP @PP|@Past @Object|@Modal @Verb @NP|@Modal @Verb @Object @PP|is @Gerund @NP|has been @Gerund "
    "@NP|wants to @Verb @NP|is going to @Verb @NP|are going to @Particle @NP|was @Degree @Adjective|@Linking @Adjective|"
    "had to @Particle @NP|tried to @Verb @Object @Adverb|@Adverb @Past @NP|went @PP|used to @Verb @NP|is @NP|was @Past "
    "by @NP|have @Past @NP @PP|told @Object that @Clause|think @Clause|gave @Object @NP|let @Object @Verb @NP|picked "
    "@Object up|looked at @NP|talked about @NP|'s got to @Verb @NP|is trying to @Verb more @Nouns than @NP|don't know "
    "if @Clause|know what @Pronoun @Past|has never @Past @NP|would have @Past @NP|makes @Object @Adjective|tells @Object that @Clause|reminds @Object of @NP|need to @Verb "
    "@Object @PP|get @NP to @Verb @NP|is not only @Adjective but also @Adjective|'re @Gerund @NP @PP|spent @Number on @NP",
    "Clause": "@Pronoun @VP|@Pronoun @VP|@NP @VP|there is @NP @PP|it's @Degree @Adjective to @Verb @NP|@Pronoun 're @Gerund "
    "@NP|that's why @Pronoun @VP|what @Pronoun @Past was @NP|if @Pronoun @Past @NP, @Pronoun @VP|@Pronoun @VP @Join @Clause",
    "Join": "and|but|because|so|when|while|if|and then|or|although|before|until|, and|, but|, so|, which means",
    "Question": "did @Pronoun @Verb @NP|do you think @Clause|what do you @Verb @PP|how much @Mass does @NP @Verb|isn't that "
    "@NP|why would @Pronoun @Verb @NP|who @Past @NP|can you @Verb @Object @NP",
    "Opening": "And|So|But|Well,|Yeah,|I mean,|You know,|Of course,|Right, so|Look,|Again,|Now|Um,|Oh,",
    "Filler": "um|uh|, you know,|like|, I mean,|, um,|kind of|sort of|, right,|uh,",
    "Short": "Yeah.|Right.|For sure.|Exactly.|Good to see you.|Nice.|That's it.|I agree.|No, not at all.|Thank you.",
}  # fmt: skip


def _options(name: str) -> list[str]:
    rule = _RULES[name]
    return rule.split("|") if "|" in rule else rule.split()


def _grow(text: str, chance: random.Random, depth: int = 0) -> str:
    """Replace the rules in a text; deep inside, the shorter options are drawn."""

    def put(match: re.Match[str]) -> str:
        options = _options(match[1])
        if depth > 3:
            options = sorted(options, key=lambda option: option.count("@"))[: max(3, len(options) // 3)]
        return _grow(chance.choice(options), chance, depth + 1)

    return re.sub(r"@([A-Za-z]+?)(?='s|\b)", put, text)


def _stumble(words: list[str], chance: random.Random) -> list[str]:
    """Repeat a few words, begin anew, put a filler in."""
    at = chance.randrange(max(1, len(words) - 2))
    kind = chance.random()
    if kind < 0.4:
        return words[:at] + _options("Filler")[chance.randrange(10)].split() + words[at:]
    size = chance.randint(1, 3)
    if kind < 0.75:
        return words[: at + size] + words[at:]
    return words[: at + size] + _grow("@Pronoun @VP", chance).split()


def sentence(chance: random.Random) -> str:
    """One sentence of talk, more or less well formed, with its punctuation or without."""
    if chance.random() < 0.06:
        return chance.choice(_options("Short"))
    question = chance.random() < 0.1
    text = _grow("@Question" if question else "@Clause", chance).replace("_", " ")
    words = text.split()
    for _ in range(chance.choices((0, 1, 2), (6, 3, 1))[0]):
        words = _stumble(words, chance)
    if chance.random() < 0.45:
        words = [*chance.choice(_options("Opening")).split(), *words]
    text = re.sub(r"\s+(?=[,.]|'s\b|'re\b|'ll\b)", "", " ".join(words))
    text = re.sub(r",(?:,| ,)+", ",", text).strip(", ")
    if chance.random() < 0.9:
        text = text[:1].upper() + text[1:]
    return text + ("?" if question else "." if chance.random() < 0.93 else "")


def talk(sentences: int, seed: int) -> list[str]:
    """Words of so many sentences."""
    chance = random.Random(seed)
    return [word for _ in range(sentences) for word in sentence(chance).split()]


def prose() -> list[str]:
    """Words of the running text in Python's language reference, which every Python carries (PSF licence)."""
    from pydoc_data.topics import topics

    words: list[str] = []
    for topic in topics.values():
        for paragraph in re.split(r"\n\s*\n", topic):
            text = re.sub(r"[*\"`]+", "", " ".join(paragraph.split()))
            plain = sum(c.isalpha() or c in " ,.'’-" for c in text)
            if not paragraph.startswith(" " * 6) and len(text) > 120 and plain > 0.97 * len(text) and text[-1] in ".:":
                words += text.split()
    return words


if __name__ == "__main__":
    print(" ".join(talk(40, seed=1)))
    print(len(prose()), " ".join(prose()[:200]))
