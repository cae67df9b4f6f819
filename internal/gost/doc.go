// Package gost is the Russian signature standard in plain Go: the Streebog hash
// (GOST R 34.11-2012), the signature GOST R 34.10-2012 on every parameter set
// of RFC 9215, and the wrappings they travel in: public and private keys,
// names, certificate requests, certificates, revocation lists, OCSP and signed
// messages (CMS).
//
// It is pure: no database, no network, no clock. Time is an argument, so is
// randomness. Everything that parses foreign bytes has limits and never
// panics. What the standards leave open is written the way OpenSSL's gost
// engine and CryptoPro write it and read a little more widely:
//
//   - a digest is a little-endian number, the coordinates of a public key and
//     a private key are little-endian too, a signature is s||r, each half
//     big-endian;
//   - the parameters of a signature algorithm are written absent and accepted
//     absent or NULL;
//   - in CMS the signature algorithm may be the key's identifier.
//
// Read strictly: a signature of any other length, numbers outside [1, q-1],
// points off the curve or outside the prime-order subgroup, and a 256-bit key
// under a 512-bit identifier are refused, although OpenSSL takes some of them.
//
// Signing takes the same time and touches the same memory whatever the key and
// the nonce; checking a signature, where nothing is secret, does not pay for
// that. Both count in fixed words: no arithmetic of math/big, no allocations on
// the way.
//
// Certificates are verified by RFC 5280: Certificate.VerifyPath tries every
// chain to a trusted root and obeys path lengths, name and policy constraints,
// usages, dates and revocations, known by lists or by OCSP answers; what is
// unknown is said to be unknown. It refuses a certificate authority without
// basicConstraints, a list by another key of its issuer's name, delta and
// indirect lists, and a responder whose own status cannot be learnt, although
// OpenSSL takes all of them but the deltas. CheckQualified holds a certificate
// against the form of a qualified one, by the edition of FSB order 795 in force
// when it was issued.
//
// Of the previous standard, GOST R 34.10-2001 with GOST R 34.11-94, signatures
// are read and nothing else: its keys are another type (LegacyKey), and a chain
// or a message says ErrLegacy unless VerifyOptions.Legacy or SignedData.Legacy
// asks for them. Only the check of old extracts does.
//
// The package is not a certified cryptographic means; its verdict is a
// technical check.
package gost
