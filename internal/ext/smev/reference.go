package smev

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"signdesk/internal/gost"
)

// Reference is a file that travels beside SMEV's messages, through its file
// store, because it is too large for them; the message has its hash. How the
// hash is written is **unsure**: Streebog-256 in base64 is written, hex and the
// longer hash are read too.
type Reference struct {
	UUID, Hash, MimeType string
	SignaturePKCS7       []byte // detached, nil for none

	// Of one received: where SMEV put it for us.
	FileName, UserName, Password string
}

// ErrHash means that a file is not the one that the message refers to.
var ErrHash = errors.New("smev: the file is not the one referred to")

// NewReference describes a file put into the store under the UUID and signs it.
func NewReference(uuid, mime string, content []byte, by gost.Signatory) (Reference, error) {
	hash := gost.Sum256(content)
	r := Reference{UUID: uuid, Hash: base64.StdEncoding.EncodeToString(hash[:]), MimeType: mime}
	var err error
	if r.SignaturePKCS7, err = gost.SignCMS(rand.Reader, content, by.Certificate, by.Key, gost.SignOptions{Detached: true}); err != nil {
		return Reference{}, err
	}
	return r, r.check()
}

func (r Reference) check() error {
	if r.UUID == "" || r.Hash == "" || !mimeType.MatchString(r.MimeType) {
		return fmt.Errorf("smev: reference to a file of type %q without id or hash", r.MimeType)
	}
	return nil
}

// Verify reads the whole file and compares it with what the message says of it.
// signer is nil for a file without a signature; the chain of its certificate is
// the caller's to judge. The error is ErrHash, or what is wrong with the
// signature.
func (r Reference) Verify(file io.Reader) (signer *gost.Certificate, err error) {
	want := unbase64(r.Hash)
	if b, err := hex.DecodeString(r.Hash); err == nil {
		want = b
	}
	h := gost.New256()
	if len(want) == 64 {
		h = gost.New512()
	}
	if r.SignaturePKCS7 == nil {
		if _, err := io.Copy(h, file); err != nil {
			return nil, err
		}
		return nil, r.same(h.Sum(nil), want)
	}
	m, err := gost.ParseCMS(r.SignaturePKCS7)
	if err != nil {
		return nil, err
	}
	all, err := m.VerifyReader(io.TeeReader(file, h))
	if err != nil {
		return nil, err
	}
	if err := r.same(h.Sum(nil), want); err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.Err != nil {
			return nil, s.Err
		}
		signer = s.Certificate
	}
	return signer, nil
}

func (r Reference) same(got, want []byte) error {
	if len(want) == 0 || !bytes.Equal(got, want) {
		return ErrHash
	}
	return nil
}

// stored is FSAttachmentsList: where the files of a message lie for us.
type stored struct {
	Places []struct {
		UUID     string `xml:"uuid"`
		UserName string `xml:"UserName"`
		Password string `xml:"Password"`
		FileName string `xml:"FileName"`
	} `xml:"FSAttachmentsList>FSAttachment"`
}

func (h headers) references(s stored) (list []Reference) {
	for _, f := range h.Refs {
		r := Reference{UUID: f.UUID, Hash: f.Hash, MimeType: f.MimeType, SignaturePKCS7: unbase64(f.Signature)}
		if len(r.SignaturePKCS7) == 0 {
			r.SignaturePKCS7 = nil
		}
		for _, p := range s.Places {
			if p.UUID == f.UUID {
				r.FileName, r.UserName, r.Password = p.FileName, p.UserName, p.Password
			}
		}
		list = append(list, r)
	}
	return list
}
