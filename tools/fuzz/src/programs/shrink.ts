import { evaluate, refsOf, runProgram, withRefs, withoutDead } from '@ctrflow/testkit';
import type { Program, ProgramInput } from '@ctrflow/testkit';

/** A smaller program that fails as well: results left out, steps replaced by their operands or by their values, numbers made simple. */
export async function shrink(program: Program, fails: (smaller: Program) => Promise<boolean>): Promise<Program> {
  let best = program;
  for (let again = true, round = 0; again && round < 20; round++) {
    again = false;
    for (const smaller of candidates(best)) {
      if (!(await fails(smaller))) continue;
      best = smaller;
      again = true;
      break;
    }
  }
  return best;
}

function* candidates(program: Program): Generator<Program> {
  const { inputs, steps, outputs } = program;
  if (outputs.length > 1) for (const output of outputs) yield withoutDead({ ...program, outputs: [output] });
  if (outputs.length > 1) for (const output of outputs) yield withoutDead({ ...program, outputs: outputs.filter((other) => other !== output) }); // prettier-ignore
  for (let i = steps.length - 1; i >= 0; i--) yield withoutDead(asInput(program, i));
  for (let i = steps.length - 1; i >= 0; i--) for (const ref of refsOf(steps[i].args)) yield withoutDead(redirected(program, inputs.length + i, ref)); // prettier-ignore
  for (let i = steps.length - 1; i >= 0; i--) {
    const value = inputs.length + i;
    if (!outputs.includes(value)) yield withoutDead({ ...program, outputs: [value] });
  }
  for (const [i, input] of inputs.entries()) {
    if (input.dtype !== 'float32') continue;
    const simpler = [input.data.map(() => 1), input.data.map((x) => Math.round(x)), input.data.map((x) => Math.round(x * 8) / 8)]; // prettier-ignore
    for (const data of simpler) {
      if (data.some((x, k) => x !== input.data[k]))
        yield { ...program, inputs: inputs.map((other, k) => (k === i ? { ...input, data } : other)) };
    }
  }
}

/** A step's value as an input. */
function asInput({ inputs, steps, outputs }: Program, at: number): Program {
  const values = evaluate((given) => runProgram({ inputs, steps, outputs: [inputs.length + at] }, given), inputs);
  let made: ProgramInput | undefined;
  evaluate((given) => {
    const [value] = runProgram({ inputs, steps, outputs: [inputs.length + at] }, given);
    made = { shape: value.shape, dtype: value.dtype as 'float32', data: values[0] };
    return [value];
  }, inputs);
  const renumber = (ref: number): number => {
    if (ref < inputs.length) return ref;
    if (ref === inputs.length + at) return inputs.length;
    return ref < inputs.length + at ? ref + 1 : ref;
  };
  return {
    inputs: [...inputs, made!],
    steps: steps.filter((_, i) => i !== at).map((step) => ({ ...step, args: withRefs(step.args, renumber) })),
    outputs: outputs.map(renumber),
  };
}

/** Everything that reads one value reads another. */
function redirected(program: Program, from: number, to: number): Program {
  const renumber = (ref: number): number => (ref === from ? to : ref);
  return {
    ...program,
    steps: program.steps.map((step) => ({ ...step, args: withRefs(step.args, renumber) })),
    outputs: program.outputs.map(renumber),
  };
}
