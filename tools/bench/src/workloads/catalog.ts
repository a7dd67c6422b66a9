import { ConfigError, expected } from '@ctrflow/core';
import type { Workload } from '../workload';
import { auc } from './auc';
import { bst } from './bst';
import { cnnLstm } from './cnn-lstm';
import { csv11, csv40 } from './csv';
import { datagen } from './datagen';
import { deepfm } from './deepfm';
import { dien } from './dien';
import { din } from './din';
import { embedding } from './embedding';
import { frappeLike } from './frappe-like';
import { inference } from './inference';
import { masknet } from './masknet';
import { mlp } from './mlp';
import { roofline } from './roofline';
import { startUp } from './start-up';
import { streaming } from './streaming';

/** Every workload, training first. */
export const workloads: readonly Workload[] = [
  mlp,
  deepfm,
  masknet,
  din,
  dien,
  bst,
  cnnLstm,
  frappeLike,
  embedding,
  csv11,
  csv40,
  streaming,
  auc,
  inference,
  startUp,
  datagen,
  roofline,
];

/** @throws ConfigError for a name that none has */
export function findWorkload(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  if (found !== undefined) return found;
  throw new ConfigError(
    expected('bench', `one of ${workloads.map((known) => known.name).join(', ')} for --workload`, name),
  );
}

/** `all`, or names with commas between them. */
export function pickWorkloads(names: string): readonly Workload[] {
  return names === 'all' ? workloads : names.split(',').map(findWorkload);
}
