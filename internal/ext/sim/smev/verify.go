package smev

import (
	"encoding/xml"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

// caller checks the signature inside the operation's
// CallerInformationSystemSignature: it must cover exactly the element target
// and be made with a certificate of SMEV's authority that is valid now. The
// answer is the caller's mnemonic, OU of the certificate, and the element read
// again from the signed octets, the only thing to believe from here on.
func (s *Service) caller(c *call, target xml.Name) (mnemonic string, signed *node, f *fault) {
	holder := c.body.child("CallerInformationSystemSignature")
	if holder == nil || holder.child("Signature") == nil {
		return "", nil, signatureFault("NoSignatureFound", "SMEV-100:Не найдена подпись ЭП-ОВ")
	}
	sig, err := xmldsig.VerifyElement(c.raw, holder.XMLName, target)
	if err != nil && !refersTo(holder, c.body.child(target.Local)) {
		return "", nil, signatureFault("IncorrectSignatureTarget", "SMEV-100:Подписан не тот элемент")
	}
	if err != nil {
		return "", nil, signatureFault("SignatureIsInvalid", "SMEV-100:Подпись ЭП-ОВ недействительна")
	}
	now := s.Now()
	if now.After(sig.Certificate.NotAfter) || now.Before(sig.Certificate.NotBefore) {
		return "", nil, signatureFault("CertificateIsExpired", "SMEV-100:Срок действия сертификата ЭП-ОВ истёк. Сертификат действителен до "+
			sig.Certificate.NotAfter.Format("2006-01-02 15:04"))
	}
	if _, err := sig.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{s.Authority}, At: now}); err != nil {
		return "", nil, signatureFault("CertificateIsNotFound", "SMEV-100:Сертификат ЭП-ОВ не зарегистрирован в СМЭВ")
	}
	if mnemonic = sig.Certificate.Subject.Get(gost.OIDOrganizationalUnit); mnemonic == "" {
		return "", nil, voidFault("SenderIsNotRegistered", "Отправитель не зарегистрирован в СМЭВ")
	}
	signed = &node{}
	if err := xml.Unmarshal(sig.Signed, signed); err != nil {
		return "", nil, clientFault("подписанный элемент не разобран")
	}
	return mnemonic, signed, nil
}

// refersTo reports whether the signature's Reference names the element's Id.
func refersTo(holder, target *node) bool {
	at := holder
	for _, name := range []string{"Signature", "SignedInfo", "Reference"} {
		if at = at.child(name); at == nil {
			return false
		}
	}
	return target != nil && at.attr("URI") == "#"+target.attr("Id")
}

func (s *Service) fresh(t time.Time) bool {
	d := s.Now().Sub(t)
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
