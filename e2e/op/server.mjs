// An OpenID provider that behaves like ProConnect, for tests only: signed userinfo, the claims parameter, acr, short
// lives, back-channel and RP-initiated logout, and no authorize parameter that ProConnect does not document.
//
// OP_CLIENTS is a JSON array of clients (client metadata of OpenID Connect Registration). OP_PORT is a port, 0 by
// default. The first line on the output is "issuer <url>". It listens on loopback and ends with its input.
import { createServer } from 'node:http'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import Provider from 'oidc-provider'
import { people } from './people.mjs'

const documented = new Set([
  'response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce', 'claims', 'prompt', 'idp_hint', 'login_hint',
  'acr_values', 'code_challenge', 'code_challenge_method',
])

const server = createServer()
server.listen(Number(process.env.OP_PORT ?? 0), '127.0.0.1')
await once(server, 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: JSON.parse(process.env.OP_CLIENTS ?? '[]'),
  jwks: { keys: [privateKey('rsa', 'RS256', { modulusLength: 2048 }), privateKey('ec', 'ES256', { namedCurve: 'P-256' })] },
  cookies: { keys: [randomBytes(32).toString('hex')], names: { session: 'op_session', interaction: 'op_interaction', resume: 'op_resume' } },
  acrValues: ['eidas1', 'eidas2', 'eidas3'],
  claims: {
    openid: ['sub', 'idp_id', 'organization_label'], acr: null, amr: null, sid: null, auth_time: null, iss: null,
    given_name: ['given_name'], usual_name: ['usual_name'], email: ['email'], siret: ['siret'], idp_id: ['idp_id'],
    uid: ['uid'], organizational_unit: ['organizational_unit'], roles: ['roles'],
  },
  clientDefaults: { response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post' },
  conformIdTokenClaims: true,
  pkce: { methods: ['S256'], required: () => false },
  // As ProConnect: a code of 30 s, tokens of 60 s.
  ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Session: 3600, Grant: 3600, Interaction: 600 },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    backchannelLogout: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: confirmLogout, postLogoutSuccessSource: (ctx) => { ctx.body = page('Signed out', '') } },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => (people[id] ? { accountId: id, claims: () => claimsOf(id) } : undefined),
  loadExistingGrant: grantWhatIsAsked,
  renderError: (ctx, out) => { ctx.type = 'html'; ctx.body = page('Error', `<p>${escape(out.error)}: ${escape(out.error_description ?? '')}</p>`) },
})

// Back-channel logout tokens go to loopback: neither a proxy nor a slow answer may hold a test up.
const serve = provider.callback()
server.on('request', (req, res) => {
  route(req, res).catch((err) => {
    res.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(err.message))
  })
})

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
console.log(`issuer ${issuer}`)

async function route(req, res) {
  const url = new URL(req.url, issuer)
  if (url.pathname === '/auth') {
    const strange = [...url.searchParams.keys()].filter((name) => !documented.has(name))
    const short = ['state', 'nonce'].filter((name) => (url.searchParams.get(name) ?? '').length < 32)
    if (strange.length || short.length) {
      res.writeHead(400, { 'Content-Type': 'text/plain' }).end(`Y000400 ${[...strange, ...short].join(' ')}`)
      return
    }
  }
  const [, area, uid] = url.pathname.split('/')
  if (area === 'interaction' && uid) {
    await (req.method === 'POST' ? finishInteraction(req, res) : showForm(req, res))
    return
  }
  serve(req, res)
}

async function showForm(req, res) {
  const { uid } = await provider.interactionDetails(req, res)
  const options = Object.entries(people)
    .map(([id, p]) => `<option value="${id}">${escape(`${p.given_name} ${p.usual_name}, ${p.organization_label}, ${p.acr}`)}</option>`)
    .join('')
  const form = `<form method="post" action="/interaction/${uid}">
<label>Person <select name="login">${options}</select></label>
<button name="answer" value="yes">Sign in</button> <button name="answer" value="no">Refuse</button></form>`
  res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page('Sign in', form))
}

async function finishInteraction(req, res) {
  const { prompt } = await provider.interactionDetails(req, res)
  const form = new URLSearchParams(await bodyOf(req))
  const person = people[form.get('login')]
  await provider.interactionFinished(req, res, resultOf(form, person, prompt), { mergeWithLastSubmission: false })
}

// ProConnect's answers: a refusal, and a level that the person cannot reach, are access_denied.
function resultOf(form, person, prompt) {
  if (!person || form.get('answer') === 'no') {
    return { error: 'access_denied', error_description: 'User auth aborted' }
  }
  const wanted = prompt.details.acr?.values
  if (wanted && !wanted.includes(person.acr)) {
    return { error: 'access_denied', error_description: 'requested ACRs could not be satisfied' }
  }
  return { login: { accountId: form.get('login'), acr: person.acr, amr: person.amr } }
}

// grantWhatIsAsked spares people the consent, as ProConnect does.
async function grantWhatIsAsked(ctx) {
  const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
  grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '))
  grant.addOIDCClaims([...ctx.oidc.requestParamClaims])
  await grant.save()
  return grant
}

function claimsOf(id) {
  const { acr, amr, ...said } = people[id]
  return { sub: id, uid: id, ...said }
}

function confirmLogout(ctx, form) {
  // The button is inside the form that the library renders, so that a plain post of its fields confirms.
  ctx.body = page('Sign out', form.replace('</form>', '<button name="logout" value="yes">Sign out</button></form>'))
}

function privateKey(type, alg, options) {
  const { privateKey } = generateKeyPairSync(type, options)
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg.toLowerCase() }
}

async function bodyOf(req) {
  let body = ''
  for await (const chunk of req) {
    body += chunk
    if (body.length > 16384) throw new Error('form too large')
  }
  return body
}

function page(title, content) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1>${content}</body></html>`
}

function escape(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
