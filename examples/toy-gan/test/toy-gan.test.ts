import { expect, test } from 'vitest';
import { generate } from '../gan';
import { ringTable, trainOnRing } from '../ring';

const radii = (points: ArrayLike<number>): number[] =>
  Array.from({ length: points.length / 2 }, (_, i) => Math.hypot(points[2 * i], points[2 * i + 1]));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

// Fails where the generator learns in no step, or by the discriminator's weights: its points then lie where they began.
test('a generator that was trained makes points near the ring, on all sides', async () => {
  const before = await trainOnRing(1);
  const fromRing = (points: ArrayLike<number>): number => mean(radii(points).map((radius) => Math.abs(radius - 1)));
  expect(fromRing(await generate(before, 1000))).toBeGreaterThan(0.3);
  before.dispose();
  const model = await trainOnRing(60);
  const points = await generate(model, 1000);
  expect(fromRing(points)).toBeLessThan(0.15);
  for (const [signX, signY] of [[1, 1], [1, -1], [-1, 1], [-1, -1]]) {
    const share = Array.from({ length: 1000 }, (_, i) => Number(points[2 * i] * signX > 0 && points[2 * i + 1] * signY > 0));
    expect(mean(share)).toBeGreaterThan(0.05);
  } // prettier-ignore
  model.dispose();
});

test('the ring is one', () => {
  const { columns } = ringTable(500, 2);
  const [x, y] = [columns.x, columns.y].map((column) => (column.kind === 'number' ? column.values : []));
  expect(mean(Array.from(x, (value, i) => Math.hypot(value, y[i])))).toBeCloseTo(1, 1);
});
