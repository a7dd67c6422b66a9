import type { Mutation } from '../../mutation';

function bug(of: string, file: string, find: string, replace: string, ...tests: readonly string[]): Mutation {
  return { of, file: `packages/compiler/src/${file}.ts`, find, replace, tests: tests.map((name) => `packages/compiler/test/${name}`) }; // prettier-ignore
}

/** Bugs in recording, batch sizes, what all lowerings use, files and the runtime. */
export const otherMutations: readonly Mutation[] = [
  bug('unify', 'record/unify', 'plus: first - times * SIZES[0]', 'plus: 0', 'any-batch.test.ts'),
  bug('unify', 'record/unify', 'if (dim.times * SIZES[2] + dim.plus === third) return dim;', 'return dim;', 'any-batch.test.ts'), // prettier-ignore
  bug('record', 'record/record', 'use(userBackend);', '', 'recorded-state.test.ts'),
  bug('record', 'record/record', 'dispose(originals);', '', 'recorded-state.test.ts'),
  bug('record', 'record/record', 'variable.assign(originals[i]);', 'variable.assign(variable.clone());', 'recorded-state.test.ts'), // prettier-ignore
  bug('record', 'record/record', 'value === recording.idOf(places[i].dataId) ? [] : [{ name, value }]', '[]', 'recorded-state.test.ts'), // prettier-ignore
  bug(
    'record',
    'record/kernels/matrices',
    'if (inner[0] !== inner[1])',
    'if (false as boolean)',
    'recorded-state.test.ts',
  ),
  bug('builder', 'lowering/builder', 'plus === 0 ? scaled', 'plus >= 0 ? scaled', 'any-batch.test.ts'),
  bug('builder', 'lowering/builder', "Object.is(value, -0) ? '-0' : value", 'Math.round(value)', 'passes.test.ts'),
  bug('lower', 'lowering/lower', 'if (made.has(from) && !renamed.has(from))', 'if (made.has(from))', 'passes.test.ts'),
  bug('lower', 'lowering/lower', 'sizeOf(valueOf(graph, output).shape) === 0', 'false', 'differential'),
  bug('lower', 'lowering/lower', '`${variable}:next`', 'variable', 'recorded-state.test.ts'),
  bug('onnx', 'onnx/encode', 'writer.tag(2, WireType.Bit32).float(value.float);', 'writer.tag(2, WireType.Bit32).float(1);', 'differential'), // prettier-ignore
  bug('onnx', 'onnx/encode', 'for (const dim of dims) int(writer, 1, dim);', '', 'differential'),
  bug('rewrite', 'passes/rewrite', 'updates: updates.map(moved)', 'updates', 'recorded-state.test.ts'),
  bug(
    'runtime',
    'runtime/onnxruntime',
    '/In Node, \\("([^"]*)"/',
    '/In No Node, \\("([^"]*)"/',
    'runtime-errors.test.ts',
  ),
  bug('runtime', 'runtime/onnxruntime', "message.split('Status Message: ').at(-1)!", 'message.slice(0, 60)', 'runtime-errors.test.ts'), // prettier-ignore
];
