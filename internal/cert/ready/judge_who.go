package ready

import (
	"crypto/x509"
	"strings"

	"signdesk/internal/gost"
	"signdesk/internal/org"
	"signdesk/internal/owner"
)

// person is F376: the certificate's surname, name and patronymic are the owner's.
func person(c *gost.Certificate, w *owner.Owner) Check {
	k := Check{Code: "person", Name: "ФИО"}
	surname, given := c.Subject.Get(gost.OIDSurname), c.Subject.Get(gost.OIDGivenName)
	theirs, ours := strings.TrimSpace(surname+" "+given), w.FullName()
	if surname == "" && given == "" { // a natural person's may say it in the common name alone
		theirs = commonName(c.Subject)
	}
	yo := strings.NewReplacer("Ё", "Е")
	switch {
	case theirs == "":
		k.Kind, k.Text, k.Cure = "stop", "ФИО в сертификате нет.", "Это не сертификат человека: нужен сертификат владельца."
	case fold(theirs) == fold(ours):
		k.Kind, k.Text = "done", "Совпадает: "+theirs+"."
	case yo.Replace(fold(theirs)) == yo.Replace(fold(ours)):
		k.Kind, k.Text, k.Cure = "warn", "В сертификате «"+theirs+"», на карточке «"+ours+"»: отличаются только Е и Ё.", "Сверьте с паспортом и при необходимости исправьте карточку."
	default:
		k.Kind, k.Text, k.Cure = "stop", "В сертификате «"+theirs+"», на карточке «"+ours+"».", "Загрузите сертификат этого владельца или исправьте карточку по паспорту."
	}
	return k
}

func snils(c *gost.Certificate, w *owner.Owner) Check {
	k := Check{Code: "snils", Name: "СНИЛС"}
	theirs := c.Subject.Get(gost.OIDSNILS)
	switch {
	case theirs == "":
		k.Kind, k.Text, k.Cure = "stop", "СНИЛС в сертификате нет.", "Квалифицированный сертификат человека содержит СНИЛС: нужен другой сертификат."
	case theirs == w.SNILS:
		k.Kind, k.Text = "done", "Совпадает с карточкой."
	default:
		k.Kind, k.Text, k.Cure = "stop", "В сертификате другой СНИЛС.", "Сверьте СНИЛС на карточке с документом; если он верен, это сертификат другого человека."
	}
	return k
}

// inn compares the person's INN; 00 before ten digits is an organisation's INN
// in the form used until INNLE came.
func inn(c *gost.Certificate, w *owner.Owner) Check {
	k := Check{Code: "inn", Name: "ИНН владельца"}
	theirs := c.Subject.Get(gost.OIDINN)
	switch {
	case theirs == "" || strings.HasPrefix(theirs, "00"):
		k.Kind, k.Text, k.Cure = "warn", "ИНН человека в сертификате нет.", "Сертификаты по прежним правилам могут его не содержать: сверьте СНИЛС."
	case w.INN == "":
		k.Kind, k.Text, k.Cure = "warn", "На карточке владельца ИНН не заполнен.", "Заполните его: он придёт и с ответом ФНС."
	case theirs == w.INN:
		k.Kind, k.Text = "done", "Совпадает с карточкой."
	default:
		k.Kind, k.Text, k.Cure = "stop", "В сертификате другой ИНН.", "Сверьте ИНН на карточке с документом; если он верен, это сертификат другого человека."
	}
	return k
}

// organisation compares INN and OGRN; a natural person's certificate names none.
func organisation(c *gost.Certificate, o *org.Card) Check {
	k := Check{Code: "organisation", Name: "Организация"}
	orgINN, ogrn, ogrnip := c.Subject.Get(gost.OIDINNLE), c.Subject.Get(gost.OIDOGRN), c.Subject.Get(gost.OIDOGRNIP)
	if old := c.Subject.Get(gost.OIDINN); orgINN == "" && strings.HasPrefix(old, "00") {
		orgINN = old[2:]
	}
	number := ogrn
	if o.Sole() {
		number = ogrnip
	}
	switch {
	case orgINN == "" && ogrn == "" && ogrnip == "":
		k.Kind, k.Text = "done", "Сертификат физического лица: организация в нём не указана."
		if !o.Sole() && c.Subject.Get(gost.OIDOrganization) == "" {
			k.Text += " От её имени владелец действует по машиночитаемой доверенности."
		}
	case number == "" || number != o.OGRN || orgINN != "" && orgINN != o.INN:
		k.Kind, k.Text, k.Cure = "stop", "ИНН или ОГРН в сертификате не этой организации.", "Откройте карточку той организации, на которую выдан сертификат, и загрузите его там."
	default:
		k.Kind, k.Text = "done", "ИНН и ОГРН совпадают с карточкой."
	}
	return k
}

// usage: the key may sign (RFC 5280, 4.2.1.3).
func usage(c *gost.Certificate) Check {
	k := Check{Code: "usage", Name: "Назначение ключа", Kind: "done", Text: "Ключ предназначен для подписи."}
	if c.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		k.Kind, k.Text, k.Cure = "stop", "Ключ не предназначен для подписи.", "Загрузите сертификат подписи, а не шифрования."
	}
	return k
}
