/**
 * What primary and acceptors say to each other over node:cluster's IPC channel: plain data, each message with its kind. Both sides
 * come from the same build, so nothing is validated here beyond the kind.
 */
import type { FailureCode } from '../kernel/failure.js';
import type { PrefixLookup } from '../runtime/prefix-cache.js';
import type { SessionTurn } from '../runtime/session-mark.js';
import type { StateChange, StoredDocument } from '../runtime/state-store.js';
import type { SnapshotTexts } from '../runtime/thread-notice.js';
import type { BatchEntry, BegunSteps } from '../server/batching/serving.js';
import type { AcceptorAnswer, AcceptorQuestion } from '../server/control/acceptor-poll.js';
import type { AdminCommand, AdminReply } from '../server/control/operation.js';
import type { AcceptorReset } from '../server/control/reset-operations.js';
import type { ScopeAnswer, ScopeAsk } from '../server/limits/leasing.js';
import type { StateHealth } from '../server/node-link.js';
import type { LoadReport } from '../server/saturation/load-report.js';
import type { Verdict } from '../server/saturation/verdict.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { LogLevels } from '../telemetry/log-levels.js';
import type { AcceptorFigures } from '../telemetry/metrics.js';
import type { RequestBooks } from '../telemetry/request-books.js';
import type { Scrape, ScrapeWish } from '../telemetry/scrape.js';

/** What an acceptor wants to know of the whole node. */
export type NodeQuestion =
  | { readonly about: 'metrics'; readonly wish: ScrapeWish }
  | { readonly about: 'admin'; readonly command: AdminCommand };

/** The metrics as they were asked for, or the reply to an admin request. */
export type NodeAnswer = Scrape | AdminReply;

export type ToAcceptor =
  | {
      readonly kind: 'start';
      /** The generation of the configuration that holds. */
      readonly texts: SnapshotTexts;
      /** The one that all acceptors are getting ready for at the moment. */
      readonly next: SnapshotTexts | undefined;
      readonly address: ListenAddress;
      /** How many acceptors share the node. */
      readonly processes: number;
      /** Which of them this one is, from 0. */
      readonly place: number;
      /** When the node started, on the machine's clock. */
      readonly nodeStartUs: number;
      /** Whether the node's state can be reached at the start. */
      readonly stateHealth: StateHealth;
      /** What operators have changed at run time, as JSON. */
      readonly steering: string | undefined;
      /** What they have said of the log. */
      readonly logLevels: LogLevels | undefined;
    }
  /** What operators have changed at run time, as JSON; to be acknowledged. */
  | { readonly kind: 'steering'; readonly id: number; readonly steering: string | undefined }
  /** What operators want in the log; undefined for what is configured; to be acknowledged. */
  | { readonly kind: 'log_levels'; readonly id: number; readonly levels: LogLevels | undefined }
  /** Get ready to serve under the generation; to be acknowledged, or refused. */
  | { readonly kind: 'prepare'; readonly id: number; readonly texts: SnapshotTexts }
  /** Serve under the generation from the next request on; to be acknowledged. */
  | { readonly kind: 'commit'; readonly id: number; readonly generation: number }
  /** The generation will not come. */
  | { readonly kind: 'abandon'; readonly generation: number }
  /** Forget what the parts' names say; to be acknowledged. */
  | { readonly kind: 'reset'; readonly id: number; readonly parts: readonly AcceptorReset[] }
  /** The node wants to know; answer under this number. */
  | { readonly kind: 'question'; readonly id: number; readonly question: AcceptorQuestion }
  /** Send what you have counted under this number. */
  | { readonly kind: 'collect'; readonly id: number }
  /** What you asked about the node. */
  | { readonly kind: 'node_answer'; readonly id: number; readonly answer: NodeAnswer }
  /** Whether the node is saturated, and whether its state can be reached; comes every second. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly stateHealth: StateHealth }
  /** What the node's state holds under the keys asked for, or that a change is in effect. */
  | { readonly kind: 'state'; readonly id: number; readonly documents: readonly StoredDocument[] }
  /** The node's state cannot be reached, and requests that need it are to fail. */
  | { readonly kind: 'state_unavailable'; readonly id: number }
  /** How many of the prompt's blocks the prefix cache had. */
  | { readonly kind: 'prefix'; readonly id: number; readonly hits: number }
  /** What comes of the rate limits that were asked about; null where nobody can tell. */
  | { readonly kind: 'limits'; readonly id: number; readonly answers: readonly (ScopeAnswer | null)[] }
  /** Whether the node's engine took the request in. */
  | { readonly kind: 'batch_answer'; readonly id: number; readonly admitted: boolean }
  /** Steps that have begun and serve requests of yours; times are the machine's. */
  | { readonly kind: 'batch_steps'; readonly steps: BegunSteps }
  /** Serve as ever, but not be ready, and ask clients to connect elsewhere. */
  | { readonly kind: 'lame_duck' }
  /** Close the listener, in whatever state after the time; to be acknowledged when nobody new gets in. */
  | { readonly kind: 'stop_accepting'; readonly id: number; readonly timeoutMs: number }
  /** Finish what is open within the time, and leave. See SimulatorServer.drain(). */
  | { readonly kind: 'drain'; readonly timeoutMs: number; readonly isGentle: boolean };

export type ToPrimary =
  /** The acceptor listens for messages; what is sent before this is lost, because its modules load asynchronously. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready'; readonly address: ListenAddress; readonly transport: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string; readonly hint: string }
  /** How the acceptor's books stand; comes as often as they change. */
  | { readonly kind: 'books'; readonly books: RequestBooks; readonly logLinesDropped: number }
  /** What the acceptor has counted, asked for or on leaving. */
  | { readonly kind: 'metrics'; readonly id: number; readonly figures: AcceptorFigures }
  /** The acceptor's answer to a question. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: AcceptorAnswer }
  /** Requests of sessions have ended. */
  | { readonly kind: 'session_turns'; readonly turns: readonly SessionTurn[] }
  /** Somebody asked this acceptor about the node: it wants the answer under this number. */
  | { readonly kind: 'ask_node'; readonly id: number; readonly question: NodeQuestion }
  /** How the acceptor fares; comes every second. */
  | { readonly kind: 'load'; readonly report: LoadReport }
  | { readonly kind: 'recall_state'; readonly id: number; readonly keys: readonly string[] }
  | { readonly kind: 'change_state'; readonly id: number; readonly changes: readonly StateChange[] }
  | { readonly kind: 'reuse_prefix'; readonly id: number; readonly lookup: PrefixLookup }
  /** What the acceptor asks of rate limits in a turn. */
  | { readonly kind: 'ask_limits'; readonly id: number; readonly asks: readonly ScopeAsk[] }
  /** A request for the node's engine of its model; its time is the machine's. */
  | { readonly kind: 'batch_enter'; readonly entry: BatchEntry }
  | { readonly kind: 'batch_leave'; readonly id: number; readonly model: number }
  /** What the primary said under the number holds from this acceptor's next request on. */
  | { readonly kind: 'acknowledged'; readonly id: number; readonly refusal?: string }
  | { readonly kind: 'drained'; readonly cut: number };
