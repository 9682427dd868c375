/** The transport of one acceptor, as its configuration has it, before it listens. */
import { moduleLogger } from '../telemetry/module-logger.js';
import { certificateFiles, transportLimits } from './limits.js';
import { fittedToOpenFiles } from './open-files.js';
import type { SimulatorServerOptions } from './simulator-options.js';
import { FRAME_BYTES_MAX } from './streaming/frame-writer.js';
import type { RequestHandler, Transport, TransportOptions } from './transport/contract.js';

interface TransportListeners extends Pick<TransportOptions, 'onAccepted' | 'onDropped'> {
  /** Asked with every event: there is none yet when the transport is made. */
  readonly handler: () => RequestHandler;
}

export function createTransport(
  { logger, processes, snapshot, transport }: SimulatorServerOptions,
  { handler, ...listeners }: TransportListeners,
): Transport {
  return transport.create({
    limits: fittedToOpenFiles(transportLimits(snapshot, processes), moduleLogger(logger, 'saturation')),
    handler: {
      onRequest: (exchange) => handler().onRequest(exchange),
      onWritable: (exchange) => handler().onWritable(exchange),
      onClose: (exchange) => handler().onClose(exchange),
    },
    certificate: certificateFiles(snapshot),
    frameBytesMax: FRAME_BYTES_MAX,
    ...listeners,
  });
}
