// The check itself: the same steps, in the same order and with the same names as check.py.
// Everything works on data that was read from files; nothing is ever asked of a network.

const DIGITS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const LENIENCE_MS = 5 * 60 * 1000;
const utf8 = (words) => new TextEncoder().encode(words);
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

// RFC 8785. Credentials hold text and yes or no, and JavaScript's own sorting and escaping is the
// one that the RFC prescribes.
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

function fromBase58(words) {
  if (typeof words !== 'string' || words.length > 200 || words[0] !== 'z') return new Uint8Array();
  let number = 0n;
  for (const letter of words.slice(1)) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) return new Uint8Array();
    number = number * 58n + BigInt(digit);
  }
  const bytes = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n));
  for (const letter of words.slice(1)) {
    if (letter !== '1') break;
    bytes.unshift(0);
  }
  return new Uint8Array(bytes);
}

function publicBytes(multikey) {
  const bytes = fromBase58(multikey);
  const known = bytes.length === 34 && bytes[0] === 0xed && bytes[1] === 0x01;
  return known ? bytes.slice(2) : new Uint8Array();
}

// Ed25519 by the browser where it has it, by noble-ed25519 where not.
async function signatureHolds(key, signature, signed) {
  let own;
  try {
    own = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    signatureHolds.by = 'noble-ed25519';
    return verifyAsync(signature, signed, key, { zip215: false }).catch(() => false);
  }
  signatureHolds.by = 'WebCrypto';
  return crypto.subtle.verify({ name: 'Ed25519' }, own, signature, signed);
}

function without(object, name) {
  return Object.fromEntries(Object.entries(object).filter(([one]) => one !== name));
}

async function proofsHold(document, key) {
  const [first, second] = document.proof;
  const options = without(second, 'proofValue');
  // the second signature names the first: no byte of the file is outside of it
  if (options.nonce !== hex(await sha256(utf8(canonical(first))))) return false;
  const parts = [options, without(document, 'proof')];
  const digests = await Promise.all(parts.map((part) => sha256(utf8(canonical(part)))));
  const signed = new Uint8Array([...digests[0], ...digests[1]]);
  return signatureHolds(key, fromBase58(second.proofValue), signed);
}

// The few words of JSON Schema that the forms use. Gives the place of the first fault, or null.
function faultOf(value, schema, place) {
  if (schema.$ref) {
    const found = faultOf(value, FORMS.$defs[schema.$ref.split('/').pop()], place);
    if (found !== null) return found;
  }
  const here = place.join('.') || '(top level)';
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  if (schema.type && schema.type !== kind) return here;
  if ('const' in schema && canonical(schema.const) !== canonical(value)) return here;
  if (kind === 'string') {
    const short = schema.minLength && value.length < schema.minLength;
    if (short || (schema.pattern && !new RegExp(schema.pattern, 'u').test(value))) return here;
  }
  if (kind === 'array') return faultOfList(value, schema, place);
  return kind === 'object' ? faultOfObject(value, schema, place) : null;
}

function faultOfList(value, schema, place) {
  const here = place.join('.') || '(top level)';
  if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return here;
  for (const [index, one] of value.entries()) {
    const rule = schema.prefixItems?.[index] ?? schema.items;
    const found = rule ? faultOf(one, rule, [...place, index]) : null;
    if (found !== null) return found;
  }
  return null;
}

function faultOfObject(value, schema, place) {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) return [...place, name].join('.');
  }
  for (const [name, rule] of Object.entries(schema.properties ?? {})) {
    const found = Object.hasOwn(value, name) ? faultOf(value[name], rule, [...place, name]) : null;
    if (found !== null) return found;
  }
  return null;
}

class Fault extends Error {
  constructor(code, values = {}) {
    super(code);
    this.finding = { code, well: false, values };
  }
}

function refuseForm(document, form) {
  const contexts = CONTEXTS[form];
  if (contexts && canonical(document['@context'] ?? null) !== canonical(contexts)) {
    throw new Fault(`form-${form}`, { reason: { key: 'credential.form-context' } });
  }
  const place = faultOf(document, FORMS.$defs[form], []);
  if (place !== null) {
    throw new Fault(`form-${form}`, { reason: { key: 'credential.form-place', values: { place } } });
  }
}

async function genuine(document, form, issuer) {
  refuseForm(issuer, 'issuer-document');
  refuseForm(document, form);
  if (document.issuer.id !== issuer.id) {
    throw new Fault('other-issuer', { found: document.issuer.id, expected: issuer.id });
  }
  const [first, second] = document.proof;
  const method = first.verificationMethod;
  const row = issuer.verificationMethod.find(
    (one) => one.id === method && method === `${issuer.id}#${one.publicKeyMultibase}`,
  );
  const key = row ? publicBytes(row.publicKeyMultibase) : new Uint8Array();
  if (!key.length) {
    throw new Fault('other-key', { found: method.split('#')[1] || method, issuer: issuer.name });
  }
  const alike = ['created', 'verificationMethod'].every((name) => first[name] === second[name]);
  if (!alike || !(await proofsHold(document, key))) throw new Fault('changed');
  withinItsTime(row, first.created);
  return key;
}

function withinItsTime(row, created) {
  if (row.revoked) throw new Fault('key-revoked', { at: row.revoked });
  if (Date.parse(created) < Date.parse(row.validFrom)) {
    throw new Fault('key-early', { created, at: row.validFrom });
  }
  if (row.validUntil && Date.parse(created) > Date.parse(row.validUntil)) {
    throw new Fault('key-retired', { created, at: row.validUntil });
  }
}

async function fingerprint(key) {
  return hex(await sha256(key)).slice(0, 32).replace(/(.{4})(?=.)/g, '$1 ');
}

function inItsTime(document, on) {
  const { validFrom: start, validUntil: end } = document;
  const signed = document.proof[0].created;
  const begins = signed > start ? signed : start;
  if (on + LENIENCE_MS < Date.parse(begins)) {
    return { code: 'early', well: false, values: { at: begins } };
  }
  if (on >= Date.parse(end)) return { code: 'expired', well: false, values: { at: end } };
  return { code: 'in-time', well: true, values: { start, end } };
}

async function unpacked(words) {
  const base64 = words.slice(1).replaceAll('-', '+').replaceAll('_', '/');
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const bits = new Uint8Array(STATUS_ENTRIES / 8);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    // never more than a list can hold
    if (length + value.length > bits.length) throw new RangeError('longer');
    bits.set(value, length);
    length += value.length;
  }
  if (length !== bits.length) throw new RangeError('shorter');
  return bits;
}

async function statusFinding(document, issuer, status, on) {
  if (!status) return { code: 'status-missing', well: null, values: {} };
  try {
    await genuine(status, 'status', issuer);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { code, values } = fault.finding;
    const reason = { key: `credential.check-${code}`, values };
    return { code: 'status-refused', well: false, values: { reason } };
  }
  const entry = document.credentialStatus;
  if (status.id !== entry.statusListCredential) {
    return { code: 'status-other', well: false, values: {} };
  }
  return entryFinding(status, Number(entry.statusListIndex), on);
}

async function entryFinding(status, place, on) {
  const { validFrom: made, validUntil: end } = status;
  let bits;
  try {
    bits = await unpacked(status.credentialSubject.encodedList);
    if (place >= bits.length * 8) throw new RangeError('no such place');
  } catch (error) {
    const reason = { key: 'credential.status-unreadable', values: { reason: error.message } };
    return { code: 'status-refused', well: false, values: { reason } };
  }
  if (bits[place >> 3] & (0x80 >> (place & 7))) {
    return { code: 'revoked', well: false, values: { at: made } };
  }
  if (on >= Date.parse(end)) return { code: 'status-outdated', well: false, values: { at: end } };
  return { code: 'not-revoked', well: true, values: { at: made } };
}

function factsOf(document) {
  const subject = document.credentialSubject;
  const { achievement } = subject;
  const people = Object.fromEntries(
    subject.identifier.map((one) => [one.identityType, one.identityHash]),
  );
  const digest = achievement.otherIdentifier.find((one) => one.identifierType === NAMES.blueprint);
  return {
    holder: people.name ?? people[NAMES.candidate] ?? '',
    candidate: people[NAMES.candidate] ?? '',
    title: achievement.name,
    standards: achievement.alignment.map((one) => `${one.targetName} (${one.targetDescription})`),
    blueprint: `${achievement.humanCode}, SHA-256 ${digest?.identifier ?? ''}`,
    band: subject.result[0].value,
    exam: document.evidence[0].name,
    start: document.validFrom,
    end: document.validUntil,
    issuer: `${document.issuer.name}, ${document.issuer.id}`,
    id: document.id,
  };
}

// Gives the findings, and what the credential says, which is null unless it is genuine.
async function checkCredential(document, issuer, status, on) {
  let key;
  try {
    key = await genuine(document, 'credential', issuer);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { findings: [fault.finding], facts: null };
  }
  const values = { issuer: issuer.name, fingerprint: await fingerprint(key) };
  const findings = [{ code: 'whole', well: true, values }, inItsTime(document, on)];
  findings.push(await statusFinding(document, issuer, status, on));
  return { findings, facts: factsOf(document) };
}
