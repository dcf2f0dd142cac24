// Checks credentials with software that is not ours. Reads jobs from stdin and writes what it
// found: {"rdfc": bool, "jcs": bool, "unrevoked": bool or null, "why": [...]}, one for each job.
// argv: the folder with node_modules, the file with the context of Open Badges.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [home, obContext] = process.argv.slice(2);
const require = createRequire(path.join(home, 'package.json'));
const load = (name) => import(require.resolve(name).replace('/dist/main.cjs', '/lib/index.js'));
const vc = await load('@digitalbazaar/vc');
const { DataIntegrityProof } = await load('@digitalbazaar/data-integrity');
const rdfc = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const jcs = await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const { checkStatus } = await load('@digitalbazaar/vc-bitstring-status-list');
const { named } = await load(path.join(home, 'node_modules/@digitalbazaar/credentials-context/lib/index.js'));

const suites = {
  rdfc: () => new DataIntegrityProof({ cryptosuite: rdfc.cryptosuite }),
  jcs: () => new DataIntegrityProof({ cryptosuite: jcs.createVerifyCryptosuite() }),
};

function loaderFor({ issuer, status }) {
  const known = new Map([
    [named.get('v2').id, named.get('v2').context],
    ['https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', JSON.parse(fs.readFileSync(obContext))],
    [issuer.id, issuer],
    ...issuer.verificationMethod.map((row) => [row.id, { '@context': issuer['@context'][1], ...row }]),
  ]);
  if (status) known.set(status.id, status);
  return async (url) => {
    if (!known.has(url)) throw new Error(`nothing is known of ${url}`);
    return { contextUrl: null, documentUrl: url, document: structuredClone(known.get(url)) };
  };
}

async function check(job) {
  const found = { rdfc: false, jcs: false, unrevoked: null, why: [] };
  let credential;
  try {
    credential = JSON.parse(Buffer.from(job.credential, 'base64').toString('utf8'));
  } catch (error) {
    return { ...found, why: [String(error)] };
  }
  const documentLoader = loaderFor(job);
  for (const name of Object.keys(suites)) {
    const suite = suites[name]();
    // each signature on its own, for the library is content with one that holds
    const options = { credential: structuredClone(credential), suite, documentLoader, now: job.now };
    const said = await vc.verifyCredential({ ...options, checkStatus: async () => ({ verified: true }) });
    found[name] = said.verified;
    if (!said.verified) found.why.push(...(said.error?.errors ?? [said.error]).map(String));
  }
  if (job.status) {
    const said = await checkStatus({ credential, documentLoader, suite: [suites.rdfc()] });
    found.unrevoked = said.verified;
    if (!said.verified) found.why.push(String(said.error));
  }
  return found;
}

const jobs = JSON.parse(fs.readFileSync(0, 'utf8'));
const answers = [];
for (const job of jobs) answers.push(await check(job));
process.stdout.write(JSON.stringify(answers));
