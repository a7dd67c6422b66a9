import { expect, test } from 'vitest';
import { namesOf } from '../src/names';

// Planted bugs that this fails for: `dcNv2`, `dIN`, a sign in an identifier, a title that begins with a small letter refused.
test.each([
  ['DCNv2', 'dcnv2', 'dcnv2', 'DCNv2'],
  ['xDeepFM', 'xdeepfm', 'xDeepFM', 'XDeepFM'],
  ['AutoInt+', 'autoint-plus', 'autoIntPlus', 'AutoIntPlus'],
  ['Wide & Deep', 'wide-and-deep', 'wideAndDeep', 'WideAndDeep'],
  ['MMoE', 'mmoe', 'mmoe', 'MMoE'],
  ['DIN', 'din', 'din', 'DIN'],
  ['DeepFM', 'deepfm', 'deepFM', 'DeepFM'],
  ['MyFM', 'myfm', 'myFM', 'MyFM'],
  ['FMNet', 'fmnet', 'fmNet', 'FMNet'],
  ['BERT4Rec', 'bert4rec', 'bert4Rec', 'BERT4Rec'],
  ['CNN-LSTM', 'cnn-lstm', 'cnnLstm', 'CNNLSTM'],
  ['my-net-2', 'my-net-2', 'myNet2', 'MyNet2'],
])('%s is the package %s, the factory %s and the type %sOptions', (written, name, factory, type) => {
  expect(namesOf(written)).toMatchObject({ name, factory, type });
});

test('a title beside the name of a package', () => {
  expect(namesOf('my-din', 'DIN')).toEqual({ name: 'my-din', title: 'DIN', type: 'DIN', factory: 'din' });
});

test('what makes no identifier is refused', () => {
  expect(() => namesOf('3D')).toThrow('model: expected a name such as DCNv2, AutoInt+ or my-net, got "3D"');
  expect(() => namesOf('4+')).toThrow('got "4+"');
  expect(() => namesOf('my-net', '2Net')).toThrow('got "my-net" with the title "2Net"');
});
