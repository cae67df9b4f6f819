package pdfsig

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"signdesk/internal/gost"
)

// judge checks one signature: how it stands, what it says, what came after.
func (f *file) judge(in field, o Options) Signature {
	s := Signature{Field: in.name}
	s.describe(f, in.dict)
	gap, end, problems := f.ranges(in)
	if problems != nil {
		s.Problems, s.Verdict = problems, Malformed
		s.Err = fmt.Errorf("PDF signature: %v", problems)
		return s
	}
	signed := f
	if s.Whole = blank(f.b[end:]); !s.Whole {
		var err error
		if signed, err = f.revision(in, end); err != nil {
			s.Problems, s.Verdict, s.Err = []Problem{BadRevision}, Malformed, err
			if errors.Is(err, errNotInRevision) {
				s.Problems[0] = NotInRevision
			}
			return s
		}
	}
	s.describe(signed, in.dict) // what it refers to may have changed since
	s.Revision = signed.revisions()
	s.Permissions = max(signed.permissions(), signed.certifies(in.dict))
	s.checkMessage(in, o, f.b[:gap[0]], f.b[gap[1]:end])
	if !s.Whole {
		s.Later = signed.compare(f, end, s.Permissions, signed.transform(in.dict, "FieldMDP"))
		if s.Verdict == Valid && !allAllowed(s.Later) {
			s.Verdict = ModifiedLater
		}
	}
	return s
}

// describe reads what the dictionary says.
func (s *Signature) describe(f *file, d dict) {
	word := func(key name) string {
		t, _ := f.resolve(d[key]).(text)
		return decodeText(t.b)
	}
	s.Name, s.Reason, s.Location = word("Name"), word("Reason"), word("Location")
	if t, ok := f.resolve(d["M"]).(text); ok {
		s.Date = decodeDate(t.b)
	}
	subFilter, _ := f.resolve(d["SubFilter"]).(name)
	s.SubFilter = string(subFilter)
}

// blank: nothing but the line ends some programs leave behind.
func blank(b []byte) bool { return len(b) < 16 && len(bytes.Trim(b, "\r\n")) == 0 }

// ranges reads ByteRange and holds it against the place of Contents: the gap
// must be that very string, its brackets included (ISO 32000-1, 12.8.1).
func (f *file) ranges(in field) (gap [2]int, end int, problems []Problem) {
	if in.at.twice {
		problems = append(problems, TwiceKeys)
	}
	contents, ok := in.dict["Contents"].(text)
	if !ok || !contents.hex || contents.start < 0 || len(contents.b) == 0 {
		problems = append(problems, BadContents)
	}
	list, _ := in.dict["ByteRange"].(array)
	var n [4]int
	for i, v := range list {
		number, ok := v.(int)
		if i == len(n) || !ok || number < 0 || number > len(f.b) {
			return gap, 0, append(problems, BadByteRange)
		}
		n[i] = number
	}
	gap, end = [2]int{n[1], n[2]}, n[2]+n[3]
	if len(list) != len(n) || n[0] != 0 || n[1] == 0 || n[2] <= n[1] || n[3] == 0 || end > len(f.b) {
		return gap, 0, append(problems, BadByteRange)
	}
	switch {
	case gap == [2]int{contents.start, contents.end}:
	case contents.start >= gap[0] && contents.end <= gap[1]:
		problems = append(problems, WideGap)
	default:
		problems = append(problems, ElsewhereContents)
	}
	return gap, end, problems
}

var errNotInRevision = errors.New("PDF: the signed revision has no such signature")

// revision opens the document as it was when it was signed. It must be one by
// itself, and its own cross-references must lead to the same signature.
func (f *file) revision(in field, end int) (*file, error) {
	at := lastIndex(f.b[:end], "startxref", 2048)
	if at < 0 || !bytes.HasPrefix(endOf(f.b[at:end]), []byte("%%EOF")) {
		return nil, errors.New("PDF: what is signed has no end")
	}
	signed, err := open(f.b[:end:end], f.budget)
	if err != nil {
		return nil, err
	}
	if signed.rebuilt && !f.rebuilt {
		return nil, errors.New("PDF: what is signed has broken cross-references")
	}
	fields, err := signed.signatures()
	if err != nil {
		return nil, err
	}
	for _, field := range fields {
		if field.in == in.in && field.name == in.name && field.at.start == in.at.start && field.at.end == in.at.end {
			return signed, nil
		}
	}
	return nil, errNotInRevision
}

// endOf returns what follows startxref and its number.
func endOf(b []byte) []byte {
	l := lexer{b: b}
	l.token() //nolint:errcheck // startxref itself
	if n, _ := l.token(); n == nil {
		return nil
	}
	rest := bytes.TrimLeft(b[l.at:], " \r\n\t")
	if !blank(bytes.TrimPrefix(rest, []byte("%%EOF"))) {
		return nil
	}
	return rest
}

// checkMessage verifies the CMS message over the two ranges.
func (s *Signature) checkMessage(in field, o Options, before, after []byte) {
	contents := in.dict["Contents"].(text)
	ranges := io.MultiReader(bytes.NewReader(before), bytes.NewReader(after))
	fail := func(v Verdict, err error) {
		s.Verdict, s.Err = v, err
	}
	switch s.SubFilter {
	case "adbe.pkcs7.detached", "ETSI.CAdES.detached", "ETSI.RFC3161":
	default:
		fail(Unsupported, fmt.Errorf("PDF signature: SubFilter %q", s.SubFilter))
		return
	}
	message, err := gost.ParsePaddedCMS([]byte(contents.b))
	stamp := s.SubFilter == "ETSI.RFC3161"
	if err == nil && (message.Content != nil) != stamp {
		err = errors.New("the message carries a content of its own")
	}
	if err != nil {
		s.Problems = []Problem{BadMessage}
		fail(Malformed, fmt.Errorf("PDF signature: %w", err))
		return
	}
	message.Legacy = o.Legacy
	s.Message = message
	if stamp {
		t := message.Timestamp(ranges, nil)
		s.Stamp, err = &t, t.Err
		if err != nil && !t.ImprintOK {
			fail(DocumentChanged, err)
			return
		}
	} else {
		if s.Signers, err = message.VerifyReader(ranges); err != nil {
			s.Problems = []Problem{BadMessage}
			fail(Malformed, err)
			return
		}
		for _, r := range s.Signers {
			err = errors.Join(err, r.Err)
		}
	}
	switch {
	case err == nil:
		fail(Valid, nil)
	case errors.Is(err, gost.ErrLegacy):
		fail(OutOfUse, err)
	case errors.Is(err, gost.ErrContent):
		fail(DocumentChanged, err)
	case errors.Is(err, gost.ErrSignature):
		fail(SignatureBroken, err)
	case errors.Is(err, gost.ErrNoSigner):
		fail(CertificateMissing, err)
	case errors.Is(err, gost.ErrNotGOST):
		fail(NotGOST, err)
	default: // a time-stamp by a certificate for something else
		fail(SignatureBroken, err)
	}
}
