import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** The exact area under the ROC curve, as after every epoch. */
export const auc: Workload = {
  name: 'auc',
  summary: 'exact AUC of 10M scores, ours against scikit-learn',
  unit: 'run',
  sizes: { rows: 10_000_000 },
  quickSizes: { rows: 1000 },
  modes: ['exact'],
  variants: ['metrics'],
  peers: { sklearn: pythonSides('sklearn', 'auc') },
  rowsPerSample: ({ rows }) => rows,
  async makeFiles({ rows }, folder) {
    const { writeScores } = await import('../files/scores');
    await writeScores(folder, rows);
  },
  async prepare({ folder }) {
    const { auc: areaUnderCurve } = await import('@ctrflow/metrics');
    const { readScores } = await import('../files/scores');
    const scored = await readScores(folder);
    let area = NaN;
    return {
      info: {},
      run() {
        area = areaUnderCurve(scored);
        return Promise.resolve();
      },
      results: () => ({ auc: area }),
    };
  },
};
