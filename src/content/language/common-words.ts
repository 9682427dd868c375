/** Words and phrases that fit every topic, by slot. Words are separated by spaces, phrases by commas. */
export const FREQUENCIES =
  'usually often sometimes always rarely seldom generally regularly normally occasionally frequently typically';

export const MANNERS =
  'slowly, quickly, quietly, carefully, smoothly, gradually, steadily, suddenly, evenly, gently, reliably, patiently, without warning, as planned, with care, in small steps, within minutes, at once, on purpose, by accident, one by one, with little effort';

export const TIMES =
  'every morning, every week, most days, at night, on weekends, in the spring, once a month, from time to time, before lunch, after work, twice a year, during the winter, on busy days, at the end of the day, every few hours, all year round';

export const PAST_TIMES =
  'last week, last year, yesterday, two days ago, last autumn, a month ago, this morning, on Monday, last night, some years ago, earlier this year, on Thursday, over the holidays, in the summer';

export const IDEAS =
  'idea rule habit method reason question plan lesson principle pattern compromise tradition observation concept decision approach assumption routine explanation argument';

export const JUDGMENTS =
  'useful common easy difficult important sensible unusual risky natural reasonable necessary wise surprising honest practical tempting worthwhile essential unwise interesting';

export const NUMBERS = 'two three four five six seven eight nine ten twelve several twenty thirty';

export const PERCENTAGES = '10 15 20 25 30 35 40 45 55 60 65 70 75 80 85 90 95';

/** Openings that may stand before a statement. */
export const CONNECTIVES = [
  'however',
  'in practice',
  'as a result',
  'for example',
  'at first',
  'of course',
  'in short',
  'over time',
  'on the other hand',
  'for this reason',
  'even so',
  'in many cases',
  'by contrast',
  'in addition',
  'meanwhile',
  'surprisingly',
  'more importantly',
  'at the same time',
  'to be fair',
  'eventually',
  'in other words',
  'as always',
] as const;
