// nx loads generators with `require` and would need swc for TypeScript: tsx, which is here anyway, does it.
exports.generateModel = async (tree, options) => {
  const { tsImport } = await import('tsx/esm/api');
  const { generateModel } = await tsImport('./model.ts', __filename);
  return generateModel(tree, options);
};
