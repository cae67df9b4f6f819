// Package pdfsig judges the electronic signatures of a PDF: bytes in, verdicts
// out, in plain fields with English codes that the screens put into words.
//
// A PDF is signed over two ranges of its bytes, everything but the hole where
// the signature itself stands (ISO 32000-1, 12.8.1), and it grows by appended
// revisions, each of which may replace any object of those before. So a good
// signature alone says little. Verify asks, signature by signature:
//
//   - is the hole exactly the signature's own value, and do the ranges begin at
//     the first byte and end inside the file;
//   - is the CMS message in it good over these bytes (package gost);
//   - is what the ranges cover a whole revision, in which the signature already
//     stood;
//   - what did later revisions change. The document is opened twice, as it was
//     signed and as it is, and both are walked side by side from the root: a
//     further signature, a time-stamp, validation data, filled fields and
//     annotations are told from changed content, and all of these from bytes that
//     belong to nothing. Replaced fonts, contents, appearances and objects that
//     were only referred to before are differences on that walk.
//
// A document with broken cross-references is read by scanning for its objects,
// and the verdict says so. Whose certificate it is, when it was valid and
// whether a time-stamp counts is the caller's business: the certificates are in
// the result. It is a technical check.
//
// ReadPages reads what the pages show, by the same parser: what is compared with
// a client's card is the document whose signature was judged.
//
// The input is anybody's: size, depth, number of objects and inflated bytes are
// limited, nothing is followed twice.
package pdfsig
