import type { Mutation } from '../../mutation';

/** A bug in a pass; the tests of the passes must notice. */
function pass(name: string, find: string, replace: string, file = name): Mutation {
  const tests = ['packages/compiler/test/passes.test.ts'];
  return { of: name, file: `packages/compiler/src/passes/${file}.ts`, find, replace, tests };
}

/** Bugs in every pass, and in what all of them use. */
export const passMutations: readonly Mutation[] = [
  pass('dead-code', 'if (!node.outputs.some((output) => needed.has(output))) continue;', ''),
  pass('dead-code', 'for (const input of node.inputs) needed.add(input);', 'needed.add(node.inputs[0]);'),
  pass('reshapes', 'if (sameShape(rewriter.value(source).shape, spec.shape)) return [source];', 'return [source];'),
  pass('reshapes', 'perm.map((axis) => (inner.attrs.perm as readonly number[])[axis])', '(inner.attrs.perm as readonly number[]).map((axis) => perm[axis])'), // prettier-ignore
  pass('reshapes', '{ id: producer.inputs[0], flag: !flag }', '{ id: producer.inputs[0], flag }'),
  pass('algebra', 'return neutral(node, rewriter, 0, false);', 'return neutral(node, rewriter, 0, true);'),
  pass('algebra', '!Number.isInteger(Math.log2(Math.abs(divisor)))', 'divisor === 0'),
  pass('algebra', 'Math.fround(inner.by * outer.by)', 'inner.by + outer.by'),
  pass('algebra', ' || rewriter.numUses(outer.id) > 1', ''),
  pass('algebra', 'uniformNumber(rewriter.constant(node.inputs[1])) === 2', 'uniformNumber(rewriter.constant(node.inputs[1])) !== undefined'), // prettier-ignore
  pass('algebra', '.every((axis) => shape[axis] === 1)', '.some((axis) => shape[axis] !== 0)'),
  pass('broadcasts', 'const stretches = from.every(', 'const stretches = true || from.every('),
  pass('broadcasts', 'if (!sameShape(rewriter.value(other).shape, shape)) return undefined;', ''),
  pass('fold-constants', "if (first !== undefined && keeping.has(node.op)) return [rewriter.addConstant(rewriter.value(node.outputs[0]), first)]; // prettier-ignore", ''), // prettier-ignore
  pass('fold-constants', "new Set(['BroadcastTo', 'Tile', 'Transpose', 'Slice'])", "new Set(['BroadcastTo', 'Tile', 'Transpose', 'Slice', 'Multiply'])"), // prettier-ignore
  pass('softplus', "inner?.op === 'Exp'", 'inner !== undefined'),
  pass('relu-gradient', '((attrs.alpha as number | undefined) ?? 0) === 0', 'true'),
  pass('relu-gradient', "if (node.op === 'Relu') reluOf.set(node.inputs[0]", "if (node.op === 'Relu' || node.op === 'Neg') reluOf.set(node.inputs[0]"), // prettier-ignore
  pass('joined-pads', ' || producer.attrs.constantValue !== 0', ''),
  pass('joined-pads', ' || !sameDim(first.after, second.length)', ''),
  pass('joined-pads', ' || second.after !== 0', ''),
  pass('joined-pads', 'first.before !== 0 || ', ''),
  pass('joined-pads', 'b?.axis !== a.axis', 'b === undefined'),
  pass('common-subexpressions', '[node.op, inputs, node.attrs, shape, dtype]', '[node.op, inputs, shape, dtype]'),
  pass('common-subexpressions', "exact(constant.value);\n    const key", "exact(constant.value);\n    if (constant.kind === 'array') elements.length = 1;\n    const key"), // prettier-ignore
  pass('leading-sums', "node.op === 'Mean' ? { alpha: 1 / rows } : {}", '{}'),
  pass('leading-sums', '!axes.every((axis, i) => axis === i)', 'false'),
  pass('leading-sums', 'rows < FEWEST_ROWS', 'rows < 1'),
  pass('gemm', ' || rewriter.numUses(product) > 1', ''),
  pass('gemm', 'shape.slice(0, -1).every((dim) => dim === 1)', 'true'),
  pass('gemm', 'if (!sameShape(rewriter.value(product).shape, spec.shape)) continue;', ''),
  pass('gemm', 'spec, producer.attrs)', 'spec)'),
];
