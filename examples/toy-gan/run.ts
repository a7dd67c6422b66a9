/** `npm run -s example examples/toy-gan/run.ts [EPOCHS]`: what a generator has learnt, as a picture of characters. */
import { generate } from './gan';
import { trainOnRing } from './ring';

const epochs = Number(process.argv[2] ?? 100);
const model = await trainOnRing(epochs, (epoch) => {
  if (epoch % 20 === 0) console.error(`epoch ${epoch} of ${epochs}`);
});
const points = await generate(model, 2000);

/** How many points fall on each place of the picture, which shows -1.5 to 1.5. */
const [width, height] = [60, 30];
const counts = new Map<number, number>();
for (let i = 0; i < points.length; i += 2) {
  const [x, y] = [points[i], points[i + 1]].map((value) => (value + 1.5) / 3);
  if (x < 0 || x >= 1 || y < 0 || y >= 1) continue;
  const place = Math.floor((1 - y) * height) * width + Math.floor(x * width);
  counts.set(place, (counts.get(place) ?? 0) + 1);
}
const shade = (count: number): string => ' .:+*#'[Math.min(5, count)];
for (let line = 0; line < height; line++)
  console.log(
    Array.from({ length: width }, (_, at) => shade(counts.get(line * width + at) ?? 0))
      .join('')
      .trimEnd(),
  );
