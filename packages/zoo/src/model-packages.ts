import * as bst from '@ctrflow/bst';
import * as cnnLstm from '@ctrflow/cnn-lstm';
import * as dcnv2 from '@ctrflow/dcnv2';
import * as deepfm from '@ctrflow/deepfm';
import * as dien from '@ctrflow/dien';
import * as din from '@ctrflow/din';
import * as dnn from '@ctrflow/dnn';
import * as dsin from '@ctrflow/dsin';
import * as dssm from '@ctrflow/dssm';
import * as esmm from '@ctrflow/esmm';
import * as fm from '@ctrflow/fm';
import * as lr from '@ctrflow/lr';
import * as masknet from '@ctrflow/masknet';
import * as mmoe from '@ctrflow/mmoe';
import * as rnn from '@ctrflow/rnn';

/** What each folder of `packages/models` exports, by the name of its package. Bundlers need the imports; a test compares them with the folders. */
export const modelPackages: Readonly<Record<string, object>> = {
  '@ctrflow/bst': bst,
  '@ctrflow/cnn-lstm': cnnLstm,
  '@ctrflow/dcnv2': dcnv2,
  '@ctrflow/deepfm': deepfm,
  '@ctrflow/dien': dien,
  '@ctrflow/din': din,
  '@ctrflow/dnn': dnn,
  '@ctrflow/dsin': dsin,
  '@ctrflow/dssm': dssm,
  '@ctrflow/esmm': esmm,
  '@ctrflow/fm': fm,
  '@ctrflow/lr': lr,
  '@ctrflow/masknet': masknet,
  '@ctrflow/mmoe': mmoe,
  '@ctrflow/rnn': rnn,
};
