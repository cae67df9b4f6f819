package smev

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/gost"
)

// Reference is a file that travels beside SMEV's messages, through its file
// store (Files), because it is too large for them; the message has its hash:
// Streebog in base64, as a public recording of a real answer has it, whose hash
// is the digest that the file's signature is over. Hex is read too.
type Reference struct {
	UUID, Hash, MimeType string
	SignaturePKCS7       []byte // detached, nil for none

	// Name in the store and, of a file of a known structure, the namespace of its
	// schema. Since 1.3 both stand in the message, by three public programs made
	// from its WSDL; before that the store alone knows the name. "" = the UUID.
	Name, Namespace string

	// Of one received: where SMEV put it for us, by the signed message.
	FileName, UserName, Password string
}

// ErrHash means that a file is not the one that the message refers to.
var ErrHash = errors.New("smev: the file is not the one referred to")

// NewReference describes a file to be put into the store under the UUID and
// signs it. The file is read once and not kept.
func NewReference(uuid, mime string, file io.Reader, by gost.Signatory, at time.Time) (r Reference, err error) {
	r = Reference{UUID: uuid, MimeType: mime}
	h := gost.New256()
	r.SignaturePKCS7, err = gost.SignCMSReader(rand.Reader, io.TeeReader(file, h), by, gost.SignOptions{Detached: true, SigningTime: at})
	if err != nil {
		return Reference{}, err
	}
	r.Hash = base64.StdEncoding.EncodeToString(h.Sum(nil))
	return r, r.check()
}

// name in the store.
func (r Reference) name() string {
	if r.Name == "" {
		return r.UUID
	}
	return r.Name
}

// stem is what a name in the store may be: it becomes part of a path there.
var stem = regexp.MustCompile(`^[\p{L}\p{N}_-][\p{L}\p{N}_. -]*$`)

func (r Reference) check() error {
	if _, err := uuid.Parse(r.UUID); err != nil || r.Hash == "" || !mimeType.MatchString(r.MimeType) || !stem.MatchString(r.name()) {
		return fmt.Errorf("smev: reference to a file of type %q without id or hash, or of a wrong name", r.MimeType)
	}
	return nil
}

// write adds the header in the order of the version's schema.
func (r Reference) write(b *bytes.Buffer, version string) {
	b.WriteString(`<b:RefAttachmentHeader>`)
	writeElement(b, "b:uuid", r.UUID)
	if version == "1.3" {
		writeElement(b, "b:FileName", r.name())
		if r.Namespace != "" {
			writeElement(b, "b:NamespaceUri", r.Namespace)
		}
	}
	writeElement(b, "b:Hash", r.Hash)
	writeElement(b, "b:MimeType", r.MimeType)
	if r.SignaturePKCS7 != nil {
		writeElement(b, "b:SignaturePKCS7", base64.StdEncoding.EncodeToString(r.SignaturePKCS7))
	}
	b.WriteString(`</b:RefAttachmentHeader>`)
}

// Verify reads the whole file and compares it with what the message says of it.
// signer is nil for a file without a signature; the chain of its certificate is
// the caller's to judge. The error is *FileError: of reading, ErrHash, or what
// is wrong with the signature, which fetching it again does not put right.
func (r Reference) Verify(file io.Reader) (signer *gost.Certificate, err error) {
	signer, err = r.verify(file)
	var known *FileError
	if err != nil && !errors.As(err, &known) {
		known = &FileError{Operation: "verify", Err: err, last: !errors.Is(err, ErrHash)}
	}
	if known != nil {
		return nil, known
	}
	return signer, nil
}

func (r Reference) verify(file io.Reader) (signer *gost.Certificate, err error) {
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
		r := Reference{UUID: strings.TrimSpace(f.UUID), Hash: strings.TrimSpace(f.Hash), MimeType: strings.TrimSpace(f.MimeType), SignaturePKCS7: unbase64(f.Signature), Name: f.Name, Namespace: f.Namespace}
		if len(r.SignaturePKCS7) == 0 {
			r.SignaturePKCS7 = nil
		}
		for _, p := range s.Places {
			if strings.TrimSpace(p.UUID) == r.UUID {
				r.FileName, r.UserName, r.Password = p.FileName, p.UserName, p.Password
			}
		}
		list = append(list, r)
	}
	return list
}
