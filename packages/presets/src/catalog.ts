import { ConfigError, checkText, expected, suggest } from '@ctrflow/core';
import { amazonPresets } from './barsctr/amazon';
import { frappePresets } from './barsctr/frappe';
import { movielensPresets } from './barsctr/movielens';
import { taobaoPresets } from './barsctr/taobaoad';
import type { Preset } from './preset';

/**
 * Every preset, by data set. Settings and results: BARS (openbenchmark/BARS, commit 5b5e61f), a leaderboard of runs with FuxiCTR.
 *
 * @see Zhu et al.: BARS: Towards open benchmarking for recommender systems. SIGIR 2022.
 */
export const presets: readonly Preset[] = [...frappePresets, ...movielensPresets, ...taobaoPresets, ...amazonPresets];

/**
 * A preset by its name.
 *
 * @example
 * findPreset('barsctr/frappe_x1/deepfm').published.auc; // 0.984243
 * @throws ConfigError for a name that none has; the nearest one is suggested
 */
export function findPreset(name: string): Preset {
  const found = presets.find((preset) => preset.name === checkText('findPreset', 'name', name).toLowerCase());
  if (found !== undefined) return found;
  const near = suggest(
    name,
    presets.map((preset) => preset.name),
  );
  const hint = near === undefined ? 'see `ctrflow presets`' : `did you mean "${near}"?`;
  throw new ConfigError(expected('presets', 'the name of a preset', name, hint));
}
