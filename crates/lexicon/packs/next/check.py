#!/usr/bin/env python3
"""Checks topic files of the pack's next form (README.md says what they hold).

Usage: check.py [-q] [--cross] en/FILE.toml …

Faults are printed as ERROR and make the exit status 1; what an editor has to judge is printed as warning.
-q leaves the warnings out; --cross prints every gap with the entries that a bank could put beside its answer.
"""

import itertools
import pathlib
import random
import re
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
OLD = HERE.parent / "en"
TABLE = pathlib.Path("/root/.cache/linguaglow/levels-1.0.3-cbad8912.tsv")

LEVELS = ["A1", "A2", "B1", "B2", "C1", "C2"]
EXAMPLE_WORDS = {"A1": 9, "A2": 12, "B1": 14, "B2": 16, "C1": 18}
DEFINITION_WORDS = {"A1": 10, "A2": 12, "B1": 12, "B2": 12, "C1": 12}
TEXT_WORDS = {"A1": (60, 120), "A2": (80, 220), "B1": (80, 220), "B2": (80, 220), "C1": (180, 220)}
NAMES = set("anna ben maria tom leila omar sofia david lucas nina paul kenji amina oleg emma sam".split())
IPA = set("abdefhijklmnprstuvwzæðŋɑɒɔəɜɡɪʃʊʌʒθːˈˌ ")
CYRILLIC = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
QUOTES = "‘’“”«»„‚′″`´"
SMALL = set(
    "a an the of in on at to for from with by up out off down into onto as is be it or and not your you it's"
    " i'm that what how some any".split()
)

TOP = {"topic", "level", "title", "aims", "titles", "subtopics", "classes", "entry", "warm_up", "text", "grammar",
       "speaking", "writing"}
ENTRY = {"lemma", "pos", "level", "subtopic", "class", "ipa", "definition", "ru", "collocations", "wrong", "never",
         "example"}
ENTRY_MAY = {"uncountable", "plural_only", "emoji", "picture", "contrast"}


def load(path):
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return {}


# ---------------------------------------------------------------- words and their levels

FORMS = load(OLD / "forms.toml")
BLOCKED = set(load(OLD / "blocked.toml").get("blocked", []))
VERBS = {verb["base"]: verb for verb in FORMS.get("verb", [])}
NOUNS = {noun["base"]: noun["plural"] for noun in FORMS.get("noun", [])}
DOUBLE = set(FORMS.get("double", [])) | {
    "get", "put", "sit", "run", "swim", "cut", "begin", "forget", "let", "set", "win", "hit", "shut", "split", "bet",
}
AN = set(FORMS.get("an_exceptions", []))
A = {word.lower() for word in FORMS.get("a_exceptions", [])}


def s_form(word):
    if re.search(r"(s|x|z|ch|sh)$", word) or word in ("go", "do", "potato", "tomato", "hero", "echo"):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + "s"


def forms_of(word):
    """The word and its forms, as far as rules and our irregular list know them."""
    forms = {word, s_form(word)}
    forms.add(NOUNS.get(word, word))
    if word.endswith("f"):
        forms.add(word[:-1] + "ves")
    if word.endswith("fe"):
        forms.add(word[:-2] + "ves")
    if word in VERBS:
        verb = VERBS[word]
        for key in ("past", "participle"):
            forms.update(verb.get(key, []))
        forms.update(verb.get(key, word) for key in ("third", "ing", "past_plural"))
        if word == "be":
            forms.update(("am", "are", "is", "'m", "'re", "'s"))
    stem = word + word[-1] if word in DOUBLE else word
    if word.endswith("ie"):
        forms.update((word + "d", word[:-2] + "ying"))
    elif word.endswith("e"):
        forms.update((word + "d", word[:-1] + "ing", word + "ing"))
    elif re.search(r"[^aeiou]y$", word):
        forms.update((word[:-1] + "ied", word + "ing", word[:-1] + "ier", word[:-1] + "iest"))
    else:
        forms.update((stem + "ed", stem + "ing"))
    forms.update((word + "er", word + "est", word + "r", word + "st", word + word[-1] + "er", word + word[-1] + "est"))
    for adjective in FORMS.get("adjective", []):
        if adjective["base"] == word:
            forms.update((adjective["comparative"], adjective["superlative"]))
    return forms


def own_levels():
    table = {}
    for key, words in load(OLD / "words.toml").items():
        level = "A1" if key == "function" else key.upper()
        for word in words:
            for form in forms_of(word):
                table.setdefault(form, level)
    return table


OWN = own_levels()


def big_levels():
    table = {}
    if TABLE.exists():
        with TABLE.open(encoding="utf-8") as lines:
            for line in lines:
                word, _, level = line.rstrip("\n").split("\t")
                if word not in table or level < table[word]:
                    table[word] = level
    return table


BIG = big_levels()


def words_of(text):
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)


def above(text, level, known=()):
    """The words that both tables put above the level (or that neither knows)."""
    found = []
    first = True
    for match in re.finditer(r"[^\W_]+(?:['-][^\W_]+)*", text):
        word = match.group()
        start = text[: match.start()].rstrip(' "')
        begins = not start or start[-1] in ".!?:"
        if word[0].isupper() and not begins:
            continue
        if re.sub(r"'s?$", "", word.lower()) in NAMES:
            continue
        for part in re.split(r"-", word.lower()):
            part = re.sub(r"'(s|m|re|ve|ll|d)$", "", part)
            part = re.sub(r"(?<=s)'$", "", part)
            part = {"can't": "can", "won't": "will", "shan't": "shall"}.get(part, re.sub(r"n't$", "", part))
            if not part or part.isdigit() or part in known or re.fullmatch(r"\d+\w+", part):
                continue
            ok = [table[part] <= level for table in (OWN, BIG) if part in table]
            if not any(ok):
                found.append(part)
        first = False
    return found


def vowel_sound(phrase):
    first = words_of(phrase)[0].lower()
    base = first.split("-")[0]
    if base in AN or any(base.startswith(word) for word in ("hour", "honest", "honour")):
        return True
    if base in A or re.match(r"(uni|use|usu|eu|one\b|once)", base):
        return False
    return base[0] in "aeiou" or bool(re.match(r"(8|11|18)", base))


def flat(text):
    return re.sub(r"\s+", " ", re.sub(r'[^\w\s\'-]', " ", text)).strip().lower()


def plain(text):
    return re.sub(r"\s+", " ", text.replace("[", "").replace("]", "").replace(" | ", " ").replace("|", "")).strip()


# ---------------------------------------------------------------- the checker


class Checker:
    def __init__(self, path, quiet):
        self.path = path
        self.quiet = quiet
        self.errors = 0
        self.warnings = 0

    def error(self, where, what):
        self.errors += 1
        print(f"{self.path.name}: ERROR {where}: {what}")

    def warn(self, where, what):
        self.warnings += 1
        if not self.quiet:
            print(f"{self.path.name}: warning {where}: {what}")

    def keys(self, where, table, must, may=()):
        for key in table:
            if key not in must and key not in may:
                self.error(where, f"unknown key {key}")
        missing = [key for key in must if key not in table]
        for key in missing:
            self.error(where, f"{key} is missing")
        return not missing

    def too_hard(self, where, text, known=()):
        found = above(text, self.level, known)
        if found:
            self.warn(where, f"above {self.level}: {', '.join(found)}")

    # ------------------------------------------------------------ the file

    def run(self):
        source = self.path.read_text(encoding="utf-8")
        try:
            data = tomllib.loads(source)
        except tomllib.TOMLDecodeError as fault:
            self.error("file", f"does not parse: {fault}")
            return None
        self.data = data
        self.level = data.get("level", "")
        self.keys("file", data, TOP)
        if self.level not in EXAMPLE_WORDS:
            self.error("file", f"level {self.level!r}")
            self.level = "B2"
        topic, _, rest = self.path.name.partition(".")
        if data.get("topic") != topic or rest != f"{self.level}.toml":
            self.error("file", "topic and level don't agree with the name of the file")
        for number, line in enumerate(source.splitlines(), 1):
            for sign in QUOTES:
                if sign in line:
                    self.error(f"line {number}", f"sign {sign}")
            if "  " in line.lstrip().split("#")[0] and "= " in line:
                self.warn(f"line {number}", "two spaces")
        for word in words_of(source):
            if word.lower() in BLOCKED:
                self.error("file", f"blocked word {word}")
        aims = data.get("aims", [])
        if len(aims) != 3 or not all(aim.startswith("I can ") and aim.endswith(".") for aim in aims):
            self.error("aims", "three lines that begin with 'I can'")
        if set(data.get("titles", {})) != {"ru"}:
            self.error("titles", "ru")
        self.entries = [entry for entry in data.get("entry", []) if isinstance(entry, dict)]
        self.lemmas = [entry.get("lemma", "?") for entry in self.entries]
        self.by = {entry.get("lemma"): entry for entry in self.entries}
        self.known = set()
        for lemma in self.lemmas:
            for word in words_of(lemma.lower()):
                self.known |= forms_of(word) | set(word.split("-"))
        self.subtopics()
        self.check_entries()
        self.siblings()
        self.warm_up()
        self.texts()
        self.grammar()
        self.speaking()
        self.writing()
        self.banks()
        return data

    def subtopics(self):
        subtopics = self.data.get("subtopics", {})
        if not 4 <= len(subtopics) <= 6:
            self.error("subtopics", f"{len(subtopics)} of them, not 4 to 6")
        seen = {}
        used = {entry.get("subtopic") for entry in self.entries}
        for name, table in subtopics.items():
            where = f"subtopic {name}"
            self.keys(where, table, {"title", "ru", "aliases"})
            self.cyrillic(where, table.get("ru", ""))
            if name not in used:
                self.error(where, "no entry has it")
            aliases = table.get("aliases", [])
            for alias in aliases:
                if alias != alias.lower():
                    self.error(where, f"alias {alias} isn't lower case")
                if alias in seen:
                    self.error(where, f"alias {alias} stands in {seen[alias]}, too")
                seen[alias] = name
            for script, name_of in ((r"[a-z]", "English"), (r"[а-яё]", "Russian")):
                if not any(re.search(script, alias) for alias in aliases):
                    self.error(where, f"no {name_of} alias")
        classes = self.data.get("classes", {})
        counts = {}
        for entry in self.entries:
            counts[entry.get("class")] = counts.get(entry.get("class"), 0) + 1
        for name in classes:
            if name not in counts:
                self.error(f"class {name}", "no entry has it")
        for name, count in counts.items():
            if count > 5:
                self.error(f"class {name}", f"{count} entries, more than 5")

    def cyrillic(self, where, text):
        for sign in text.lower():
            if sign.isalpha() and sign not in CYRILLIC:
                self.error(where, f"letter {sign} in the Russian")
                break
        if not text:
            self.error(where, "no Russian")

    def siblings(self):
        for path in self.path.parent.glob(f"{self.data.get('topic')}.*.toml"):
            if path.name == self.path.name:
                continue
            for entry in load(path).get("entry", []):
                if entry.get("lemma") in self.by:
                    self.error(f"entry {entry['lemma']}", f"stands in {path.name}, too")

    # ------------------------------------------------------------ entries

    def check_entries(self):
        entries = self.entries
        if len(entries) < 20:
            self.error("entries", f"{len(entries)}, fewer than 20")
        for kind in ("lemma", "definition", "emoji", "picture"):
            seen = set()
            for entry in entries:
                value = entry.get(kind)
                if value is not None and value.lower() in seen:
                    self.error(f"entry {entry.get('lemma')}", f"{kind} {value} twice")
                seen.add(value.lower() if value else None)
        verbs = sum(entry.get("pos") == "verb" for entry in entries)
        nouns = sum(entry.get("pos") == "noun" for entry in entries)
        if not len(entries) // 4 <= verbs <= len(entries) // 2 or nouns > len(entries) * 0.65 or nouns < 6:
            self.warn("entries", f"{nouns} nouns, {verbs} verbs of {len(entries)}")
        for entry in entries:
            self.entry(entry)

    def entry(self, entry):
        lemma = entry.get("lemma", "?")
        where = f"entry {lemma}"
        if not self.keys(where, entry, ENTRY, ENTRY_MAY):
            return
        if entry["pos"] not in ("noun", "verb", "adjective", "adverb", "phrase"):
            self.error(where, f"pos {entry['pos']}")
        if entry["level"] != self.level:
            self.error(where, f"level {entry['level']}")
        if entry["subtopic"] not in self.data.get("subtopics", {}):
            self.error(where, f"no sub-topic {entry['subtopic']}")
        if entry["class"] not in self.data.get("classes", {}):
            self.error(where, f"no class {entry['class']}")
        if "emoji" in entry and "picture" in entry:
            self.error(where, "emoji and picture")
        for key in ("uncountable", "plural_only"):
            if key in entry and (entry[key] is not True or entry["pos"] != "noun"):
                self.error(where, f"{key} is for nouns, and true")
        self.ipa(where, lemma, entry["ipa"])
        self.cyrillic(where, entry["ru"])
        self.definition(where, entry)
        forms = [self.phrase_forms(word) for word in words_of(lemma.lower())]

        def holds(text):
            # for a phrase every word has to stand there, in some form; it doesn't matter what stands between
            words = {word.lower() for word in words_of(text)}
            words |= {re.sub(r"'(s|m|re|ve|ll|d)$", "", word) for word in words}
            return all(form & words or next(iter(form)) in ("be",) for form in forms)

        collocations = entry["collocations"]
        if not 3 <= len(collocations) <= 5:
            self.error(where, f"{len(collocations)} collocations, not 3 to 5")
        if len(set(collocations)) != len(collocations):
            self.error(where, "a collocation twice")
        for collocation in collocations:
            if not holds(collocation):
                self.warn(where, f"the word isn't in the collocation '{collocation}'")
            self.too_hard(where + " collocation", collocation, self.known)
        never = entry["never"]
        for word, reason in never.items():
            if not isinstance(reason, str) or not reason:
                self.error(where, f"never {word} has no reason")
            if word == lemma:
                self.error(where, "never holds the lemma itself")
        contrast = entry.get("contrast")
        if contrast is not None:
            if contrast not in self.by or contrast == lemma:
                self.error(where, f"contrast {contrast} is no other entry")
            elif self.by[contrast].get("pos") != entry["pos"]:
                self.warn(where, f"contrast {contrast} is another part of speech")
        examples = entry["example"]
        if len(examples) != 2:
            self.error(where, f"{len(examples)} examples, not 2")
        fits = set()
        for number, example in enumerate(examples, 1):
            self.example(f"{where} example {number}", entry, example, holds)
            fits.update(example.get("also_fits", []))
        self.wrong(where, entry, fits)

    @staticmethod
    def phrase_forms(word):
        """As forms_of, and my, his, her … for the your of a phrase."""
        if word == "your":
            return {"my", "your", "his", "her", "its", "our", "their"}
        if word == "yourself":
            return {"myself", "yourself", "himself", "herself", "itself", "ourselves", "yourselves", "themselves"}
        if word in ("someone", "something", "somebody"):
            return {word, "me", "him", "her", "us", "them", "you", "it", "everyone", "everything"}
        return forms_of(word)

    def ipa(self, where, lemma, ipa):
        for sign in ipa:
            if sign not in IPA:
                self.error(where, f"sign {sign} in the transcription")
        if re.search(r"r(?![aeiouæɑɒɔəɜɪʊʌ])", ipa.replace("ˈ", "").replace("ˌ", "").replace(" ", "")):
            self.error(where, "r before no vowel in the transcription")
        vowels = re.findall(r"(?:aɪə|aʊə|eə|ɪə|ʊə|eɪ|aɪ|ɔɪ|aʊ|əʊ|[aeiouæɑɒɔəɜɪʊʌ]ː?)", ipa)
        if len(vowels) > 1 and "ˈ" not in ipa:
            self.error(where, "no stress in the transcription")

    def definition(self, where, entry):
        definition = entry["definition"]
        words = words_of(definition)
        if len(words) > DEFINITION_WORDS[self.level]:
            self.error(where, f"definition of {len(words)} words")
        if definition[0].isupper() and not definition.startswith("I ") or definition.endswith("."):
            self.error(where, "definition with a capital or a full stop")
        if entry["pos"] == "verb" and not definition.startswith("to "):
            self.error(where, "the definition of a verb begins with to")
        if entry["pos"] == "adjective" and re.match(r"(a|an|the|to) ", definition):
            self.error(where, "the definition of an adjective begins like a noun's or a verb's")
        lower = {word.lower() for word in words}
        for word in words_of(entry["lemma"].lower()):
            for part in {word, *word.split("-")} - SMALL:
                hit = forms_of(part) & lower
                if hit:
                    self.error(where, f"{', '.join(hit)} of the lemma in the definition")
        self.too_hard(where + " definition", definition)

    def example(self, where, entry, example, holds):
        if not self.keys(where, example, {"text"}, {"orders", "also_fits"}):
            return
        text = example["text"]
        if text.count("[") != 1 or text.count("]") != 1 or not re.search(r"\[[^\[\]|]+\]", text):
            self.error(where, "one [target], without a bar inside")
            return
        if "|" in text.replace(" | ", ""):
            self.error(where, "a bar without spaces")
        target = re.search(r"\[([^\]]+)\]", text).group(1)
        if not holds(target):
            self.error(where, f"[{target}] isn't the lemma")
        sentence = plain(text)
        if re.search(r"(?<![\w'-])" + re.escape(target.lower()) + r"(?![\w'-])", plain(re.sub(r"\[[^\]]+\]", "_", text)).lower()):
            self.error(where, "the target stands twice")
        words = words_of(sentence)
        if len(words) > EXAMPLE_WORDS[self.level]:
            self.error(where, f"{len(words)} words")
        if len(words) < 5:
            self.warn(where, f"only {len(words)} words")
        if sentence[-1] not in ".?!" or not (sentence[0].isupper() or sentence[0] == '"'):
            self.error(where, "a sentence has a capital and a full stop")
        self.too_hard(where, sentence, self.known)
        chunks = [plain(chunk) for chunk in text.split(" | ")]
        if not 4 <= len(chunks) <= 7 or not all(chunks):
            self.error(where, f"{len(chunks)} chunks, not 4 to 7")
        if len({flat(chunk) for chunk in chunks}) != len(chunks):
            self.error(where, "two chunks are the same")
        orders = example.get("orders", [])
        if len(orders) > 2 or ("orders" in example and not orders):
            self.error(where, f"{len(orders)} orders")
        if len(chunks) <= 7:
            possible = {flat(" ".join(order)) for order in itertools.permutations(map(flat, chunks))}
            printed = flat(sentence)
            seen = {printed}
            for order in orders:
                if flat(order) not in possible:
                    self.error(where, f"not of these chunks: {order}")
                if flat(order) in seen:
                    self.error(where, f"the printed order, or twice: {order}")
                seen.add(flat(order))
                if not order[0].isupper() or order[-1] != sentence[-1]:
                    self.error(where, f"capital or end of: {order}")
        last = chunks[-1].split(" ")[0].lower()
        begins = flat(chunks[-1])
        movable = re.match(r"(in|on|at|for|from|with|to|after|before|during|every|because|when|if|while|until|as soon as|by|near|without)\b", begins)
        if movable and not orders and last not in ("to",) and not re.search(r"(in|on|at|for|from|with|to|by|near|without|during)$", flat(chunks[-2])):
            self.warn(where, f"could '{chunks[-1]}' stand first?")
        for lemma in example.get("also_fits", []):
            if lemma not in self.by or lemma == entry["lemma"]:
                self.error(where, f"also_fits {lemma} is no other entry")
            elif self.by[lemma].get("class") == entry["class"]:
                self.error(where, f"also_fits {lemma} is of the same class anyway")
            elif self.by[lemma].get("pos") != entry["pos"]:
                self.warn(where, f"also_fits {lemma} is another part of speech")

    def wrong(self, where, entry, fits):
        wrong = entry["wrong"]
        if not 3 <= len(wrong) <= 4:
            self.error(where, f"{len(wrong)} wrong, not 3 or 4")
        if len({word.lower() for word in wrong}) != len(wrong):
            self.error(where, "a wrong twice")
        never = {form for word in entry["never"] for form in (word, s_form(word))}
        fitting = {form for word in fits for form in (word, s_form(word))}
        for word in wrong:
            if word == entry["lemma"] or word == s_form(entry["lemma"]):
                self.error(where, f"wrong {word} is the lemma")
            if word in never or s_form(word) in never:
                self.error(where, f"wrong {word} stands in never")
            if word in fitting:
                self.error(where, f"wrong {word} stands in also_fits")
            self.too_hard(where + " wrong", word, self.known)
            for number, example in enumerate(entry["example"], 1):
                article = re.search(r"\b([Aa]n?) \[", example.get("text", ""))
                if article and (article.group(1).lower() == "an") != vowel_sound(word):
                    self.error(f"{where} example {number}", f"wrong {word} doesn't agree with {article.group(1)}")
            definition = {w.lower() for w in words_of(entry["definition"])}
            if word.lower() in definition and word.lower() not in SMALL:
                self.warn(where, f"wrong {word} stands in the definition")

    # ------------------------------------------------------------ the rest

    def warm_up(self):
        table = self.data.get("warm_up", {})
        if not self.keys("warm_up", table, {"kind", "minutes", "instruction", "items", "then"}):
            return
        if table["kind"] not in ("tick", "choose"):
            self.error("warm_up", f"kind {table['kind']}")
        if len(table["items"]) < 5:
            self.warn("warm_up", f"{len(table['items'])} items")
        for item in table["items"]:
            if table["kind"] == "choose" and not re.match(r"A: .* B: ", item):
                self.error("warm_up", f"no A and B: {item}")
            self.too_hard("warm_up", item, self.known | {"a", "b"})
        self.too_hard("warm_up", table["instruction"] + " " + table["then"], self.known)

    def holds_lemma(self, text, lemma):
        words = [re.sub(r"'s?$", "", word.lower()) for word in words_of(text)]
        parts = words_of(lemma.lower())
        forms = [forms_of(part) | {re.sub(r"'s?$", "", part)} for part in parts]
        for start in range(len(words)):
            at = start
            for form in forms:
                window = next((i for i in range(at, min(at + 4, len(words))) if words[i] in form), None)
                if window is None or (form is forms[0] and window != start):
                    break
                at = window + 1
            else:
                return True
        return False

    def texts(self):
        texts = self.data.get("text", [])
        if len(texts) != 2:
            self.error("text", f"{len(texts)} of them, not 2")
        ids = set()
        kinds = []
        for text in texts:
            where = f"text {text.get('id')}"
            body_or_turns = "turns" if "turns" in text else "body"
            if not self.keys(where, text, {"id", "kind", "subtopic", "title", "before", "words", "question", body_or_turns}):
                continue
            kinds.append(text["kind"])
            if text["id"] in ids:
                self.error(where, "id twice")
            ids.add(text["id"])
            if text["subtopic"] not in self.data.get("subtopics", {}):
                self.error(where, f"no sub-topic {text['subtopic']}")
            if body_or_turns == "turns":
                for turn in text["turns"]:
                    self.keys(where, turn, {"who", "say"})
                parts = [turn["say"] for turn in text["turns"]]
            else:
                parts = [text["body"]]
            whole = re.sub(r"\s+", " ", " ".join(parts)).strip()
            count = len(words_of(whole))
            low, high = TEXT_WORDS[self.level]
            if not low <= count <= high:
                self.error(where, f"{count} words, not {low} to {high}")
            elif self.level == "A1" and count < 80:
                self.warn(where, f"{count} words, fewer than 80")
            else:
                self.note(where, f"{count} words")
            self.too_hard(where, whole, self.known)
            if len(text["words"]) < 4:
                self.warn(where, f"only {len(text['words'])} words of the file")
            for lemma in text["words"]:
                if lemma not in self.by:
                    self.error(where, f"{lemma} is no entry")
                elif not self.holds_lemma(whole, lemma):
                    self.error(where, f"{lemma} doesn't stand in it")
            for lemma in self.lemmas:
                if lemma not in text["words"] and self.holds_lemma(whole, lemma):
                    self.warn(where, f"{lemma} may stand in it, too")
            self.questions(where, text["question"], parts)
        if len(kinds) == 2 and kinds[0] == kinds[1]:
            self.warn("text", f"both are {kinds[0]}")

    def note(self, where, what):
        if "--cross" in sys.argv:
            print(f"{self.path.name}: note {where}: {what}")

    def questions(self, where, questions, parts):
        parts = [re.sub(r"\s+", " ", part) for part in parts] + [re.sub(r"\s+", " ", part).strip() for part in parts]
        if len(questions) != 6:
            self.error(where, f"{len(questions)} questions, not 6")
        abouts = {question.get("about") for question in questions}
        if abouts != {"gist", "detail", "inference"}:
            self.error(where, f"questions about {', '.join(sorted(map(str, abouts)))}")
        answers = [question.get("answer") for question in questions if question.get("kind") == "true_false"]
        if len(set(answers)) < 2:
            self.warn(where, f"every statement is {answers[:1]}")
        longest = 0
        for number, question in enumerate(questions, 1):
            at = f"{where} question {number}"
            kind = question.get("kind")
            if kind == "choice":
                if not self.keys(at, question, {"kind", "about", "ask", "right", "wrong", "evidence"}, {"why"}):
                    continue
                options = [question["right"], *question["wrong"]]
                if len(question["wrong"]) != 3 or len({flat(option) for option in options}) != 4:
                    self.error(at, "four different options")
                ends = {option[-1] in ".?!" for option in options}
                if len(ends) != 1:
                    self.error(at, "some options end in a full stop and some don't")
                lengths = [len(words_of(option)) for option in options]
                if lengths[0] > max(lengths[1:]) + 2:
                    self.warn(at, "the right option is much the longest")
                longest += lengths[0] > max(lengths[1:])
                if not question["ask"].endswith(("?", "…")):
                    self.error(at, "a question has a question mark")
                for option in options:
                    self.too_hard(at, option, self.known)
            elif kind == "true_false":
                if not self.keys(at, question, {"kind", "about", "ask", "answer", "evidence"}, {"why"}):
                    continue
                if question["answer"] not in ("true", "false", "not_stated"):
                    self.error(at, f"answer {question['answer']}")
                if question["answer"] == "not_stated" and "why" not in question:
                    self.error(at, "not stated has no reason")
                if not question["ask"].endswith((".", "!")):
                    self.error(at, "a statement has a full stop")
            else:
                self.error(at, f"kind {kind}")
                continue
            if not any(question["evidence"] in part for part in parts):
                self.error(at, f"evidence isn't in the text: {question['evidence']}")
            self.too_hard(at, question["ask"] + " " + question.get("why", ""), self.known)
        if longest == sum(question.get("kind") == "choice" for question in questions) > 1:
            self.warn(where, "the right option is always the longest")

    def grammar(self):
        points = self.data.get("grammar", [])
        if len(points) < 3:
            self.error("grammar", f"{len(points)} points, fewer than 3")
        ids = set()
        for point in points:
            where = f"grammar {point.get('id')}"
            if not self.keys(where, point, {"id", "title", "rule", "mistake", "task", "item"}):
                continue
            if point["id"] in ids:
                self.error(where, "id twice")
            ids.add(point["id"])
            if len(point["rule"]) != 3:
                self.error(where, f"{len(point['rule'])} lines of rule, not 3")
            self.keys(where, point["mistake"], {"wrong", "right"})
            if point["mistake"].get("wrong") == point["mistake"].get("right"):
                self.error(where, "the mistake is right")
            if len(point["item"]) < 8:
                self.error(where, f"{len(point['item'])} items, fewer than 8")
            seen = set()
            for number, item in enumerate(point["item"], 1):
                at = f"{where} item {number}"
                if not self.keys(at, item, {"text"}, {"also"}):
                    continue
                text = item["text"]
                if len(re.findall(r"\[[^\[\]]+\]", text)) != 1 or text.count("[") != 1:
                    self.error(at, "one [answer]")
                    continue
                if not re.search(r"\] \([^()]+\)", text) or text.count("(") != 1:
                    self.error(at, "one (cue), after the answer")
                if text in seen:
                    self.error(at, "twice")
                seen.add(text)
                if text[-1] not in ".?!":
                    self.error(at, "no full stop")
                answer = re.search(r"\[([^\]]+)\]", text).group(1)
                also = item.get("also", [])
                if "also" in item and (not also or answer in also or len(set(also)) != len(also)):
                    self.error(at, "also")
                if text.startswith("[") and not answer[0].isupper():
                    self.error(at, "an answer at the beginning has a capital")
                self.too_hard(at, re.sub(r"\s*\([^)]*\)|[\[\]]", "", text), self.known)
            for line in point["rule"]:
                if len(words_of(line)) > 30:
                    self.warn(where, f"a line of rule of {len(words_of(line))} words")

    def speaking(self):
        tasks = self.data.get("speaking", [])
        if len(tasks) != 8:
            self.error("speaking", f"{len(tasks)} questions, not 8")
        for number, task in enumerate(tasks, 1):
            where = f"speaking {number}"
            if not self.keys(where, task, {"ask", "follow_up", "use"}):
                continue
            for lemma in task["use"]:
                if lemma not in self.by:
                    self.error(where, f"{lemma} is no entry")
            self.too_hard(where, task["ask"] + " " + task["follow_up"], self.known)
        if tasks and "in pairs" not in tasks[-1].get("ask", "").lower() and "role" not in str(tasks[-1]).lower():
            self.warn("speaking 8", "is it a role play?")

    def writing(self):
        table = self.data.get("writing", {})
        if not self.keys("writing", table, {"kind", "prompt", "points", "words", "phrases", "model", "check"}):
            return
        low, high = table["words"]
        count = len(words_of(table["model"]))
        if not low <= count <= high:
            self.error("writing", f"the model has {count} words, not {low} to {high}")
        self.too_hard("writing", table["model"], self.known)

    # ------------------------------------------------------------ banks

    def together(self, one, two):
        """May these (entry, example) stand in one bank?"""
        a, b = one[0], two[0]
        if a["pos"] != b["pos"]:
            return True
        if a["class"] == b["class"]:
            return False
        if b["lemma"] in a["never"] or a["lemma"] in b["never"]:
            return False
        return b["lemma"] not in one[1].get("also_fits", []) and a["lemma"] not in two[1].get("also_fits", [])

    def banks(self):
        entries = [entry for entry in self.entries if len(entry.get("example", [])) == 2 and "never" in entry]
        if not entries:
            return
        chance = random.Random(1)
        least = 99
        for _ in range(500):
            order = entries[:]
            chance.shuffle(order)
            bank = []
            for entry in order:
                one = (entry, chance.choice(entry["example"]))
                if all(self.together(one, other) for other in bank):
                    bank.append(one)
            least = min(least, len(bank))
        if least < 9:
            self.warn("banks", f"the smallest of 500 has only {least} words")

    def cross(self):
        for entry in self.entries:
            for example in entry["example"]:
                gap = re.sub(r"\[[^\]]+\]", "_____", example["text"])
                print(f"\n{plain(gap)}   <{entry['lemma']}>")
                others = [other["lemma"] for other in self.entries
                          if other is not entry and self.together((entry, example), (other, {}))
                          and other["pos"] == entry["pos"]]
                print("   bank: " + ", ".join(others))
                print("   wrong: " + ", ".join(entry["wrong"]))


def heads(but):
    """The heads of the other topics: name, aliases."""
    found = {}
    for folder in (OLD, HERE / "en"):
        for path in sorted(folder.glob("*.toml")):
            data = load(path)
            if "topic" in data and "aliases" in data and "level" not in data and data["topic"] != but:
                found[data["topic"]] = data
    return found


def head(path):
    """Checks what belongs to a topic alone (<topic>.toml); the number of faults."""
    checker = Checker(path, False)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        checker.error("file", f"does not parse: {fault}")
        return checker.errors
    checker.keys("file", data, {"topic", "title", "aliases", "parts", "near", "titles"})
    if data.get("topic") != path.stem:
        checker.error("file", "topic doesn't agree with the name of the file")
    checker.cyrillic("titles", data.get("titles", {}).get("ru", ""))
    others = heads(data.get("topic"))
    taken = {alias: topic for topic, other in others.items()
             for alias in [other["title"].lower(), *other["aliases"], *other.get("parts", [])]}
    seen = set()
    for alias in [*data.get("aliases", []), *data.get("parts", [])]:
        if alias != alias.lower():
            checker.error("aliases", f"{alias} isn't lower case")
        if alias in seen:
            checker.error("aliases", f"{alias} twice")
        if alias in taken:
            checker.error("aliases", f"{alias} stands in {taken[alias]}, too")
        seen.add(alias)
    for script, name in ((r"[a-z]", "English"), (r"[а-яё]", "Russian")):
        if not any(re.search(script, alias) for alias in data.get("aliases", [])):
            checker.error("aliases", f"none in {name}")
    for topic in data.get("near", []):
        if topic not in others:
            checker.warn("near", f"{topic} has no head yet")
    print(f"{path.name}: {len(seen)} aliases and parts, {checker.errors} errors, {checker.warnings} warnings")
    return checker.errors


def main():
    quiet = "-q" in sys.argv
    paths = [pathlib.Path(name) for name in sys.argv[1:] if not name.startswith("-")]
    if not paths:
        print(__doc__)
        return 2
    errors = 0
    for path in paths:
        if "." not in path.stem:
            errors += head(path)
            continue
        checker = Checker(path, quiet)
        data = checker.run()
        if data and "--cross" in sys.argv:
            checker.cross()
        errors += checker.errors
        items = sum(len(point.get("item", [])) for point in (data or {}).get("grammar", []))
        print(f"{path.name}: {len((data or {}).get('entry', []))} entries, {items} grammar items, "
              f"{checker.errors} errors, {checker.warnings} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
