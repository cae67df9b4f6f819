package smev

import (
	"bytes"
	"encoding/xml"
	"time"

	"signdesk/internal/gost"
)

// caller checks the signature inside the operation's
// CallerInformationSystemSignature: it must cover exactly the element target
// and be made with a certificate of SMEV's authority that is valid now. The
// answer is the caller's mnemonic, OU of the certificate, and the element read
// again from the signed octets, the only thing to believe from here on.
func (s *Service) caller(c *call, target xml.Name) (mnemonic string, signed *node, f *fault) {
	no := func(f *fault) (string, *node, *fault) { return "", nil, f }
	holder := c.part("CallerInformationSystemSignature")
	if !bytes.Contains(holder, []byte("SignatureValue")) {
		return no(signatureFault("NoSignatureFound", "SMEV-100:Не найдена подпись ЭП-ОВ"))
	}
	sig, err := c.doc.VerifyElement(c.typed("CallerInformationSystemSignature"), target)
	if err != nil {
		uri, id := referenceURI.FindSubmatch(holder), idOf.FindSubmatch(c.part(target.Local))
		if uri == nil || id == nil || !bytes.Equal(uri[1], id[1]) {
			return no(signatureFault("IncorrectSignatureTarget", "SMEV-100:Подписан не тот элемент"))
		}
		return no(signatureFault("SignatureIsInvalid", "SMEV-100:Подпись ЭП-ОВ недействительна"))
	}
	now := s.Now()
	if now.After(sig.Certificate.NotAfter) || now.Before(sig.Certificate.NotBefore) {
		return no(signatureFault("CertificateIsExpired", "SMEV-100:Срок действия сертификата ЭП-ОВ истёк. Сертификат действителен до "+
			sig.Certificate.NotAfter.Format("2006-01-02 15:04")))
	}
	if !s.known(sig.Certificate, now) {
		return no(signatureFault("CertificateIsNotFound", "SMEV-100:Сертификат ЭП-ОВ не зарегистрирован в СМЭВ"))
	}
	if mnemonic = sig.Certificate.Subject.Get(gost.OIDOrganizationalUnit); mnemonic == "" {
		return no(voidFault("SenderIsNotRegistered", "Отправитель не зарегистрирован в СМЭВ"))
	}
	signed = &node{}
	if err := xml.Unmarshal(sig.Signed, signed); err != nil {
		return no(clientFault("подписанный элемент не разобран"))
	}
	return mnemonic, signed, nil
}

// known reports whether SMEV's authority issued the certificate. It remembers
// those it did: the chain of one caller is walked once.
func (s *Service) known(cert *gost.Certificate, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.callers[string(cert.Raw)] {
		return true
	}
	if _, err := cert.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{s.Authority}, At: now}); err != nil {
		return false
	}
	if s.callers == nil || len(s.callers) > 1000 {
		s.callers = map[string]bool{}
	}
	s.callers[string(cert.Raw)] = true
	return true
}

// clock is the time by SMEV's clock.
func (s *Service) clock() time.Time {
	return s.Now().Add(time.Duration(s.Knobs().SkewSeconds * float64(time.Second)))
}

func (s *Service) fresh(t time.Time) bool {
	d := s.clock().Sub(t)
	return d > -window && d < window
}

// moscow is the zone of an xs:dateTime without one.
var moscow = time.FixedZone("MSK", 3*3600)

func parseTimestamp(v string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
		return t, nil
	}
	return time.ParseInLocation("2006-01-02T15:04:05.999999999", v, moscow)
}
