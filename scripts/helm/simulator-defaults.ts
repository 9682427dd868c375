/** files/defaults.yaml: what the chart's templates have to know of the simulator's own defaults and of its keys. */
import { stringify } from 'yaml';
import { configurationSchema } from '../../src/config/schema/configuration.js';
import { restartPaths } from '../../src/config/schema/marks.js';

export function simulatorDefaults(): string {
  const { server, telemetry } = configurationSchema.properties;
  const defaults = {
    port: server.properties.port.default,
    metricsPort: telemetry.properties.metrics.properties.prometheus_port.default,
    lameDuckSecs: server.properties.lame_duck_secs.default,
    shutdownTimeoutSecs: server.properties.shutdown_timeout_secs.default,
    otlpEndpoint: telemetry.properties.tracing.properties.otlp_endpoint.default,
    restartKeys: restartPaths().map((path) => path.join('.')),
  };
  return `# Generated from src/config/schema by \`npm run generate\`: do not edit.\n${stringify(defaults)}`;
}
