/** The entry of a thread that sends requests: see src/load/generator/thread-handle.ts, which starts it. Returns when the run is over. */
import type { FromLoadThread, LoadTask, ToLoadThread } from '../src/load/generator/messages.js';
import { LoadThread } from '../src/load/generator/thread.js';

export default async function generateLoad(task: LoadTask): Promise<void> {
  const { port } = task;
  const tell = (message: FromLoadThread): void => port.postMessage(message);
  const thread = await LoadThread.load(task, tell);
  await new Promise<void>((resolve, reject) => {
    // What was sent before waits in the port until here.
    port.on('message', (message: ToLoadThread) => {
      if (message.kind === 'start') thread.run(message.originUs).then(resolve, reject);
      else thread.stop();
    });
    tell({ kind: 'ready' });
  });
  port.close();
}
