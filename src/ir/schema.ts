import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

const ajv = new Ajv({ allErrors: true, strict: true });
const compiled = new WeakMap<object, ValidateFunction>();

/** What a JSON value breaks of a schema, one sentence each; empty when it conforms. */
export function schemaProblems(schema: TSchema, value: unknown): string[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map((e) => {
    const extra = 'additionalProperty' in e.params ? ` "${e.params['additionalProperty']}"` : '';
    const allowed = 'allowedValues' in e.params ? `: ${(e.params['allowedValues'] as unknown[]).join(', ')}` : '';
    return `${e.instancePath.slice(1).replaceAll('/', '.') || 'object'} ${e.message}${extra}${allowed}`;
  });
}

/** What the data of a file break of its schema, in the words of a configuration file. */
export function fileProblems(schema: TSchema, data: unknown): string[] {
  return schemaProblems(schema, data).map((problem) => {
    const extra = /^(.*) must NOT have additional properties "(.*)"$/.exec(problem);
    if (extra) return `unknown key "${extra[1] === 'object' ? '' : `${extra[1]}.`}${extra[2]}"`;
    const missing = /^object must have required property '(.*)'$/.exec(problem);
    if (missing) return `the key "${missing[1]}" is missing`;
    return problem === 'object must be object' ? 'it is no list of keys and values' : problem;
  });
}
