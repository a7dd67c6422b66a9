import { identifier } from './database';

/**
 * The name of a column of the user's in a table of the database. It begins with `_`, and so is none of this package's own (`ctrflow_part`) nor of DuckDB's (`rowid`); its
 * capitals are marked, because DuckDB takes names that differ in case only for one.
 */
export function storedName(name: string): string {
  return `_${name.replaceAll(/[A-Z^]/g, '^$&')}`;
}

/** The user's name of a column of a table. */
export function nameOf(stored: string): string {
  return stored.slice(1).replaceAll(/\^(.)/gs, '$1');
}

/** A column of the user's in SQL. */
export function columnIdentifier(name: string): string {
  return identifier(storedName(name));
}
