// Package esia signs people in through ESIA, the state's identification
// system («Госуслуги»), and reads what they agreed to show: who they are and
// which organisations they speak for.
//
// The browser is sent to SignInURL with an Attempt kept in its session, comes
// back with a code or a refusal, and Finish exchanges the code for tokens. There
// is no shared secret: every request carries a client_secret, the raw GOST
// signature over its own parameters, and the hash of the certificate ESIA shall
// verify it by. ESIA answers with a signed id_token, which go-oidc verifies
// through a key set of ours, since JOSE knows no GOST. The access token opens
// the REST interface for minutes; it is held in a Session, never printed and
// never stored.
//
// ESIA has no discovery document, and its rules change with every edition of
// the «Методические рекомендации по использованию ЕСИА». Paths, the order of
// the parameters under the signature, the form of the time and the hash are
// therefore fields with defaults: v2/ac and v3/te, which the raw signature
// belongs to. The names of REST fields follow answers recorded in public
// clients (esia-connector, EsiaNET, go-api-epgu). Not confirmed by a recorded
// answer, and so to be looked at with the first real contour: the fields of
// roles, and whether tokens name their key (kid).
package esia
