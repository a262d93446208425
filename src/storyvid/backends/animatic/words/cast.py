"""Who and what is in a shot, from its words: people with what they do, and things, alone or with people aboard."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from storyvid.backends.animatic.words.acts import (
    OUTLOOK_WORDS,
    RIDE_WORDS,
    read_arms,
    read_carried,
    read_held,
    read_legs,
    read_mood,
    read_pace,
    read_rest,
    read_view,
)  # fmt: skip
from storyvid.backends.animatic.words.clauses import without_flows, without_things_that_move
from storyvid.backends.animatic.words.hands import read_hand
from storyvid.backends.animatic.words.kinds import (
    CROWD_WORDS,
    GROUP_WORDS,
    PERSON_NOUNS,
    PERSON_WORDS,
    PRONOUNS,
    SUBJECT_WORDS,
    present,
)  # fmt: skip
from storyvid.backends.animatic.words.member import Member, things_in
from storyvid.backends.animatic.words.named import lone_name, named_in
from storyvid.backends.animatic.words.persons import GROUP_SIZE, Mention, people_in
from storyvid.backends.animatic.words.phrases import as_word, parts_with, phrases, whole_words
from storyvid.backends.animatic.words.reading import mentions
from storyvid.storyboard.schema import Shot, Storyboard

__all__ = ["OUTLOOK_WORDS", "RIDE_WORDS", "Member", "read_cast", "read_pace"]

MAX_CAST = 6
OPENING = 30  # characters: what is named so early is what the shot is of
TIGHT_GROUP = 3  # of a crowd, that a tight size shows in front
TIGHT_SIZES = frozenset({"ecu", "cu", "mcu", "ms", "mls", "fs"})
CLOSE_SIZES = frozenset({"ecu", "cu", "mcu", "ms"})
WIDE_SIZES = frozenset({"fs", "ls", "els"})
COMPANIONS = frozenset({"dog", "cat", "horse", "car", "bicycle", "train", "boat", "fish", "bird", "balloon", "aeroplane"})
VARIED_FROM = 3  # people who do a thing in one way by two look as meant, by three like paper dolls
SHARED_ACTS = frozenset({"dance", "wave", "hug", "row", "clap", "arms_up"})
FAR_BEHIND = r"(?:in|into) the (?:[\w-]+ )?(?:background|distance)|far (?:away|behind|off)|as silhouettes"
CARRIERS = frozenset({"horse", "car", "bicycle", "boat", "train", "aeroplane", "balloon"})
ABOARD = (
    r"\b(?:in|into|aboard|inside|on|onto|astride|rides?|riding|drives?|driving|rows?|rowing|steers?|steering|pilots|"
    r"sails?|sailing|pedals|"
    r"wheel of|back of)\s+(?:(?:an?|the|his|her|their|its|two|on)\s+)*(?:[\w-]+\s+){0,3}?(?:%s)\b"
)
RIDER_WORDS = {
    "horse": "riders?|horseman|horsemen|cowboy|jockey",
    "bicycle": "cyclists?|biker",
    "car": "drivers?",
    "boat": "rowers?",
}
ONWARD = r"(?:into|across|through|along|over|away|off|out|past|towards?|alone|home|up|down|slowly|fast|by|to|from|side|together)"
IMPLIED = {  # what somebody rides or drives who is said to, without a word for it
    "horse": rf"on horseback|in the saddle|rid(?:es?|ing) {ONWARD}|gallops?|galloping",
    "car": rf"driv(?:es?|ing) {ONWARD}|behind the wheel",
}
DRIVES = rf"\b(?:{PERSON_NOUNS}|he|she|they)\s+(?:\w+ly\s+)?driv(?:es?|ing)\b"
SENTENCE_ENDS = re.compile(r"[.;\n]")
SOMEBODY = f"{PRONOUNS}|{PERSON_NOUNS}"
WITHIN = (
    "inside (?:of )?(?:a|the|his|her) (?:\\w+ )?(?:car|bus|train|taxi|van|truck|plane)|interior|dashboard|back ?seat|compartment|"
    "steering wheel"
)


def read_cast(shot: Shot, storyboard: Storyboard, action: str) -> tuple[Member, ...]:
    """The subjects of a shot; characters first, then whom and what the action speaks of.

    Args:
        shot: The shot.
        storyboard: The film, for its characters.
        action: The text that says what is seen.
    """
    text = without_flows(present(action))
    members = _characters(shot, storyboard, text) or _named(shot, storyboard, text) or _unnamed(shot, text)
    if not members and (name := lone_name(action, text)):
        members = [_person(shot, name, "", text, text)]
    hand = read_hand(shot, text, members)
    if hand:
        return (hand,)
    things = things_in(_without_distance(text) if members else text)
    people = [member for member in members if member.kind == "person"]
    members = _together(shot, text, members, things)
    members = _counted(shot, members, people)
    if mentions(CROWD_WORDS, text) and shot.camera.framing != "single":
        if not people:
            count = GROUP_SIZE if (shot.camera.size or "ls") in WIDE_SIZES else TIGHT_GROUP
            one = _person(shot, "somebody", "", text, text)
            members = [replace(one, key=f"somebody {n}") for n in range(count)]
        members = [*members[: MAX_CAST - 1], Member("crowd", "crowd", text)]
    return tuple(members[:MAX_CAST])


def _without_distance(text: str) -> str:
    """The text without its phrases of what is far behind."""
    return re.sub(rf"[^,.;\n]*\b(?:{FAR_BEHIND})\b[^,.;\n]*", " | ", text) if mentions(FAR_BEHIND, text) else text


def _characters(shot: Shot, storyboard: Storyboard, text: str) -> list[Member]:
    """The characters that the shot lists, each with the part of the text that follows its name."""
    if not shot.characters:
        return []
    places: list[tuple[int, str]] = []
    for name in shot.characters:
        known = storyboard.characters.get(name)
        spoken = {name.casefold(), (known.name if known and known.name else name).casefold()}
        spots = [m.start() for word in spoken if word in text for m in as_word(word).finditer(text)]
        places += [(spot, name) for spot in spots]
    cuts = sorted(places)
    told = named_in(shot, storyboard)
    members = []
    for name in shot.characters:
        known = storyboard.characters.get(name)
        own = [
            text[spot : cuts[n + 1][0] if n + 1 < len(cuts) else len(text)] for n, (spot, other) in enumerate(cuts) if other == name
        ]
        words = text if len(shot.characters) == 1 or not own else " ".join(own)
        look = known.description if known else told.get(name.casefold(), ("", name))[1]
        members.append(_character(shot, name, look, words, text))
    return members


def _character(shot: Shot, name: str, look: str, words: str, text: str) -> Member:
    kind, variant = _kind_of(look)
    if kind != "person":
        return Member(kind, name, look, variant)
    talks = any(line.speaker.casefold() == name.casefold() for line in shot.dialogue or ())
    return _person(shot, name, look, words, text, talks)


def _person(shot: Shot, key: str, look: str, words: str, text: str, talks: bool = False) -> Member:
    """A person with what the words say that it does; what several do together counts for each."""
    words, text = without_things_that_move(words), without_things_that_move(text)
    both = mentions("they|both|together|each other|two|people|couple", text) > 0
    legs = read_legs(words) or (read_legs(text) if both else "")
    if legs == "sleep" and (shot.camera.size or "ls") in CLOSE_SIZES:
        legs = "sit"  # seen so closely, somebody asleep is a face with closed eyes
    arms = read_arms(words) or (read_arms(text) if both else "")
    wide = (shot.camera.size or "ls") in {"ls", "els"}
    holds = read_held(words) or read_carried(look) or ("phone" if arms == "phone" else "")
    return Member("person", key, look, legs=legs, arms=arms, mood=read_mood(words, text if both else "", shot.mood),
        view=read_view(words, wide), holds=holds,
        talks=talks or arms == "talk", rest=read_rest(words) if legs in {"sit", "sleep"} else "")  # fmt: skip


@lru_cache(maxsize=128)  # a character looks the same in every shot
def _kind_of(look: str) -> tuple[str, str]:
    """Kind and variant of a described character: a person, unless the words are of something else before they are of one."""
    text = present(look)
    person = whole_words(PERSON_WORDS).first(text)
    for start, kind, variant, _ in things_in(text):
        if kind != "object" and (person is None or start < person.start()):
            return kind, variant
    return "person", ""


def _unnamed(shot: Shot, text: str, groups_only: bool = False) -> list[Member]:
    """People of a shot that lists no characters; those far behind somebody else are scenery."""
    members: list[Member] = []
    found = people_in(text)
    for spoken in found:
        far = mentions(FAR_BEHIND, SENTENCE_ENDS.split(text[spoken.start :], maxsplit=1)[0]) > 0
        if (groups_only and spoken.count == 1) or (far and spoken.count > 1 and (groups_only or len(found) > 1)):
            continue
        one = _person(shot, spoken.key, _look(spoken, text), spoken.deeds, text)
        alike = [one, *(replace(one, key=f"{spoken.key} {n}") for n in range(1, spoken.count))]
        members += [_varied(member, n, spoken.count) for n, member in enumerate(alike)]
    return members


def _varied(member: Member, n: int, count: int) -> Member:
    """In a group, not everybody holds the thing and lifts the same arm."""
    if count < VARIED_FROM or n % 2 == 0 or member.arms in SHARED_ACTS:
        return member
    talks = n % 4 == 3 and member.arms == "talk" and member.legs not in {"walk", "run"}
    return replace(member, arms="talk" if talks else "", holds="")


def _named(shot: Shot, storyboard: Storyboard, text: str) -> list[Member]:
    """Those whom the text calls by their names, then groups of others; one person more is taken to be one of them."""
    named = named_in(shot, storyboard)
    if not named:
        return []
    names = [name.casefold() for name, _ in named.values()]
    people = [
        *whole_words(SOMEBODY).all(text),
        *(one for name in names for one in as_word(name).finditer(text)),
    ]
    told = "\n".join(parts_with(people, text, SENTENCE_ENDS))
    members = [_character(shot, key, look, told, text) for key, (_, look) in named.items()]
    return [*members, *_unnamed(shot, text, groups_only=True)]


def _look(spoken: Mention, text: str) -> str:
    """What is said of how unnamed people look: of several, only what is said of all, not what the lead wears."""
    if spoken.count == 1:
        return f"{spoken.key}, {spoken.words}"
    before, after = text[: spoken.start], text[spoken.start :]
    sentences = re.split(r"(?<=[.;\n])\s*", SENTENCE_ENDS.split(before)[-1] + after)
    told = [sentence for n, sentence in enumerate(sentences) if n == 0 or mentions("they|their|all|each|everybody", sentence[:12])]
    return f"{spoken.key}, {' '.join(told)}"


def _together(shot: Shot, text: str, members: list[Member], things: list[tuple[int, str, str, int]]) -> list[Member]:
    """People and things in one shot: who rides what, what stands beside them, or things alone."""
    people = [member for member in members if member.kind == "person"]
    if not people:
        return members or _alone(shot, text, things)
    person = whole_words(PERSON_WORDS).first(text)
    first_person = person.start() if person else 0
    legs = {member.legs for member in people}
    if not any(kind == "boat" for _, kind, _, _ in things) and "row" in legs:
        things = [*things, (len(text), "boat", "rowing", 1)]
    carried = CARRIERS & {kind for _, kind, _, _ in things}
    implied = next((kind for kind, words in IMPLIED.items() if not carried and mentions(words, text)), None)
    if implied and not carried & {member.kind for member in members}:
        return _carried(shot, text, members, people, implied)
    for start, kind, variant, count in things:
        if kind in {member.kind for member in members}:
            continue
        variant = "rowing" if kind == "boat" and not variant and "row" in legs else variant
        leads = start < first_person and not shot.characters and kind != "object"
        if kind in CARRIERS and (riders := _riders(kind, variant, text, people)):
            members = _mount(shot, members, Member(kind, f"{kind} {variant}".strip(), text, variant), riders)
        elif (kind in COMPANIONS and not (kind == "balloon" and not mentions("hot|airships?|zeppelins?", text))) or leads:
            extra = [Member(kind, f"{kind} {variant} {n}".strip(" 0"), text, variant) for n in range(count)]
            members = [*extra, *members] if leads else [*members, *extra]
    return members


def _carried(shot: Shot, text: str, members: list[Member], people: list[Member], kind: str) -> list[Member]:
    """People on horses or in a car that the words only imply: each on a horse, all in one car."""
    for n, riders in enumerate([[one] for one in people] if kind == "horse" else [people[:2]]):
        members = _mount(shot, members, Member(kind, f"{kind} {n}".removesuffix(" 0"), text), riders)
    return members


def _riders(kind: str, variant: str, text: str, people: list[Member]) -> list[Member]:
    """Those who ride, drive or sit in a carrier; all of them where the words name nobody in particular."""
    words = SUBJECT_WORDS[f"{kind} {variant}".strip()]
    if kind in {"horse", "bicycle"} and mentions(RIDER_WORDS[kind], text):
        return people[:1]
    if kind == "boat" and any(member.legs == "row" for member in people):
        return [member for member in people if member.legs == "row"]
    driven = kind == "car" and phrases(DRIVES).first(text) is not None
    return people[:2] if driven or (mentions(words, text) and phrases(ABOARD % words).first(text)) else []


def _mount(shot: Shot, members: list[Member], carrier: Member, riders: list[Member]) -> list[Member]:
    """The riders go aboard; close shots and those from within show the riders alone."""
    if (shot.camera.size or "ls") in CLOSE_SIZES or mentions(WITHIN, f"{shot.prompt} {shot.location or ''}"):
        return [replace(member,
            legs=member.legs if member.legs == "row" else "sit") if member in riders else member for member in members]  # fmt: skip
    rest = [member for member in members if member not in riders]
    return [replace(carrier, aboard=tuple(riders)), *rest]


def _alone(shot: Shot, text: str, things: list[tuple[int, str, str, int]]) -> list[Member]:
    """Things without people: the first kind, several of it where the words say so; small things lie beside each other."""
    close = (shot.camera.size or "ls") in CLOSE_SIZES or shot.camera.framing == "insert"
    things = [
        one for one in things if close or one[1] != "object" or one[0] < OPENING
    ]  # lamps and cups of a wide view are its scenery
    if not things:
        return _nothing_named(shot, text)
    _, kind, variant, count = things[0]
    if kind == "object":
        objects = [one for one in things if one[1] == "object"][:3]
        return [Member("object", name, text, name) for _, _, name, _ in objects]
    members = [Member(kind, f"{kind} {n}" if count > 1 else (f"{kind} {variant}").strip(), text, variant) for n in range(count)]
    others = [one for one in things[1:] if one[1] in COMPANIONS and kind in COMPANIONS]
    return [*members, *(Member(k, f"{k} {v}".strip(), text, v) for _, k, v, n in others[:1] for _ in range(n))]


def _nothing_named(shot: Shot, text: str) -> list[Member]:
    if shot.camera.framing == "insert":
        return [Member("object", "lantern", text, "lantern")]
    landscape = shot.camera.framing in {"establishing", "pov"} or (shot.camera.size or "ls") not in TIGHT_SIZES
    if landscape or "|" in text:  # "no people", "an empty street": what the words take away is not put back
        return []
    return [_person(shot, "person", "", text, text)]


def _counted(shot: Shot, members: list[Member], people: list[Member]) -> list[Member]:
    """As many as the framing asks for; a group that the words speak of is one even where nobody is named."""
    framing = shot.camera.framing
    if framing == "single":
        return members[:1]
    wanted = {"group": GROUP_SIZE, "two_shot": 2}.get(framing or "", 0)
    if not wanted and not shot.characters and people and mentions(GROUP_WORDS, people[0].look) and len(people) == 1:
        wanted = GROUP_SIZE
    if len(members) >= wanted or (members and members[0].kind != "person"):
        return members
    first = members[0] if members else Member("person", "person")
    return members + [
        replace(first, key=f"{first.key} {n}", look=first.look if not shot.characters else "") for n in range(len(members), wanted)
    ]
