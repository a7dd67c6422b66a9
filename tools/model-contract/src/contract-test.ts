import { describe, test } from 'vitest';

/** A test of the contract: what it says, and what it does. */
export interface ContractTest {
  readonly name: string;
  readonly body: () => void | Promise<void>;
}

let collected: ContractTest[] | undefined;

/** Registers a test with vitest; within {@link collectTests} it only notes it down. */
export function contractTest(name: string, body: () => void | Promise<void>): void {
  if (collected === undefined) test(name, body);
  else collected.push({ name, body });
}

/** A group of tests. */
export function contractGroup(name: string, body: () => void): void {
  if (collected === undefined) describe(name, body);
  else body();
}

/** The tests that `register` would register: the contract itself is tested by running them on models that are wrong. */
export function collectTests(register: () => void): readonly ContractTest[] {
  collected = [];
  try {
    register();
    return collected;
  } finally {
    collected = undefined;
  }
}
