import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/arguments';

describe('parseArguments', () => {
  it('fills in the defaults of the workload', () => {
    const request = parseArguments([
      '--workload',
      'deepfm',
      '--vocab',
      '10000000',
      '--mode',
      'dense',
      '--threads',
      '1',
    ]);
    if (request.command !== 'measure') throw new Error(request.command);
    const [{ workload, options }] = request.plans;
    expect(workload.name).toBe('deepfm');
    expect(options).toMatchObject({ mode: 'dense', threads: 1, variant: 'compiled', peer: 'all', runs: 8 });
    expect(options.sizes).toMatchObject({ vocab: 10_000_000, batchSize: 4096, fields: 39 });
  });

  it('says what is wrong', () => {
    const wrong = (...args: readonly string[]) => expect(() => parseArguments(args));
    wrong('--workload', 'deepfn').toThrow(/expected one of mlp, deepfm, .* got "deepfn"/);
    wrong('--workload', 'mlp', '--peer', 'sklearn').toThrow(/one of all, none, torch, tfjs-node for --peer/);
    wrong('--workload', 'mlp', '--threads', '0').toThrow(/--threads/);
    wrong('--workload', 'mlp', '--thread', '2').toThrow(/did you mean --threads/);
    wrong('compare', 'one.jsonl').toThrow(/two result files/);
    wrong('compere').toThrow(/--workload, scaling, passes, bundles, page or compare/);
    wrong('passes', '--workload', 'auc').toThrow(/steps of the compiled engine, got "?auc/);
  });
});
