import type { Mutation } from '../../mutation';

const folder = 'packages/compiler/src/lowering';
const differential = ['packages/compiler/test/differential'];

/** A bug in the lowering of a kernel, which the kernel's differential test must notice. */
function kernel(name: string, file: string, find: string, replace: string): Mutation {
  const only = `float64 loops ${name}(#.*)?$`;
  return { of: name, file: `${folder}/${file}.ts`, find, replace, tests: differential, only };
}

const swapped: Readonly<Record<string, readonly [right: string, wrong: string]>> = {
  Abs: ['Abs', 'Neg'],
  Acos: ['Acos', 'Asin'],
  Acosh: ['Acosh', 'Cosh'],
  Asin: ['Asin', 'Atan'],
  Asinh: ['Asinh', 'Atan'],
  Atan: ['Atan', 'Asinh'],
  Atanh: ['Atanh', 'Asin'],
  Ceil: ['Ceil', 'Round'],
  Cos: ['Cos', 'Sin'],
  Cosh: ['Cosh', 'Exp'],
  Elu: ['Elu', 'Selu'],
  Erf: ['Erf', 'Tanh'],
  Exp: ['Exp', 'Softplus'],
  Floor: ['Floor', 'Round'],
  Log: ['Log', 'Sqrt'],
  Neg: ['Neg', 'Abs'],
  Reciprocal: ['Reciprocal', 'Neg'],
  Relu: ['Relu', 'Abs'],
  Round: ['Round', 'Floor'],
  Sigmoid: ['Sigmoid', 'HardSigmoid'],
  Sign: ['Sign', 'Identity'],
  Sin: ['Sin', 'Tan'],
  Sinh: ['Sinh', 'Sin'],
  Softplus: ['Softplus', 'Relu'],
  Sqrt: ['Sqrt', 'Abs'],
  Tan: ['Tan', 'Sin'],
  Tanh: ['Tanh', 'Softsign'],
  IsNan: ['IsNaN', 'IsInf'],
  IsInf: ['IsInf', 'IsNaN'],
  Identity: ['Identity', 'Neg'],
  Add: ['Add', 'Sub'],
  Sub: ['Sub', 'Add'],
  Multiply: ['Mul', 'Add'],
  RealDiv: ['Div', 'Mul'],
  Maximum: ['Max', 'Min'],
  Minimum: ['Min', 'Max'],
  Pow: ['Pow', 'Mul'],
};

const elementwise = (name: string, find: string, replace: string): Mutation => kernel(name, 'elementwise', find, replace); // prettier-ignore
const reductions = (name: string, find: string, replace: string): Mutation => kernel(name, 'reductions', find, replace); // prettier-ignore
const shapes = (name: string, find: string, replace: string): Mutation => kernel(name, 'shapes', find, replace);
const matrices = (name: string, find: string, replace: string): Mutation => kernel(name, 'matrices', find, replace);
const indexing = (name: string, find: string, replace: string): Mutation => kernel(name, 'indexing', find, replace);

/** At least one bug for the lowering of every kernel that the differential tests cover. */
export const loweringMutations: readonly Mutation[] = [
  ...Object.entries(swapped).map(([name, [right, wrong]]) => elementwise(name, ` ${name}: '${right}'`, ` ${name}: '${wrong}'`)), // prettier-ignore
  elementwise('AddN', "return inputs.reduce((total, input) => b.emit('Add', [total, input]));", 'return inputs[0];'),
  elementwise('AddN', "b.emit('Sum', inputs)", "b.emit('Sum', inputs.slice(0, 2))"),
  elementwise('Select', "b.emit('Where', [condition, t, e])", "b.emit('Where', [condition, e, t])"),
  elementwise('Select', "[b.emit('Not', [condition]), e]", '[condition, e]'),
  elementwise('Greater', "Greater: comparison('Greater')", "Greater: comparison('GreaterOrEqual')"),
  elementwise('GreaterEqual', "GreaterEqual: comparison('GreaterOrEqual')", "GreaterEqual: comparison('Greater')"),
  elementwise('Less', "Less: comparison('Less')", "Less: comparison('LessOrEqual')"),
  elementwise('LessEqual', "LessEqual: comparison('LessOrEqual')", "LessEqual: comparison('Less')"),
  elementwise('Equal', "  Equal: comparison('Equal')", "  Equal: comparison('LessOrEqual')"),
  elementwise('NotEqual', "b.emit('Not', [comparison('Equal')", "b.emit('Not', [comparison('Less')"),
  elementwise('LogicalAnd', "LogicalAnd: logical('And')", "LogicalAnd: logical('Or')"),
  elementwise('LogicalOr', "LogicalOr: logical('Or')", "LogicalOr: logical('Xor')"),
  elementwise('LogicalXor', "LogicalXor: logical('Xor')", "LogicalXor: logical('Or')"),
  elementwise('LogicalNot', "LogicalNot: logical('Not')", "LogicalNot: logical('Identity')"),
  elementwise('IsFinite', "b.emit('Or', [b.emit('IsNaN', [x]), b.emit('IsInf', [x])])", "b.emit('IsNaN', [x])"),
  elementwise('Cast', "b.cast(x, attrs.dtype as 'float32')", "b.cast(b.cast(x, 'int32'), attrs.dtype as 'float32')"),
  elementwise('Square', "Square: (b, _node, [x]) => b.emit('Mul', [x, x])", "Square: (b, _node, [x]) => b.emit('Add', [x, x])"), // prettier-ignore
  elementwise(
    'SquaredDifference',
    "const difference = b.emit('Sub', inputs)",
    "const difference = b.emit('Add', inputs)",
  ),
  elementwise('Rsqrt', "b.emit('Reciprocal', [b.emit('Sqrt', [x])])", "b.emit('Sqrt', [x])"),
  elementwise('Log1p', 'Log1p: log1p', "Log1p: (b, _node, [x]) => b.emit('Log', [b.emit('Add', [x, b.scalar(1, 'float32')])])"), // prettier-ignore
  elementwise('Log1p', ', { detect_negative: 0 }', ''),
  elementwise('Expm1', "return b.emit('Mul', [half, b.emit('Add', [b.emit('Exp', [x]), b.scalar(1, 'float32')])]);", "return b.emit('Sub', [b.emit('Exp', [x]), b.scalar(1, 'float32')]);"), // prettier-ignore
  elementwise('Relu6', 'clip(b, node, x, 0, 6)', 'clip(b, node, x, 0, 5)'),
  elementwise('ClipByValue', 'node.attrs.clipValueMin as number, ', '0, '),
  elementwise('LeakyRelu', '{ float: attrs.alpha as number }', '{ float: 0.2 }'),
  elementwise('Selu', 'float: 1.0507009873554805', 'float: 1'),
  elementwise('Prelu', "b.emit('Mul', [x, alpha]), x]", "x, b.emit('Mul', [x, alpha])]"),
  elementwise('EluGrad', "b.emit('Add', [y, b.scalar(1, 'float32')])", "b.emit('Add', [y, b.scalar(0, 'float32')])"),
  elementwise('Step', "const positive = b.emit('Greater'", "const positive = b.emit('GreaterOrEqual'"),
  elementwise('Step', 'b.scalar(alpha as number', 'b.scalar(0.5'),
  elementwise(
    'Mod',
    "const rest = b.emit('Mod', inputs, { fmod: 1 });\n",
    "return b.emit('Mod', inputs, { fmod: 1 });\n",
  ),
  elementwise('Atan2', 'number(-Math.PI), number(Math.PI)', 'number(Math.PI), number(-Math.PI)'),
  elementwise('FloorDiv', "b.cast(input, 'float64')", "b.cast(input, 'float32')"),
  elementwise('Softmax', "  Softmax: (b, _node, [x]) => b.emit('Softmax', [x], { axis: -1 })", "  Softmax: (b, _node, [x]) => b.emit('Softmax', [x], { axis: 0 })"), // prettier-ignore
  elementwise('LogSoftmax', "b.emit('LogSoftmax', [x], { axis: -1 })", "b.emit('LogSoftmax', [x], { axis: 0 })"),

  reductions('Sum', "Sum: reduce('ReduceSum')", "Sum: reduce('ReduceMax')"),
  reductions('Sum', 'const keepdims = node.attrs.keepDims === true ? 1 : 0;', 'const keepdims = 0;'),
  reductions('Mean', "Mean: reduce('ReduceMean')", "Mean: reduce('ReduceSum')"),
  reductions('Prod', "Prod: reduce('ReduceProd')", "Prod: reduce('ReduceSum')"),
  reductions('Max', "Max: reduce('ReduceMax')", "Max: reduce('ReduceMin')"),
  reductions('Min', "Min: reduce('ReduceMin')", "Min: reduce('ReduceMax')"),
  reductions('All', "All: truth('ReduceMin')", "All: truth('ReduceMax')"),
  reductions('Any', "Any: truth('ReduceMax')", "Any: truth('ReduceMin')"),
  reductions('ArgMax', "ArgMax: indexOf('ArgMax')", "ArgMax: indexOf('ArgMin')"),
  reductions('ArgMax', '{ axis, keepdims: 0 }', '{ axis, keepdims: 0, select_last_index: 1 }'),
  reductions('ArgMin', "ArgMin: indexOf('ArgMin')", "ArgMin: indexOf('ArgMax')"),
  reductions('TopK', '{ axis: -1, sorted: 1 }', '{ axis: -1, sorted: 1, largest: 0 }'),
  kernel('Cumsum', 'cumulative', 'exclusive: node.attrs.exclusive === true ? 1 : 0', 'exclusive: 0'),
  kernel('Cumsum', 'cumulative', 'reverse: node.attrs.reverse === true ? 1 : 0', 'reverse: 0'),
  kernel('Cumprod', 'cumulative', 'by < length; by *= 2', 'by < 2; by *= 2'),
  kernel('Cumprod', 'cumulative', '? shifted(x, 1) : x', '? x : x'),

  shapes(
    'Reshape',
    '  Reshape: reshape',
    "  Reshape: (b, node, [x]) => reshape(b, node, [b.emit('Neg', [b.cast(x, 'float32')])])",
  ),
  shapes('ExpandDims', 'ExpandDims: reshape', "ExpandDims: (b, _node, [x]) => b.emit('Identity', [x])"),
  shapes('Transpose', '{ perm: attrs.perm as readonly number[] }', '{ perm: [...(attrs.perm as number[])].reverse() }'),
  shapes('Tile', 'const stretches = from.every((dim, i) => dim === 1 || reps[i] === 1)', 'const stretches = true'),
  shapes('BroadcastTo', "b.emit('Expand', [x, b.shape(b.value(node.outputs[0]).shape)]),", "b.emit('Identity', [x]),"),
  shapes('Concat', "b.emit('Concat', inputs, {", "b.emit('Concat', [...inputs].reverse(), {"),
  shapes('Pack', "b.emit('Concat', parts, { axis })", "b.emit('Concat', [...parts].reverse(), { axis })"),
  shapes('Unpack', 'return parts.map((part, i)', 'return [...parts].reverse().map((part, i)'),
  shapes('SplitV', 'const sizes = node.outputs.map(', 'const sizes = [...node.outputs].reverse().map('),
  shapes('Slice', 'b.shape(cut.map((axis) => begin[axis]))', 'b.int64s(cut.map(() => 0))'),
  shapes('Reverse', 'all(-1), all(-END)', 'all(-2), all(-END)'),
  shapes('PadV2', '...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)', '...pairs.map(([, after]) => after), ...pairs.map(([before]) => before)'), // prettier-ignore
  shapes('PadV2', '(node.attrs.constantValue as number | undefined) ?? 0', '0'),
  shapes('MirrorPad', 'return -place - 1', 'return -place'),
  kernel('StridedSlice', 'strided-slice', 'strides[axis] < 0 && stop === -1 ? -FAR : stop', 'stop'),

  matrices('BatchMatMul', 'transB: attrs.transposeB === true ? 1 : 0', 'transB: 0'),
  matrices('BatchMatMul', 'if (inner === 0) return', 'if (inner === -1) return'),
  matrices('BatchMatMul', '[perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2]', 'perm.reverse()'),
  matrices('BatchMatMul', '{ perm: [0, 2, 1] }', '{ perm: [0, 1, 2] }'),
  matrices('Gemm', '[straight, right, ...bias]', '[straight, right]'),

  indexing('GatherV2', "b.emit('Gather', [x, indices], { axis })", "b.emit('Gather', [x, indices], { axis: 0 })"),
  indexing('GatherV2', '{ batch_dims: batchDims }', '{ batch_dims: 0 }'),
  indexing('GatherNd', "b.emit('GatherND', [params, b.cast(indices, 'int64')])", "b.emit('GatherND', [params, b.emit('Mul', [b.cast(indices, 'int64'), b.scalar(0, 'int64')])])"), // prettier-ignore
  indexing('OneHot', 'attrs.depth as number }, (_, i) => i)', 'attrs.depth as number }, (_, i) => i - 1)'),
  indexing('OneHot', 'if (on === 1 && off === 0) return', 'if (on === 1 || off === 1) return'),
  indexing('ScatterNd', "[zeros, indices, updates], { reduction: 'add' }", '[zeros, indices, updates]'),
  indexing('TensorScatterUpdate', "b.emit('ScatterND', [tensor, b.cast(indices, 'int64'), updates])", "b.emit('ScatterND', [tensor, b.cast(indices, 'int64'), updates], { reduction: 'add' })"), // prettier-ignore
  indexing('UnsortedSegmentSum', 'b.int64s([rank])]), x);', "b.int64s([rank])]), b.emit('Neg', [x]));"),
];
