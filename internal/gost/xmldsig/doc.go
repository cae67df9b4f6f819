// Package xmldsig signs and verifies XML the way the Russian state exchange
// SMEV 3 demands it: XML Signature with GOST algorithms over one element named
// by its Id attribute, exclusive C14N 1.0 followed by the exchange's own
// transform urn://smev-gov-ru/xmldsig/transform.
//
// A signature is as good as the reader under it, so the package reads XML by
// itself: UTF-8 and windows-1251, namespaces resolved, no DTD (hence no entities
// of the document's own), sizes bounded, no step that costs more in a larger
// document. Canonical octets are written from that one tree, and VerifyElement
// hands back the very octets that were digested: a caller that decodes those
// cannot be shown one thing and verify another.
//
// What is signed must stand where the message-exchange schema puts it, up to
// the Body of the envelope, and no other element may answer to its Id.
// Everything else about a signature that SMEV does not prescribe is refused
// with the reason, also where XML Signature would allow it.
//
// Sources: "Exclusive XML Canonicalization 1.0" (W3C, 2002), "XML Signature
// Syntax and Processing" (W3C, 2008), the SMEV 3 methodical recommendations
// for the transform, the message-exchange 1.1 schemas for what each signature
// place must sign.
package xmldsig

import "errors"

// Limits of one document. A SMEV envelope without attachments is under 5 MB;
// attachments travel inline as base64 at most tenfold that.
const (
	maxDocument   = 64 << 20  // octets read
	maxForm       = 96 << 20  // octets of one canonical form
	maxForms      = 256 << 20 // octets of all forms that verifying one document takes
	maxNodes      = 1 << 19   // elements, texts, comments, processing instructions
	maxDepth      = 128       // elements inside each other
	maxAttributes = 256       // attributes and namespace declarations of one element
	maxSignatures = 32        // signatures looked at in one document
)

// Errors of reading that a caller may want to tell apart.
var (
	// ErrDTD is returned for a document with a document type declaration.
	ErrDTD = errors.New("xmldsig: document type declaration refused")
	// ErrTooLarge is returned when a limit on size, depth or counts is exceeded.
	ErrTooLarge = errors.New("xmldsig: document exceeds the limits")
)
