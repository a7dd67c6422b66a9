import type { Lowering, LoweringTable } from './lowering';

/** Kernels that are one operation of ONNX with the same meaning. */
function same(names: Readonly<Record<string, string>>): LoweringTable {
  const direct =
    (opType: string): Lowering =>
    (b, _node, inputs) =>
      b.emit(opType, inputs);
  return Object.fromEntries(Object.entries(names).map(([kernel, opType]) => [kernel, direct(opType)]));
}

/** Two-valued logic on tensors that tfjs may keep as numbers. */
function logical(opType: string): Lowering {
  return (b, node, inputs) =>
    b.emit(opType, inputs.map((input, i) => (b.value(node.inputs[i]).dtype === 'bool' ? input : b.cast(input, 'bool')))); // prettier-ignore
}

/** Comparisons; ONNX compares no truth values but for equality. */
function comparison(opType: string): Lowering {
  return (b, node, inputs) =>
    b.emit(opType, inputs.map((input, i) => (b.value(node.inputs[i]).dtype === 'bool' ? b.cast(input, 'int32') : input))); // prettier-ignore
}

/** Element by element, with broadcasting as in NumPy. */
export const elementwiseLowerings: LoweringTable = {
  ...same({
    ...{ Abs: 'Abs', Acos: 'Acos', Acosh: 'Acosh', Asin: 'Asin', Asinh: 'Asinh', Atan: 'Atan', Atanh: 'Atanh' },
    ...{ Ceil: 'Ceil', Cos: 'Cos', Cosh: 'Cosh', Elu: 'Elu', Erf: 'Erf', Exp: 'Exp', Floor: 'Floor', Log: 'Log' },
    ...{ Neg: 'Neg', Reciprocal: 'Reciprocal', Relu: 'Relu', Round: 'Round', Sigmoid: 'Sigmoid', Sign: 'Sign' },
    ...{ Sin: 'Sin', Sinh: 'Sinh', Softplus: 'Softplus', Sqrt: 'Sqrt', Tan: 'Tan', Tanh: 'Tanh', IsNan: 'IsNaN' },
    ...{ IsInf: 'IsInf', Identity: 'Identity' },
    ...{ Add: 'Add', Sub: 'Sub', Multiply: 'Mul', RealDiv: 'Div', Maximum: 'Max', Minimum: 'Min', Pow: 'Pow' },
  }),
  AddN: (b, node, inputs) => {
    if (b.value(node.outputs[0]).dtype === 'float32') return b.emit('Sum', inputs);
    return inputs.reduce((total, input) => b.emit('Add', [total, input]));
  },
  /** ONNX Runtime chooses between numbers only. */
  Select: (b, node, [condition, t, e]) => {
    if (b.value(node.outputs[0]).dtype !== 'bool') return b.emit('Where', [condition, t, e]);
    const [chosen, other] = [b.emit('And', [condition, t]), b.emit('And', [b.emit('Not', [condition]), e])];
    return b.emit('Or', [chosen, other]);
  },
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Equal: comparison('Equal'),
  NotEqual: (b, node, inputs) => b.emit('Not', [comparison('Equal')(b, node, inputs) as string]),
  LogicalAnd: logical('And'),
  LogicalOr: logical('Or'),
  LogicalXor: logical('Xor'),
  LogicalNot: logical('Not'),
  IsFinite: (b, _node, [x]) => b.emit('Not', [b.emit('Or', [b.emit('IsNaN', [x]), b.emit('IsInf', [x])])]),
  Cast: (b, { attrs }, [x]) => b.cast(x, attrs.dtype as 'float32'),
  Square: (b, _node, [x]) => b.emit('Mul', [x, x]),
  SquaredDifference: (b, _node, inputs) => {
    const difference = b.emit('Sub', inputs);
    return b.emit('Mul', [difference, difference]);
  },
  Rsqrt: (b, _node, [x]) => b.emit('Reciprocal', [b.emit('Sqrt', [x])]),
  Log1p: log1p,
  /** `exp(x) - 1 = tanh(x / 2) (exp(x) + 1)`, exact for small x too, where the difference is not. */
  Expm1: (b, _node, [x]) => {
    const half = b.emit('Tanh', [b.emit('Mul', [x, b.scalar(0.5, 'float32')])]);
    return b.emit('Mul', [half, b.emit('Add', [b.emit('Exp', [x]), b.scalar(1, 'float32')])]);
  },
  Relu6: (b, node, [x]) => clip(b, node, x, 0, 6),
  ClipByValue: (b, node, [x]) => clip(b, node, x, node.attrs.clipValueMin as number, node.attrs.clipValueMax as number),
  LeakyRelu: (b, { attrs }, [x]) => b.emit('LeakyRelu', [x], { alpha: { float: attrs.alpha as number } }),
  Selu: (b, _node, [x]) =>
    b.emit('Selu', [x], { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  Prelu: (b, _node, [x, alpha]) =>
    b.emit('Where', [b.emit('Less', [x, b.scalar(0, 'float32')]), b.emit('Mul', [x, alpha]), x]),
  EluGrad: (b, _node, [dy, y]) => {
    const slope = b.emit('Add', [y, b.scalar(1, 'float32')]);
    return b.emit('Where', [b.emit('GreaterOrEqual', [y, b.scalar(0, 'float32')]), dy, b.emit('Mul', [dy, slope])]);
  },
  Step: (b, node, [x]) => {
    const { alpha } = node.attrs;
    const positive = b.emit('Greater', [x, b.scalar(0, b.value(node.inputs[0]).dtype)]);
    if (alpha === undefined || alpha === 0) return b.cast(positive, 'float32');
    return b.emit('Where', [positive, b.scalar(1, 'float32'), b.scalar(alpha as number, 'float32')]);
  },
  Atan2: (b, _node, inputs) => arcTangent(b, inputs),
  Mod: (b, node, inputs) => modulo(b, node, inputs),
  FloorDiv: (b, node, inputs) =>
    b.value(node.outputs[0]).dtype === 'int32'
      ? b.cast(b.emit('Floor', [b.emit('Div', inputs.map((input) => b.cast(input, 'float64')))]), 'int32') // prettier-ignore
      : b.emit('Floor', [b.emit('Div', inputs)]),
  Softmax: (b, _node, [x]) => b.emit('Softmax', [x], { axis: -1 }),
  LogSoftmax: (b, _node, [x]) => b.emit('LogSoftmax', [x], { axis: -1 }),
};

function clip(b: Parameters<Lowering>[0], node: Parameters<Lowering>[1], x: string, min: number, max: number): string {
  const { dtype } = b.value(node.outputs[0]);
  return b.emit('Clip', [x, b.scalar(min, dtype), b.scalar(max, dtype)]);
}

/** tfjs takes the sign of the divisor, as Python; ONNX's `Mod` of floats the sign of the dividend, as C. */
function modulo(b: Parameters<Lowering>[0], node: Parameters<Lowering>[1], inputs: readonly string[]): string {
  if (b.value(node.outputs[0]).dtype === 'int32') return b.emit('Mod', inputs);
  const [, y] = inputs;
  const zero = b.scalar(0, 'float32');
  const rest = b.emit('Mod', inputs, { fmod: 1 });
  const signs = b.emit('Xor', [b.emit('Less', [rest, zero]), b.emit('Less', [y, zero])]);
  const turned = b.emit('And', [signs, b.emit('Not', [b.emit('Equal', [rest, zero])])]);
  return b.emit('Where', [turned, b.emit('Add', [rest, y]), rest]);
}

/**
 * `log(w) x / (w - 1)` with `w = 1 + x` as it is rounded, and x where w is 1: the error of w cancels (Goldberg, What every computer scientist should know
 * about floating-point arithmetic, 1991, theorem 4).
 */
function log1p(b: Parameters<Lowering>[0], _node: Parameters<Lowering>[1], [x]: readonly string[]): string {
  const one = b.scalar(1, 'float32');
  const w = b.emit('Add', [x, one]);
  const quotient = b.emit('Div', [x, b.emit('Sub', [w, one])]);
  const plain = b.emit('Or', [b.emit('Equal', [w, one]), b.emit('IsInf', [w], { detect_negative: 0 })]);
  return b.emit('Where', [plain, x, b.emit('Mul', [b.emit('Log', [w]), quotient])]);
}

/** The angle of the point (x, y): of `y / x`, half a turn further where x is negative. */
function arcTangent(b: Parameters<Lowering>[0], [y, x]: readonly string[]): string {
  const number = (value: number): string => b.scalar(value, 'float32');
  const angle = b.emit('Atan', [b.emit('Div', [y, x])]);
  const half = b.emit('Where', [b.emit('Less', [y, number(0)]), number(-Math.PI), number(Math.PI)]);
  const turned = b.emit('Where', [b.emit('Less', [x, number(0)]), b.emit('Add', [angle, half]), angle]);
  const origin = b.emit('And', [b.emit('Equal', [y, number(0)]), b.emit('Equal', [x, number(0)])]);
  return b.emit('Where', [origin, number(0), turned]);
}
