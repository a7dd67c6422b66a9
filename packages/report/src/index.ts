export { renderComparisonReport, renderRunReport } from './run-report';
export type { ComparisonReport, ReportEpoch, ReportScores, ReportTable, RunReport } from './run-report';
export { renderPage } from './page-report';
export type { PageReport, ReportFigure, ReportSection, ReportTile } from './page-report';
export type { BarPlot, LinePlot, PlotAxis, PlotSeries } from './series-plot';
