/** The characters that identifiers and opaque texts of replies are drawn from. Their order is part of every reply: a seed draws by index. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

export const ALPHANUMERIC = DIGITS + LETTERS;
export const BASE64 = `${LETTERS}${DIGITS}+/`;
export const BASE64_URL = `${LETTERS}${DIGITS}-_`;
/** The lower-case letters before the digits. */
export const BASE36 = LETTERS.slice(26) + DIGITS;
