package desk

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/refusal"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
)

// perform does the operation on the chosen carrier: "serial", for a signature
// "serial/container". The caller holds op.mu.
func (d *Desk) perform(op *operation, choice, pin string) (*Result, error) {
	serial, box, _ := strings.Cut(choice, "/")
	info, err := d.Tokens.Token(serial)
	if err == nil && op.TokenSerial != "" && !info.Numbered(op.TokenSerial) {
		err = token.ErrNotFound
	}
	if err != nil {
		return nil, tokenError(err)
	}
	if !op.suits(info) {
		return nil, refusal.New(refusal.Carrier, fault.Conflict, fmt.Sprintf("В заявке носитель «%s», а вставлен «%s» № %s. Вставьте носитель из заявки или исправьте заявку.", op.Request.CarrierKind, info.Kind, info.Serial), nil)
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

// suits reports whether a new key may be made on the token: a device must be
// of the kind that the case names.
func (op *operation) suits(t token.Info) bool {
	return op.Request == nil || !t.Device || op.Request.CarrierKind == "" || op.Request.CarrierKind == t.Kind
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
func install(session token.Session, cert *gost.Certificate) ([]byte, error) {
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
	if !back.Has(cert) {
		return nil, errors.New("the certificate read back is another")
	}
	key, err := session.Signer(box.ID)
	if err != nil {
		return nil, err
	}
	h := cert.PublicKey.HashNew()
	h.Write(cert.Raw)
	digest := h.Sum(nil)
	probe, err := key.Sign(rand.Reader, digest, nil)
	if err != nil {
		return nil, err
	}
	if err := gost.Verify(cert.PublicKey, digest, probe); err != nil {
		return nil, fmt.Errorf("the token's private key is not the certificate's: %w", err)
	}
	return gost.MarshalPublicKey(cert.PublicKey)
}

// sign makes a detached CMS with the container's certificate and verifies it
// against the document before anybody gets it.
func sign(session token.Session, box string, document []byte, at time.Time) ([]byte, error) {
	c, err := session.Container(box)
	if err != nil {
		return nil, err
	}
	cert := c.Certificate()
	if cert == nil {
		return nil, token.ErrNotFound
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
	var wrong *token.WrongPIN
	switch {
	case errors.As(err, &wrong):
		return refusal.New(refusal.PIN, fault.Invalid, "Неверный PIN-код. "+attempts(wrong.Left)+".", nil)
	case errors.Is(err, token.ErrRemoved):
		return refusal.New(refusal.NoToken, fault.NotFound, "Носитель вынули во время работы. Вставьте его обратно и повторите.", err)
	case errors.Is(err, token.ErrFull):
		return refusal.New(refusal.TokenFull, fault.Conflict, "На носителе не осталось места. Удалите с него ненужные ключи и сертификаты программой производителя или возьмите другой носитель.", err)
	case errors.Is(err, token.ErrNoGOST):
		return refusal.New(refusal.TokenNoGOST, fault.Conflict, "Носитель не умеет создавать ключи ГОСТ Р 34.10-2012. Возьмите другой носитель.", err)
	case errors.Is(err, token.ErrBlocked):
		return refusal.New(refusal.PINBlocked, fault.Forbidden, "PIN-код носителя заблокирован: попытки исчерпаны. Возьмите другой носитель или обратитесь к администратору.", nil)
	case errors.Is(err, token.ErrNotFound):
		return refusal.New(refusal.NoToken, fault.NotFound, "Носитель или сертификат на нём не найден. Вставьте нужный носитель и повторите.", err)
	}
	return err
}
