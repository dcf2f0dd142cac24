// The page: what was chosen, what it is, and what the check says, in the reader's language.

const byId = (id) => document.getElementById(id);
const held = { credential: null, issuer: KNOWN_ISSUER, status: null };
let language = (navigator.languages ?? [navigator.language])[0]?.startsWith('zh') ? 'zh-CN' : 'en';
let shown = null;
let refused = [];

function say(key, values = {}) {
  const words = MESSAGES[language][key] ?? MESSAGES.en[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value?.key ? say(value.key, value.values) : readable(String(value ?? ''));
  });
}

// A moment as people read it.
function readable(words) {
  return words.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\dZ$/, '$1 $2 UTC');
}

function element(name, words, kind) {
  const made = document.createElement(name);
  if (words !== undefined) made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

// A certificate is a PDF of the kit with the credential in it as it is.
function fromPdf(bytes) {
  const letters = new TextDecoder('latin1').decode(bytes);
  const found = /stream\r?\n(\{"@context":[^]*?)\r?\nendstream/.exec(letters);
  if (!found) throw new SyntaxError('no attachment');
  const start = found.index + found[0].indexOf('{');
  return bytes.slice(start, start + found[1].length);
}

function parsed(bytes) {
  const isPdf = new TextDecoder('latin1').decode(bytes.slice(0, 4)) === '%PDF';
  const data = isPdf ? fromPdf(bytes) : bytes;
  const words = new TextDecoder('utf-8', { fatal: true }).decode(data);
  const value = JSON.parse(words);
  if (value === null || typeof value !== 'object') throw new SyntaxError('no object');
  return { value, isPdf, relaid: words !== canonical(value) };
}

function kindOf(value) {
  if (Array.isArray(value.verificationMethod)) return 'issuer';
  const types = JSON.stringify(value.type ?? '');
  return types.includes('BitstringStatusListCredential') ? 'status' : 'credential';
}

async function take(files) {
  const before = held.credential;
  refused = [];
  for (const file of files) {
    try {
      const { value, isPdf, relaid } = parsed(new Uint8Array(await file.arrayBuffer()));
      held[kindOf(value)] = { name: file.name, value, isPdf, relaid };
    } catch (error) {
      refused.push({ name: file.name, isPdf: /\.pdf$/i.test(file.name) });
    }
  }
  // what cannot be read may be the credential: nothing said before stands beside it
  if (refused.length && held.credential === before) held.credential = null;
  await check();
}

async function check() {
  shown = null;
  signatureHolds.by = '';
  if (refused.length && !held.credential) {
    const reason = { key: 'verify.refused', values: { name: refused[0].name } };
    shown = { findings: [{ code: 'unreadable', well: false, values: { reason } }], facts: null };
  }
  if (held.credential && held.issuer) {
    const { value, isPdf, relaid } = held.credential;
    shown = await checkCredential(value, held.issuer.value, held.status?.value, Date.now());
    if (shown.facts && isPdf) shown.findings.push({ code: 'paper-not-compared', well: null });
    if (shown.facts && relaid) shown.findings.push({ code: 'relaid', well: null });
  }
  draw();
}

function verdict() {
  if (shown.findings.some((one) => one.well === false)) return 'fails';
  return shown.findings.some((one) => one.code === 'status-missing') ? 'holds-unchecked' : 'holds';
}

function drawSlots() {
  const list = byId('slots');
  list.replaceChildren();
  for (const name of ['credential', 'issuer', 'status']) {
    const line = element('li', undefined, held[name] ? 'there' : 'open');
    line.append(element('strong', say(`verify.${name}`)));
    const known = held[name] === KNOWN_ISSUER ? 'verify.known' : 'verify.chosen';
    const words = held[name] ? say(known, { name: held[name].name }) : say(`verify.${name}-missing`);
    line.append(element('span', words));
    list.append(line);
  }
  for (const { name, isPdf } of refused) {
    const line = element('li', undefined, 'refused');
    line.append(element('strong', name));
    line.append(element('span', say(isPdf ? 'verify.pdf-refused' : 'verify.file-refused')));
    list.append(line);
  }
}

function drawFindings() {
  const list = element('ul', undefined, 'findings');
  for (const { code, well, values } of shown.findings) {
    const kind = well === null ? 'note' : well ? 'well' : 'bad';
    const line = element('li', undefined, kind);
    line.dataset.code = code;
    line.append(element('span', { well: '✓', bad: '✗', note: '!' }[kind], 'sign'));
    line.firstChild.setAttribute('aria-hidden', 'true');
    line.append(element('span', say(`credential.check-${code}`, values)));
    list.append(line);
  }
  return list;
}

function drawFacts() {
  const list = element('dl');
  for (const name of FACTS) {
    const value = shown.facts[name];
    list.append(element('dt', say(`credential.fact-${name}`)));
    const cell = element('dd', Array.isArray(value) ? value.join('\n') : readable(value));
    cell.dir = 'auto';
    list.append(cell);
  }
  return list;
}

function drawResult() {
  const result = byId('result');
  result.replaceChildren();
  result.className = '';
  if (!shown) {
    if (held.credential && !held.issuer) result.append(element('p', say('verify.need-issuer')));
    return;
  }
  const word = verdict();
  result.className = word;
  result.append(element('h2', say(`credential.verdict-${word}`)));
  result.append(drawFindings());
  if (shown.facts) {
    result.append(element('h3', say('verify.says')), drawFacts());
    result.append(element('p', say('credential.not-conformity'), 'conformity'));
  }
  const when = new Date().toISOString().replace(/\.\d+/, '');
  const by = signatureHolds.by;
  result.append(element('p', say(by ? 'verify.checked-by' : 'verify.checked', { when, by }), 'soft'));
}

function draw() {
  document.documentElement.lang = language;
  document.title = say('verify.title');
  for (const one of document.querySelectorAll('[data-say]')) one.textContent = say(one.dataset.say);
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  }
  drawSlots();
  drawResult();
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    language = button.dataset.language;
    draw();
  });
}
byId('files').addEventListener('change', async (event) => {
  await take([...event.target.files]);
  event.target.value = '';
});
byId('again').addEventListener('click', async () => {
  Object.assign(held, { credential: null, issuer: KNOWN_ISSUER, status: null });
  refused = [];
  await check();
  byId('files').focus();
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    byId('place').classList.toggle('over', name === 'dragover');
    if (name === 'drop') take([...event.dataTransfer.files]);
  });
}
draw();
