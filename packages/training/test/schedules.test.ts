import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleFactor } from '../src/index';
import type { WarmedSchedule } from '../src/index';
import { checkSchedule, withTotalSteps } from '../src/schedules';

const { PI, cos, exp, floor, log, max, min } = Math;
const step = fc.integer({ min: 1, max: 5000 });
const total = fc.integer({ min: 1, max: 4000 });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const plateaus = fc.integer({ min: 0, max: 9 });

/** Within some roundings of a float64 whose size is at most 1. */
function expectFactor(schedule: WarmedSchedule, at: number, wanted: number, numPlateaus = 0): void {
  expect(Math.abs(scheduleFactor(schedule, at, numPlateaus) - wanted)).toBeLessThan(1e-12);
}

// Each fails when steps are counted from 0, or when t is the step itself.
describe('the closed form', () => {
  test('constant: 1', () => {
    fc.assert(
      fc.property(step, (at) => {
        expectFactor({ kind: 'constant' }, at, 1);
      }),
    );
  });
  test('step: factor^floor(t / every)', () => {
    fc.assert(
      fc.property(step, fc.integer({ min: 1, max: 100 }), share, (at, every, factor) => {
        let wanted = 1; // a multiplication after every `every` updates
        for (let done = 1; done < at; done++) if (done % every === 0) wanted *= factor;
        expectFactor({ kind: 'step', every, factor }, at, wanted);
      }),
    );
  });
  test('exponential: decay^t', () => {
    fc.assert(
      fc.property(step, share, (at, decay) => {
        expectFactor({ kind: 'exponential', decay }, at, exp((at - 1) * log(decay)));
      }),
    );
  });
  test('cosine: m + (1 - m) (1 + cos(pi t / T)) / 2', () => {
    fc.assert(
      fc.property(step, total, share, (at, totalSteps, minFactor) => {
        const t = min(at - 1, totalSteps);
        const wanted = minFactor + ((1 - minFactor) * (1 + cos((PI * t) / totalSteps))) / 2;
        expectFactor({ kind: 'cosine', totalSteps, minFactor }, at, wanted);
      }),
    );
  });
  test('one-cycle: up from 1/25 over 30 %, down to 1e-4', () => {
    fc.assert(
      fc.property(step, total, (at, totalSteps) => {
        const t = min(at - 1, totalSteps);
        const [up, down] = [0.3 * totalSteps, 0.7 * totalSteps];
        const wanted =
          t < up
            ? 1 - ((1 - 1 / 25) * (1 + cos((PI * t) / up))) / 2
            : 1e-4 + ((1 - 1e-4) * (1 + cos((PI * (t - up)) / down))) / 2;
        expectFactor({ kind: 'one-cycle', totalSteps }, at, wanted);
      }),
    );
  });
  test('plateau: max(m, factor^n)', () => {
    fc.assert(
      fc.property(step, plateaus, share, share, (at, n, factor, minFactor) => {
        let wanted = 1;
        for (let i = 0; i < n; i++) wanted *= factor;
        expectFactor({ kind: 'plateau', factor, minFactor }, at, max(minFactor, wanted), n);
      }),
    );
  });
});

test('the defaults: cosine ends at 0, plateau goes down by 10 to 1e-3', () => {
  expectFactor({ kind: 'cosine', totalSteps: 10 }, 11, 0);
  expectFactor({ kind: 'plateau' }, 1, 0.1, 1);
  expectFactor({ kind: 'plateau' }, 1, 1e-3, 8);
});

const anySchedule = (totalSteps: number): fc.Arbitrary<WarmedSchedule> =>
  fc.constantFrom<WarmedSchedule>(
    { kind: 'constant' },
    { kind: 'step', every: 7, factor: 0.5 },
    { kind: 'exponential', decay: 0.99 },
    { kind: 'cosine', totalSteps, minFactor: 0.1 },
    { kind: 'one-cycle', totalSteps },
    { kind: 'plateau' },
  );

// Fails when a schedule goes on during the warm-up, or when `totalSteps` does not include it.
test('a warm-up rises linearly to the whole rate, then the schedule begins and has the steps that are left', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 60, max: 400 }).chain(anySchedule),
      step,
      plateaus,
      (warmUpSteps, schedule, at, n) => {
        const warmed = { ...schedule, warmUpSteps };
        const rest =
          'totalSteps' in schedule ? { ...schedule, totalSteps: schedule.totalSteps - warmUpSteps } : schedule;
        const wanted = at <= warmUpSteps ? at / warmUpSteps : scheduleFactor(rest, at - warmUpSteps, n);
        expectFactor(warmed, at, wanted, n);
      },
    ),
  );
});

test('a factor is between 0 and 1, and never NaN', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }).chain(anySchedule), step, plateaus, (schedule, at, n) => {
      const factor = scheduleFactor(schedule, at, n);
      expect(factor >= 0 && floor(factor) <= 1 && factor <= 1 + 1e-12).toBe(true);
    }),
  );
});

test.each<[object, string]>([
  [{ kind: 'cosinus' }, 'did you mean "cosine"?'],
  [{ kind: 'cosine', totalSteps: 2.5 }, 'fit: expected an integer >= 1 for schedule.totalSteps, got 2.5'],
  [{ kind: 'one-cycle', totalSteps: 0 }, 'for schedule.totalSteps, got 0'],
  [{ kind: 'step', every: 0, factor: 0.5 }, 'for schedule.every, got 0'],
  [{ kind: 'step', every: 5 }, 'for schedule.factor, got undefined'],
  [{ kind: 'exponential', decay: 1.5 }, 'for schedule.decay, got 1.5'],
  [{ kind: 'plateau', factor: Number.NaN }, 'for schedule.factor, got NaN'],
  [{ kind: 'constant', warmUpSteps: -1 }, 'for schedule.warmUpSteps, got -1'],
  [{ kind: 'cosine', totalSteps: 9, every: 3 }, 'fit: cosine schedule: expected an option among kind, totalSteps'],
])('a schedule that cannot be followed is refused: %j', (schedule, message) => {
  expect(() => {
    checkSchedule(schedule as WarmedSchedule);
  }).toThrow(message);
});

test('without totalSteps a schedule takes all steps of a training', () => {
  expect(withTotalSteps({ kind: 'one-cycle' }, 30)).toEqual({ kind: 'one-cycle', totalSteps: 30 });
  expect(withTotalSteps({ kind: 'cosine', totalSteps: 7, warmUpSteps: 2 }, 30)).toMatchObject({ totalSteps: 7 });
  expect(withTotalSteps({ kind: 'step', every: 3, factor: 0.5 }, 30)).not.toHaveProperty('totalSteps');
  expect(() => scheduleFactor({ kind: 'cosine' }, 1, 0)).toThrow('schedule.totalSteps, got undefined');
});
