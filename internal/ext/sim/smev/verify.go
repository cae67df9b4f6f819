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
// answer is the caller's mnemonic, OU of the certificate.
func (s *Service) caller(c *call, target xml.Name) (string, *fault) {
	holder := c.body.child("CallerInformationSystemSignature")
	if holder == nil || holder.child("Signature") == nil {
		return "", signatureFault("NoSignatureFound", "SMEV-100:Не найдена подпись ЭП-ОВ")
	}
	sig, err := xmldsig.VerifyElement(c.raw, holder.XMLName, target)
	if sig != nil && !sig.TargetOK {
		return "", signatureFault("IncorrectSignatureTarget", "SMEV-100:Подписан не тот элемент")
	}
	if err != nil || sig == nil || sig.Err != nil || !sig.DigestOK || !sig.SignatureOK {
		return "", signatureFault("SignatureIsInvalid", "SMEV-100:Подпись ЭП-ОВ недействительна")
	}
	now := s.Now()
	if now.After(sig.Certificate.NotAfter) || now.Before(sig.Certificate.NotBefore) {
		return "", signatureFault("CertificateIsExpired", "SMEV-100:Срок действия сертификата ЭП-ОВ истёк. Сертификат действителен до "+
			sig.Certificate.NotAfter.Format("2006-01-02 15:04"))
	}
	if _, err := sig.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{s.Authority}, At: now}); err != nil {
		return "", signatureFault("CertificateIsNotFound", "SMEV-100:Сертификат ЭП-ОВ не зарегистрирован в СМЭВ")
	}
	mnemonic := sig.Certificate.Subject.Get(gost.OIDOrganizationalUnit)
	if mnemonic == "" {
		return "", voidFault("SenderIsNotRegistered", "Отправитель не зарегистрирован в СМЭВ")
	}
	return mnemonic, nil
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
