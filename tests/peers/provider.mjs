// An identity provider that this library's authors did not write: the certified oidc-provider,
// set up to speak the profile of the trust registry. Loopback only; its keys live and die here.
//
// Told in SETUP: {peer, issuer, east, west, logout, people}. It prints one line of JSON with its
// port and the keys it signs with, and serves until its standard input is closed.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const setup = JSON.parse(process.env.SETUP);
const installed = (name) => import(pathToFileURL(`${setup.peer}/node_modules/${name}`).href);
const { default: Provider, interactionPolicy } = await installed('oidc-provider/lib/index.js');
const jose = await installed('jose/dist/webapi/index.js');

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ALGS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const TTL_S = 120;
const ACR = 'urn:peer:face';

async function signingKey(alg) {
  const pair = await jose.generateKeyPair(alg, { extractable: true });
  const jwk = await jose.exportJWK(pair.privateKey);
  return { ...jwk, alg, use: 'sig', kid: await jose.calculateJwkThumbprint(jwk) };
}

const keys = await Promise.all(ALGS.map(signingKey));
const published = keys.map(({ d, p, q, dp, dq, qi, ...rest }) => rest);
const names = new Map(); // pairwise name to account

// A party by salt and keyed digest, as the registry's profile asks.
function vouched(account) {
  const { kind, scheme, code } = setup.people[account];
  const salt = randomBytes(16);
  const mac = createHmac('sha256', salt).update(`${scheme}|${code}`).digest('base64url');
  return { kind, proof: { salt: salt.toString('base64url'), mac } };
}

function pairwise(ctx, account, client) {
  const name = createHash('sha256').update(`${client.sectorIdentifier}|${account}`).digest('base64url');
  names.set(name, account);
  return name;
}

function application(id, host, more = {}) {
  return {
    client_id: id,
    redirect_uris: [`https://${host}/callback`],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', EXCHANGE],
    response_types: ['code'],
    subject_type: 'pairwise',
    require_auth_time: true,
    id_token_signed_response_alg: 'ES256',
    ...more,
  };
}

// The login prompt of devInteractions says nothing of how a person proved themselves.
const policy = interactionPolicy.base();
policy.get('login').checks.add(new interactionPolicy.Check('acr', 'says how', (ctx) => {
  if (ctx.oidc.session.accountId) ctx.oidc.session.acr = ACR;
  return interactionPolicy.Check.NO_NEED_TO_PROMPT;
}));

const exchanged = new WeakMap(); // token to what an exchange puts into it

const provider = new Provider(setup.issuer, {
  jwks: { keys },
  clients: [
    application(setup.east, 'gateway.east.sim.example', {
      backchannel_logout_uri: setup.logout,
    }),
    application('urn:app:sessions', 'gateway.east.sim.example', {
      backchannel_logout_uri: setup.logout,
      backchannel_logout_session_required: true,
    }),
    application('urn:app:elsewhere', 'elsewhere.example'),
    ...ALGS.map((alg) => application(`urn:app:${alg}`, 'gateway.east.sim.example', { id_token_signed_response_alg: alg })),
  ],
  subjectTypes: ['pairwise', 'public'],
  pairwiseIdentifier: pairwise,
  acrValues: [ACR],
  claims: { openid: ['sub', 'acr', 'auth_time', 'jti', 'kind', 'proof'] },
  conformIdTokenClaims: false,
  interactions: { policy },
  pkce: { required: () => true },
  ttl: { AccessToken: TTL_S, IdToken: TTL_S },
  findAccount: (ctx, id) => (id in setup.people
    ? { accountId: id, claims: () => ({ sub: id, jti: randomBytes(16).toString('hex'), ...vouched(id) }) }
    : undefined),
  extraTokenClaims(ctx, token) {
    if (exchanged.has(token)) return exchanged.get(token);
    const { AuthorizationCode: code } = ctx.oidc.entities;
    return code && { auth_time: code.authTime, acr: code.acr, ...vouched(token.accountId) };
  },
  features: {
    devInteractions: { enabled: true },
    dPoP: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    backchannelLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, audience, client) => server(audience, client),
    },
  },
  // The logout receiver of the test stands on loopback, which is kept from it by default.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});

function server(audience, client) {
  const alg = client.idTokenSignedResponseAlg;
  return { audience, scope: 'case:read case:write', accessTokenFormat: 'jwt', accessTokenTTL: TTL_S, jwt: { sign: { alg } } };
}

async function read(token, audience) {
  const options = { issuer: setup.issuer, audience, typ: 'at+jwt' };
  const { payload } = await jose.jwtVerify(token, jose.createLocalJWKSet({ keys: published }), options);
  return payload;
}

// RFC 8693: an organisation's token and that of who acts for it, for one other gateway.
provider.registerGrantType(EXCHANGE, async (ctx) => {
  const { params, client } = ctx.oidc;
  const token = new provider.AccessToken({ client, gty: 'token_exchange', scope: 'case:read' });
  try {
    const subject = await read(params.subject_token, client.clientId);
    const actor = await read(params.actor_token, client.clientId);
    const { kind, proof, sub } = actor;
    token.accountId = names.get(subject.sub);
    exchanged.set(token, {
      auth_time: Math.min(subject.auth_time, actor.auth_time),
      acr: subject.acr,
      kind: subject.kind,
      proof: subject.proof,
      act: { sub, kind, proof },
    });
  } catch (cause) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: cause.code ?? 'token' };
    return;
  }
  token.resourceServer = new provider.ResourceServer(params.audience, server(params.audience, client));
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: TTL_S,
  };
}, ['audience', 'subject_token', 'subject_token_type', 'actor_token', 'actor_token_type']);

const listening = provider.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: listening.address().port, keys: published }));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
