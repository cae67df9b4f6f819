// The OpenID provider of the sign-in test: oidc-provider, an OpenID Certified
// implementation, with one client and one person, in memory. It lives until
// its stdin ends, so it cannot outlive the test that started it.
//
//   OIDC_REDIRECT_URI  where the browser goes back to (required)
//   OIDC_CLIENT_ID     default console
//   OIDC_CLIENT_SECRET default console-secret
//   OIDC_LOGIN         the only person who may sign in, default anna.belova; any password
//   OIDC_EMAIL, OIDC_NAME
//   OIDC_PORT          default: a free one
//
// The first line printed is the issuer; its /.well-known/openid-configuration
// says the rest. PKCE with S256 is required, nonce is returned. The sign-in
// pages are two plain forms: login and password, then consent (no fields).
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const env = (name, otherwise) => process.env[name] || otherwise;
const login = env('OIDC_LOGIN', 'anna.belova');
const person = {
  sub: login,
  email: env('OIDC_EMAIL', 'anna.belova@centre.example'),
  email_verified: true,
  name: env('OIDC_NAME', 'Белова Анна Сергеевна'),
  preferred_username: login,
};
const redirect = process.env.OIDC_REDIRECT_URI;
if (!redirect) {
  console.error('OIDC_REDIRECT_URI is not set');
  process.exit(2);
}

const server = createServer();
server.listen(Number(env('OIDC_PORT', '0')), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: env('OIDC_CLIENT_ID', 'console'),
      client_secret: env('OIDC_CLIENT_SECRET', 'console-secret'),
      redirect_uris: [redirect],
    }],
    pkce: { required: () => true, methods: ['S256'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false, // claims in the ID token, not at userinfo only
    findAccount: (ctx, id) => (id === login ? { accountId: id, claims: async () => person } : undefined),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});

process.stdin.resume().on('end', () => process.exit(0));
