import { Type } from 'typebox';

/** An id that GitHub gives. Larger integers are refused, because JavaScript would read two different ones as the same number. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** The number of an issue, a pull request or a project. GitHub and the server store it in 32 bits. */
export const ItemNumber = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 });

/** A count, such as the remaining requests of a rate limit. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
