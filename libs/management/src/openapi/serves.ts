import { HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import type { Method, Operation } from './operation.js';

const OPERATION = 'vestnik:operation';

const METHODS: Readonly<Record<Method, RequestMethod>> = {
  get: RequestMethod.GET,
  post: RequestMethod.POST,
  put: RequestMethod.PUT,
  patch: RequestMethod.PATCH,
  delete: RequestMethod.DELETE,
};

/** The handler serves this call: its route, its status and who may call are taken from it, as the document has them. */
export function Serves(operation: Operation): MethodDecorator {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const [status] = Object.keys(operation.answers);
  return (target, key, descriptor) => {
    RequestMapping({ path, method: METHODS[operation.method] })(target, key, descriptor);
    HttpCode(Number(status))(target, key, descriptor);
    SetMetadata(OPERATION, operation)(target, key as string, descriptor);
  };
}

export function operationOf(handler: object): Operation {
  const operation: unknown = Reflect.getMetadata(OPERATION, handler);
  if (operation === undefined) throw new Error('a handler serves no described call');
  return operation as Operation;
}
