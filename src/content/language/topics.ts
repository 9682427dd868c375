/**
 * The words of each topic. A paragraph stays within one topic, so that subjects, verbs and objects that meet in a sentence
 * belong together. Words of a list are separated by spaces, phrases by commas. Forms that the rules of inflection.ts do not
 * make are given: "leaf/leaves" (noun), "plan/planned/planning" (verb: base, past, -ing). A past form also serves as the
 * participle of transitive verbs, so those are regular.
 */
export interface Topic {
  /** Who acts. */
  readonly people: string;
  /** What is acted on, and what happens by itself. */
  readonly things: string;
  /** Transitive verbs: what people do to things. */
  readonly acts: string;
  /** Intransitive verbs: what things do. */
  readonly happenings: string;
  /** Adjectives of things. */
  readonly traits: string;
  /** Where: prepositional phrases. */
  readonly places: string;
}

export const TOPICS: readonly Topic[] = [
  {
    people: 'engineer operator reviewer maintainer architect administrator',
    things:
      'service queue cache index server pipeline database request deployment dashboard cluster scheduler backup release interface log',
    acts: 'test deploy monitor measure replace document review configure restart simplify audit trace',
    happenings: 'fail recover respond scale degrade stall improve crash return',
    traits:
      'slow reliable stale simple distributed expensive internal overloaded redundant experimental asynchronous idle modern secure',
    places: 'in production, behind the proxy, on the test network, across the region, in the data center',
  },
  {
    people: 'cook baker guest chef neighbor host',
    things:
      'soup sauce loaf/loaves recipe oven kettle knife/knives pan cake salad breakfast pot dish pie table omelette',
    acts: 'prepare taste season serve cover warm cool share wash finish order enjoy',
    happenings: 'cool simmer dry burn rise/rose/rising improve soften boil thicken',
    traits: 'fresh warm salty heavy small sweet simple empty traditional delicate sharp generous spicy elegant',
    places: 'in the kitchen, on the stove, at the market, near the window, on the counter',
  },
  {
    people: 'gardener farmer botanist visitor child/children volunteer',
    things:
      'tree hedge seed orchard flower root fence greenhouse path lawn pond tomato/tomatoes branch leaf/leaves bed harvest',
    acts: 'water plant inspect protect trim/trimmed/trimming clear turn collect examine shade support measure',
    happenings: 'bloom wither spread/spread/spreading recover ripen return struggle survive',
    traits: 'young green tall early tender wild sunny ancient dense healthy fragile narrow golden overgrown',
    places: 'behind the house, along the wall, in the valley, by the river, under the old oak',
  },
  {
    people: 'traveler driver conductor passenger guide tourist',
    things:
      'train ticket map suitcase route station bridge ferry schedule hotel village harbor bus bicycle journey border',
    acts: 'book check compare visit cross photograph recommend reserve describe cancel reach explore',
    happenings: 'arrive depart change stop/stopped/stopping wait disappear reopen slow',
    traits: 'crowded quiet remote cheap late comfortable scenic northern famous direct foreign busy rural ordinary',
    places: 'on the platform, near the coast, in the mountains, across the lake, at the airport',
  },
  {
    people: 'student teacher librarian author editor historian',
    things:
      'book chapter essay library archive letter lecture footnote manuscript question dictionary exam poem notebook article argument',
    acts: 'discuss copy borrow summarize translate publish explain study quote revise outline criticize',
    happenings: 'matter vanish reappear endure age improve resonate conclude',
    traits:
      'rare difficult printed long brilliant obscure original handwritten persuasive short complete academic honest ambitious',
    places: 'in the reading room, on the top shelf, at the university, in the margin, on the first page',
  },
  {
    people: 'carpenter mechanic painter apprentice customer inventor',
    things: 'engine chair drawer hammer hinge bench tool lamp motor gear shelf/shelves drill wheel lock cabinet blade',
    acts: 'repair polish assemble oil adjust clean paint attach remove sharpen align tighten',
    happenings: 'break/broke/breaking rattle rust turn crack hold/held/holding loosen wobble',
    traits: 'wooden rusty solid loose precise worn noisy sturdy mechanical uneven cheap useful handmade brittle',
    places: 'in the workshop, on the workbench, under the cover, beside the door, in the garage',
  },
  {
    people: 'manager analyst colleague director accountant assistant',
    things:
      'report meeting budget contract deadline proposal invoice project forecast office calendar policy email agenda survey strategy',
    acts: 'approve schedule postpone present finance update archive negotiate clarify reject sign complete',
    happenings: 'change slip/slipped/slipping grow/grew/growing expire work succeed continue collapse',
    traits:
      'annual detailed urgent realistic brief optional ambitious quarterly public unclear final official modest lengthy',
    places: 'in the office, on the third floor, at headquarters, in the shared folder, across the company',
  },
  {
    people: 'musician singer composer listener conductor drummer',
    things:
      'song melody piano violin rhythm concert chord guitar stage recording rehearsal album note orchestra chorus instrument',
    acts: 'practice perform record tune arrange play admire compose rehearse repeat improvise transcribe',
    happenings: 'end fade begin/began/beginning echo return resonate build/built/building linger',
    traits:
      'gentle loud slow familiar acoustic bright haunting electric unfinished popular quiet classical lively intimate',
    places: 'on the radio, in the concert hall, at the festival, behind the curtain, in the studio',
  },
  {
    people: 'scientist researcher observer astronomer technician professor',
    things:
      'experiment telescope sample theory planet signal comet laboratory microscope equation satellite measurement crystal model sensor hypothesis/hypotheses',
    acts: 'observe calibrate verify predict analyze publish record confirm question detect classify simulate',
    happenings: 'vary drift converge oscillate stabilize emerge repeat glow',
    traits:
      'accurate distant unexpected faint controlled rigorous plausible tiny massive invisible noisy sensitive elegant early',
    places: 'in the laboratory, at the observatory, in orbit, under the microscope, on the southern site',
  },
  {
    people: 'runner coach doctor athlete trainer swimmer',
    things: 'race muscle meal stretch injury season team track exercise match goal pool warm-up record program jersey',
    acts: 'train follow watch organize avoid improve plan/planned/planning evaluate start track repeat support',
    happenings: 'heal finish matter improve start tire resume help',
    traits:
      'strong painful weekly intense healthy balanced competitive steady tough local light professional exhausting regular',
    places: 'in the gym, on the field, around the park, at the stadium, near the finish line',
  },
];
