import type { FieldSpec } from '../spec';
import { idEncoder } from './categorical';
import { crossedEncoder } from './crossed';
import { tensorEncoder } from './tensor';
import type { EncoderContext, FieldEncoder } from './encoder';
import { listEncoder } from './list';
import { numericEncoder } from './numeric';

/** The encoder of a field. */
export function fieldEncoder(field: FieldSpec, context: EncoderContext): FieldEncoder {
  switch (field.kind) {
    case 'numeric':
      return numericEncoder(field, context);
    case 'categorical':
    case 'hashed':
    case 'time-part':
      return idEncoder(field, context);
    case 'crossed':
      return crossedEncoder(field, context);
    case 'sequence':
    case 'multi-hot':
      return listEncoder(field, context);
    case 'tensor':
      return tensorEncoder(field);
  }
}
