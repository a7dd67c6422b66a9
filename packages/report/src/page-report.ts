import { checkList, checkObject, checkText } from '@ctrflow/core';
import { figure, list, page, section, table, tiles } from './page';
import type { ReportTable } from './run-report';
import { barPlot, linePlot } from './series-plot';
import type { BarPlot, LinePlot } from './series-plot';

/** A number that stands out, with its name above and a remark below. */
export interface ReportTile {
  readonly name: string;
  readonly value: string;
  readonly remark: string;
}

/** A plot with its caption. */
export interface ReportFigure {
  readonly title: string;
  readonly remark: string;
  readonly plot: LinePlot | BarPlot;
}

/** What belongs under one heading: paragraphs, then plots, then tables, then a list. */
export interface ReportSection {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly figures?: readonly ReportFigure[];
  readonly tables?: readonly Omit<ReportTable, 'title'>[];
  readonly list?: readonly string[];
}

/** Any page of tables and plots. */
export interface PageReport {
  readonly title: string;
  readonly tiles?: readonly ReportTile[];
  readonly sections: readonly ReportSection[];
  /** The command that repeats it. */
  readonly command?: string;
}

/**
 * One self-contained page of tables and plots, in the look of the reports: no scripts, no requests, every text escaped.
 *
 * @example
 * const series = [{ name: 'measured', points: [[10, 1], [100, 9]] as const }];
 * const plot = { kind: 'lines', x: { label: 'rows', scale: 'log' }, y: { label: 'ms', scale: 'log' }, series } as const;
 * renderPage({ title: 'Speed', sections: [{ title: 'Time', figures: [{ title: 'By rows', remark: '', plot }] }] });
 */
export function renderPage(report: PageReport): string {
  const who = 'renderPage';
  const { title, tiles: numbers = [], sections, command } = checkObject(who, 'a report of a page', report);
  checkText(who, 'title', title);
  for (const tile of checkList(who, 'a list of tiles', numbers)) checkObject(who, 'a tile', tile);
  for (const each of checkList(who, 'a list of sections', sections))
    checkText(who, 'the title of a section', checkObject(who, 'a section', each).title);
  const header = numbers.map(({ name, value, remark }) => [name, value, remark] as const);
  return page(title, [...(header.length === 0 ? [] : [tiles(header)]), ...sections.map(renderSection)], command);
}

function renderSection({ title, paragraphs = [], figures = [], tables = [], list: items = [] }: ReportSection): string {
  return section(
    title,
    [
      ...figures.map(({ title: caption, remark, plot }) => figure(caption, drawn(plot), remark, plot.kind === 'bars')),
      ...tables.map(({ header, rows }) => table(header, rows)),
      ...(items.length === 0 ? [] : [list(items)]),
    ],
    paragraphs,
  );
}

function drawn(plot: LinePlot | BarPlot): string {
  return plot.kind === 'lines' ? linePlot(plot) : barPlot(plot);
}
