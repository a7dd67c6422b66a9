import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { namedRecords } from './tools/lint/named-records.mjs';

/** Who may import whom: every package lists the tags it may depend on (docs/architecture.md draws the same picture). */
const mayImport = {
  core: [],
  metrics: ['core'],
  features: ['core'],
  data: ['core', 'features'],
  datagen: ['core', 'features', 'data'],
  layers: ['core'],
  losses: ['core'],
  embeddings: ['core'],
  compiler: ['core'],
  backends: ['core'],
  'model-kit': ['core', 'features', 'layers', 'losses', 'embeddings'],
  model: ['core', 'features', 'layers', 'losses', 'model-kit'],
  export: ['core', 'features', 'embeddings', 'layers', 'compiler', 'model-kit'],
  training: [
    ...['core', 'features', 'data', 'metrics', 'embeddings', 'layers', 'losses'],
    ...['compiler', 'backends', 'model-kit'],
  ],
  report: ['core', 'metrics'],
  presets: ['core', 'features'],
  zoo: ['core', 'features', 'model-kit', 'model'],
  cli: [
    ...['core', 'features', 'data', 'datagen', 'metrics', 'backends', 'model-kit', 'training'],
    ...['report', 'presets', 'zoo', 'export'],
  ],
};
const boundary = (source, targets) => ({
  sourceTag: `package:${source}`,
  onlyDependOnLibsWithTags: targets.map((target) => `package:${target}`),
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/.pack/**',
      '**/node_modules/**',
      '{docs/api,runs,coverage,.venv}/**',
      '**/*.mjs',
      '**/*.cjs',
      'tools/generators/**/files/**',
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off', // an index that the line before has proved
      '@typescript-eslint/no-unnecessary-condition': 'off', // it takes every lookup in a record for a hit
      '@typescript-eslint/prefer-for-of': 'off', // hot loops count
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // tfjs declares functions that return instances
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: names stay the same everywhere.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings instead of an enum.' },
      ],
    },
  },
  {
    files: ['packages/**/src/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          enforceBuildableLibDependency: false,
          checkDynamicDependenciesExceptions: ['.*'], // a command imports what it needs when it runs
          depConstraints: Object.entries(mayImport).map(([source, targets]) => boundary(source, targets)),
        },
      ],
    },
  },
  {
    files: ['packages/**/src/**/*.ts'],
    // Sublayers and attributes of operations are called by words of the code.
    ignores: [
      'packages/layers/**',
      'packages/compiler/src/{gradients,lowering,passes}/**',
      'packages/compiler/src/record/{kernels,expansions}/**',
    ],
    plugins: { ctrflow: { rules: { 'named-records': namedRecords } } },
    rules: { 'ctrflow/named-records': 'error' },
  },
  {
    files: ['**/*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  prettier,
);
