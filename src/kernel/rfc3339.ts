/**
 * Points in time as RFC 3339 text in UTC ("2025-03-01T09:30:00Z"), computed from seconds alone, so that pure code can write them:
 * days become a date of the proleptic Gregorian calendar by counting 400-year eras that begin in March.
 */

const SECS_PER_DAY = 86_400;
const DAYS_PER_ERA = 146_097;
const YEARS_PER_ERA = 400;
/** From 0000-03-01, where the first era begins, to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_468;

/** @param unixSecs seconds since 1970, of which fractions are dropped; years 0 to 9999 */
export function rfc3339(unixSecs: number): string {
  const whole = Math.floor(unixSecs);
  const days = Math.floor(whole / SECS_PER_DAY);
  const secs = whole - days * SECS_PER_DAY;
  const time = [Math.floor(secs / 3_600), Math.floor(secs / 60) % 60, secs % 60].map((part) => pad(part, 2)).join(':');
  return `${dateOf(days)}T${time}Z`;
}

function dateOf(daysSince1970: number): string {
  const days = daysSince1970 + DAYS_BEFORE_1970;
  const era = Math.floor(days / DAYS_PER_ERA);
  const dayOfEra = days - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months counted from March, whose lengths repeat every five.
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const year = era * YEARS_PER_ERA + yearOfEra + (month >= 10 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month < 10 ? month + 3 : month - 9, 2)}-${pad(day, 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
