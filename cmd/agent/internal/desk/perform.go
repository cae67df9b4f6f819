package desk

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/softtoken"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

// perform does the operation on the chosen carrier: "serial", for a signature
// "serial/container". The caller holds op.mu.
func (d *Desk) perform(op *operation, choice, pin string) (*Result, error) {
	serial, box, _ := strings.Cut(choice, "/")
	info, err := d.Tokens.Token(serial)
	if err == nil && op.TokenSerial != "" && op.TokenSerial != serial {
		err = softtoken.ErrNotFound
	}
	if err != nil {
		return nil, tokenError(err)
	}
	var cert *gost.Certificate
	if op.Kind == envelope.KindInstall {
		// Compared before the PIN is asked of the token: a certificate for
		// another carrier costs no attempt.
		if cert, err = op.certificate(); err != nil {
			return nil, err
		}
		if _, ok := info.Find(cert.PublicKey); !ok {
			return nil, keyMismatch(fmt.Errorf("token %s has no container with the certificate's key", serial))
		}
	}
	session, err := d.Tokens.Login(serial, pin)
	if err != nil {
		return nil, tokenError(err)
	}
	defer session.Close()

	result := &Result{TokenSerial: info.Serial, TokenKind: info.Kind, TokenLabel: info.Label}
	switch op.Kind {
	case envelope.KindRequest:
		result.CSR, result.PublicKey, err = makeRequest(session, op.Request)
	case envelope.KindInstall:
		result.PublicKey, err = install(session, cert)
		result.Installed = err == nil
	case envelope.KindSign:
		result.CMS, err = sign(session, box, op.Sign.Document, d.Now())
	default:
		err = fmt.Errorf("kind %q", op.Kind)
	}
	if err != nil {
		return nil, tokenError(err)
	}
	return result, nil
}

// makeRequest makes a key pair and its request, and reads the request back as
// the CA will: signature, key, subject and extensions must be what was asked.
// A pair whose request failed does not stay on the token.
func makeRequest(session *softtoken.Session, want *envelope.Request) (csr, spki []byte, err error) {
	box, err := session.GenerateKey()
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, session.Delete(box.ID))
		}
	}()
	key, err := session.Signer(box.ID)
	if err != nil {
		return nil, nil, err
	}
	template := new(gost.RequestTemplate)
	if template.Subject, err = subject(want); err != nil {
		return nil, nil, err
	}
	for _, e := range want.Extensions {
		oid, err := envelope.ParseOID(e.OID)
		if err != nil {
			return nil, nil, err
		}
		template.Extensions = append(template.Extensions, pkix.Extension{Id: oid, Critical: e.Critical, Value: e.Value})
	}
	if csr, err = gost.CreateRequest(rand.Reader, template, key); err != nil {
		return nil, nil, err
	}
	if err := verifyRequest(csr, template, box.PublicKey); err != nil {
		return nil, nil, fmt.Errorf("made request does not verify: %w", err)
	}
	spki, err = gost.MarshalPublicKey(box.PublicKey)
	return csr, spki, err
}

func verifyRequest(csr []byte, want *gost.RequestTemplate, pub *gost.PublicKey) error {
	got, err := gost.ParseRequest(csr)
	if err != nil {
		return err
	}
	if err := got.CheckSignature(); err != nil {
		return err
	}
	name, err := want.Subject.Marshal()
	if err != nil {
		return err
	}
	switch {
	case !got.PublicKey.Equal(pub):
		return errors.New("another key")
	case !bytes.Equal(got.RawSubject, name):
		return errors.New("another subject")
	case len(got.Extensions) != len(want.Extensions):
		return errors.New("other extensions")
	}
	for i, e := range got.Extensions {
		w := want.Extensions[i]
		if !e.Id.Equal(w.Id) || e.Critical != w.Critical || !bytes.Equal(e.Value, w.Value) {
			return fmt.Errorf("another extension %s", w.Id)
		}
	}
	return nil
}

func subject(r *envelope.Request) (gost.Name, error) {
	var name gost.Name
	for _, a := range r.Subject {
		oid, err := envelope.ParseOID(a.OID)
		if err != nil {
			return nil, err
		}
		name = append(name, gost.Attribute{Type: oid, Value: a.Value})
	}
	return name, nil
}

// certificate is the one to install; its key must be the key that the console
// expects.
func (op *operation) certificate() (*gost.Certificate, error) {
	cert, err := gost.ParseCertificate(op.Install.Certificate)
	if err != nil {
		return nil, refusal.New(refusal.Malformed, fault.Invalid, "Файл не является сертификатом ГОСТ Р 34.10-2012. Получите сертификат из УЦ ещё раз.", err)
	}
	want, err := gost.ParsePublicKey(op.Install.PublicKey)
	if err != nil {
		return nil, refusal.New(refusal.Malformed, fault.Invalid, "Открытый ключ запроса не читается. Обновите страницу консоли.", err)
	}
	if !want.Equal(cert.PublicKey) {
		return nil, keyMismatch(errors.New("the certificate's key is not the request's"))
	}
	return cert, nil
}

// install puts the certificate beside its key, reads it back, and proves with
// a signature that the private key on the token is the certificate's.
func install(session *softtoken.Session, cert *gost.Certificate) ([]byte, error) {
	box, err := session.Find(cert.PublicKey)
	if err != nil {
		return nil, keyMismatch(err)
	}
	if err := session.Install(box.ID, cert); err != nil {
		return nil, err
	}
	back, err := session.Container(box.ID)
	if err != nil {
		return nil, fmt.Errorf("read the certificate back: %w", err)
	}
	if last := back.Certificate(); last == nil || !bytes.Equal(last.Raw, cert.Raw) {
		return nil, errors.New("the certificate read back is another")
	}
	key, err := session.Signer(box.ID)
	if err != nil {
		return nil, err
	}
	digest := gost.Sum256(cert.Raw)
	probe, err := key.Sign(rand.Reader, digest[:], nil)
	if err != nil {
		return nil, err
	}
	if err := gost.Verify(cert.PublicKey, digest[:], probe); err != nil {
		return nil, fmt.Errorf("the token's private key is not the certificate's: %w", err)
	}
	return gost.MarshalPublicKey(cert.PublicKey)
}

// sign makes a detached CMS with the container's certificate and verifies it
// against the document before anybody gets it.
func sign(session *softtoken.Session, box string, document []byte, at time.Time) ([]byte, error) {
	c, err := session.Container(box)
	if err != nil {
		return nil, err
	}
	cert := c.Certificate()
	if cert == nil {
		return nil, softtoken.ErrNotFound
	}
	key, err := session.Signer(box)
	if err != nil {
		return nil, err
	}
	cms, err := gost.SignCMS(rand.Reader, document, cert, key, gost.SignOptions{Detached: true, SigningTime: at.UTC().Truncate(time.Second)})
	if err != nil {
		return nil, err
	}
	signed, err := gost.ParseCMS(cms)
	if err != nil {
		return nil, fmt.Errorf("made signature does not parse: %w", err)
	}
	results, err := signed.Verify(document)
	if err != nil {
		return nil, fmt.Errorf("made signature does not verify: %w", err)
	}
	if len(results) != 1 || results[0].Err != nil || results[0].Certificate == nil || !bytes.Equal(results[0].Certificate.Raw, cert.Raw) {
		return nil, errors.New("made signature does not verify")
	}
	return cms, nil
}

func keyMismatch(err error) error {
	return refusal.New(refusal.KeyMismatch, fault.Conflict, "Сертификат выпущен для другого ключа: на этом носителе такого ключа нет. Вставьте носитель, на котором создавали запрос.", err)
}

// tokenError gives the token's errors their words.
func tokenError(err error) error {
	var wrong *softtoken.WrongPIN
	switch {
	case errors.As(err, &wrong):
		return refusal.New(refusal.PIN, fault.Invalid, "Неверный PIN-код. "+attempts(wrong.Left)+".", nil)
	case errors.Is(err, softtoken.ErrBlocked):
		return refusal.New(refusal.PINBlocked, fault.Forbidden, "PIN-код носителя заблокирован: попытки исчерпаны. Возьмите другой носитель или обратитесь к администратору.", nil)
	case errors.Is(err, softtoken.ErrNotFound):
		return refusal.New(refusal.NoToken, fault.NotFound, "Носитель или сертификат на нём не найден. Вставьте нужный носитель и повторите.", err)
	}
	return err
}
