import {
  SchemaError,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkObject,
  checkOneOf,
  checkText,
  checkTexts,
  expected,
} from '@ctrflow/core';
import type { Slot } from './columns';
import type { NumericFieldSpec } from './spec';

/** Options of {@link windowFields}. */
export interface WindowFieldsOptions {
  /** What is measured at each step, such as `['visits', 'spend']`. */
  readonly channels: readonly string[];
  /** T. */
  readonly numSteps: number;
  /** Default `none`: all steps stay on one scale. */
  readonly transform?: Exclude<NumericFieldSpec['transform'], 'quantile' | undefined>;
}

/**
 * The fields of a window of measurements over time: one numeric field per step and channel, `<name>.<channel>.<step>`, step 0 being the oldest. A missing
 * number is 0.
 *
 * @example
 * const fields = [{ name: 'city', kind: 'categorical' }, ...windowFields('weeks', { channels: ['visits', 'spend'], numSteps: 26 })];
 */
export function windowFields(name: string, options: WindowFieldsOptions): NumericFieldSpec[] {
  checkText('windowFields', 'name', name);
  checkKnownOptions('windowFields', options, ['channels', 'numSteps', 'transform']);
  const { channels, numSteps, transform = 'none' } = options;
  if (checkTexts('windowFields', 'channels', channels).length === 0)
    throw new SchemaError(expected('windowFields', 'one channel or more', 'none'));
  checkOneOf('windowFields', 'transform', transform, ['none', 'standard', 'min-max', 'log']);
  checkInteger('windowFields', 'numSteps', numSteps, { min: 1 });
  const steps = Array.from({ length: numSteps }, (_, step) => step);
  return steps.flatMap((step) =>
    channels.map((channel): NumericFieldSpec => ({
      ...{ name: `${name}.${channel}.${step}`, kind: 'numeric', transform, missing: 0, missingIndicator: false },
      window: { name, channel, step },
    })),
  );
}

/** A window `[T, C]` of a schema. */
export interface Window {
  readonly name: string;
  /** C names, in the order of their first field. */
  readonly channels: readonly string[];
  /** T. */
  readonly numSteps: number;
  /** Names of the T C value slots, step by step. */
  readonly slots: readonly string[];
}

/**
 * The windows of a schema, in the order of their first field.
 *
 * @throws SchemaError when a channel of a window misses a step, or has one twice
 */
export function windowsOf(schema: { readonly slots: readonly Slot[] }): Window[] {
  const { slots } = checkObject('windowsOf', 'a fitted schema', schema);
  checkList('windowsOf', 'the slots of a fitted schema', slots);
  const placed = slots.flatMap((slot) =>
    slot.kind === 'value' && slot.window !== undefined ? [{ slot: slot.name, ...slot.window }] : [],
  );
  return [...new Set(placed.map(({ name }) => name))].map((name) => {
    const own = placed.filter((place) => place.name === name);
    const channels = [...new Set(own.map(({ channel }) => channel))];
    const numSteps = 1 + Math.max(...own.map(({ step }) => step));
    const names = Array.from({ length: numSteps }, (_, step) =>
      channels.map((channel) => {
        const found = own.filter((place) => place.step === step && place.channel === channel);
        if (found.length === 1) return found[0].slot;
        const who = `window "${name}"`;
        throw new SchemaError(expected(who, `one field for step ${step} of "${channel}"`, found.length));
      }),
    );
    return { name, channels, numSteps, slots: names.flat() };
  });
}
