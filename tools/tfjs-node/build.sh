#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node without its download, on the TensorFlow library in PyPI's tensorflow-cpu wheel (Linux, Node 20, python3, a C++ compiler):
#   tools/tfjs-node/build.sh /tmp/tfjs-node && node --conditions=@ctrflow/source --import=tsx tools/tfjs-node/check.ts /tmp/tfjs-node
set -euo pipefail

folder=${1:?usage: tools/tfjs-node/build.sh FOLDER}
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$folder"
cd "$folder"

# Scripts are off: the package's own would download a library.
[ -f package.json ] || echo '{ "private": true }' > package.json
npm i --no-audit --no-fund --ignore-scripts @tensorflow/tfjs-node@4.22.0

# One tfjs: two copies would not know each other's tensors.
for name in core layers backend-cpu; do
  rm -rf "node_modules/@tensorflow/tfjs-$name"
  ln -s "$root/node_modules/@tensorflow/tfjs-$name" "node_modules/@tensorflow/tfjs-$name"
done

# The wheel is only unpacked, not installed: nothing of Python runs. 2.21 has everything that the binding of 4.22 calls.
if [ ! -d wheel/tensorflow ]; then
  python3 -m pip download -q --no-deps --only-binary :all: -d . 'tensorflow-cpu==2.21.*'
  python3 -m zipfile -e tensorflow_cpu-*.whl wheel
  rm tensorflow_cpu-*.whl
fi

# The binding links against libtensorflow; the wheel calls it libtensorflow_cc. Both names must be found when it runs.
tensorflow=$(pwd)/wheel/tensorflow
binding=node_modules/@tensorflow/tfjs-node
rm -rf "$binding/deps/include" "$binding/deps/lib"
mkdir -p "$binding/deps/lib"
ln -s "$tensorflow/include" "$binding/deps/include"
for name in libtensorflow.so libtensorflow.so.2 libtensorflow.so.2.9.1 libtensorflow_cc.so.2; do
  ln -s "$tensorflow/libtensorflow_cc.so.2" "$binding/deps/lib/$name"
done
for name in libtensorflow_framework.so libtensorflow_framework.so.2 libtensorflow_framework.so.2.9.1; do
  ln -s "$tensorflow/libtensorflow_framework.so.2" "$binding/deps/lib/$name"
done

cd "$binding"
npx --no-install node-pre-gyp install --build-from-source
