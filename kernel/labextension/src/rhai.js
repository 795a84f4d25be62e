// Rhai with the vocabulary of BioXen, for CodeMirror 6.
//
// The state of the tokenizer is a stack of what is open: brackets, strings with expressions inside, comments in comments.
import { HighlightStyle, LanguageSupport, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { Tag, tags } from '@lezer/highlight';

const KEYWORDS = new Set(['as', 'break', 'catch', 'const', 'continue', 'do', 'else', 'export', 'fn', 'for', 'if', 'import', 'in',
  'let', 'loop', 'private', 'return', 'switch', 'throw', 'try', 'until', 'while']);
const BUILT_IN = new Set(['call', 'clear', 'contains', 'curry', 'debug', 'eval', 'filter', 'is_def_fn', 'is_def_var', 'len', 'map',
  'parse_float', 'parse_int', 'print', 'push', 'reduce', 'sort', 'to_string', 'type_of']);

// Each is drawn as what it is a kind of, unless style/index.css says more.
const own = {
  bioxenFunction: Tag.define(tags.variableName),
  bioxenUnit: Tag.define(tags.number),
  bioxenGene: Tag.define(tags.string),
  bioxenType: Tag.define(tags.string),
  magic: Tag.define(tags.meta),
};
const style = HighlightStyle.define([
  { tag: own.bioxenFunction, class: 'bioxen-function' },
  { tag: own.bioxenUnit, class: 'bioxen-unit' },
  { tag: own.bioxenGene, class: 'bioxen-gene' },
  { tag: own.bioxenType, class: 'bioxen-type' },
  { tag: own.magic, class: 'bioxen-magic' },
]);
const tokenTable = {
  ...own,
  keyword: tags.keyword,
  bool: tags.bool,
  self: tags.self,
  builtin: tags.standard(tags.variableName),
  call: tags.function(tags.variableName),
  definition: tags.function(tags.definition(tags.variableName)),
  name: tags.variableName,
  property: tags.propertyName,
  number: tags.number,
  string: tags.string,
  escape: tags.escape,
  interpolation: tags.special(tags.string),
  comment: tags.comment,
  docComment: tags.docComment,
  operator: tags.operator,
  bracket: tags.bracket,
  punctuation: tags.punctuation,
};

const OPEN = { '(': ')', '[': ']', '{': '}', '#{': '}', '${': '}' };

/** The language with these names. */
export function rhai({ functions = [], units = [], types = [], genes = '' }) {
  const known = {
    functions: new Set(functions), units: new Set(units), types: new Set(types), genes: new Set(genes.split(' ')),
  };
  const language = StreamLanguage.define({
    name: 'rhai',
    tokenTable,
    startState: () => ({ open: [], before: '', first: true }),
    copyState: state => ({ ...state, open: [...state.open] }),
    token: (stream, state) => token(stream, state, known),
    blankLine: state => { state.first = false; },
    indent: (state, textAfter, context) => {
      const top = state.open.at(-1);
      if (top === '`' || top === '"' || top === '/*') return null;
      const closes = /^\s*[)\]}]/.test(textAfter) ? 1 : 0;
      return context.unit * Math.max(0, state.open.filter(open => open in OPEN).length - closes);
    },
    languageData: {
      commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
      closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
      indentOnInput: /^\s*[)\]}]$/,
    },
  });
  return new LanguageSupport(language, [syntaxHighlighting(style)]);
}

function token(stream, state, known) {
  const first = state.first;
  state.first = false;
  const top = state.open.at(-1);
  if (top === '/*') return comment(stream, state);
  if (top === '`' || top === '"' || (top !== undefined && top[0] === '#' && top !== '#{')) return text(stream, state, top);
  if (first && stream.sol() && stream.match(/^%%\w*.*/)) return 'magic';
  if (stream.sol() && stream.match(/^\s*(\?{1,2}[\w.:]+|[\w.:]+\?{1,2})\s*$/)) return 'magic';
  if (stream.eatSpace()) return null;
  const before = state.before;
  const kind = code(stream, state, before, known);
  if (kind !== 'comment' && kind !== 'docComment') state.before = stream.current();
  return kind;
}

/** A token outside of strings and comments. */
function code(stream, state, before, known) {
  if (stream.match('//')) {
    const doc = stream.match(/^[/!]/);
    stream.skipToEnd();
    return doc ? 'docComment' : 'comment';
  }
  if (stream.match('/*')) {
    state.open.push('/*');
    return comment(stream, state);
  }
  if (stream.match('"')) {
    const rest = stream.match(/^((?:[^"\\]|\\.)*)"/);
    if (!rest) {
      state.open.push('"');
      return text(stream, state, '"');
    }
    if (/^\s*:(?!:)/.test(stream.string.slice(stream.pos)) && state.open.at(-1) === '#{') return 'property';
    return known.genes.has(rest[1]) ? 'bioxenGene' : known.types.has(rest[1]) ? 'bioxenType' : 'string';
  }
  if (stream.match(/^'(?:[^'\\]|\\.[^']*)'/)) return 'string';
  if (stream.match('`')) {
    state.open.push('`');
    return text(stream, state, '`');
  }
  const raw = stream.match(/^(#+)"/);
  if (raw) {
    state.open.push(raw[1] + '"');
    return text(stream, state, raw[1] + '"');
  }
  if (stream.match(/^0[xob][\da-fA-F_]+/) || stream.match(/^\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/)) return 'number';
  const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
  if (word) return name(word[0], stream, state, before, known);
  const opening = stream.match(/^(?:#\{|[([{])/);
  if (opening) {
    state.open.push(opening[0]);
    return 'bracket';
  }
  if (stream.match(/^[)\]}]/)) {
    const closed = state.open.pop();
    return closed === '${' ? 'interpolation' : 'bracket';
  }
  if (stream.match(/^(?:=>|\.\.=?|\?\?|\?\.|::|\*\*|<<=?|>>=?|&&|\|\||[-+*/%<>=!&|^]=?|[?])/)) return 'operator';
  stream.next();
  return 'punctuation';
}

/** What a word is. */
function name(word, stream, state, before, known) {
  const rest = stream.string.slice(stream.pos);
  const called = /^\s*!?\(/.test(rest);
  if (before === '.' || before === '?.') {
    if (!called && known.units.has(word)) return 'bioxenUnit';
    if (!called) return 'property';
  } else {
    if (before === 'fn') return 'definition';
    if (word === 'true' || word === 'false') return 'bool';
    if (word === 'this' || word === 'global') return 'self';
    if (KEYWORDS.has(word)) return 'keyword';
    if (state.open.at(-1) === '#{' && /^\s*:(?!:)/.test(rest)) return 'property';
  }
  if (!called) return 'name';
  return known.functions.has(word) ? 'bioxenFunction' : BUILT_IN.has(word) ? 'builtin' : 'call';
}

/** A comment, in which others may be. */
function comment(stream, state) {
  while (!stream.eol()) {
    if (stream.match('/*')) state.open.push('/*');
    else if (stream.match('*/')) {
      state.open.pop();
      if (state.open.at(-1) !== '/*') break;
    } else stream.next();
  }
  return 'comment';
}

/** The rest of a string that is open: with expressions, over several lines, or raw. */
function text(stream, state, top) {
  const end = top[0] === '#' ? '"' + top.slice(0, -1) : top;
  const escapes = top[0] !== '#';
  if (top === '`' && stream.match('${')) {
    state.open.push('${');
    return 'interpolation';
  }
  if (escapes && stream.match(/^\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)/)) return 'escape';
  while (!stream.eol()) {
    if (stream.match(end)) {
      state.open.pop();
      state.before = end;
      return 'string';
    }
    if ((top === '`' && stream.match('${', false)) || (escapes && stream.peek() === '\\')) break;
    stream.next();
  }
  // A quoted string ends with its line unless a backslash carries it over.
  if (top === '"' && stream.eol() && !stream.string.endsWith('\\')) state.open.pop();
  if (stream.current() === '') stream.next();
  return 'string';
}
