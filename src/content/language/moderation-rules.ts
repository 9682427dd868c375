/**
 * What a moderation looks for: signals, which are lists of words and phrases, and rules, which are signals that follow each other within
 * a few words of one sentence. Deliberately short and mild: enough that what is plainly violent, hateful … is told from what is not.
 * Words are compared by their stems, so that one form stands for all.
 */

/** OpenAI's categories, in the order of its replies. */
export const MODERATION_CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'sexual',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm/intent',
  'self-harm/instructions',
  'self-harm',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;

export type ModerationCategory = (typeof MODERATION_CATEGORIES)[number];

/** Phrases are separated by commas. */
export const SIGNALS = {
  intent:
    "i will, i'll, i want to, i'm going to, i am going to, going to, gonna, we will, we'll, let's, should, deserve to",
  killing:
    'kill, murder, murdered, strangle, slaughter, stab, behead, massacre, shoot, shot, assassinate, poison, burn alive, beat to death, ' +
    'blow up',
  harming:
    'hurt, beat, punch, kick, attack, injure, torture, choke, smash, beat up, break your, break his, break her, make you suffer',
  extermination: 'exterminate, wipe out, lynch, hang, deport all, get rid of, kill, shoot, burn, eradicate',
  person:
    'you, him, her, them, everyone, everybody, someone, somebody, people, person, man, men, woman, women, neighbor, neighbour, family, ' +
    'wife, husband, boss, teacher, friend, coworker, colleague, officer, crowd, victim, children, student',
  gore: 'entrails, intestines, dismember, mutilate, disembowel, severed, decapitate, gore, pool of blood, blood sprayed, blood everywhere, guts spilled',
  address: "you, you're, your, he, he's, she, she's, they, they're",
  insult:
    'idiot, stupid, moron, pathetic, worthless, loser, imbecile, scum, disgusting, piece of trash, piece of garbage, ugly, dumbass, waste of space',
  dismissal: 'shut up, nobody likes you, everyone hates you, i hate you, go to hell, screw you',
  group:
    'immigrant, migrant, refugee, foreigner, muslim, jew, jewish, christian, hindu, gypsy, gypsies, gays, gay people, lesbian, homosexual, ' +
    'transgender, trans people, black people, white people, asian, mexican, african, arab, women, disabled people',
  contempt:
    'vermin, subhuman, inferior, parasite, filthy, filth, cockroach, disgusting, animals, not human, ruin everything, go back to, ' +
    'do not deserve, belong in the kitchen, are all criminals',
  hating: 'hate, hate all, hate those, despise, loathe, can not stand',
  ownDeath:
    "kill myself, end my life, end it all, take my own life, want to die, wanna die, i'm suicidal, i am suicidal, hang myself, cut myself, " +
    'cutting myself, hurt myself, harm myself, starve myself, do not want to live',
  urgedDeath:
    'kill yourself, end your life, hang yourself, cut yourself, harm yourself, starve yourself, commit suicide',
  suicide: 'suicide, suicidal, overdose, self harm, anorexia, bulimia',
  asking:
    'how to, how do i, how can i, how do you, how do we, instructions, steps to, step by step, teach me, explain how, best way to, ' +
    'guide to, tell me how, show me how, tips for',
  crime:
    'shoplift, steal, launder, counterfeit, forge, fake passport, fake id, hack into, phish, ransomware, cook meth, methamphetamine, cocaine, ' +
    'pick a lock, hotwire, evade taxes, stolen credit card, smuggle',
  making: 'make, build, assemble, construct, buy, obtain, print',
  weapon:
    'bomb, pipe bomb, explosive, grenade, gun, machine gun, pistol, rifle, ghost gun, molotov cocktail, nerve gas, silencer',
  explicit:
    'porn, pornographic, pornography, erotic, orgasm, sexually explicit, sex scene, horny, have sex, had sex, strip naked, naked bodies',
  suggestive: 'nude, naked, sexual, sex, seduce, lingerie',
  minor: 'underage, child, children, kid, schoolgirl, schoolboy, teenager, minor',
} as const;

export type Signal = keyof typeof SIGNALS;

export interface ModerationRule {
  /** The signals in the order in which they have to stand. */
  readonly chain: readonly Signal[];
  /** Each signal begins at most so many words behind the one before. */
  readonly within: number;
  /** What the rule adds to the log-odds of each category: from 12 a text is flagged, 6 is noticeable. */
  readonly adds: Readonly<Partial<Record<ModerationCategory, number>>>;
}

export const MODERATION_RULES: readonly ModerationRule[] = [
  { chain: ['killing', 'person'], within: 3, adds: { violence: 13, harassment: 4, 'harassment/threatening': 6 } },
  {
    chain: ['intent', 'killing', 'person'],
    within: 3,
    adds: { violence: 4, harassment: 9, 'harassment/threatening': 9, 'violence/graphic': 3 },
  },
  { chain: ['killing'], within: 1, adds: { violence: 4 } },
  { chain: ['harming', 'person'], within: 3, adds: { violence: 6, harassment: 5 } },
  {
    chain: ['intent', 'harming', 'person'],
    within: 3,
    adds: { violence: 8, harassment: 8, 'harassment/threatening': 13 },
  },
  { chain: ['gore'], within: 1, adds: { violence: 13, 'violence/graphic': 13 } },
  { chain: ['address', 'insult'], within: 5, adds: { harassment: 13 } },
  { chain: ['insult'], within: 1, adds: { harassment: 3 } },
  { chain: ['dismissal'], within: 1, adds: { harassment: 13 } },
  { chain: ['group', 'contempt'], within: 6, adds: { hate: 13, harassment: 8 } },
  { chain: ['contempt', 'group'], within: 4, adds: { hate: 13, harassment: 8 } },
  { chain: ['hating', 'group'], within: 2, adds: { hate: 13, harassment: 8 } },
  {
    chain: ['intent', 'extermination', 'group'],
    within: 4,
    adds: { hate: 13, 'hate/threatening': 14, violence: 13, harassment: 8, 'harassment/threatening': 8 },
  },
  {
    chain: ['group', 'intent', 'extermination'],
    within: 4,
    adds: { hate: 13, 'hate/threatening': 14, violence: 13, harassment: 8, 'harassment/threatening': 8 },
  },
  { chain: ['ownDeath'], within: 1, adds: { 'self-harm': 14, 'self-harm/intent': 14, violence: 4 } },
  {
    chain: ['urgedDeath'],
    within: 1,
    adds: { 'self-harm': 13, 'self-harm/instructions': 7, harassment: 10, violence: 5 },
  },
  { chain: ['suicide'], within: 1, adds: { 'self-harm': 7 } },
  { chain: ['asking', 'suicide'], within: 5, adds: { 'self-harm': 8, 'self-harm/instructions': 8 } },
  { chain: ['asking', 'urgedDeath'], within: 4, adds: { 'self-harm/instructions': 9 } },
  { chain: ['asking', 'ownDeath'], within: 4, adds: { 'self-harm/instructions': 13 } },
  { chain: ['crime'], within: 1, adds: { illicit: 5 } },
  { chain: ['asking', 'crime'], within: 5, adds: { illicit: 9 } },
  { chain: ['making', 'weapon'], within: 4, adds: { illicit: 7, 'illicit/violent': 7, violence: 3 } },
  { chain: ['asking', 'weapon'], within: 7, adds: { illicit: 8, 'illicit/violent': 8, violence: 3 } },
  { chain: ['asking', 'killing', 'person'], within: 4, adds: { illicit: 13, 'illicit/violent': 13 } },
  { chain: ['explicit'], within: 1, adds: { sexual: 13 } },
  { chain: ['suggestive'], within: 1, adds: { sexual: 5 } },
  { chain: ['explicit', 'minor'], within: 12, adds: { 'sexual/minors': 13 } },
  { chain: ['minor', 'explicit'], within: 12, adds: { 'sexual/minors': 13 } },
  { chain: ['minor', 'suggestive'], within: 4, adds: { sexual: 8, 'sexual/minors': 12 } },
  { chain: ['suggestive', 'minor'], within: 4, adds: { sexual: 5, 'sexual/minors': 7 } },
];
