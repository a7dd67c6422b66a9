/**
 * Lint rule: an object keyed by names that come from users is made with core's `emptyRecord`, `recordOf`, `mapRecord` or `mergeRecords`, which have no prototype. In a
 * plain object `record['constructor']` is there before it is set, and `record['__proto__'] = x` sets no entry.
 *
 * Whether names are the user's, types do not tell; that an object has names that are not written out in the code, they do: its type has an index signature. Literals of such
 * types are right only where every name is a word in the code.
 */
import ts from 'typescript';

const instead =
  'use emptyRecord, recordOf, mapRecord or mergeRecords of @ctrflow/core: an object literal has a prototype, and names of users may be "constructor" or "__proto__"';

/** Whether what stands there is copied into another literal, as in `...(x === undefined ? {} : { x })`. */
function isSpread({ type, parent }) {
  return type === 'SpreadElement' || (type === 'ConditionalExpression' && isSpread(parent));
}

export const namedRecords = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      fromEntries: `Object.fromEntries: ${instead}.`,
      literal: `A record of names that are not written here: ${instead}.`,
      isIn: '`in` looks at the prototype too ("constructor" is in every object): use Object.hasOwn.',
    },
  },
  defaultOptions: [],
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(services.esTreeNodeToTSNodeMap.get(node));

    /** Whether a type takes names that it does not list. */
    const hasAnyName = (type) =>
      (type.isUnion() ? type.types : [type]).some(
        (part) =>
          (part.flags & ts.TypeFlags.Any) === 0 && checker.getIndexInfoOfType(part, ts.IndexKind.String) !== undefined,
      );

    /** A property whose name stands in the code, or several that do. */
    const isWritten = (property) =>
      property.type === 'SpreadElement'
        ? !hasAnyName(typeOf(property.argument))
        : !property.computed || property.key.type === 'Literal';

    return {
      'MemberExpression[object.name="Object"][property.name="fromEntries"]'(node) {
        context.report({ node, messageId: 'fromEntries' });
      },
      ObjectExpression(node) {
        const isEmpty = node.properties.length === 0;
        if (isEmpty ? isSpread(node.parent) : node.properties.every(isWritten)) return;
        const type = checker.getContextualType(services.esTreeNodeToTSNodeMap.get(node));
        if (type !== undefined && hasAnyName(type)) context.report({ node, messageId: 'literal' });
      },
      'BinaryExpression[operator="in"]'(node) {
        if ((typeOf(node.left).flags & ts.TypeFlags.String) !== 0) context.report({ node, messageId: 'isIn' });
      },
    };
  },
};
