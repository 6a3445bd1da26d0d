/** What becomes of the statements of a bulk. */

import { isUnsent, type StatementError, statementErrors, TOO_LARGE } from "./failing.ts";

/** Why a statement was not carried out. */
export interface Refusal extends Pick<StatementError, "code" | "message"> {
  readonly cause: unknown;
}

/**
 * Sends statements as one bulk; answers with those that were refused, by their place, and throws
 * what befell all of them. The driver sends nothing of a bulk in which one statement is too large,
 * so the halves of such a bulk go by themselves: the others do not fail with it.
 */
export const refusalsOf = async <S>(
  statements: readonly S[],
  send: (part: readonly S[]) => Promise<unknown>,
): Promise<ReadonlyMap<number, Refusal>> => {
  try {
    await send(statements);
    return new Map();
  } catch (cause) {
    if (!isUnsent(cause)) {
      return new Map(
        statementErrors(cause).map(({ index, code, message }) => [index, { code, message, cause }]),
      );
    }
    if (statements.length === 1) {
      return new Map([[0, { code: TOO_LARGE, message: cause.message, cause }]]);
    }
    const half = Math.ceil(statements.length / 2);
    const first = await refusalsOf(statements.slice(0, half), send);
    const second = await refusalsOf(statements.slice(half), send);
    return new Map([...first, ...[...second].map(([i, it]) => [i + half, it] as const)]);
  }
};
