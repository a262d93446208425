"""The words for everybody and everything that can be in a shot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from storyvid.backends.animatic.words.phrases import Phrases, Row, folded

# Kinds of subjects that are not people. "kind variant" where a kind comes in several shapes.
SUBJECT_WORDS: Mapping[str, str] = {
    "lighthouse": "lighthouses?|beacon",
    "dog": "dogs?|puppy|puppies|hounds?|retriever|terrier|collie|sheepdog|labrador|husky|poodle",
    "dog wolf": "wolf|wolves|coyote",
    "dog fox": "fox|foxes",
    "cat": "cats?|kittens?|tabby|tomcat",
    "cat lion": "lions?|lioness|tigers?|panthers?|leopards?",
    "bird": "birds?|seagulls?|gulls?|swallows?|geese|goose|herons?|swans?|ducks?|pigeons?|doves?|sparrows?|robin|"
    "parrots?|storks?|cranes",
    "bird dark": "crows?|ravens?|eagles?|hawks?|owls?|falcons?|vultures?|blackbirds?",
    "horse": "horses?|pony|ponies|stallion|mare|foal|donkey|mule|unicorn|camels?",
    "horse cow": "cows?|cattle|bulls?|ox|oxen|buffalo|bison",
    "horse deer": "deer|stags?|elk|moose|reindeer|fawn|antelopes?|gazelles?",
    "dog sheep": "sheep|lambs?|goats?|rams",
    "fish": "fish|fishes|shark|sharks|salmon|trout|goldfish",
    "fish whale": "whales?|dolphins?|orcas?",
    "car": "cars?|sedan|coupe|convertible|automobile|vehicles?|limousine",
    "car taxi": "taxis?|taxicab|cab|cabs",
    "car bus": "bus|buses|minibus|school ?bus",
    "car truck": "trucks?|lorry|lorries|fire engine",
    "car van": "vans?|jeeps?|pickups?|ambulance|camper(?: ?van)?|delivery van|suv",
    "bicycle": "bicycles?|bikes?|cyclists?",
    "bicycle motor": "motorcycles?|motorbikes?|scooters?|mopeds?|biker",
    "train": "trains?|locomotives?|steam engine|railcar|subway train",
    "train modern": "express train|high-?speed train|bullet train|commuter train|metro train|trams?|streetcar",
    "boat": "boats?|sailboats?|sailing boat|yachts?|dhow|junk ship",
    "boat rowing": "rowing ?boats?|rowboats?|canoes?|dinghy|dinghies|kayaks?|rafts?|gondolas?|fishing boats?|lifeboats?",
    "boat ship": "ships?|trawlers?|ferry|ferries|vessels?|freighters?|tankers?|ocean liner|steamers?|cruise ship|"
    "tugboats?|submarine",
    "aeroplane": "aeroplanes?|airplanes?|plane|planes|aircraft|jets?|airliners?|biplanes?|helicopters?|gliders?",
    "aeroplane space": "spaceships?|spacecraft|rockets?|space shuttle|starships?|space stations?|satellites?|ufo",
    "balloon": "hot-?air balloons?|hot air balloons?|balloons?|airships?|zeppelins?",
    "house": "houses?|cottages?|cabins?|huts?|farmhouses?|barns?|buildings?|mansion|villa|homes",
    "house tower": "towers?|castles?|fortress|belfry|citadel|ruins",
    "house church": "church|chapel|cathedral|temple|mosque|monastery|steeple",
    "house skyscraper": "skyscrapers?|high-?rises?|office towers?|tower blocks?|apartment blocks?",
    "house windmill": "windmills?|mill|water ?mill",
    "tree": "trees?|oaks?|willows?|cherry tree|maple|birch|elm|olive tree|baobab",
    "tree pine": "pines?|fir|spruce|cedar|pine tree|christmas tree",
    "tree palm": "palms? trees?|palms|coconut tree",
    "object lantern": "lanterns?|lamps?|oil lamp|street ?lamp|lamp ?post",
    "object candle": "candles?|torch|torches|match|matches|matchstick",
    "object cup": "cups?|mugs?|teacups?|coffee|tea|glass of (?:water|wine|milk|beer|juice|whisky)|wine ?glass|goblet|"
    "pitcher|teapot|kettle|pot",
    "object bowl": "bowls?|plates?|dish|soup|pan|tray",
    "object bottle": "bottles?|flasks?|vials?|jars?|potion|vase",
    "object book": "books?|notebooks?|diary|diaries|journals?|bible|sketchbook|album|newspapers?",
    "object letter": "letters?|envelopes?|postcards?|notes?|papers?|documents?|tickets?|sheet of paper|scroll|photos?|photographs?|"
    "picture|drawing|blueprint|maps?|passport",
    "object key": "keys?",
    "object phone": "phones?|smartphones?|telephones?|tablet|cell ?phone|remote|radio|walkie-talkie",
    "object clock": "clocks?|alarm clock|grandfather clock|hourglass",
    "object watch": "watch|watches|wristwatch|pocket watch|compass",
    "object coin": "coins?|medals?|medallion|locket|amulet|pendant",
    "object ring": "rings?|necklace|bracelet|jewel|diamond|crystal|gem|gemstone|pearl",
    "object flower": "flowers?|roses?|tulips?|daisy|daisies|bouquet|petals|sunflowers?|seedlings?|sprout|leaf|feather",
    "object knife": "knife|knives|dagger|sword|blade|scissors|razor|axe|hammer|screwdriver|wrench|saw|chisel",
    "object pen": "pens?|pencils?|quill|paintbrush|brush|chalk|needle",
    "object gun": "gun|guns|pistols?|revolvers?|rifles?",
    "object box": "boxes|box|chests?|crates?|parcels?|packages?|gifts?|presents?|suitcases?|briefcases?|luggage|basket",
    "object ball": "balls?|football|marbles?|globe|orb|snow globe|apples?|oranges|eggs?|fruit|tomato|tomatoes|peach",
    "object bread": "bread|dough|loaf|loaves|cake|pastry|pizza|clay|croissants?",
    "object laptop": "laptops?|computers?|typewriters?|keyboard|monitor|piano",
    "object camera": "film camera|old camera|photo camera|binoculars|telescope",
    "object guitar": "guitars?|violins?|fiddle|cello|ukulele|lute",
    "object chair": "chairs?|armchair|stool|rocking chair|wheelchair|throne|bench",
    "object umbrella": "umbrellas?|parasols?",
    "object shoe": "shoes?|boots?|footprints?|sneakers?|slippers?",
    "object teddy": "teddy(?: bear)?|toy bear|dolls?|toys?",
}  # fmt: skip

MAN_WORDS = (
    "man|men|boys?|father|dad|brothers?|sons?|grandfather|grandpa|king|prince|gentleman|gentlemen|husband|uncle|monk|priest|"
    "fisherman|fishermen|businessman|policeman|policemen|fireman|firemen|guy|he|his|him|wizard|waiter|cowboy|groom|sailors?"
)
WOMAN_WORDS = (
    "woman|women|girls?|mother|mom|mum|sisters?|daughters?|grandmother|grandma|queen|princess|lady|ladies|wife|aunt|nun|"
    "businesswoman|policewoman|she|her|hers|witch|waitress|bride|ballerina|actress|heroine"
)
CHILD_WORDS = "child|children|kids?|boys?|girls?|toddlers?|schoolboys?|schoolgirls?|schoolchildren|baby|infant"
ROLE_WORDS = (
    "persons?|someone|somebody|figures?|friends?|strangers?|couple|lovers|keeper|soldiers?|knights?|doctors?|nurses?|surgeons?|"
    "farmers?|dancers?|riders?|hikers?|walkers?|travell?ers?|detectives?|officers?|drivers?|robots?|androids?|"
    "astronauts?|cosmonauts?|"
    "heroe?s?|students?|teachers?|workers?|bakers?|musicians?|artists?|painters?|writers?|runners?|passengers?|captain|guards?|"
    "baristas?|chefs?|gardeners?|scientists?|engineers?|mechanics?|pilots?|cyclists?|shepherds?|carpenters?|blacksmiths?|"
    "clowns?|singers?|guitarist|violinist|pianist|photographers?|climbers?|swimmers?|surfers?|skiers?|players?|judge|thief|thieves|"
    "pirates?|samurai|vikings?|ghosts?|customers?|guests?|villagers?|neighbou?rs?|commuters|tourists|family|elders?|people|adults?|"
    "teenagers?|teens?|patients?|bartender|shopkeeper|merchants?|librarian|firefighters?|nomads?|miners?|hunters?|explorers?|"
    "protagonist|character|hero|heroine|owner|athletes?|boxers?|hackers?|divers?|journalists?|reporters?|joggers?|drummers?|"
    "magicians?|vampires?|adventurers?|truckers?|spy|spies|butchers?|tailors?|potters?|weavers?|fishers?|rowers?|skaters?|"
    "skateboarders?|snowboarders?|wrestlers?|gymnasts?|acrobats?|jugglers?|conductors?|composers?|directors?|lawyers?|barbers?|"
    "hairdressers?|programmers?|beggars?|prisoners?|warriors?|archers?|rangers?|lumberjacks?|plumbers?|electricians?|builders?|"
    "zombies?|mermaids?|elves|fairy|fairies|goddess|god|angels?|beekeepers?|watchmakers?|goalkeepers?|bakers?|scholars?|"
    "alien(?! planet)(?! world)(?! landscape)(?! ship)(?! spaceship)(?! sky)(?! city)(?! jungle)(?! life)|aliens"
)
PRONOUNS = "he|she|they|his|her|hers|him|them|their|himself|herself"
BODY_WORDS = "face|eyes|smiles?|hair|lips|mouth|shoulders"
HAND_WORDS = "hands?|fingers?|fingertips?|palm(?! trees?)|fist|thumb"
PERSON_WORDS = f"{MAN_WORDS}|{WOMAN_WORDS}|{CHILD_WORDS}|{ROLE_WORDS}|{PRONOUNS}|{BODY_WORDS}|{HAND_WORDS}"
PERSON_NOUNS = "|".join(
    sorted(
        {*f"{MAN_WORDS}|{WOMAN_WORDS}|{CHILD_WORDS}|{ROLE_WORDS}".split("|")} - {*PRONOUNS.split("|")}, key=lambda w: (-len(w), w)
    )
)
CROWD_WORDS = (
    "crowds?|crowded|audience|mob|masses|spectators|commuters|pedestrians|passers-?by|protesters|onlookers|festival-?goers|"
    "shoppers|throng|procession|parade|army|congregation|marketgoers"
)
GROUP_WORDS = "group|people|team|family|gang|villagers|guests|passengers|audience|crowd"
PAIR_WORDS = "couple|lovers|twins|pair of|both"
FLOCK_WORDS = "birds|gulls|seagulls|pigeons|swallows|geese|crows|ravens|ducks|doves|sparrows|storks|starlings|flock"
HERD_WORDS = (
    "dogs|cats|horses|cows|cattle|deer|wolves|sheep|goats|camels|donkeys|ponies|lions|tigers|foxes|stags|antelopes|"
    "gazelles|herd|pack of|oxen|buffalo|kittens|puppies|lambs|fish|dolphins|whales"
)
NUMBERS: Mapping[str, int] = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 5, "several": 4, "some": 4, "many": 5}

ADJECTIVES = (
    r"(?:(?:old|young|little|small|big|great|giant|huge|wild|lonely|single|long|lost|dead|wounded|caged|trapped|"
    r"sleeping|dying|other|more|"
    r"white|black|grey|gray|red|blue|golden|silver|dark|pale|living|human|his|her|their)\s+){0,3}"
)
NOT_THERE: Sequence[str | Phrases] = (  # what only sounds like a subject: comparisons, absences, names of places and idioms
    rf"\b(?:like|as if|as though|resembl\w+|reminiscent of|shaped like)\s+(?:an?\s+|the\s+)?{ADJECTIVES}[\w-]+",
    r"\bas\s+[\w-]+\s+as\s+(?:an?|the)\s+[\w-]+",
    rf"\b(?:no|without(?: any)?|nobody|no one|no-one|not an?|empty of|devoid of|free of|absence of|never)\s+(?:an?\s+)?{ADJECTIVES}"
    r"[\w-]+(?:\s+or\s+[\w-]+)?",
    rf"\b(?P<keep>(?:photo(?:graph)?|picture|drawing)s?) of (?:an?\s+|the\s+)?{ADJECTIVES}[\w-]+",
    r"\b(?:painting|portrait|statue|poster|memory|memories|dream|thoughts?|sound|voice|"
    rf"smell|shadow)s? of (?:an?\s+|the\s+)?{ADJECTIVES}[\w-]+",
    r"\bpeople-?less\b|\bunmanned\b|\bdriverless\b|\bhorsepower\b",
    r"\btrain(?: station| stations| tracks?| platform| of thought)\b|\btrains? (?:hard|for|to|with|every|alone|daily|of)\b|"
    r"\bto train\b|\btrains? (?=(?:in|at) (?:an?|the|his|her|their) (?:\w+ )?(?:gym|hall|ring|park|yard|dojo|garden|courtyard)\b)",
    rf"\b(?P<keep>(?:{PERSON_NOUNS}|he|she|who|they) )(?:trains?|watch(?:es)?)\b",
    r"\bwatches (?=tv|television|films?|movies?|football|birds|people|silently|quietly|intently|closely|carefully)",
    r"\bbus stop\b",
    r"\b(?:bus|taxi|car|boat|bird|dog|horse|cat|fish|book|tree|phone|watch|clock)[- ]?(?:rank|park|parks|"
    r"house|houses|box|bath|"
    r"shop|shops|store|shelf|shelves|case|line|walk|market|ramp|seat|chase)\b",
    r"\bbird'?s[- ]eye\b|\bworm'?s[- ]eye\b|\bfish-?eye\b|\bcat'?s[- ]eyes?\b|\bcar door\b|\bship-?shape\b|"
    r"\bdog[- ]eared\b|\bhot ?dogs?\b",
    r"\b(?P<keep>(?:to|they|we|crowd|people|who|and|both|children|friends|silently|quietly)\s+)watch\b",
    r"\bwatch(?:es)?\s+(?=the|as|him|her|them|it|how|over|out|from|while|an?\b)",
    r"\b(?:second|minute|hour) hands?\b|\bhands? (?:of the|on the) clock\b|\bon the other hand\b|\bat hand\b|"
    r"\bsecond-?hand\b|\bhand[- ]?made\b|"
    r"\bhand-?held\b|\bhands (?=him|her|them|over|the|a\b)|\bhanded?\b",
    r"\bface of the (?:cliff|rock|mountain|clock)\b|\bfaces (?:the|a|away|towards?)\b|\beye[- ]level\b|\beye of the storm\b",
    r"\b(?:key|low|high)[- ]key\b|\bkey light\b|\bnotes? of\b|\bmusical notes?\b",
    r"\b(?:glass|stone|brass|wooden|tea|flower|tree|sea|grass) (?:door|wall|window|floor|bridge|steps|path|bed|top|tops|line)s?\b",
    r"\bpaper (?=filter|cup|packet|lantern|label|bag|boat|plane|towel|texture)",
    r"\b(?:clock|watch|bell|radio|water|signal) (?=towers?\b)|\bplane (?=trees?\b)|\blighthouse (?=keeper)|"
    r"\bmatch (?=ends|starts|begins|is|was|day|point)|\bring of\b|\bpen of\b|\bkeys? to (?!the (?:door|house|gate|room))|"
    r"\b(?:pots?|bunch|bunches) of (?=flowers|roses|tulips)",
    r"\b(?:tag|sign|label|banner|screen|display|board)s?(?: \w+)? read(?:s|ing)?\b|"
    r"\bcrowded with (?!people|tourists|shoppers|guests|students|visitors|children|passengers|fans)\w+",
    Phrases(r"\b\w+-friendly\b", holds="-friendly"),
    r"\bcabin interior\b|\bship'?s? (?:deck|cabin|bridge|hull)\b|\bshower\b|\blead(?:ing)? man\b|\bman-?made\b|\bno man'?s land\b",
    r"\bhouse of cards\b|\bmatch(?:es|ed|ing)?\s+(?:the|her|his|cut|with)\b|\brings? (?:out|the bell|loudly|through)\b|"
    r"\bboxing ring\b",
    r"\bleaves (?=the|a|his|her|home|him|for|through|it|without|them|behind)",
    Phrases(r"\b(?P<keep>(?:he|she|it|they|who|\w+ly) )leaves\b", holds=" leaves"),
    r"\bbooks? (?:a|the) (?:room|table|flight)\b|\bpots? (?:plants?)\b|\bsee(?:s|n)? off\b",
)  # fmt: skip
_NOT_THERE = Row([one if isinstance(one, Phrases) else Phrases(one) for one in NOT_THERE])


@lru_cache(maxsize=128)
def present(text: str) -> str:
    """The text in lower case without comparisons, absences, pictures of things and idioms, each replaced by a bar.

    Args:
        text: As written.
    """
    return _NOT_THERE.replaced(folded(text), lambda match: f"{match.groupdict().get('keep', '')} | ")
