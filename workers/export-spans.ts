/** The entry of the thread that exports spans: see telemetry/tracing/export-thread.ts, which starts it. Returns when it is told to end. */
import type { ExportThreadEnds } from '../src/telemetry/tracing/export-thread.js';
import { createExporter, RequestSpanExporter } from '../src/telemetry/tracing/span-exporter.js';
import type { FromExporter, ToExporter } from '../src/telemetry/tracing/span-messages.js';

export default async function exportSpans({ port, task }: ExportThreadEnds): Promise<void> {
  const tell = (message: FromExporter): void => port.postMessage(message);
  const exporter = new RequestSpanExporter(task, await createExporter(task.settings), tell);
  await new Promise<void>((resolve, reject) => {
    const take = async (message: ToExporter): Promise<void> => {
      if (message.kind === 'requests') exporter.take(message.requests);
      else if (message.kind === 'flush') {
        await exporter.flush();
        tell({ kind: 'flushed', id: message.id });
      } else {
        await exporter.end();
        resolve();
      }
    };
    // What was sent before waits in the port until here.
    port.on('message', (message: ToExporter) => void take(message).catch(reject));
  });
  port.close();
}
