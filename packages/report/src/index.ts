export { renderComparisonReport, renderRunReport } from './run-report';
export type { ComparisonReport, ReportEpoch, ReportScores, ReportTable, RunReport } from './run-report';
