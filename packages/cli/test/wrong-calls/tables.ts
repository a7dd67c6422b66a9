import type { Functions } from './call';
import { data, dataNode } from './tables/data';
import { datagen, datagenNode } from './tables/datagen';
import { embeddings, embeddingsNode } from './tables/embeddings';
import { features, featuresNode } from './tables/features';
import { layers } from './tables/layers';
import { metrics } from './tables/metrics';
import { exportNode, exported, modelKit, modelKitNode, models, zoo } from './tables/models';
import { backends, cli, presets } from './tables/others';
import { report } from './tables/report';
import { training, trainingNode } from './tables/training';

/** The arguments of all public functions, by entry point. */
export const tables: Readonly<Record<string, Functions>> = {
  ...models,
  ctrflow: cli,
  '@ctrflow/backends': backends,
  '@ctrflow/data': data,
  '@ctrflow/data/node': dataNode,
  '@ctrflow/datagen': datagen,
  '@ctrflow/datagen/node': datagenNode,
  '@ctrflow/embeddings': embeddings,
  '@ctrflow/embeddings/node': embeddingsNode,
  '@ctrflow/export': exported,
  '@ctrflow/export/node': exportNode,
  '@ctrflow/features': features,
  '@ctrflow/features/node': featuresNode,
  '@ctrflow/layers': layers,
  '@ctrflow/metrics': metrics,
  '@ctrflow/model-kit': modelKit,
  '@ctrflow/model-kit/node': modelKitNode,
  '@ctrflow/presets': presets,
  '@ctrflow/report': report,
  '@ctrflow/training': training,
  '@ctrflow/training/node': trainingNode,
  '@ctrflow/zoo': zoo,
};
