import type { Measurement } from './measurement';
import type { Sizes, Workload } from './workload';
import { findWorkload } from './workloads/catalog';

/** A figure that the project asks for. */
export interface RequiredFigure {
  /** In words. */
  readonly figure: string;
  readonly workload: string;
  /** Default: the workload's first. */
  readonly mode?: string;
  /** Sizes other than the workload's own. */
  readonly sizes?: Sizes;
  /** At least so many times as fast as this peer's fastest side. */
  readonly peer?: { readonly name: string; readonly ratio: number };
  /** At most so many times our own time at these other sizes. */
  readonly own?: { readonly sizes: Sizes; readonly factor: number };
}

const MILLION = 1_000_000;

/** Every figure that is required, as the issues give them. */
export const requiredFigures: readonly RequiredFigure[] = [
  { figure: 'MLP 624-400-400-400-1', workload: 'mlp', peer: { name: 'torch', ratio: 1.6 } },
  { figure: 'DeepFM, V = 1M, lazy rows', workload: 'deepfm', peer: { name: 'torch', ratio: 1.5 } },
  { figure: 'DeepFM, V = 1M, dense Adam with L2', workload: 'deepfm', mode: 'dense', peer: { name: 'torch', ratio: 1 } },
  { figure: 'DeepFM, V = 10M, lazy rows', workload: 'deepfm', sizes: { vocab: 10 * MILLION }, peer: { name: 'torch', ratio: 1.5 } },
  { figure: 'DeepFM, V = 10M beside our own V = 1M', workload: 'deepfm', sizes: { vocab: 10 * MILLION }, own: { sizes: { vocab: MILLION }, factor: 1.5 } },
  { figure: 'DIN, histories of 5 to 50', workload: 'din', peer: { name: 'torch', ratio: 1.2 } },
  { figure: 'DIEN, T = 50', workload: 'dien', peer: { name: 'torch', ratio: 1 } },
  { figure: 'MaskNet', workload: 'masknet', peer: { name: 'torch', ratio: 1 } },
  { figure: "Epochs of FuxiCTR's DeepFM on Frappe's size", workload: 'frappe-like', peer: { name: 'fuxictr', ratio: 2.5 } },
  { figure: 'Tables of a step, V = 1M', workload: 'embedding', peer: { name: 'torch', ratio: 2 } },
  { figure: 'Tables of a step, V = 10M beside our own V = 1M', workload: 'embedding', sizes: { vocab: 10 * MILLION }, own: { sizes: { vocab: MILLION }, factor: 1.7 } },
  { figure: 'CSV of 11 columns to encoded files', workload: 'csv-11', peer: { name: 'fuxictr', ratio: 5 } },
  { figure: 'CSV of 40 columns to encoded files', workload: 'csv-40', peer: { name: 'fuxictr', ratio: 5 } },
  { figure: 'AUC of 10M scores', workload: 'auc', peer: { name: 'sklearn', ratio: 1 } },
]; // prettier-ignore

/** Whether a measurement is of these settings; sizes and mode that are not given are the workload's own. */
export function isOf(
  measurement: Measurement,
  { workload, mode, sizes }: Pick<RequiredFigure, 'workload' | 'mode' | 'sizes'>,
): boolean {
  if (measurement.workload !== workload) return false;
  const known = findWorkload(workload);
  return measurement.mode === (mode ?? known.modes[0]) && hasSizes(measurement, { ...known.sizes, ...sizes });
}

/** The command that measures some settings. */
export function commandFor({ workload, mode, sizes }: Pick<RequiredFigure, 'workload' | 'mode' | 'sizes'>): string {
  const flags = Object.entries(sizes ?? {}).map(([name, value]) => ` --${name === 'batchSize' ? 'batch' : name} ${value}`); // prettier-ignore
  return `--workload ${workload}${mode === undefined ? '' : ` --mode ${mode}`}${flags.join('')}`;
}

/** What of a measurement's settings is not the workload's default. */
export function settingsOf({ workload, mode, sizes }: Measurement, { modes, sizes: own }: Workload): Pick<RequiredFigure, 'workload' | 'mode' | 'sizes'> {
  const others = Object.fromEntries(Object.entries(sizes).filter(([name, value]) => own[name] !== value));
  return { workload, ...(mode !== modes[0] && { mode }), ...(Object.keys(others).length > 0 && { sizes: others }) };
} // prettier-ignore

function hasSizes({ sizes }: Measurement, wanted: Sizes): boolean {
  const names = Object.keys({ ...sizes, ...wanted });
  return names.every((name) => sizes[name] === wanted[name]);
}
