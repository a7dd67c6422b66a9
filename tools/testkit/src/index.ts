export { dataFolder } from './data-folder';
export { fittedSchema, randomColumns, textColumn } from './columns';
export { readmeExample } from './readme';
