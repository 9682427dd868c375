/**
 * The scheduling priority of one thread. On Linux every thread has a nice value of its own, so a thread whose work can wait steps back
 * behind the event loop of its own process; elsewhere it stays as it is.
 */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A tenth of the processor time of a thread of normal priority, while both want to run. */
const LOW_PRIORITY_NICE = 10;

/** Lowers the calling thread's priority; false where that is not possible. */
export function lowerThreadPriority(): boolean {
  try {
    // "<process>/task/<thread>"
    const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(threadId, LOW_PRIORITY_NICE);
    return true;
  } catch {
    return false;
  }
}
