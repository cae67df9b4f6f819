package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"signdesk/internal/gost"
)

// Document is what a PDF says of its signatures.
type Document struct {
	// Revisions is how many times the document was saved by appending, the
	// first time included; 0 when Rebuilt.
	Revisions int
	// Rebuilt: the cross-references are broken and the objects were found by
	// scanning; another program may find others.
	Rebuilt bool
	// Stray: there are signature dictionaries in the file that no field leads
	// to: a signature was taken off, or never belonged.
	Stray      bool
	Signatures []Signature // in the order of the form's fields
}

// Signature is one signature of the document.
type Signature struct {
	Field     string // the field's full name
	SubFilter string // adbe.pkcs7.detached, ETSI.CAdES.detached, ETSI.RFC3161
	// What the dictionary says, proved by nothing.
	Name, Reason, Location string
	Date                   time.Time

	// Revision is which revision it signs, counted from 1; Whole: the rest of
	// the file after it is empty.
	Revision int
	Whole    bool
	// Permissions of the certifying signature in force for what comes after
	// this one: 1 nothing, 2 forms and signing, 3 annotations too, 0 none said.
	Permissions int

	Verdict  Verdict
	Problems []Problem           // why Malformed
	Later    []Change            // what came after; of each kind once or a few times
	Signers  []gost.SignerResult // of the CMS message: one
	Message  *gost.SignedData    // to verify certificates with; nil when it cannot be read
	Stamp    *gost.Timestamp     // of a document time-stamp, in place of Signers
	Err      error               // the reason behind the verdict, for the log
}

// Verdict is the one word on a signature. Anything but Valid is a no.
type Verdict string

// The verdicts, from good to bad.
const (
	Valid              Verdict = "valid"               // good, and nothing came after that it does not allow
	ModifiedLater      Verdict = "modified-later"      // good for its revision, which is not what is shown now
	DocumentChanged    Verdict = "document-changed"    // the signed bytes are not the signed ones
	SignatureBroken    Verdict = "signature-broken"    // or the document changed: without attributes nobody can tell
	CertificateMissing Verdict = "certificate-missing" // nothing to check with
	NotGOST            Verdict = "not-gost"            // no verdict of ours
	OutOfUse           Verdict = "out-of-use"          // GOST R 34.10-2001, not asked for
	Unsupported        Verdict = "unsupported"         // a kind of signature with no checks here
	Malformed          Verdict = "malformed"           // the signature does not stand as one must: see Problems
)

// Problem is a fault in how a signature stands in its document.
type Problem string

// The problems.
const (
	BadByteRange      Problem = "byte-range"          // missing, not four numbers, not from the first byte, outside the file
	BadContents       Problem = "contents"            // missing, empty or not a string in hex
	WideGap           Problem = "gap"                 // the ranges leave out more than the signature
	ElsewhereContents Problem = "contents-elsewhere"  // the ranges leave out another place
	TwiceKeys         Problem = "keys-twice"          // a dictionary with a key twice: whose value counts?
	NotInRevision     Problem = "not-in-revision"     // the signed revision has another signature there, or none
	BadRevision       Problem = "revision-incomplete" // what is signed does not end as a document must
	BadMessage        Problem = "message"             // no CMS message, or one that carries a content of its own
)

// ErrNotPDF means bytes that do not begin as a PDF.
var ErrNotPDF = errors.New("not a PDF")

const maxSignatures = 64

// Options of a verification.
type Options struct {
	// Legacy looks into signatures of GOST R 34.10-2001 too: for old extracts,
	// never for anything new. Without it they are OutOfUse.
	Legacy bool
}

// Verify judges the signatures of a PDF. A document without any is no error;
// one that cannot be opened is, ErrEncrypted and ErrNotPDF among the reasons.
func Verify(pdf []byte, o Options) (*Document, error) {
	if len(pdf) > maxFile {
		return nil, fmt.Errorf("PDF: %d bytes are too many", len(pdf))
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	f, err := open(pdf, &budget{maxValues, maxInflated})
	if err != nil {
		return nil, err
	}
	fields, err := f.signatures()
	if err != nil {
		return nil, fmt.Errorf("PDF: form: %w", err)
	}
	if len(fields) > maxSignatures {
		return nil, errors.New("PDF: too many signatures")
	}
	d := &Document{Revisions: f.revisions(), Rebuilt: f.rebuilt, Stray: f.stray(fields)}
	for _, field := range fields {
		d.Signatures = append(d.Signatures, f.judge(field, o))
	}
	return d, nil
}

// stray looks for signature dictionaries outside the known ones.
func (f *file) stray(fields []field) bool {
	for at := 0; ; {
		i := bytes.Index(f.b[at:], []byte("/ByteRange"))
		if i < 0 {
			return false
		}
		at += i
		known := false
		for _, field := range fields {
			known = known || at >= field.at.start && at < field.at.end
		}
		if !known {
			return true
		}
		at++
	}
}
