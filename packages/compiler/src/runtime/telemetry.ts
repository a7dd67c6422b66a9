/** ONNX Runtime's library for Linux and macOS sends telemetry and keeps a device id below the home folder unless the environment forbids it: here it does. */
import { ConfigError, expected } from '@ctrflow/core';

const VARIABLE = 'ORT_DISABLE_TELEMETRY';

/**
 * Loads `onnxruntime-node` with its telemetry off, unless the environment says `ORT_DISABLE_TELEMETRY=0`. The library reads the variable when the first session of the process
 * begins. Child processes inherit it.
 *
 * @throws ConfigError in a worker thread of a process whose environment leaves it open: a worker changes its own copy only
 */
export async function withoutTelemetry<T>(load: () => Promise<T>): Promise<T> {
  const value = decided();
  const loaded = await load();
  if (isUnset(value)) {
    throw new ConfigError(
      expected(
        'compiler',
        `${VARIABLE} in the environment of the process before a worker thread runs ONNX Runtime`,
        value,
        `put process.env.${VARIABLE} = "1" into the main thread, a worker cannot turn the telemetry off`,
      ),
    );
  }
  return loaded;
}

/** For the library an empty text is none. */
const isUnset = (value: string | undefined): boolean => value === undefined || value === '';

/** The variable as native code sees it; in the main thread it is set where it was not. */
function decided(): string | undefined {
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return variableOfProcess();
  if (isUnset(process.env[VARIABLE])) process.env[VARIABLE] = '1';
  return process.env[VARIABLE];
}

/** Of all that a worker can ask, only the diagnostic report reads the environment of the process, not the worker's copy. */
function variableOfProcess(): string | undefined {
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  report.excludeNetwork = true; // else it asks for the names of the hosts of open connections
  const { environmentVariables } = report.getReport() as { environmentVariables: Record<string, string> };
  report.excludeNetwork = excludeNetwork;
  return environmentVariables[VARIABLE];
}
