/** Returns whether a rule has the id `pattern`, or is a rule of the engine that `pattern` names as `<engine>/*`. */
export const matchesRule = (pattern: string, rule: string): boolean =>
  pattern.endsWith('/*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern;
