"""What somebody does, feels, holds and where they look, from the words that speak of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from storyvid.backends.animatic.words.clauses import without_flows
from storyvid.backends.animatic.words.kinds import SUBJECT_WORDS
from storyvid.backends.animatic.words.phrases import Phrases, Table, folded, phrases
from storyvid.backends.animatic.words.reading import mentions

WALK_WORDS = (
    "walks?|walking|strolls?|strolling|hikes?|hiking|wanders?|wandering|march(?:es)?|marching|steps (?:out|in|into|through|forward|"
    "towards?|over|onto)|strides|crosses|crossing|climbs?|climbing|paces|pacing|approach(?:es)?|approaching|enters|entering|"
    "comes (?:out|in|closer|towards?|back)|goes (?:out|in|to|up|down)|(?:he|she|they|who) leaves|trudges|trudging|limps|"
    "moves (?:through|along|towards?)"
)
RUN_WORDS = (
    "runs|running|run|sprints?|sprinting|races|racing|jogs?|jogging|flees|fleeing|chases?|chasing|hurries|rushes|dashes|"
    "gallops?|galloping"
)
RIDE_WORDS = (
    "drives?|driving|rides?|riding|sails|speeds|speeding|races|passes|passing|cruises|rolls|rolling|flies|flying|pedals|crosses|"
    "arrives|approaches|departs|glides|gliding|rushes|thunders|moves|travels|row(?:s|ing)?|chugs|gallops?|galloping|"
    "trots?|cross(?:es)?"
)

ACT_WORDS: Mapping[str, str] = {
    "run": RUN_WORDS,
    "sleep": "sleeps?|sleeping|asleep|lies (?:down|on|in|still|asleep|there|motionless)|lying|lay(?:s)? down|naps?|"
    "unconscious|collapses",
    "kneel": "kneels?|kneeling|crouch(?:es)?|crouching|squats|squatting|on (?:his|her|their|one) knees?|bends down|prays?|praying",
    "sit": "sits?|sitting|seated|sat|perched on|(?:in|on) (?:a|the|his|her|an old) (?:chair|armchair|bench|sofa|couch|"
    "throne|stool|swing|wheelchair)",
    "row": "rows|rowing|to row|paddles|paddling",
    "spin": "(?:does|do|makes) a (?:spin|twirl|pirouette)|spins(?: around)?|twirls?|twirling|spinning around|pirouettes?|"
    "turns (?:all the way )?around in (?:a )?circles?",
    "dance": "dances?|dancing|waltz(?:es|ing)?",
    "jump": "jumps?|jumping|leaps?|leaping|hops?|hopping|skips",
    "wave": "waves (?:to|at|goodbye|hello|her|his|their|back|from|a hand|hand|and)|waves(?=\\s*[.,!]|\\s*$)|waving|"
    "waves both|waves while|waves with",
    "clap": "claps?|clapping|applauds?|applauding",
    "arms_up": "(?:raises?|raising|lifts?|throws?|throwing|stretch(?:es)?|holds?|puts?|with) "
    "(?:both |up )?(?:his |her |their |the )?(?:arms|hands|fists)"
    "(?: (?:slowly|quickly|high|up))*(?: (?:up|above|over|overhead|into|in|to|towards|high)\\b)|"
    "(?:raises?|raising|lifts?) (?:both |up )?(?:his |her |their )?(?:arms|hands|fists)|cheers|cheering|arms (?:raised|in the air)",
    "hips": "(?:hands?|arms) (?:are |rest )?on (?:his |her |their |the )?hips|arms akimbo",
    "thumbs_up": "thumbs? (?:up|down)|two thumbs",
    "shrug": "shrugs?|shrugging",
    "point": "points (?:to|at|towards?|into|out|up|ahead|his|her|a finger)|pointing",
    "phone": "on (?:the|his|her|a) phone|phone to (?:his|her) ear|calls (?:him|her|someone)|answers (?:the|his|her) phone",
    "read": "reads|reading|studies (?:a|the|his|her)|leafs through|turns (?:a|the) page",
    "drink": "drinks?|drinking|sips?|sipping|eats?|eating",
    "hug": "hugs?|hugging|embraces?|embracing|kiss(?:es)?|kissing|holds? (?:her|him) close",
    "work": "cooks|cooking|kneads?|kneading|hammers|hammering|paints|painting|writes|writing|types|typing|repairs|sews|"
    "sewing|chops|chopping|"
    "carves|carving|works|working|digs|digging|sweeps|sweeping|pours|pouring|cleans|cleaning|washes|washing|stirs|"
    "stirring|wipes|plays? "
    "(?:the|a|his|her) \\w+|assembles|mends|mixes|prepares|bakes|waters|plants|shapes|polishes|draws",
    "lift": "lifts|lifting|raises|raising|holds? up|holds? \\w+ \\w+ (?:up|high|aloft)|reaches (?:up|for)|toasts",
    "give": "gives|giving|hands (?:him|her|them|over)|offers|offering|holds out|shakes hands|reaches out|extends|opens|"
    "opening|pushes|presses",
    "hold": "holds?|holding|carries|carrying|clutch(?:es|ing)?|grips|with (?:a|an|her|his) \\w+ in (?:his|her|the|"
    "one) hands?|hugging",
    "talk": "talks?|talking|speaks?|speaking|says|whispers?|whispering|shouts?|shouting|sings?|singing|argues?|arguing|"
    "chats?|chatting|tells|"
    "yells|screams|laughs?|laughing|explains|discuss(?:es|ing)?|quarrels?|negotiates?|converse|conversation|interview",
    "look_up": "looks? up|looking up|gazes? (?:up|at the (?:sky|stars|moon))|stares? up|looking skyward",
    "look_down": "looks? down|looking down|bows (?:his|her) head|head (?:down|bowed)|stares? at the (?:ground|floor)",
    "walk": WALK_WORDS,
}  # fmt: skip
LEGS = ("run", "sleep", "kneel", "sit", "row", "spin", "dance", "jump", "walk")  # the first of these says what the legs do
ARMS = ("wave", "clap", "arms_up", "hips", "thumbs_up", "shrug",
    "point", "phone", "read", "drink", "hug", "lift", "give", "work", "talk", "hold", "look_up", "look_down",
    "dance", "row")  # fmt: skip

MOOD_WORDS: Mapping[str, str] = {
    "asleep": "sleeps?|sleeping|asleep|(?:closes?|closed|shuts) (?:his|her|their)? ?eyes|eyes (?:closed|shut)|"
    "closed eyes|dreams|dreaming|unconscious",
    "smile": "smiles?|smiling|happy|happily|joy|joyful|joyous|laughs?|laughing|grins?|grinning|delighted|cheerful|"
    "hopeful|tender|playful|warm smile|"
    "amused|proud|content|relieved|celebrates?|celebrating",
    "sad": "sad|sadly|cries|crying|tears?|weeps?|weeping|sorrow|sorrowful|grief|grieving|mourns?|melancholy|lonely|"
    "loneliness|heartbroken|sobs?|"
    "sobbing|despair|wistful|gloomy",
    "angry": "angry|angrily|anger|furious|fury|rage|glares?|scowls?|scowling|frowns?|frowning|hostile|aggressive|stern|"
    "determined|fierce",
    "afraid": "afraid|scared|fear|fearful|terrified|frightened|anxious|anxiously|worried|nervous|nervously|panics?|"
    "panicked|horror|dread|uneasy|"
    "tense|screams?",
    "surprised": "surprised?|surprise|astonished|gasps?|gasping|amazed|amazement|shocked|shock|awe|wonder|startled|"
    "wide-eyed|stunned",
}  # fmt: skip

VIEW_WORDS: Mapping[str, str] = {
    "back": "(?:seen |shot |filmed |viewed )?from behind|from the back|(?:his|her|their) backs? (?:to|turned|towards?)|"
    "back to (?:the )?camera|"
    "(?:walk|run|stride|wander|ride|hurrie|move)(?:s|ing)? (?:away|off)|turns? (?:his|her|their) back|turns? away|"
    "looking away|looks away|"
    "into the distance",
    "side": "in profile|profile|from the side|side view|sideways|from (?:the )?(?:left to right|right to left)",
    "front": "(?:towards?|at|facing|into|to) (?:the )?(?:camera|lens|viewer|us|audience)|head[- ]on|faces? us",
}  # fmt: skip
OUTLOOK_WORDS = (
    "(?:looks?|looking|gaz(?:es?|ing)|star(?:es?|ing)|watch(?:es|ing)|fac(?:es|ing)) (?:out |over |across |at |"
    "towards? |into |onto |down )+(?:the |a )?"
    "(?:[\\w-]+ )?(?:sea|ocean|horizon|valley|city|skyline|mountains?|sunset|sunrise|sky|stars|water|view|landscape|"
    "planet|earth|plain|"
    "desert|waves|lake|storm|lights|village|river|distance)"
)
HELD = (
    "lantern", "candle", "cup", "bowl", "bottle", "book", "letter", "key", "phone", "coin", "flower", "knife", "gun", "box", "ball",
    "bread", "camera", "guitar", "umbrella", "teddy", "pen", "laptop", "watch", "ring", "shoe",
)  # fmt: skip
NOT_HELD = re.compile(r"\b(?:shoes?|boots?|sneakers?|slippers?|rings?|watch|orange|key ring|papers?)\b", re.IGNORECASE)
HELD_WORDS: Mapping[str, str] = {name: SUBJECT_WORDS[f"object {name}"] for name in HELD}
REST_WORDS: Mapping[str, str] = {  # what somebody sits or lies on
    "bed": "beds?|mattress|cot|hammock|stretcher",
    "sofa": "sofa|couch|armchair|divan",
    "bench": "bench|pew|chairs?|stool|throne",
    "ground": "floor|ground|grass|sand|beach|edge|cliff|rocks?|steps|stairs|dock|pier|jetty|snow|rug|carpet|meadow|roof|"
    "rooftop|cushions?|blanket|hill|"
    "cross-legged|campfire|fire|shore|riverbank",
}
STANDS_BY = (
    r"\b(?:on|under|beneath|beside|near|at|behind|towards?|into|from|by|past|around|below|against|to|inside|of|through|"
    r"along|over|off|"
    r"and the|rings?|ringing|is|are)\s+(?:an?|the|his|her|their|some)?\s*(?:[\w-]+\s+){0,2}?(?:%s)\b"
)

_LEGS, _ARMS = (Table({key: ACT_WORDS[key] for key in keys}) for keys in (LEGS, ARMS))
_MOODS, _VIEWS, _RESTS, _HELD = Table(MOOD_WORDS), Table(VIEW_WORDS), Table(REST_WORDS), Table(HELD_WORDS)
_STANDING = Phrases(STANDS_BY % r"[\w-]+")  # each thing stands behind the same words, so that they are looked for once


def read_legs(text: str) -> str:
    """walk, run, sit, kneel, sleep, dance, jump or row; empty for standing. The first that the text speaks of."""
    return _LEGS.earliest(text) or ""


def read_arms(text: str) -> str:
    """What the hands and the head do, most telling first; empty when nothing is said."""
    return next(_ARMS.mentioned(text), "")


def read_mood(*texts: str | None) -> str:
    """A key of `MOOD_WORDS`, from the first text that has one."""
    return next((mood for text in texts if text and (mood := _MOODS.earliest(text))), "")


def read_view(text: str, is_wide: bool) -> str:
    """back, side, front, or empty. In a wide shot somebody who looks out over a landscape turns towards it."""
    view = _VIEWS.earliest(text)
    if view is None and is_wide and mentions(OUTLOOK_WORDS, text):
        return "back"
    return view or ""


def read_rest(text: str) -> str:
    """What somebody sits or lies on: bed, sofa, bench, ground, or empty."""
    return _RESTS.earliest(text) or ""


def read_held(text: str) -> str:
    """The small thing that somebody holds: named, and not said to stand or lie somewhere."""
    text = folded(text)
    spots = _STANDING.spots(text)
    for name, found in _HELD.alls(text):
        standing = [match.span() for match in phrases(STANDS_BY % HELD_WORDS[name]).all_at(text, spots)]
        if all(found.end() <= start or stop <= found.start() for start, stop in standing):
            return name
    return ""


@lru_cache(maxsize=128)  # a character's looks are asked in every shot
def read_carried(look: str) -> str:
    """The small thing in somebody's hands that a description of their looks names; what they wear is none."""
    return read_held(NOT_HELD.sub(" ", look))


def read_pace(action: str) -> str:
    """Still, walk or run."""
    action = without_flows(folded(action))
    if mentions(RUN_WORDS, action):
        return "run"
    return "walk" if mentions(WALK_WORDS, action) else "still"
