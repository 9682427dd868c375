/** What each kind of anomaly means, in the words of the report, the assertions and the documentation. */
import type { AnomalyKind } from './result.js';

export const ANOMALY_DESCRIPTIONS: { readonly [kind in AnomalyKind]: string } = {
  content_lost: 'Answers that lack a piece of their content.',
  content_added: 'Answers that have content which the upstream did not send.',
  content_changed: 'Answers of which a piece of the content is another.',
  content_reordered: 'Answers with the same pieces of content in another order.',
  usage_changed: 'Answers that tell other numbers of tokens, or none.',
  finish_reason_changed: 'Answers that ended for another reason, in whatever words of a dialect.',
  status_changed: 'Answers with another status.',
  error_changed: "Errors with another word for what went wrong, as the provider's type or code.",
  hung: "Requests that ended directly, and whose time ran out on the gateway's way.",
  ended_otherwise: 'Answers that ended in another way than directly.',
  break_hidden: 'Answers that broke off or told an error directly, and seem whole behind the gateway.',
  cancellation_lost: 'Requests whose client left, and which the upstream served on.',
  repeated: 'Requests that the upstream got more than once.',
  answered_without_upstream: 'Answers to requests that the upstream never got.',
  refused_without_upstream: 'Errors of the gateway for requests that the upstream never got.',
};
