import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Maybe = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

const Id = Type.String({ pattern: '^[\\w.:+-]+$', maxLength: 128 });
const Version = Type.String({ maxLength: 1024 });
const Severity = Type.Object({ type: Type.String(), score: Type.String({ maxLength: 1024 }) });

/**
 * The used part of https://ossf.github.io/osv-schema/. Databases add fields, and omit optional ones or set them to
 * null.
 */
const OsvRecord = Type.Object({
  id: Id,
  modified: Type.String({ maxLength: 64 }),
  withdrawn: Maybe(Type.String()),
  aliases: Maybe(Type.Array(Type.String())),
  summary: Maybe(Type.String()),
  details: Maybe(Type.String()),
  severity: Maybe(Type.Array(Severity)),
  affected: Maybe(
    Type.Array(
      Type.Object({
        package: Maybe(Type.Object({ ecosystem: Type.String(), name: Type.String({ minLength: 1, maxLength: 1024 }) })),
        severity: Maybe(Type.Array(Severity)),
        ranges: Maybe(
          Type.Array(
            Type.Object({
              type: Type.String(),
              events: Maybe(
                Type.Array(
                  Type.Object({
                    introduced: Type.Optional(Version),
                    fixed: Type.Optional(Version),
                    last_affected: Type.Optional(Version),
                    limit: Type.Optional(Version),
                  }),
                ),
              ),
            }),
          ),
        ),
        versions: Maybe(Type.Array(Version)),
        database_specific: Type.Optional(Type.Unknown()),
      }),
    ),
  ),
  database_specific: Type.Optional(Type.Unknown()),
});
export type OsvRecord = Static<typeof OsvRecord>;

const compiled = Compile(OsvRecord);

/** Returns null if the value does not match the schema. */
export const asOsvRecord = (value: unknown): OsvRecord | null => (compiled.Check(value) ? value : null);
