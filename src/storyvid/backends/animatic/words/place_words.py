"""The words of each setting, and phrases that hold such words but mean no place. Patterns of whole words, lower case."""

from __future__ import annotations

from collections.abc import Mapping

INDOOR_WORDS: Mapping[str, str] = {
    "room": (
        "rooms?|interior|living room|living-room|sitting room|parlou?r|apartment|flat|lounge|lodge|indoors?|inside|hotel|sofa|"
        "couch|fireplace|armchair|mansion|lamp room|waiting room|dining room|studio|nursery|tent|parents' house|"
        "grandmother's house"
    ),
    "kitchen": "kitchens?|kitchenette|pantry|bakery|scullery|stove|kitchen (?:table|counter)",
    "bedroom": (
        "bedrooms?|bed|in bed|into bed|to bed|out of bed|on (?:the|a|his|her|their) bed|bedside|dormitory|motel room|hotel room|"
        "attic|children's room"
    ),
    "office": "offices?|cubicles?|boardroom|meeting room|conference room|newsroom|open-plan office|police station|desk",
    "library": "library|libraries|bookshop|bookstore|study|archives?|bookshelves|museum|gallery|reading room",
    "hospital": (
        "hospital|clinic|ward|operating (?:room|theatre)|surgery|hospital (?:room|bed|corridor)|laboratory|lab|surgery room"
    ),
    "bar": (
        "bar|pub|tavern|saloon|cafes?|cafés?|coffee ?(?:shop|house|bar)|restaurant|diner|bistro|counter|espresso bar|inn|"
        "canteen|nightclub"
    ),
    "classroom": "classroom|school|schoolroom|lecture hall|blackboard|chalkboard|auditorium|gym|gymnasium",
    "corridor": "corridors?|hallways?|passage(?:way)?|stairwell|staircase|lobby|elevator|lift|prison|cell|jail",
    "cellar": "cellars?|basement|dungeon|crypt|vault|bunker|wine cellar|cave cellar|boiler room|engine room",
    "workshop": (
        "workshops?|garage|workbench|smithy|forge|foundry|atelier|studio workshop|woodshop|factory|toolshed|shed|"
        "barn interior|lighthouse workshop|machine shop|artist's studio|pottery|tailor's shop|watchmaker's shop"
    ),
    "church": (
        "church interior|inside (?:of )?(?:a |the )?(?:church|cathedral|temple)|nave|cathedral|chapel|throne room|"
        "great hall|palace|castle hall|ballroom|theat(?:re|er)|concert hall"
    ),
    "shop": "shop|store|supermarket|grocery|boutique|market hall|toy shop|convenience store|pharmacy",
    "greenhouse": "greenhouse|glasshouse|conservatory|hothouse|orangery|potting shed|plant nursery",
    "spaceship": (
        "spaceship|starship|space ?ship|cockpit|space station|space shuttle|bridge of the ship|airlock|"
        "space ?craft interior|ship's bridge|control room|mission control|submarine|command deck|capsule|escape pod"
    ),
    "vehicle": (
        "inside (?:of )?(?:a |the |his |her |their )?(?:moving )?(?:car|taxi|cab|truck|van|bus|train)|"
        "train (?:car|compartment|carriage)|compartment|carriage|passenger seat|back ?seat|driver's seat|car interior|"
        "bus interior|train interior|dashboard|steering wheel"
    ),
}

OUTDOOR_WORDS: Mapping[str, str] = {
    "sea": (
        "sea|ocean|beach(?:es)?|seaside|shore|shoreline|coast|coastline|waves?|bay|surf|tide|island|lighthouse|seashore|"
        "open water|sea cliffs?|cliffs? (?:above|over|by) the (?:sea|ocean)|reef|cove|lagoon"
    ),
    "harbour": "harbou?r|pier|docks?|quay|jetty|marina|wharf|fishing village|port|boatyard|seaport|boardwalk",
    "lake": "lakes?|pond|lakeside|lakeshore|mountain lake|boathouse",
    "river": "rivers?|riverbank|stream|creek|brook|canal|river valley|waterfall|ford|riverside|weir|swamp|marsh|bridge over",
    "city": (
        "city|cities|street|streets|downtown|skyscrapers?|alley|alleyway|avenue|urban|neon|traffic|sidewalk|pavement|"
        "metropolis|crosswalk|office tower|office building|apartment building|skyline|boulevard|intersection|city square|"
        "plaza|times square|car ?parks?|parking (?:lot|garage)s?"
    ),
    "rooftop": "rooftops?|rooftop garden|roof garden|roof|roof terrace|balcony|water tower",
    "station": (
        "(?:train|railway|metro|subway|bus) station|stations?|boards the train|platform|railway|railroad|train tracks|metro|subway"
    ),
    "village": (
        "village|hamlet|market stall|open-air market|cottages?|farmhouse|market square|town|church|houses|barn|farm|"
        "courtyard|windmill|village street|village square|castle|small town|farmyard|market|homestead|monastery"
    ),
    "forest": (
        "forests?|woods|woodland|jungle|trees|pines?|grove|trail|clearing|birch(?:es)?|undergrowth|redwoods?|rainforest|"
        "forest (?:path|clearing)|pine forest|treehouse|orchard"
    ),
    "mountains": (
        "mountains?|mountainside|peaks?|cliffs?|alps|alpine|valley|ridge|summit|glacier|canyon|gorge|highlands?|volcano|"
        "mountain (?:pass|path|cabin)"
    ),
    "cave": "caves?|cavern|grotto|tunnel|mine|mineshaft|underpass|sewer|catacombs?",
    "desert": "desert|dunes?|sahara|wasteland|mesa|cactus|arid|badlands|oasis|sand dunes",
    "snow": (
        "snow ?fields?|fields? of snow|snowy (?:field|plain|meadow|landscape|hill|hills)|tundra|arctic|antarctic|"
        "antarctica|ice ?(?:field|sheet|floe)|polar|frozen (?:lake|river|plain|sea|landscape|wasteland)|snow ?drifts?|"
        "snowy wasteland|north pole|igloo|snow-?covered (?:field|fields|plain|hill|hills|meadow|landscape)|ski slope|"
        "snowscape|sea of snow"
    ),
    "road": "roads?|highway|motorway|asphalt|roadside|lane|freeway|route|petrol station|gas station|country road|bus stop",
    "field": (
        "fields?|meadow|grass|grassland|prairie|wheat|pasture|steppe|plain|plains|hill|hills|cornfield|vineyard|hilltop|"
        "hillside|savannah?|battlefield|countryside|moor|moorland|farmland"
    ),
    "park": ("park|garden|gardens|kitchen garden|lawn|playground|backyard|back garden|school ?yard|park bench|cemetery|graveyard"),
    "space": (
        "outer space|deep space|space|galaxy|orbit|nebula|asteroids?|cosmos|starfield|interstellar|earth orbit|universe|black hole"
    ),
    "planet": (
        "moon surface|surface of the moon|lunar|mars|martian|(?:alien|distant|foreign|red|dead) planet|planet's surface|"
        "on the moon|surface of (?:a |the )?(?:planet|mars)|crater|alien (?:world|landscape)|planet"
    ),
    "underwater": (
        "underwater|under ?sea|sea ?bed|sea ?floor|ocean floor|beneath the (?:waves|surface|sea)|"
        "under the (?:sea|waves|water)|coral reef|deep sea|kelp"
    ),
}

SETTING_WORDS: Mapping[str, str] = {**INDOOR_WORDS, **OUTDOOR_WORDS}

# Words that only suggest where one is, read when no setting is named.
HINT_WORDS: Mapping[str, str] = {
    "room": "tables?|windows?|doors?|chairs?|curtains?|carpet|rug|ceiling|lamp room|wall|piano|television|mirror",
    "kitchen": "cooks|cooking|dough|oven|sink|kettle|saucepan",
    "sea": "boats?|ships?|sailboat|sails?|sailing|rows|rowing|gulls?|seagulls?|yacht|whale|dolphins?|fisherman|sailor",
    "road": "cars?|trucks?|drives|driving|motorcycle|bicycle|cycles",
    "city": "taxi|taxis|crowds?|umbrellas",
    "field": "trains?|locomotive|horses?|cows?|sheep|tractor|flowers?",
    "space": "astronaut|rocket|spacecraft|satellite|comet|planets",
    "forest": "deer|wolf|bear|tree|campfire",
    "desert": "camels?|caravan",
    "snow": "sledge?|skis|skiing|snowman|penguins?",
}

# Phrases that hold a place's word and mean no place.
NO_PLACE = (
    "(?:space ?ships?|starships?|spacecraft|rockets?|shuttles?|capsules?) (?:slowly |softly |gently )?(?:lands?|landing|descends?|"
    "touches down|takes? off|lifts? off|appears?|hovers?|arrives?|crashes)|"
    "(?:forest|sea|ocean|field|sand|desert|snow|lake|river|grass|orchard|garden)[- ](?:green|blue|white|tan|grey|gray)|"
    "(?:garden|raised|flower|coffee|seed|vegetable|truck|planting|plant|herb) beds?|beds? (?:edge|frame)|"
    "trains? of (?:thought|events)|train(?:s|ed|ing)? (?:to|for|hard|with)|"
    "(?:small|tiny|narrow|empty|open|parking|personal|negative|blank|living|crawl|white|tight|head|storage) spaces?|"
    "spaces? between|in (?:a|the) space of|time and space|space ?suits?|space ?bar|"
    "(?:sea|ocean|forest|mountains?|field|river|valley|desert) of (?:people|faces|hands|umbrellas|lights?|candles|"
    "papers?|books|clothes|columns|stars|tears|masts|view|vision|work|trash)|"
    "depth of field|bars? of (?:light|soap|chocolate|gold|iron)|bars? (?:across|over)|counter ?light|"
    "flat (?:light|lighting|style|colou?rs?|illustration|hand|stone|cap|tyre|tire|iron|screen)|flat on|"
    "waves? (?:at|to|hello|goodbye|back|her|his|a|their)|wave of|"
    "(?:he|she|they|man|woman|boy|girl|child|children|people|person|suit|robot|astronaut|crowd|and) waves?(?= *(?:[.,;!\n]|$))|"
    "(?:he|she|they|man|woman|boy|girl|child|person|astronaut|and) waves|"
    "wav(?:es|y) hair|"
    r"(?:sheet|grains?|tray|pile|pinch|bucket|glass|bottle|cup|jug|drop|handful) of (?:\w+ )?(?:sand|snow|water|"
    "grass|wheat|ice|sea)|"
    "bed of (?:flowers|roses|moss|leaves|nails|straw)|(?:river|flower) ?bed|kitchen island|island (?:unit|counter)|"
    "park(?:s|ed|ing)? (?:the|his|her|a|beside|near|outside)|platform shoes|bridge of (?:his|her|the) nose|"
    "inside (?:his|her|their|my|the|a|an) (?:coat|jacket|pocket|bag|head|mind|heart|box|hand|palm|book|cup|lantern|"
    "letter|drawer|hood)|"
    "(?:is|was|be|are) mine|cell ?phone|studio (?:light|lighting|quality)|school of fish|bank of (?:fog|clouds)|"
    "plain (?:white|black|grey|gray|wooden|background|wall|dress|shirt|clothes|face)|"
    r"shop(?:s|ping)? (?:for|bags?|windows?|signs?)|desert(?:s|ed|ing)\b(?: (?:his|her|the))?|"
    "store(?:s|d) (?:the|a|his|her)|lifts? (?:the|his|her|their|a|an|it|its|up|out|one)|elevator music|set the table|"
    r"pub(?:lic|lish)\w*|study(?:ing)? (?:the|a|his|her)|wards? off|roof ?line|roof of (?:his|her|the) mouth|"
    "(?:rooms?) (?:for|to) (?:error|improvement|breathe|spare)|(?:on|off|the) track of|market(?:ed|ing) (?:the|a)|"
    "grass skirt|church ?bells?|train tickets?|town ?hall clock|bus tickets?"
)
