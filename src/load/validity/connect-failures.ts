/** Why no connection came about, for a person: the system's or TLS's word, and what it means where that is known. */

const REFUSED = 'nobody listens at the target';
const UNKNOWN_NAME = "the target's name is not known";
const TIMED_OUT = 'the target did not take the connection in time';
const UNTRUSTED =
  "nobody who is trusted has signed the target's certificate; NODE_EXTRA_CA_CERTS names a file with the certificate of who has";
const NO_TLS = 'the target does not speak TLS as this does; http:// may be meant';

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', REFUSED],
  ['ENOTFOUND', UNKNOWN_NAME],
  ['EAI_AGAIN', UNKNOWN_NAME],
  ['ETIMEDOUT', TIMED_OUT],
  ['UND_ERR_CONNECT_TIMEOUT', TIMED_OUT],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT', UNTRUSTED],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
  ['CERT_HAS_EXPIRED', "the target's certificate has expired"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the target's certificate is for another name"],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['EPROTO', NO_TLS],
]);

/** @param kinds how often each word came, of a run without any other errors; the most frequent one is told */
export function connectFailureText(kinds: { readonly [kind: string]: number }): string {
  const counts = Object.entries(kinds).sort(([, left], [, right]) => right - left);
  const [[word, count] = ['unknown', 0]] = counts;
  const total = counts.reduce((sum, [, each]) => sum + each, 0);
  const share = count === total ? '' : ` (${count} of ${total})`;
  const meaning = MEANINGS.get(word);
  return `${word}${share}${meaning === undefined ? '' : `, ${meaning}`}`;
}
