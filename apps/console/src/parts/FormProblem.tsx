import { asProblem, ProblemError } from '../api/problem-error.js';
import { ProblemAlert } from './ProblemAlert.js';

/** The fields of a form that the server has found wrong: `const at = fieldProblems(save.error)`, then `error={at('name')}`. */
export function fieldProblems(error: unknown): (path: string) => string | undefined {
  if (error === null || error === undefined) return () => undefined;
  const { errors } = asProblem(error);
  return (path) => errors.find((one) => samePath(one.path, path))?.message;
}

/** What of a problem belongs to none of the form's fields: shown above its buttons. */
export function FormProblem({ error, fields }: { readonly error: unknown; readonly fields: readonly string[] }) {
  if (error === null || error === undefined) return null;
  const problem = asProblem(error);
  const others = problem.errors.filter(({ path }) => !fields.some((field) => samePath(path, field)));
  if (problem.errors.length > 0 && others.length === 0) return null;
  // Its words name the fields that are marked already: only the others are left.
  const detail = problem.errors.length === 0 ? problem.detail : others.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return <ProblemAlert error={new ProblemError(problem.slug, detail, problem.status, [], problem.retryAfter)} />;
}

/** `settings/acceptFrom/0` is shown at the field `settings/acceptFrom`. */
function samePath(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}/`);
}
