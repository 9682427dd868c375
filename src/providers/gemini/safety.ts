/**
 * Safety ratings. The API's reference has them on every candidate; recorded replies leave harmless ones out. Here models up to generation 2.0
 * and requests with safety settings of their own get them, so that a client can test what it does with ratings; blocked content always does.
 */
import type { SafetySetting } from './messages/generation-config.js';

interface SafetyRating {
  readonly category: string;
  readonly probability: string;
  readonly blocked?: true;
}

const CATEGORIES = [
  'HARM_CATEGORY_HATE_SPEECH',
  'HARM_CATEGORY_DANGEROUS_CONTENT',
  'HARM_CATEGORY_HARASSMENT',
  'HARM_CATEGORY_SEXUALLY_EXPLICIT',
];

/** Of content that nothing is wrong with. */
export function harmlessRatings(): SafetyRating[] {
  return CATEGORIES.map((category) => ({ category, probability: 'NEGLIGIBLE' }));
}

/** Of content that was blocked: in the category of the first of the settings, or in the first of all. */
export function blockingRatings(settings: readonly SafetySetting[]): SafetyRating[] {
  const blocking = settings.find(({ category = '' }) => CATEGORIES.includes(category))?.category ?? CATEGORIES[0];
  return CATEGORIES.map((category) =>
    category === blocking ? { category, probability: 'HIGH', blocked: true } : { category, probability: 'NEGLIGIBLE' },
  );
}
