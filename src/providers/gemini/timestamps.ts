/** Timestamps of proto-JSON: RFC 3339 in UTC with as many decimals as there are. */

const MS_PER_DAY = 86_400_000;
/** Days from 0000-03-01 to 1970-01-01, in the calendar that begins with March. */
const EPOCH_DAYS = 719_468;
const DAYS_PER_ERA = 146_097;

/** @param epochMs milliseconds since 1970, from 1970 to 9999 */
export function toTimestamp(epochMs: number): string {
  const days = Math.floor(epochMs / MS_PER_DAY);
  const ms = Math.round(epochMs - days * MS_PER_DAY);
  const [year, month, day] = civilDate(days);
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60].map((part) => padded(Math.floor(part), 2));
  const fraction = ms % 1_000 === 0 ? '' : `.${padded(ms % 1_000, 3)}`;
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${clock.join(':')}${fraction}Z`;
}

/** The Gregorian date of a day number, by Howard Hinnant's algorithm for years that begin in March. */
function civilDate(daysSince1970: number): [year: number, month: number, day: number] {
  const shifted = daysSince1970 + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
